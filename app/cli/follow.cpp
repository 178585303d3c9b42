#include "app/cli/follow.h"

#include "app/cli/print.h"
#include "app/cli/signals.h"
#include "app/cli/table.h"
#include "core/base/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <poll.h>
#include <set>
#include <unistd.h>

namespace tally::cli {
namespace {
bool settled(const RunSummary& run) {
    return isEnded(run.status) || run.status == RunStatus::stopped;
}

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
        bar = fmt::format("[{}{}] {}/{} items  ", std::string(filled, '#'), std::string(24 - filled, '.'),
                          done, total);
    }
    std::fprintf(stderr, "\r\033[K%s%s steps  %s", bar.c_str(), thousands(steps).c_str(),
                 shortDollars(cost).c_str());
    std::fflush(stderr);
}

} // namespace

void stopRuns(Context& context, api::Workspace& workspace, const std::vector<RunId>& runs) {
    for (const auto& id : runs) {
        KillOrder order;
        order.scope = KillScope::run;
        order.target = id.str();
        order.by = context.by.empty() ? "operator" : context.by;
        order.reason = "interrupted at the terminal";
        (void)api::wait<KillId>([&](auto reply) { workspace.kill(order, reply); });
    }
}

namespace {
/// Why open runs will never end: their engine has halted, or nobody owns the workspace any more.
std::optional<Error> neverEnds(api::Workspace& workspace, const RunId& open) {
    const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { workspace.info(reply); });
    // An owner that does not answer in time may be busy: it is asked again.
    if (!info) return std::nullopt;
    if (!info->problem.empty())
        return Error{"engine.halted",
                     "the engine stands still: " + info->problem,
                     "end every process that uses this workspace, then: tally resume " + open.str(),
                     {}};
    if (!info->engine_runs)
        return Error{"run.owner_gone",
                     "the process that ran it has ended",
                     "go on with: tally resume " + open.str(),
                     {}};
    return std::nullopt;
}
} // namespace

namespace {
/// A run that waits for a person may do so for days: who follows it is told how to answer, once per question.
void sayWhoWaits(api::Workspace& workspace, const RunId& run, std::set<std::string>& said) {
    const auto questions =
        api::wait<std::vector<api::OpenApproval>>([&](auto reply) { workspace.approvals(run, reply); });
    if (!questions) return;
    for (const api::OpenApproval& each : *questions) {
        if (!said.insert(run.str() + ' ' + each.path).second) continue;
        const std::string id = run.str(), path = escapeForDisplay(each.path);
        std::fprintf(stderr,
                     "tally: run %s waits for a person: %s\n  tally approve %s '%s', or reject. Ctrl+C stops "
                     "it here; the question stays, and tally resume %s asks it again\n",
                     id.c_str(), escapeForDisplay(each.question).c_str(), id.c_str(), path.c_str(),
                     id.c_str());
    }
}
} // namespace

Result<std::vector<RunSummary>> follow(Context& context, api::Workspace& workspace,
                                       const std::vector<RunId>& runs) {
    const bool terminal = ::isatty(STDERR_FILENO) == 1 && !context.json;
    const Signals signals;
    std::map<RunId, RunSummary> known;
    std::vector<Event> events;
    std::set<std::string> said;
    int stopped = 0;
    std::optional<Error> trouble;
    auto asked = std::chrono::steady_clock::now();
    for (;;) {
        workspace.feed().drain(events);
        for (const auto& id : runs)
            if (auto run = api::wait<RunSummary>([&](auto reply) { workspace.run(id, reply); }))
                known[id] = std::move(*run);
        const auto open = std::count_if(runs.begin(), runs.end(), [&](const RunId& id) {
            return known.count(id) == 0 || !settled(known[id]);
        });
        if (terminal) progress(known);
        for (const auto& [id, run] : known)
            if (run.status == RunStatus::waiting) sayWhoWaits(workspace, id, said);
        if (open == 0) {
            trouble.reset();
            break;
        }
        if (Signals::end() != 0) break;
        // Read once more after the trouble was seen: the runs may have ended with their owner.
        if (trouble) break;
        if (const auto now = std::chrono::steady_clock::now(); now - asked > std::chrono::milliseconds(500)) {
            asked = now;
            const auto first = std::find_if(runs.begin(), runs.end(), [&](const RunId& id) {
                return known.count(id) == 0 || !settled(known[id]);
            });
            trouble = neverEnds(workspace, *first);
        }
        if (Signals::interrupts() > stopped) {
            stopped = Signals::interrupts();
            stopRuns(context, workspace, runs);
        }
        pollfd wake{workspace.feed().wakeFd(), POLLIN, 0};
        // Live events wake us; a viewer has none, so the database is read again after a while. At most 10
        // pictures a second.
        ::poll(&wake, 1, 200);
        ::poll(nullptr, 0, 50);
    }
    if (terminal) std::fprintf(stderr, "\r\033[K");
    if (trouble) return fail(std::move(*trouble));
    std::vector<RunSummary> out;
    for (const auto& id : runs)
        out.push_back(known[id]);
    return out;
}

void printBooked(api::Workspace& workspace, const RunId& run) {
    api::CostQuery query;
    query.by = {"meter"};
    query.run = run;
    const auto table = api::wait<api::CostTable>([&](auto reply) { workspace.costs(query, reply); });
    if (!table) return;
    for (const auto& row : table->rows)
        if (!row.key.empty() && row.key.front().empty() && row.cost.value() != 0)
            print("  $%s of it is booked at the reservation: %s steps whose usage nobody reported (yet)\n",
                  row.cost.toString().c_str(), thousands(row.steps).c_str());
}

std::string nextStep(api::Workspace& workspace, const RunSummary& run) {
    const auto orders = api::wait<std::vector<KillReceipt>>([&](auto reply) { workspace.receipts(reply); });
    if (orders)
        for (const auto& receipt : *orders) {
            const KillOrder& order = receipt.order;
            const bool holds = order.scope == KillScope::all ||
                               (order.scope == KillScope::run && order.target == run.id.str()) ||
                               (order.scope == KillScope::workflow && order.target == run.workflow) ||
                               (order.scope == KillScope::process && order.target == run.process);
            if (!receipt.resumed && holds) return "tally resume-kill " + order.id.str() + " --continue-runs";
        }
    return "tally resume " + run.id.str();
}

void printRun(const RunSummary& run) {
    print("%s  %s  %s\n", run.id.str().c_str(), escapeForDisplay(run.workflow).c_str(),
          std::string(toString(run.status)).c_str());
    if (!run.status_detail.empty()) print("  %s\n", escapeForDisplay(run.status_detail).c_str());
    if (run.failed_steps > 0)
        print("  %s of its steps ended in an error and the workflow went on; see them with: tally show %s | "
              "grep error\n",
              thousands(run.failed_steps).c_str(), run.id.str().c_str());
    // A stopped run has no end yet, so nothing is said about how long it took.
    const std::string took =
        run.ended_us > 0 ? ", " + duration(run.ended_us - run.started_us) : std::string();
    print("  %s steps, %s tokens in, %s out, $%s%s%s\n", thousands(run.steps).c_str(),
          thousands(run.usage.inputTokens()).c_str(), thousands(run.usage.outputTokens()).c_str(),
          run.cost.toString().c_str(), run.simulated ? " (simulated)" : "", took.c_str());
    if (run.reserved.value() > 0) print("  reserved besides: $%s\n", run.reserved.toString().c_str());
}

} // namespace tally::cli
