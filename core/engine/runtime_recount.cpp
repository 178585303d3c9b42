// Whether stored sums of budgets are those of their attempts: on start, and while the engine runs.
#include "core/audit/trace_log_writer.h"
#include "core/base/log.h"
#include "core/engine/runtime.h"
#include "core/store/budget_repo.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"

namespace tally::engine {

namespace {
/// Settlements between two marks: what a start has to count at most, some 50 ms.
constexpr std::int64_t mark_every = 20'000;
constexpr std::int64_t whole_every_us = 24 * 3'600'000'000LL;
} // namespace

/// On start (DESIGN section 6): spent = Σ actual, compared in one snapshot of the store. Until the answer is
/// here a budget lets nothing pass that it could block. From the mark this takes as long as what was settled
/// since; what does not fit the mark, or is not in it, is counted from all attempts.
void Runtime::recount() {
    std::vector<Budget> budgets = ledger_.recount();
    if (!budgets.empty()) compareSpends(std::move(budgets), {}, true);
}

void Runtime::spendSettled() {
    if (++settled_since_mark_ >= mark_every && recounting_.empty())
        compareSpends(ledger_.counted(), {}, true);
}

void Runtime::compareSpends(std::vector<Budget> budgets, std::set<BudgetId> anew, bool marked_only) {
    // One that is being set is counted in its own operation.
    std::erase_if(budgets, [&](const Budget& each) { return opening_.count(each.id) > 0; });
    if (budgets.empty()) return;
    settled_since_mark_ = 0;
    SpendScope scope;
    scope.now_us = wall();
    scope.anew = std::move(anew);
    scope.marked_only = marked_only;
    for (const auto& [id, serial] : attempts_)
        scope.under_way.push_back(id);
    for (const Budget& each : budgets)
        recounting_.insert(each.id);
    scope.budgets = std::move(budgets);
    auto check = std::make_shared<SpendCheck>();
    config_.store->readers().submit(
        [check, scope = std::move(scope)](store::Connection& db) -> Status {
            TALLY_ASSIGN(*check, checkSpends(db, scope));
            return {};
        },
        [this, mailbox = mailbox_, check, marked_only](const Status& status) {
            mailbox->post([this, check, marked_only, status] {
                if (!status && !closing_)
                    log::warn("budget", "budgets were not counted again: " + status.error().text());
                if (status && marked_only)
                    comparedWithMark(*check);
                else
                    recounted(*check, status.has_value());
            });
        });
}

void Runtime::comparedWithMark(const SpendCheck& check) {
    std::set<BudgetId> anew;
    for (const SpendFault& fault : check.faults)
        anew.insert(fault.budget.id);
    for (const BudgetId& id : check.compared)
        if (anew.count(id) == 0 && recounting_.erase(id) > 0) ledger_.addPast(id, {}, wall());
    anew.insert(recounting_.begin(), recounting_.end());
    if (closing_ || halted_) return;
    if (!anew.empty()) return compareSpends(ledger_.counted(), std::move(anew), false);
    keepMark(check.mark);
    // Behind the start, with the budgets open: whoever changed the mark together with a sum is found too.
    const std::int64_t age = wall() - check.mark.whole_us;
    if (age >= 0 && age < whole_every_us) return;
    std::vector<Budget> all = ledger_.counted();
    for (const Budget& each : all)
        anew.insert(each.id);
    compareSpends(std::move(all), std::move(anew), false);
}

/// A difference is added to the store and to the ledger, so that it does not matter what settles meanwhile.
void Runtime::recounted(const SpendCheck& check, bool counted) {
    std::map<BudgetId, WindowSums> missing;
    for (const SpendFault& fault : check.faults) {
        if (recounting_.count(fault.budget.id) == 0 || halted_ || closing_) continue;
        WindowSum& add = missing[fault.budget.id][fault.window_key];
        add = {fault.counted.spent - fault.stored.spent, fault.counted.simulated - fault.stored.simulated};
        correctSpend(fault, add);
    }
    for (const BudgetId& id : std::exchange(recounting_, {}))
        ledger_.addPast(id, missing[id], wall());
    if (counted && !halted_ && !closing_) keepMark(check.mark);
}

void Runtime::correctSpend(const SpendFault& fault, const WindowSum& add) {
    auto alert = std::make_shared<Alert>();
    alert->detector = "budget.count";
    alert->sentence = fault.sentence() + " It was corrected.";
    alert->evidence = {{"budget", fault.budget.id.str()},
                       {"window", fault.window_key},
                       {"stored", fault.stored.spent.picoString()},
                       {"counted", fault.counted.spent.picoString()}};
    alert->at_us = wall();
    if (fault.wrong()) log::warn("budget", alert->sentence);
    commit(
        [this, fault, add, alert](store::Tx& tx) -> Status {
            config_.store->spendBook().add(tx, fault.budget.id, fault.window_key, add.spent, add.simulated);
            if (!fault.wrong()) return {};
            TALLY_ASSIGN(audit::BudgetEntry entry, budgetEntry(fault.budget, "change"));
            entry.by = "engine";
            entry.reason = logText(alert->sentence);
            TALLY_ASSIGN(alert->log_seq, config_.log->append(tx, entry));
            return store::AlertRepo::insert(tx, *alert);
        },
        [this, alert, wrong = fault.wrong()](const Status& status) {
            if (status && wrong) config_.feed->publish(AlertRaised{*alert});
        });
}

void Runtime::keepMark(const SpendMark& mark) {
    commit([mark](store::Tx& tx) -> Status { return mark.write(tx); }, [](const Status&) {});
}

} // namespace tally::engine
