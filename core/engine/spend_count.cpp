#include "core/engine/spend_count.h"

#include "core/engine/budget_text.h"
#include "core/engine/recovery.h"
#include "core/store/budget_repo.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace tally::engine {

std::string SpendFault::sentence() const {
    const auto text = [&](PicoSum amount) {
        return budget.meter == LimitMeter::cost ? "$" + amount.toString() : amountText(budget.meter, amount);
    };
    return fmt::format("T{}{} was stored as {} spent, its calls come to {}.", budgetName(budget).substr(1),
                       window_key.empty() ? "" : " in window " + window_key, text(stored.spent),
                       text(counted.spent));
}

SpendCount::SpendCount(const std::vector<Budget>& budgets, std::int64_t now_us) {
    bool first = true;
    for (const Budget& budget : budgets) {
        if (isGauge(budget.meter) || budget.meter == LimitMeter::wall_ms) continue;
        budgets_.push_back({budget, windowAt(budget.window, now_us), {}});
        const std::int64_t start_us = budgets_.back().now.start_us;
        since_us_ = first ? start_us : std::min(since_us_, start_us);
        first = false;
    }
}

void SpendCount::add(const PastSpend& past) {
    for (Counted& each : budgets_)
        if (past.at_us >= each.now.start_us) addPast(each.budget, past, each.sums);
}

void SpendCount::begin(const BudgetId& budget, const WindowSums& sums) {
    for (Counted& each : budgets_)
        if (each.budget.id == budget) each.sums = sums;
}

WindowSums SpendCount::current(const BudgetId& budget, const std::set<RunId>& open_runs) const {
    WindowSums out;
    for (const Counted& each : budgets_)
        if (each.budget.id == budget)
            std::copy_if(each.sums.begin(), each.sums.end(), std::inserter(out, out.end()),
                         [&](const auto& sum) { return isCurrent(each, sum.first, &open_runs); });
    return out;
}

bool SpendCount::isCurrent(const Counted& each, const std::string& key, const std::set<RunId>* open_runs) {
    // "2026-11-22/name" of a budget each for itself; windows without an end have no key of their own.
    if (!each.now.key.empty() && key.substr(0, key.find('/')) != each.now.key) return false;
    if (open_runs == nullptr) return true;
    if (each.budget.window == Window::run) return open_runs->count(RunId(key.substr(0, key.find('/')))) > 0;
    const bool by_run = each.budget.scope.type == ScopeType::run && each.budget.scope.name.empty();
    const auto slash = key.rfind('/');
    return !by_run || open_runs->count(RunId(slash == std::string::npos ? key : key.substr(slash + 1))) > 0;
}

std::vector<SpendFault> SpendCount::faults(const std::vector<SpendRow>& stored,
                                           const std::set<RunId>* open_runs) const {
    std::vector<SpendFault> out;
    for (const Counted& each : budgets_) {
        std::map<std::string, std::pair<WindowSum, WindowSum>> windows; // stored and counted
        for (const SpendRow& row : stored)
            if (row.budget == each.budget.id) windows[row.window_key].first = {row.spent, row.simulated};
        for (const auto& [key, sum] : each.sums)
            windows[key].second = sum;
        for (const auto& [key, sums] : windows) {
            if (isCurrent(each, key, open_runs) && sums.first != sums.second)
                out.push_back({each.budget, key, sums.first, sums.second});
        }
    }
    return out;
}

Result<std::vector<SpendFault>> countSpends(store::Connection& db, const std::vector<Budget>& budgets,
                                            std::int64_t now_us) {
    SpendCount count(budgets, now_us);
    TALLY_TRY(eachPastSpend(db, {.since_us = count.sinceUs()},
                            [&](const PastSpend& past, std::string_view) { count.add(past); }));
    TALLY_ASSIGN(const auto rows, store::SpendBook::list(db));
    std::vector<SpendRow> stored;
    stored.reserve(rows.size());
    for (const store::BudgetSpend& row : rows)
        stored.push_back({row.budget, row.window_key, row.spent, row.exhausted, row.warned, row.simulated});
    return count.faults(stored);
}

} // namespace tally::engine
