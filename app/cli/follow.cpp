#include "app/cli/follow.h"

#include "app/cli/table.h"
#include "core/base/encoding.h"

#include <atomic>
#include <csignal>
#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>

namespace tally::cli {
namespace {
std::atomic<int> interrupts{0};
extern "C" void onInterrupt(int) {
    if (++interrupts > 1) std::_Exit(130);
}

bool settled(const RunSummary& run) { return isEnded(run.status) || run.status == RunStatus::stopped; }

void progress(const std::map<RunId, RunSummary>& known) {
    std::int64_t steps = 0, done = 0, total = 0;
    PicoSum cost;
    for (const auto& [id, run] : known) {
        steps += run.steps;
        done += run.items_done;
        total += run.items_total;
        cost += run.cost;
    }
    std::string bar;
    if (total > 0) {
        const auto filled = static_cast<std::size_t>(done * 24 / total);
        bar = fmt::format("[{}{}] {}/{} items  ", std::string(filled, '#'), std::string(24 - filled, '.'), done, total);
    }
    std::fprintf(stderr, "\r\033[K%s%s steps  %s", bar.c_str(), thousands(steps).c_str(), shortDollars(cost).c_str());
    std::fflush(stderr);
}

void stopAll(Context& context, api::Workspace& workspace, const std::vector<RunId>& runs) {
    for (const auto& id : runs) {
        KillOrder order;
        order.scope = KillScope::run;
        order.target = id.str();
        order.by = context.by.empty() ? "operator" : context.by;
        order.reason = "interrupted at the terminal";
        (void)api::wait<KillId>([&](auto reply) { workspace.kill(order, reply); });
    }
}
} // namespace

std::vector<RunSummary> follow(Context& context, api::Workspace& workspace, const std::vector<RunId>& runs) {
    const bool terminal = ::isatty(STDERR_FILENO) == 1 && !context.json;
    auto* before = std::signal(SIGINT, onInterrupt);
    std::map<RunId, RunSummary> known;
    std::vector<Event> events;
    int stopped = 0;
    for (;;) {
        workspace.feed().drain(events);
        for (const auto& id : runs)
            if (auto run = api::wait<RunSummary>([&](auto reply) { workspace.run(id, reply); })) known[id] = std::move(*run);
        const auto open = std::count_if(runs.begin(), runs.end(), [&](const RunId& id) { return known.count(id) == 0 || !settled(known[id]); });
        if (terminal) progress(known);
        if (open == 0) break;
        if (interrupts > stopped) {
            stopped = interrupts;
            stopAll(context, workspace, runs);
        }
        pollfd wake{workspace.feed().wakeFd(), POLLIN, 0};
        // Live events wake us; a viewer has none, so the database is read again after a while. At most 10 pictures a second.
        ::poll(&wake, 1, 200);
        ::poll(nullptr, 0, 50);
    }
    std::signal(SIGINT, before);
    if (terminal) std::fprintf(stderr, "\r\033[K");
    std::vector<RunSummary> out;
    for (const auto& id : runs)
        out.push_back(known[id]);
    return out;
}

void printRun(const RunSummary& run) {
    std::printf("%s  %s  %s\n", run.id.str().c_str(), escapeForDisplay(run.workflow).c_str(), std::string(toString(run.status)).c_str());
    if (!run.status_detail.empty()) std::printf("  %s\n", escapeForDisplay(run.status_detail).c_str());
    if (run.failed_steps > 0)
        std::printf("  %s of its steps ended in an error and the workflow went on; see them with: tally show %s | grep error\n", thousands(run.failed_steps).c_str(), run.id.str().c_str());
    std::printf("  %s steps, %s tokens in, %s out, %s%s, %s\n", thousands(run.steps).c_str(), thousands(run.usage.inputTokens()).c_str(),
                thousands(run.usage.outputTokens()).c_str(), ("$" + run.cost.toString()).c_str(), run.simulated ? " (simulated)" : "",
                duration((run.ended_us > 0 ? run.ended_us : run.started_us) - run.started_us).c_str());
}

} // namespace tally::cli
