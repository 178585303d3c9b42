// Budgets: set, changed, removed, asked "what if", and those that workflows bring.
#include "core/audit/trace_log_writer.h"
#include "core/base/log.h"
#include "core/engine/budget_forecast.h"
#include "core/engine/recovery.h"
#include "core/engine/runtime.h"
#include "core/store/budget_repo.h"
#include "core/store/store.h"

#include <fmt/format.h>

namespace tally::engine {

void Runtime::budgets(Reply<std::vector<BudgetState>> reply) {
    reply(ledger_.states(wall()));
}

Result<audit::BudgetEntry> budgetEntry(const Budget& budget, const std::string& op) {
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
        entry.simulated = budget.count_simulated;
    } else {
        entry.meter = toString(budget.meter);
        entry.limit_units = static_cast<std::int64_t>(budget.limit.value());
    }
    return entry;
}

/// Into the ledger now, into the store behind everything that was submitted before. What was settled before
/// is summed inside that same operation: nothing settles between the sum and the budget, and what settles
/// after it is a difference on top. Until the sum is known the budget lets nothing pass that it could block.
Status Runtime::applyBudget(const Budget& budget, Then then) {
    const Budget* before = ledger_.budget(budget.id);
    const std::string op = before == nullptr ? "set" : "change";
    const bool fresh = before == nullptr || !sameBooks(*before, budget);
    TALLY_ASSIGN(auto rows, ledger_.setBudget(budget, wall(), fresh));
    const std::int64_t mine = fresh ? ++opening_[budget.id] : 0;
    if (fresh) recounting_.erase(budget.id); // it is counted anew in its own operation
    auto past = std::make_shared<WindowSums>();
    commit(
        [this, budget, op, fresh, past, rows = std::move(rows), now = wall()](store::Tx& tx) -> Status {
            store::SpendBook& spends = config_.store->spendBook();
            TALLY_TRY(store::BudgetRepo::put(tx, budget, now));
            if (!fresh) {
                for (const SpendRow& each : rows)
                    spends.note(tx, each.budget, each.window_key, each.exhausted, each.warned);
            } else {
                past->clear(); // an operation may run twice
                TALLY_TRY(eachPastSpend(
                    tx.db(), {.since_us = windowAt(budget.window, now).start_us, .in_doubt = false},
                    [&](const PastSpend& each, std::string_view) { addPast(budget, each, *past); }));
                // In doubt: the ledger counts them already, so they are in its rows.
                std::map<std::string, store::BudgetSpend> sums;
                for (const SpendRow& each : rows)
                    sums[each.window_key] = {each.budget,    each.window_key, each.spent,    each.spent,
                                             each.exhausted, each.warned,     each.simulated};
                for (const auto& [key, sum] : *past) {
                    store::BudgetSpend& row = sums[key];
                    row.budget = budget.id;
                    row.window_key = key;
                    row.spent += sum.spent;
                    row.simulated += sum.simulated;
                    row.peak = row.spent;
                }
                TALLY_TRY(spends.forget(tx, budget.id));
                for (const auto& [key, row] : sums)
                    TALLY_TRY(spends.set(tx, row));
            }
            TALLY_ASSIGN(const audit::BudgetEntry entry, budgetEntry(budget, op));
            TALLY_TRY(config_.log->append(tx, entry));
            return {};
        },
        [this, id = budget.id, mine, past, then = std::move(then)](const Status& status) {
            if (mine != 0 && opening_[id] == mine) { // no later change of it is under way
                opening_.erase(id);
                if (status)
                    ledger_.addPast(id, *past, wall());
                else
                    ledger_.removeBudget(id);
                // So that the next start need not count all attempts for it.
                if (status && recounting_.empty()) compareSpends(ledger_.counted(), {}, true);
            }
            then(status);
        },
        true);
    return {};
}

void Runtime::setBudget(Budget budget, Reply<BudgetId> reply) {
    if (halted_) return reply(fail(*halted_));
    if (budget.meter == LimitMeter::cost)
        if (auto fits = budget.limit.narrow(); !fits)
            return reply(fail("budget.limit_range",
                              "A limit of $" + budget.limit.toString() +
                                  " does not fit the log, whose amounts end at $9007.199254740991",
                              "Use a shorter window, or several budgets (per workflow, process or model)."));
    for (std::string* each : {&budget.by, &budget.reason, &budget.label, &budget.scope.name})
        *each = logText(*each);
    if (budget.id.empty()) budget.id = BudgetId(uuid7(*config_.clock, *config_.rng));
    gone_budgets_.erase(budget.id);
    auto applied = applyBudget(budget, [this, id = budget.id, reply](const Status& status) {
        if (!status) return reply(fail(status.error()));
        if (auto state = ledger_.state(id, wall())) config_.feed->publish(BudgetChanged{std::move(*state)});
        reply(id);
    });
    if (!applied) reply(fail(applied.error()));
}

void Runtime::removeBudget(const BudgetId& id, const std::string& by, const std::string& reason, Done done) {
    const Budget* known = ledger_.budget(id);
    if (known == nullptr) return done(fail("budget.unknown", "There is no such budget", "", id.str()));
    const Budget budget = *known;
    ledger_.removeBudget(id);
    recounting_.erase(id);
    gone_budgets_.insert(id);
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

/// Once per version of a definition: what an operator changed or removed since stays as they left it.
void Runtime::adoptWorkflowBudgets(const Workflow& workflow) {
    if (!adopted_.insert(workflow.sha256).second) return;
    int number = 0;
    for (Budget budget : workflow.budgets) {
        budget.id = BudgetId("workflow-" + workflow.name + "-" + std::to_string(number++));
        if (budget.by.empty()) budget.by = "workflow";
        if (budget.reason.empty()) budget.reason = "set by the workflow " + workflow.name;
        const Budget* known = ledger_.budget(budget.id);
        const bool operators = known != nullptr && known->by != budget.by;
        if (operators || gone_budgets_.count(budget.id) > 0 || (known != nullptr && *known == budget))
            continue;
        if (auto applied = applyBudget(budget, [](const Status&) {}); !applied)
            log::warn("budget", applied.error().text());
    }
}

void Runtime::whatIf(Budget budget, Reply<BudgetWhatIf> reply) {
    config_.store->readers().submit(
        [mailbox = mailbox_, budget = std::move(budget), reply](store::Connection& db) -> Status {
            Result<BudgetWhatIf> answer = [&]() -> Result<BudgetWhatIf> {
                std::vector<PastSpend> history;
                TALLY_TRY(eachPastSpend(
                    db, {}, [&](PastSpend past, std::string_view) { history.push_back(std::move(past)); }));
                std::sort(history.begin(), history.end(),
                          [](const PastSpend& a, const PastSpend& b) { return a.at_us < b.at_us; });
                TALLY_ASSIGN(const WhatIf found, engine::whatIf(budget, history));
                BudgetWhatIf out;
                out.steps_blocked = found.blocked_steps;
                out.runs_touched = found.runs_stopped;
                out.cost_blocked = found.blocked_cost;
                out.first_block_us = found.first_block_us;
                out.steps_seen = static_cast<std::int64_t>(history.size());
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

} // namespace tally::engine
