#include "app/cli/follow_batch.h"

#include "app/cli/print.h"
#include "app/cli/signals.h"
#include "app/cli/table.h"
#include "core/base/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <poll.h>
#include <unistd.h>

namespace tally::cli {

Result<Batch> findBatch(api::Workspace& workspace, const std::string& name) {
    const auto all = api::wait<std::vector<Batch>>([&](auto reply) { workspace.batches(reply); });
    if (!all) return fail(all.error());
    std::vector<const Batch*> meant;
    for (const Batch& each : *all) {
        const std::string& id = each.id.str();
        if (id == name) return each;
        if (!name.empty() && (id.starts_with(name) || id.ends_with(name) || each.spec.name == name ||
                              std::to_string(each.no) == name))
            meant.push_back(&each);
    }
    if (meant.size() == 1) return *meant.front();
    if (meant.empty())
        return fail("batch.unknown", "there is no batch '" + name.substr(0, 64) + "'",
                    "list them with: tally batch list");
    return fail("batch.ambiguous", fmt::format("'{}' means {} batches", name.substr(0, 64), meant.size()),
                "say its id: tally batch list");
}

namespace {
void progress(const Batch& batch, double per_second) {
    const std::int64_t ended = batch.done + batch.dead + batch.cancelled;
    const auto filled = static_cast<std::size_t>(batch.items > 0 ? ended * 24 / batch.items : 0);
    std::string left;
    if (per_second > 0 && batch.loading == LoadState::loaded && batch.open() > 0)
        left = ", " +
               duration(static_cast<std::int64_t>(static_cast<double>(batch.open()) / per_second * 1e6)) +
               " left";
    std::fprintf(stderr, "\r\033[K[%s%s] %s/%s items%s, %s dead  %s  %.1f/s%s",
                 std::string(filled, '#').c_str(), std::string(24 - filled, '.').c_str(),
                 thousands(ended).c_str(), thousands(batch.items).c_str(),
                 batch.loading == LoadState::loading ? " (loading)" : "", thousands(batch.dead).c_str(),
                 shortDollars(batch.cost).c_str(), per_second, left.c_str());
    std::fflush(stderr);
}

/// Nobody owns the workspace any more: this process does.
Status takeOver(Context& context, Opened& workspace) {
    workspace.reset();
    auto again = context.open(Opening::batches);
    if (!again) return fail(again.error());
    workspace = std::move(*again);
    return {};
}
} // namespace

Result<Batch> followBatch(Context& context, Opened& workspace, const BatchId& id) {
    using Clock = std::chrono::steady_clock;
    const bool terminal = ::isatty(STDERR_FILENO) == 1 && !context.json;
    const Signals signals;
    std::vector<Event> events;
    bool draining = false;
    std::string said;
    auto asked = Clock::now(), measured = asked;
    std::int64_t before = -1;
    double per_second = 0;
    for (;;) {
        workspace->feed().drain(events);
        auto batch = findBatch(*workspace, id.str());
        if (!batch) return batch;
        const std::int64_t ended = batch->done + batch->dead + batch->cancelled;
        const auto now = Clock::now();
        if (before < 0) before = ended;
        if (const std::chrono::duration<double> passed = now - measured; passed.count() >= 1) {
            const double rate = static_cast<double>(ended - before) / passed.count();
            per_second = per_second > 0 ? (per_second * 3 + rate) / 4 : rate;
            measured = now;
            before = ended;
        }
        if (terminal) progress(*batch, per_second);
        const bool rests = batch->ended() || batch->state == BatchState::paused;
        if (rests || Signals::end() != 0 || Signals::interrupts() > 1) {
            if (terminal) std::fprintf(stderr, "\r\033[K");
            // Asked twice: what is under way is stopped now, and goes on with the batch.
            if (Signals::interrupts() > 1) workspace.get_deleter().hosting = false;
            return batch;
        }
        if (Signals::interrupts() == 1 && !draining) {
            draining = true;
            std::fprintf(stderr, "\ntally: draining: what is under way ends first (Ctrl+C again stops it)\n");
            api::Done done = [](const Status&) {};
            workspace->orderBatch(id, BatchOrder::drain, context.by, done);
        }
        if (batch->reason != said && !batch->reason.empty())
            std::fprintf(stderr, "\ntally: %s\n", escapeForDisplay(said = batch->reason).c_str());
        if (now - asked > std::chrono::milliseconds(500)) {
            asked = now;
            const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { workspace->info(reply); });
            if (info && !info->problem.empty())
                return fail("engine.halted", "the engine stands still: " + info->problem,
                            "end every process that uses this workspace, then: tally batch follow " +
                                id.str());
            // An owner that does not answer in time may be busy; one that has gone is replaced.
            if (info && !info->engine_runs) TALLY_TRY(takeOver(context, workspace));
        }
        pollfd wake{workspace->feed().wakeFd(), POLLIN, 0};
        ::poll(&wake, 1, 200);
        ::poll(nullptr, 0, 50);
    }
}

} // namespace tally::cli
