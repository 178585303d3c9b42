// Pure arithmetic around budgets for the engine and the Budgets page: forecasting, "what
// would have happened". Integers only; no clock, no IO.
#pragma once
#include "core/engine/ledger_values.h"

namespace tally::engine {

struct Forecast {
    PicoSum projected; ///< at the end of the window at the pace so far; = spent without an end
    std::int64_t used_up_us =
        0;             ///< when the limit is reached at this pace; 0: not in this window, or no pace
    bool over = false; ///< projected above the limit
};
/// Linear: what was spent since `since_us` (start of the window, or the first spend of an open one) goes on.
Forecast forecast(const BudgetState& state, std::int64_t since_us, std::int64_t now_us);

/// One settled attempt of the past.
struct PastSpend {
    std::int64_t at_us = 0; ///< admission
    Subject subject;
    Amounts amounts;
};
/// Adds one settled attempt to the windows of a budget that it belongs to, by window key: for
/// Ledger::addPast.
void addPast(const Budget& budget, const PastSpend& past, WindowSums& sums);

struct WhatIf {
    struct InWindow {
        std::string window_key;
        PicoSum history; ///< what was really used
        PicoSum allowed; ///< what the budget would have let through
        std::int64_t blocked_steps = 0;
        std::int64_t first_block_us = 0;
    };
    std::vector<InWindow> windows;
    std::int64_t first_block_us = 0; ///< 0: never
    std::int64_t blocked_steps = 0;
    std::int64_t runs_stopped = 0;
    PicoSum blocked_amount; ///< in the budget's unit
    PicoSum blocked_cost;   ///< what those steps cost
};
/// History in order of time, judged by what steps really used (a live budget judges the worst case, so it
/// blocks no later than this). hard: a run stops at its first refusal and its later steps count as blocked.
/// wait: the step counts as held, its run goes on in the next window. warn: nothing is blocked, the steps
/// above the limit are counted. Error budget.no_history for levels (concurrent, state_bytes), which settled
/// spends do not show.
Result<WhatIf> whatIf(const Budget& budget, const std::vector<PastSpend>& history);

} // namespace tally::engine
