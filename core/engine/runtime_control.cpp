// Stop orders and looking at what lives.
#include "core/audit/trace_log_writer.h"
#include "core/engine/recovery.h"
#include "core/engine/runtime.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"

#include <set>

namespace tally::engine {

using nlohmann::json;

void Runtime::liveRuns(Reply<std::vector<RunSummary>> reply) {
    std::vector<RunSummary> out;
    for (const auto& [id, run] : runs_)
        out.push_back(run->sum);
    for (const auto& [id, sum] : parked_)
        out.push_back(sum);
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    reply(std::move(out));
}

void Runtime::busyRuns(const Reply<std::vector<RunId>>& reply) {
    std::vector<RunId> out;
    for (const auto& [id, run] : runs_)
        if (!halted_ && !onlyWaitsForPeople(*run)) out.push_back(id);
    std::sort(out.begin(), out.end());
    reply(std::move(out));
}

void Runtime::wait(const RunId& id, Reply<RunSummary> reply) {
    if (LiveRun* run = find(id)) {
        if (halted_) return reply(fail(*halted_));
        run->waiters.push_back(std::move(reply));
        return;
    }
    if (const auto it = resuming_.find(id); it != resuming_.end()) {
        it->second.push_back(std::move(reply));
        return;
    }
    if (const auto it = parked_.find(id); it != parked_.end()) return reply(it->second);
    config_.store->readers().submit(
        [this, mailbox = mailbox_, id, reply](store::Connection& db) -> Status {
            auto row = store::RunRepo::byId(db, id);
            mailbox->post([reply, row = std::move(row), id] {
                if (!row)
                    reply(fail(row.error()));
                else if (!*row)
                    reply(fail("run.unknown", "There is no such run", "", id.str()));
                else
                    reply((*row)->summary);
            });
            return {};
        },
        [](const Status&) {});
}

void Runtime::replay(const RunId& id, Reply<ReplayResult> reply) {
    auto found = std::make_shared<Result<ReplayResult>>(fail("store.cancelled", "The read was cancelled"));
    config_.store->readers().submit(
        [found, id](store::Connection& db) -> Status {
            *found = replayRun(db, id);
            return {};
        },
        [mailbox = mailbox_, found, reply = std::move(reply)](const Status&) {
            mailbox->post([found, reply] { reply(std::move(*found)); });
        });
}

// ---- stop orders

/// A stop of nothing must not look like a stop. A run may be named by the beginning or end of its id; a
/// workflow or process must be known, from a definition or from an open run.
Status Runtime::nameTarget(KillOrder& order) const {
    if (order.scope == KillScope::all) return {};
    std::vector<const RunSummary*> open;
    for (const auto& [id, run] : runs_)
        open.push_back(&run->sum);
    for (const auto& [id, sum] : parked_)
        open.push_back(&sum);
    std::set<std::string> known;
    if (order.scope == KillScope::run) {
        std::set<std::string> meant;
        for (const RunSummary* each : open) {
            const std::string& id = each->id.str();
            known.insert(id);
            if (id.starts_with(order.target) || id.ends_with(order.target)) meant.insert(id);
        }
        if (known.count(order.target) == 0 && meant.size() == 1) order.target = *meant.begin();
    } else {
        const bool flows = order.scope == KillScope::workflow;
        for (const RunSummary* each : open)
            known.insert(flows ? each->workflow : each->process);
        for (const auto& [name, definition] : workflows_)
            known.insert(flows ? name : definition->process);
        for (const auto& [id, run] : runs_)
            for (const auto& [name, definition] : run->called)
                known.insert(flows ? name : definition->process);
        if (flows) known.insert(stored_names_.begin(), stored_names_.end());
    }
    if (known.count(order.target) > 0) return {};
    std::string list;
    for (const std::string& each : known)
        if (list.size() < 400) list += (list.empty() ? "" : ", ") + each;
    const std::string scope(toString(order.scope));
    return fail("kill.unknown_target",
                "Nothing was stopped: no " + std::string(order.scope == KillScope::run ? "open run" : scope) +
                    " \"" + order.target + "\" is known",
                list.empty() ? "There is none." : "Known: " + list, order.target);
}

void Runtime::kill(KillOrder order, Reply<KillId> accepted) {
    for (std::string* each : {&order.by, &order.reason, &order.target})
        *each = logText(*each);
    if (auto named = nameTarget(order); !named) {
        if (accepted) accepted(fail(named.error()));
        return;
    }
    if (order.id.empty()) order.id = KillId(uuid7(*config_.clock, *config_.rng));
    KillEffects effects = kill_.order(order, wall(), mono());
    kill_.admissionClosed(order.id, mono());
    // Closed in memory now; the row and the cancels go out together: a cancel needs no permission from the
    // disk.
    commit(
        [receipt = effects.receipt, runs = effects.stop_runs](store::Tx& tx) -> Status {
            for (const RunId& run : runs)
                TALLY_TRY(store::KillRepo::hit(tx, receipt.order.id, run));
            return store::KillRepo::insert(tx, receipt);
        },
        [id = order.id, accepted = std::move(accepted)](const Status& status) {
            if (!accepted) return;
            if (status)
                accepted(id);
            else
                accepted(fail(status.error()));
        });
    std::vector<provider::CallId> calls;
    for (const AttemptId& attempt : effects.cancel_calls) {
        const auto it = attempts_.find(attempt);
        if (LiveStep* step = it == attempts_.end() ? nullptr : find(it->second);
            step != nullptr && step->phase == LiveStep::Phase::calling)
            calls.push_back(step->call_id);
    }
    port_->hangUp(calls);
    for (const AttemptId& attempt : effects.cancel_calls) {
        const auto it = attempts_.find(attempt);
        if (LiveStep* step = it == attempts_.end() ? nullptr : find(it->second); step != nullptr)
            cancelStep(*step);
    }
    const std::string why =
        order.scope == KillScope::all ? "Stopped by a kill of everything" : "Stopped by a kill";
    pauseClosed(order.reason.empty() ? why : why + ": " + order.reason);
    for (const RunId& id : effects.stop_runs) {
        LiveRun* run = find(id);
        if (run == nullptr) stopParked(id, order.reason.empty() ? why : why + ": " + order.reason);
        if (run == nullptr || run->closing) {
            for (const KillReceipt& each : kill_.runStopped(id, 0, 0, mono()))
                killReceipt(each);
        } else {
            stopRun(*run, order.reason.empty() ? why : why + ": " + order.reason);
        }
    }
    if (const KillReceipt* now = kill_.receipt(order.id); now != nullptr) {
        config_.feed->publish(KillChanged{*now});
        if (now->complete) killReceipt(*now);
    }
    showEngine();
}

/// A run that waited for a person when its engine ended, and is not in memory: it waits no more.
void Runtime::stopParked(const RunId& id, const std::string& why) {
    const auto parked = parked_.find(id);
    if (parked == parked_.end() || parked->second.status != RunStatus::waiting) return;
    RunSummary& sum = parked->second;
    sum.status = RunStatus::stopped;
    sum.status_detail = why;
    sum.ended_us = wall();
    commit(
        [sum](store::Tx& tx) -> Status {
            TALLY_ASSIGN(const auto row, store::RunRepo::byId(tx.db(), sum.id));
            return row ? store::RunRepo::update(tx, row->no, sum) : Status();
        },
        [this, sum](const Status& status) {
            if (status) config_.feed->publish(RunChanged{sum});
        });
}

/// A receipt is complete: the signed entry says what was stopped.
void Runtime::killReceipt(const KillReceipt& receipt) {
    if (!logged_kills_.insert(receipt.order.id).second) return;
    auto kept = std::make_shared<KillReceipt>(receipt);
    commit(
        [this, kept](store::Tx& tx) -> Status {
            audit::KillEntry entry;
            entry.scope = toString(kept->order.scope);
            entry.target = kept->order.target.empty() ? "all" : kept->order.target;
            entry.by = kept->order.by.empty() ? "operator" : kept->order.by;
            entry.reason = kept->order.reason;
            entry.inflight = kept->inflight;
            entry.stopped = kept->stopped;
            entry.stop_us = kept->stop_us;
            entry.tail = audit::tailOf(kept->tail, entry.reason);
            TALLY_ASSIGN(kept->log_seq, config_.log->append(tx, entry));
            config_.log->seal(tx); // the receipt is signed with the next checkpoint: now
            return store::KillRepo::update(tx, *kept);
        },
        [this, kept](const Status& status) {
            if (!status) return;
            kill_.logged(kept->order.id, kept->log_seq);
            config_.feed->publish(KillChanged{*kept});
        });
}

namespace {
/// On the writer's thread. The log says that work of this scope may begin again: its kill entry said that
/// none does.
Status liftKill(audit::TraceLogWriter& log, store::Tx& tx, const KillOrder& order, std::int64_t now) {
    TALLY_TRY(log.append(tx, audit::KillLiftedEntry{std::string(toString(order.scope)),
                                                    order.target.empty() ? "all" : order.target,
                                                    order.by.empty() ? "operator" : order.by}));
    return store::KillRepo::resume(tx, order.id, now);
}
} // namespace

/// A stop of one run is over when somebody resumes or abandons that run.
void Runtime::liftOwn(const RunId& id) {
    for (const KillReceipt& each : kill_.receipts()) {
        if (each.resumed || each.order.scope != KillScope::run || each.order.target != id.str()) continue;
        const auto resumed = kill_.resume(each.order.id);
        if (!resumed) continue; // not complete yet: the run is refused with its sentence
        config_.feed->publish(KillChanged{resumed->receipt});
        commit([log = config_.log, order = each.order,
                now = wall()](store::Tx& tx) -> Status { return liftKill(*log, tx, order, now); },
               [](const Status&) {});
    }
}

void Runtime::resumeKill(const KillId& id, Done done) {
    auto resumed = kill_.resume(id);
    if (!resumed) return done(fail(resumed.error()));
    config_.feed->publish(KillChanged{resumed->receipt});
    showEngine();
    commit([log = config_.log, order = resumed->receipt.order,
            now = wall()](store::Tx& tx) -> Status { return liftKill(*log, tx, order, now); },
           std::move(done));
}

} // namespace tally::engine
