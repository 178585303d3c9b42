#include "core/engine/budget_forecast.h"

#include "core/engine/budget_index.h"

#include <map>
#include <unordered_set>

namespace tally::engine {
namespace {

/// a * b / c without an overflow of the product for the sizes that occur (amounts below 2^90, times below
/// 2^62).
Int128 scale(Int128 a, std::int64_t b, std::int64_t c) {
    const Int128 whole = a / c, rest = a % c;
    return whole * b + rest * b / c;
}

} // namespace

Forecast forecast(const BudgetState& state, std::int64_t since_us, std::int64_t now_us) {
    Forecast out;
    out.projected = state.spent;
    const std::int64_t elapsed = now_us - since_us;
    if (isGauge(state.budget.meter) || elapsed <= 0 || state.spent <= PicoSum()) {
        out.over = out.projected > state.budget.limit;
        return out;
    }
    if (state.window_end_us > since_us)
        out.projected = PicoSum::of(
            scale(state.spent.value(), std::max(state.window_end_us, now_us) - since_us, elapsed));
    out.over = out.projected > state.budget.limit;
    if (state.spent >= state.budget.limit) {
        out.used_up_us = now_us;
        return out;
    }
    // limit / spent * elapsed, capped: a limit far away is as good as none.
    const Int128 left = (state.budget.limit - state.spent).value();
    if (left / state.spent.value() > (std::int64_t{1} << 50) / elapsed) return out;
    const Int128 wait =
        left / state.spent.value() * elapsed + left % state.spent.value() * elapsed / state.spent.value();
    const auto at = now_us + static_cast<std::int64_t>(wait);
    if (state.window_end_us == 0 || at < state.window_end_us) out.used_up_us = at;
    return out;
}

void addPast(const Budget& budget, const PastSpend& past, WindowSums& sums) {
    if (isGauge(budget.meter)) return;
    const PicoSum amount = past.amounts.get(budget.meter);
    for (const WindowSpan& span : bookSpans(budget, past.subject, windowAt(budget.window, past.at_us))) {
        WindowSum& sum = sums[span.key];
        sum.spent += amount;
        if (past.subject.simulated) sum.simulated += amount;
    }
}

Result<WhatIf> whatIf(const Budget& budget, const std::vector<PastSpend>& history) {
    if (isGauge(budget.meter))
        return fail("budget.no_history",
                    "settled spends do not show how many calls ran at once or how much state a run held",
                    "set the budget with policy warn and watch it for a while");
    WhatIf out;
    std::map<std::string, std::size_t> windows;
    std::unordered_set<RunId> stopped;
    WindowSpan span;
    const auto judge = [&](const PastSpend& past, const std::string& key) {
        const auto [found, fresh] = windows.emplace(key, out.windows.size());
        if (fresh) out.windows.push_back({key, {}, {}, 0, 0});
        WhatIf::InWindow& window = out.windows[found->second];
        const PicoSum amount = past.amounts.get(budget.meter);
        window.history += amount;
        const bool run_gone = budget.policy == BudgetPolicy::hard && stopped.count(past.subject.run) > 0;
        const bool fits = amount == PicoSum() || window.allowed + amount <= budget.limit;
        if (fits && !run_gone) {
            window.allowed += amount;
            return;
        }
        if (!fits && window.first_block_us == 0) window.first_block_us = past.at_us;
        if (out.first_block_us == 0) out.first_block_us = past.at_us;
        ++window.blocked_steps;
        ++out.blocked_steps;
        if (budget.policy == BudgetPolicy::warn) {
            window.allowed += amount;
            return;
        }
        out.blocked_amount += amount;
        out.blocked_cost += past.amounts.get(LimitMeter::cost);
        if (budget.policy == BudgetPolicy::hard && stopped.insert(past.subject.run).second)
            ++out.runs_stopped;
    };
    for (const PastSpend& past : history) {
        if (span.end_us == 0 || past.at_us < span.start_us || past.at_us >= span.end_us)
            span = windowAt(budget.window, past.at_us);
        for (const WindowSpan& book : bookSpans(budget, past.subject, span))
            judge(past, book.key);
    }
    return out;
}

} // namespace tally::engine
