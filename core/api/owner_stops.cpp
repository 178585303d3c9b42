// Stop orders, and what goes on after them.
#include "core/api/owner_workspace.h"
#include "core/api/start_check.h"
#include "core/base/log.h"
#include "core/store/ops_repo.h"

#include <fmt/format.h>

namespace tally::api {
namespace {
Status waitDone(const std::function<void(Done)>& call) {
    auto promise = std::make_shared<std::promise<Status>>();
    auto future = promise->get_future();
    call([promise](const Status& status) { promise->set_value(status); });
    return future.get();
}
} // namespace

void OwnerWorkspace::kill(KillOrder order, Reply<KillId> accepted) {
    if (!order.id.empty()) {
        const std::lock_guard lock(orders_mutex_);
        if (!orders_.insert(order.id).second) return accepted(order.id);
    }
    parts_->engine->kill(std::move(order), std::move(accepted));
}

void OwnerWorkspace::adoptStops() {
    const std::string& dir = parts_->options.dir;
    for (const KillOrder& order : droppedStops(dir)) {
        const auto known = parts_->store->readers().read<std::optional<KillReceipt>>(
            [&](store::Connection& db) { return store::KillRepo::byId(db, order.id); });
        if (!known) return log::warn("owner", known.error().text());
        const auto taken =
            *known ? Result<KillId>(order.id) : wait<KillId>([&](auto reply) { kill(order, reply); });
        if (taken)
            removeStop(dir, order.id);
        else
            log::warn("owner", "a stop order that was left in the workspace was not taken up: " +
                                   taken.error().text());
    }
}

void OwnerWorkspace::resumeKill(KillId id, bool continue_runs, std::string by, Done done) {
    jobs_->post([this, id = std::move(id), continue_runs, by = std::move(by), done = std::move(done)] {
        // The engine knows the orders in force; one that was lifted before is in the database alone.
        const auto known = parts_->store->readers().read<std::optional<KillReceipt>>(
            [&](store::Connection& db) { return store::KillRepo::byId(db, id); });
        if (known && *known && (*known)->resumed)
            return done(fail("kill.already_resumed", "stop order " + id.str() + " was lifted before",
                             "stops in force: tally receipts"));
        const auto lifted = waitDone([&](Done reply) { parts_->engine->resumeKill(id, std::move(reply)); });
        done(lifted && continue_runs ? continueRunsOf(id, by) : lifted);
    });
}

/// All runs that the stop ended are tried; the first refusal is reported with the number of those that rest.
Status OwnerWorkspace::continueRunsOf(const KillId& id, const std::string& by) {
    const auto stopped = parts_->store->readers().read<std::vector<RunId>>(
        [id](store::Connection& db) { return store::KillRepo::runsOf(db, id); });
    if (!stopped) return fail(stopped.error());
    std::optional<Error> first;
    std::size_t refused = 0;
    for (const auto& run : *stopped) {
        const auto resumed = waitDone([&](Done reply) { resumeRun(run, by, std::move(reply)); });
        if (resumed || ++refused > 1) continue;
        first = resumed.error().at("run " + run.str());
    }
    if (!first) return {};
    first->message =
        fmt::format("{} of {} runs stay stopped; the first: {}", refused, stopped->size(), first->message);
    return fail(std::move(*first));
}
void OwnerWorkspace::continueWaiting() {
    const auto rows = parts_->store->readers().read<std::vector<store::RunRow>>(store::RunRepo::open);
    if (!rows) return log::warn("owner", rows.error().text());
    for (const store::RunRow& row : *rows) {
        if (row.summary.status != RunStatus::waiting) continue;
        const RunId id = row.summary.id;
        {
            const std::lock_guard lock(guests_mutex_);
            continuing_[id];
        }
        continueRun(id, "operator", [this, id](const Status& status) {
            std::vector<Done> behind;
            {
                const std::lock_guard lock(guests_mutex_);
                behind = std::move(continuing_[id]);
                continuing_.erase(id);
                if (status) continued_.insert(id);
            }
            if (!status)
                log::warn("owner", "run " + id.str() + " does not go on waiting: " + status.error().text());
            for (const Done& each : behind)
                each(status);
        });
    }
}

/// True: the run is on its way into the engine just now, `then` is called when it has come.
bool OwnerWorkspace::behindContinuing(const RunId& id, Done then) {
    const std::lock_guard lock(guests_mutex_);
    const auto at = continuing_.find(id);
    if (at == continuing_.end()) return false;
    at->second.push_back(std::move(then));
    return true;
}

void OwnerWorkspace::decide(RunId run, std::string path, bool approve, std::string by, Done done) {
    const auto answer = [this, run, path = std::move(path), approve, by = std::move(by),
                         done = std::move(done)](const Status&) {
        parts_->engine->decide(run, path, approve, by, done);
    };
    if (!behindContinuing(run, answer)) answer({});
}

void OwnerWorkspace::resumeRun(RunId id, std::string by, Done done) {
    if (behindContinuing(id, [this, id, by, done](const Status&) { resumeRun(id, by, done); })) return;
    {
        // It went on by itself when this workspace was opened, which is what is asked for.
        const std::lock_guard lock(guests_mutex_);
        if (continued_.erase(id) > 0) return done({});
    }
    continueRun(std::move(id), std::move(by), std::move(done));
}

void OwnerWorkspace::continueRun(RunId id, std::string by, Done done) {
    // What a run needs is asked for before it goes on: a call without a price would end it for good.
    reads_->ask<Launch>(
        [id](store::Connection& db) { return launchOf(db, id); },
        [this, id, by = std::move(by), done = std::move(done)](Result<Launch> launch) {
            if (!launch) return done(fail(launch.error()));
            if (const auto ready = checkModels(*parts_, *launch->workflow, launch->roles); !ready)
                return done(fail(
                    Error{ready.error().code, "the run is not continued: " + ready.error().message,
                          "when it was started with --contract FILE, give that again. " + ready.error().hint,
                          ready.error().where}));
            parts_->engine->resumeRun(id, by, done);
        });
}
void OwnerWorkspace::abandonRun(RunId id, std::string by, Done done) {
    reads_->run(id, [this, id, by = std::move(by), done = std::move(done)](Result<RunSummary> known) {
        if (known)
            parts_->engine->abandonRun(id, by, done);
        else
            done(fail(known.error()));
    });
}

} // namespace tally::api
