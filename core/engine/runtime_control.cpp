// Budgets, stop orders and looking at what lives.
#include "core/audit/trace_log_writer.h"
#include "core/engine/budget_forecast.h"
#include "core/engine/recovery.h"
#include "core/engine/runtime.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"

#include <fmt/format.h>

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

void Runtime::wait(const RunId& id, Reply<RunSummary> reply) {
    if (LiveRun* run = find(id)) {
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

// ---- budgets

void Runtime::budgets(Reply<std::vector<BudgetState>> reply) {
    reply(ledger_.states(wall()));
}

void Runtime::commitBudget(const Budget& budget, const std::string& op, std::vector<SpendRow> rows,
                           Then then) {
    commit(
        [this, budget, op, rows = std::move(rows), now = wall()](store::Tx& tx) -> Status {
            TALLY_TRY(store::BudgetRepo::put(tx, budget, now));
            for (const SpendRow& each : rows) {
                store::BudgetSpend spend{each.budget, each.window_key, each.spent,
                                         each.spent,  each.exhausted,  each.warned};
                TALLY_TRY(store::SpendBook::set(tx, spend));
            }
            audit::BudgetEntry entry{op,
                                     budget.scope.str(),
                                     std::string(toString(budget.window)),
                                     budget.by.empty() ? "operator" : budget.by,
                                     budget.reason,
                                     {},
                                     {},
                                     ""};
            if (budget.meter == LimitMeter::cost) {
                TALLY_ASSIGN(entry.limit_cost, budget.limit.narrow());
            } else {
                entry.meter = toString(budget.meter);
                entry.limit_units = static_cast<std::int64_t>(budget.limit.value());
            }
            TALLY_TRY(config_.log->append(tx, entry));
            return {};
        },
        std::move(then), true);
}

void Runtime::setBudget(Budget budget, Reply<BudgetId> reply) {
    if (halted_) return reply(fail(*halted_));
    if (budget.meter == LimitMeter::cost)
        if (auto fits = budget.limit.narrow(); !fits) return reply(fail(fits.error()));
    for (std::string* each : {&budget.by, &budget.reason, &budget.label, &budget.scope.name})
        *each = logText(*each);
    if (budget.id.empty()) budget.id = BudgetId(uuid7(*config_.clock, *config_.rng));
    // What was spent before the budget existed counts in its first window: asked from the store, then set.
    config_.store->readers().submit(
        [this, mailbox = mailbox_, budget, reply](store::Connection& db) -> Status {
            auto history = pastSpends(db);
            mailbox->post([this, budget, reply, history = std::move(history)] {
                if (!history) return reply(fail(history.error()));
                const bool known = ledger_.budget(budget.id) != nullptr;
                auto rows = ledger_.setBudget(budget, wall(), spendRowsOf(budget, *history));
                if (!rows) return reply(fail(rows.error()));
                commitBudget(budget, known ? "change" : "set", std::move(*rows),
                             [this, budget, reply](const Status& status) {
                                 if (!status) return reply(fail(status.error()));
                                 if (auto state = ledger_.state(budget.id, wall()))
                                     config_.feed->publish(BudgetChanged{std::move(*state)});
                                 reply(budget.id);
                             });
            });
            return {};
        },
        [](const Status&) {});
}

void Runtime::removeBudget(const BudgetId& id, const std::string& by, const std::string& reason, Done done) {
    const Budget* known = ledger_.budget(id);
    if (known == nullptr) return done(fail("budget.unknown", "There is no such budget", "", id.str()));
    const Budget budget = *known;
    ledger_.removeBudget(id);
    commit(
        [this, budget, by, reason, now = wall()](store::Tx& tx) -> Status {
            TALLY_TRY(store::BudgetRepo::remove(tx, budget.id, now));
            TALLY_TRY(config_.log->append(tx, audit::BudgetEntry{"remove",
                                                                 budget.scope.str(),
                                                                 std::string(toString(budget.window)),
                                                                 by,
                                                                 reason,
                                                                 {},
                                                                 {},
                                                                 ""}));
            return {};
        },
        [this, id, done = std::move(done)](const Status& status) {
            if (status) config_.feed->publish(BudgetRemoved{id});
            done(status);
        },
        true);
}

void Runtime::adoptWorkflowBudgets(const Workflow& workflow) {
    int number = 0;
    for (Budget budget : workflow.budgets) {
        budget.id = BudgetId("workflow-" + workflow.name + "-" + std::to_string(number++));
        if (budget.by.empty()) budget.by = "workflow";
        if (budget.reason.empty()) budget.reason = "set by the workflow " + workflow.name;
        const Budget* known = ledger_.budget(budget.id);
        if (known != nullptr && *known == budget) continue;
        const char* op = known == nullptr ? "set" : "change";
        auto rows = ledger_.setBudget(budget, wall());
        if (rows) commitBudget(budget, op, std::move(*rows), [](const Status&) {});
    }
}

void Runtime::whatIf(Budget budget, Reply<BudgetWhatIf> reply) {
    config_.store->readers().submit(
        [mailbox = mailbox_, budget = std::move(budget), reply](store::Connection& db) -> Status {
            auto history = pastSpends(db);
            Result<BudgetWhatIf> answer = [&]() -> Result<BudgetWhatIf> {
                if (!history) return fail(history.error());
                TALLY_ASSIGN(const WhatIf found, engine::whatIf(budget, *history));
                BudgetWhatIf out;
                out.steps_blocked = found.blocked_steps;
                out.runs_touched = found.runs_stopped;
                out.cost_blocked = found.blocked_cost;
                out.first_block_us = found.first_block_us;
                out.steps_seen = static_cast<std::int64_t>(history->size());
                out.sentence =
                    out.steps_blocked == 0
                        ? fmt::format("It would have held none of {} paid steps.", out.steps_seen)
                        : fmt::format("It would have held {} of {} paid steps worth {}, first at {}.",
                                      out.steps_blocked, out.steps_seen, shortDollars(out.cost_blocked),
                                      isoUtc(out.first_block_us));
                return out;
            }();
            mailbox->post([reply, answer = std::move(answer)] { reply(answer); });
            return {};
        },
        [](const Status&) {});
}

// ---- stop orders

void Runtime::kill(KillOrder order, Reply<KillId> accepted) {
    for (std::string* each : {&order.by, &order.reason, &order.target})
        *each = logText(*each);
    if (order.id.empty()) order.id = KillId(uuid7(*config_.clock, *config_.rng));
    KillEffects effects = kill_.order(order, wall(), mono());
    kill_.admissionClosed(order.id, mono());
    // Closed in memory now; the row and the cancels go out together: a cancel needs no permission from the
    // disk.
    commit(
        [receipt = effects.receipt](store::Tx& tx) -> Status { return store::KillRepo::insert(tx, receipt); },
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
    for (const RunId& id : effects.stop_runs) {
        LiveRun* run = find(id);
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
            TALLY_ASSIGN(entry.tail, kept->tail.narrow());
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

/// Newest first: those of this boot as they stand now, older ones from the store.
void Runtime::receipts(Reply<std::vector<KillReceipt>> reply) {
    std::vector<KillReceipt> live = kill_.receipts();
    std::reverse(live.begin(), live.end());
    config_.store->readers().submit(
        [mailbox = mailbox_, live = std::move(live), reply](store::Connection& db) mutable -> Status {
            auto stored = store::KillRepo::page(db);
            mailbox->post([reply, live = std::move(live), stored = std::move(stored)]() mutable {
                if (!stored) return reply(fail(stored.error()));
                for (KillReceipt& each : *stored)
                    if (std::none_of(live.begin(), live.end(), [&](const KillReceipt& known) {
                            return known.order.id == each.order.id;
                        }))
                        live.push_back(std::move(each));
                reply(std::move(live));
            });
            return {};
        },
        [](const Status&) {});
}

void Runtime::resumeKill(const KillId& id, bool continue_runs, const std::string& by, Done done) {
    auto resumed = kill_.resume(id);
    if (!resumed) return done(fail(resumed.error()));
    const KillOrder order = resumed->receipt.order;
    config_.feed->publish(KillChanged{resumed->receipt});
    showEngine();
    std::vector<RunId> again;
    if (continue_runs)
        for (const auto& [run, sum] : parked_) {
            const bool hit = order.scope == KillScope::all ||
                             (order.scope == KillScope::run && run.str() == order.target) ||
                             (order.scope == KillScope::workflow && sum.workflow == order.target) ||
                             (order.scope == KillScope::process && sum.process == order.target);
            if (hit && sum.status == RunStatus::stopped) again.push_back(run);
        }
    commit([id, now = wall()](store::Tx& tx) -> Status { return store::KillRepo::resume(tx, id, now); },
           [this, again, by, done = std::move(done)](const Status& status) {
               if (!status) return done(status);
               // Resumed before the answer: whoever asks for the open runs next finds them.
               for (const RunId& run : again)
                   resumeRun(run, by, {});
               done(status);
           });
}

} // namespace tally::engine
