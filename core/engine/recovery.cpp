// What an earlier owner of the workspace left: budgets, stop orders, reservations of calls that died with it,
// open runs.
#include "core/engine/recovery.h"

#include "core/audit/trace_log_writer.h"
#include "core/base/log.h"
#include "core/engine/runtime.h"
#include "core/store/ops_repo.h"
#include "core/store/step_repo.h"
#include "core/store/store.h"

#include <fmt/format.h>

#include <set>

namespace tally::engine {

using nlohmann::json;

struct Runtime::Loaded {
    StoredRun run;
    Rebuilt built;
    store::CostLine totals;
};

namespace {
Result<HeldAttempt> ledgerRow(const store::AttemptRow& row) {
    HeldAttempt out;
    out.attempt = row.id;
    TALLY_ASSIGN(out.subject, subjectFromJson(json::parse(row.subject, nullptr, false)));
    TALLY_ASSIGN(out.reserved, amountsFromJson(json::parse(row.amounts, nullptr, false)));
    if (!row.booked.empty()) {
        TALLY_ASSIGN(out.booked, amountsFromJson(json::parse(row.booked, nullptr, false)));
    }
    const json intent = json::parse(row.intent, nullptr, false);
    out.subject.simulated = intent.is_object() && intent.value("simulated", false);
    out.admitted_us = row.created_us;
    out.state = row.state == AttemptState::in_doubt ? AttemptState::in_doubt : AttemptState::reserved;
    return out;
}

void addTotals(RunSummary& sum, const store::CostLine& totals) {
    sum.usage = totals.usage;
    sum.cost = totals.cost;
    sum.steps = totals.steps;
    sum.failed_steps = totals.failed;
}
} // namespace

/// Before the store starts: memory from the database.
Status Runtime::recover() {
    store::Connection& db = config_.store->writer().db();
    TALLY_ASSIGN(const auto kills, store::KillRepo::active(db));
    for (const KillReceipt& each : kills)
        if (each.log_seq >= 0) logged_kills_.insert(each.order.id);
    for (const KillReceipt& each : kill_.restore(kills))
        unlogged_kills_.push_back(each);

    TALLY_ASSIGN(const auto removed, store::BudgetRepo::removed(db));
    gone_budgets_.insert(removed.begin(), removed.end());
    TALLY_ASSIGN(const auto definitions, store::WorkflowRepo::digests(db));
    for (const auto& [name, digest] : definitions) {
        stored_names_.insert(name);
        adopted_.insert(digest);
    }

    // Tools of earlier boots that outlived a kill -9: nothing may work on for runs that are interrupted.
    TALLY_ASSIGN(const auto boots, store::BootRepo::list(db));
    std::set<std::string, std::less<>> gone;
    for (const store::BootRow& each : boots)
        if (each.id != config_.store->bootId()) gone.insert(each.id);
    const std::int64_t left = endMarked(
        [&](std::string_view marker) { return gone.count(marker.substr(0, marker.find('/'))) > 0; });
    if (left > 0)
        log::warn("engine", fmt::format("{} processes of tools of an earlier run were ended", left));

    LedgerState state;
    TALLY_ASSIGN(state.budgets, store::BudgetRepo::list(db));
    TALLY_ASSIGN(const auto spends, store::SpendBook::list(db));
    for (const store::BudgetSpend& each : spends)
        state.spends.push_back({each.budget, each.window_key, each.spent, each.exhausted, each.warned});
    TALLY_ASSIGN(auto open_runs, store::RunRepo::open(db));
    for (store::RunRow& row : open_runs) {
        LiveRun limits;
        StoredRun launch;
        limits.id = row.summary.id;
        if (auto read = readLaunch(db, row.limits, launch); read) {
            limits.limits = launch.limits;
            TALLY_TRY(adoptLimits(limits));
            for (const BudgetId& id : limits.budgets)
                state.budgets.push_back(*ledger_.budget(id));
        }
        if (row.summary.status == RunStatus::waiting && row.summary.status_detail == waits_for_person) {
            // Nothing was under way, and the question is still open.
            kill_.runStarted(row.summary.id, row.summary.id, row.summary.workflow, row.summary.process);
        } else if (row.summary.status != RunStatus::stopped) {
            row.summary.status = RunStatus::stopped;
            row.summary.status_detail = "Interrupted: the engine ended while it ran";
            row.summary.reserved = {};
            interrupted_.push_back({row.no, row.summary});
        }
        parked_[row.summary.id] = row.summary;
    }
    for (const auto in : {AttemptState::reserved, AttemptState::in_doubt}) {
        TALLY_ASSIGN(const auto rows, store::AttemptRepo::inState(db, in));
        for (const store::AttemptRow& row : rows) {
            TALLY_ASSIGN(HeldAttempt held, ledgerRow(row));
            state.open.push_back(std::move(held));
            if (in == AttemptState::reserved) orphans_.push_back(row);
        }
    }
    TALLY_ASSIGN(ledger_, Ledger::restore(state, wall()));
    TALLY_TRY(ledger_.check());
    return recoverBatches(db);
}

/// With the writer running: every call that died with an earlier boot is booked at its reservation, as
/// unknown.
Status Runtime::sweep() {
    std::map<store::RunNo, RunId> ids;
    auto failed = std::make_shared<Status>();
    const auto note = [failed](const Status& status, const store::CommitInfo&) {
        if (!status && *failed) *failed = status;
    };
    for (const store::AttemptRow& row : orphans_) {
        const Transition lost = ledger_.inDoubt(row.id);
        audit::StepEntry entry;
        const json intent = json::parse(row.intent, nullptr, false);
        if (!intent.is_object())
            return fail("recovery.intent", "An attempt has no readable intent", "", row.id.str());
        TALLY_ASSIGN(const Subject subject, subjectFromJson(json::parse(row.subject, nullptr, false)));
        entry.run = subject.run;
        entry.span = SpanId(intent.value("span", ""));
        entry.parent = SpanId(intent.value("parent", ""));
        entry.name = intent.value("name", "");
        entry.path = row.path;
        entry.step_kind = "model";
        entry.provider = row.provider;
        entry.model = row.model;
        entry.status = "unknown";
        entry.attempt = row.attempt;
        entry.cost = row.reserved;
        entry.reserved = row.reserved;
        entry.simulated = intent.value("simulated", false);
        entry.price_seq = row.price_seq;
        // Attempts of earlier versions carry the whole line instead.
        const RateLine rate = row.price_seq < 0 ? intent.value("rate", RateLine()) : RateLine();
        config_.store->writer().submit(
            [this, entry, rate, lost, id = row.id, now = wall()](store::Tx& tx) -> Status {
                audit::StepEntry unknown = entry;
                if (unknown.price_seq < 0) {
                    TALLY_ASSIGN(unknown.price_seq, config_.log->ensurePrice(tx, rate));
                }
                TALLY_ASSIGN(const std::int64_t seq, config_.log->append(tx, unknown));
                TALLY_ASSIGN(const bool won,
                             store::AttemptRepo::markInDoubt(tx, id, json(lost.row.booked).dump(), seq, now));
                if (!won)
                    return fail("attempt.lost", "The attempt was settled by somebody else", "", id.str());
                for (const SpendDelta& each : lost.deltas)
                    config_.store->spendBook().add(tx, each.budget, each.window_key, each.delta,
                                                   each.simulated);
                return {};
            },
            note);
    }
    std::vector<std::shared_ptr<RunSummary>> corrected;
    for (const auto& [no, sum] : interrupted_) {
        corrected.push_back(std::make_shared<RunSummary>(sum));
        config_.store->writer().submit(
            [no = no, kept = corrected.back()](store::Tx& tx) -> Status {
                // Saved once a second at most while it ran: what its entries come to, those above included.
                store::CostFilter filter;
                filter.run = kept->id;
                TALLY_ASSIGN(const auto lines, store::CostRepo::table(tx.db(), filter));
                if (!lines.empty()) addTotals(*kept, lines.front());
                return store::RunRepo::update(tx, no, *kept);
            },
            note);
    }
    for (const KillReceipt& each : unlogged_kills_) {
        if (!logged_kills_.insert(each.order.id).second) continue;
        config_.store->writer().submit(
            [this, each](store::Tx& tx) -> Status {
                KillReceipt kept = each;
                audit::KillEntry entry{std::string(toString(kept.order.scope)),
                                       kept.order.target.empty() ? "all" : kept.order.target,
                                       kept.order.by.empty() ? "operator" : kept.order.by,
                                       kept.order.reason,
                                       kept.inflight,
                                       kept.stopped,
                                       kept.stop_us,
                                       {}};
                entry.tail = audit::tailOf(kept.tail, entry.reason);
                TALLY_ASSIGN(kept.log_seq, config_.log->append(tx, entry));
                return store::KillRepo::update(tx, kept);
            },
            note);
    }
    config_.store->writer().drain();
    for (const auto& each : corrected)
        parked_[each->id] = *each;
    orphans_.clear();
    interrupted_.clear();
    unlogged_kills_.clear();
    TALLY_TRY(*failed);
    // Every reservation of an earlier life was just booked.
    TALLY_ASSIGN(const PicoSum held, config_.store->readers().read<PicoSum>(store::AttemptRepo::sumReserved));
    if (held != PicoSum())
        return fail("budget.unbalanced",
                    "Calls of an earlier run still hold $" + held.toString() + " after all were booked",
                    "Keep a copy of the workspace and report it: `tally doctor` says more.");
    return {};
}

Result<Runtime::Loaded> Runtime::load(store::Connection& db, const RunId& id) {
    Loaded out;
    TALLY_ASSIGN(out.run, loadRun(db, id));
    TALLY_ASSIGN(out.built, rebuild(out.run));
    store::CostFilter filter;
    filter.run = id;
    TALLY_ASSIGN(auto lines, store::CostRepo::table(db, filter));
    if (!lines.empty()) out.totals = std::move(lines.front());
    return out;
}

void Runtime::resumeRun(const RunId& id, const std::string& by, Done done, bool lift) {
    const auto reply = [done = std::move(done)](const Status& status) {
        if (done) done(status);
    };
    if (halted_) return reply(fail(*halted_));
    if (closing_) return reply(fail("engine.closed", "The engine is being closed"));
    const auto parked = parked_.find(id);
    if (parked == parked_.end() || resuming_.count(id) != 0)
        return reply(fail("run.not_stopped", "The run is not stopped", "Only a stopped run can be resumed.",
                          id.str()));
    if (auto shut = kill_.closedFor(parked->second.workflow, parked->second.process))
        return reply(fail(*shut));
    if (lift) liftOwn(id);
    resuming_[id];
    auto loaded = std::make_shared<Result<Loaded>>(fail("store.cancelled", "The read was cancelled"));
    config_.store->readers().submit(
        [loaded, id](store::Connection& db) -> Status {
            *loaded = load(db, id);
            return {};
        },
        [this, mailbox = mailbox_, loaded, id, reply, by](const Status&) {
            mailbox->post([this, loaded, id, reply] {
                auto waiters = std::move(resuming_[id]);
                resuming_.erase(id);
                if (closing_)
                    reply(fail("engine.closed", "The engine is being closed"));
                else if (halted_)
                    reply(fail(*halted_));
                else if (*loaded)
                    continueRun(std::move(**loaded), reply);
                else
                    reply(fail(loaded->error()));
                if (LiveRun* run = find(id))
                    run->waiters = std::move(waiters);
                else
                    for (auto& each : waiters)
                        each(parked_[id]);
            });
        });
}

void Runtime::continueRun(Loaded loaded, Done done) {
    StoredRun& stored = loaded.run;
    auto owned = std::make_unique<LiveRun>();
    LiveRun& run = *owned;
    run.id = stored.row.summary.id;
    run.no = stored.row.no;
    run.workflow = stored.workflow;
    run.called = stored.called;
    run.roles = std::move(stored.roles);
    run.limits = stored.limits;
    run.subject = {run.id, stored.row.summary.workflow, stored.row.summary.process, "", stored.by, {}};
    run.subject.batch = stored.batch.str();
    run.slot = {stored.row.batch, stored.row.item, stored.batch_attempt};
    run.asked = std::move(stored.asked);
    run.sum = stored.row.summary;
    addTotals(run.sum, loaded.totals);
    run.sum.status = RunStatus::running;
    run.sum.ended_us = 0;
    run.sum.status_detail.clear();
    run.last_attempt = std::move(stored.last_attempt);
    run.lost = std::move(stored.lost);
    run.due = std::move(stored.due);
    run.retried = !run.due.empty();
    if (auto adopted = adoptLimits(run); !adopted) return done(fail(adopted.error()));
    if (auto set = configureGuard(*run.workflow); !set) return done(fail(set.error()));
    kill_.runStarted(run.id, run.id, run.sum.workflow, run.sum.process);
    if (auto shut = kill_.closed(run.id)) {
        kill_.runEnded(run.id);
        return done(fail(*shut));
    }
    run.epoch = kill_.epochOf(run.id);
    run.machine = std::move(loaded.built.machine);
    run.saved_us = run.charged_us = mono();
    auto pending = std::make_shared<std::vector<Task>>(std::move(loaded.built.pending));
    const RunId id = run.id;
    parked_.erase(id);
    runs_.emplace(id, std::move(owned));
    commit(
        [no = run.no, sum = run.sum, epoch = run.epoch](store::Tx& tx) -> Status {
            TALLY_TRY(store::RunRepo::setEpoch(tx, no, epoch));
            TALLY_TRY(store::KillRepo::released(tx, sum.id));
            return store::RunRepo::update(tx, no, sum);
        },
        [this, id, pending, done = std::move(done)](const Status& status) {
            done(status);
            LiveRun* again = find(id);
            if (!status || again == nullptr) return;
            itemGoesOn(*again);
            if (again->stopping) return settleRun(*again);
            show(*again, true);
            watchClock(*again);
            Effects effects;
            effects.tasks = std::move(*pending);
            apply(*again, std::move(effects));
        });
}

/// The step was paid, perhaps, and its answer was lost in a crash.
void Runtime::lostOutcome(LiveRun& run, LiveStep& step) {
    const bool happened = run.lost[step.task.path];
    const AfterCrash policy = step.task.def->after_crash;
    if (policy == AfterCrash::ask) {
        step.ask_again = true;
        return beginApproval(step);
    }
    run.lost.erase(step.task.path);
    if (policy == AfterCrash::idempotent) return prepareModel(step);
    StepEnd end;
    end.status = "refused";
    end.outcome = {step.task.path,
                   false,
                   nullptr,
                   {"step.outcome_lost",
                    happened
                        ? "The call was settled as having happened, its answer is lost, and the step may "
                          "be paid only once"
                        : "The outcome was lost in a crash, and the step may be paid only once",
                    "Set after_crash to idempotent or ask.", step.task.path},
                   nullptr};
    end.detail = end.outcome.error.message;
    step.started_us = mono();
    book(step, std::move(end), std::nullopt);
}

void Runtime::abandonRun(const RunId& id, const std::string&, Done done) {
    const auto parked = parked_.find(id);
    if (parked == parked_.end() || resuming_.count(id) != 0)
        return done(fail("run.not_stopped", "The run is not stopped", "Stop it first.", id.str()));
    liftOwn(id);
    RunSummary sum = parked->second;
    sum.status = RunStatus::abandoned;
    sum.status_detail = "Given up";
    sum.ended_us = wall();
    parked_.erase(parked);
    auto slot = std::make_shared<BatchSlot>();
    auto item = std::make_shared<store::ItemEnd>();
    commit(
        [this, sum, slot, item](store::Tx& tx) -> Status {
            TALLY_ASSIGN(const auto row, store::RunRepo::byId(tx.db(), sum.id));
            if (!row) return fail("run.unknown", "There is no such run", "", sum.id.str());
            if (row->batch > 0) {
                *slot = {row->batch, row->item, 0};
                TALLY_ASSIGN(*item, abandonedItem(tx, *slot, *row, sum.ended_us));
            }
            TALLY_TRY(config_.log->append(tx, audit::RunEndEntry{sum.id, "killed"}));
            RunSummary now = row->summary;
            now.status = sum.status;
            now.status_detail = sum.status_detail;
            now.ended_us = sum.ended_us;
            TALLY_TRY(store::KillRepo::released(tx, sum.id));
            TALLY_TRY(store::RetryRepo::clearRun(tx, row->no));
            return store::RunRepo::update(tx, row->no, now);
        },
        [this, sum, slot, item, done = std::move(done)](const Status& status) {
            if (status) {
                ledger_.runEnded(sum.id);
                kill_.runEnded(sum.id);
                config_.feed->publish(RunChanged{sum});
                if (slot->batch > 0) itemEnded(*slot, *item);
            }
            done(status);
        });
}

} // namespace tally::engine
