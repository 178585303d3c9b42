// Whether what budgets hold as spent is what their attempts come to (DESIGN section 6: on start, spent = Σ
// actual). The counting is pure; countSpends() reads one snapshot of the store. Reader threads.
#pragma once
#include "core/engine/budget_forecast.h"
#include "core/store/connection.h"

#include <set>

namespace tally::engine {

/// One window of a budget whose stored sums are not those of its attempts.
struct SpendFault {
    Budget budget;
    std::string window_key;
    WindowSum stored, counted;
    /// False: the sum is right, only its simulated share is not (a workspace of schema 2 had none).
    [[nodiscard]] bool wrong() const { return stored.spent != counted.spent; }
    [[nodiscard]] std::string sentence() const;
};

class SpendCount {
public:
    /// Levels and time are not sums of attempts; budgets of those are left out.
    SpendCount(const std::vector<Budget>& budgets, std::int64_t now_us);
    /// What was admitted before this cannot count in any of them.
    [[nodiscard]] std::int64_t sinceUs() const { return since_us_; }
    void add(const PastSpend& past);
    /// Goes on from what was counted before.
    void begin(const BudgetId& budget, const WindowSums& sums);
    /// Its sums in windows that are not over, windows of runs only while the run is open.
    [[nodiscard]] WindowSums current(const BudgetId& budget, const std::set<RunId>& open_runs) const;
    /// Only windows that are not over: nobody looks at the others any more. With `open_runs` no windows of
    /// other runs either.
    [[nodiscard]] std::vector<SpendFault> faults(const std::vector<SpendRow>& stored,
                                                 const std::set<RunId>* open_runs = nullptr) const;

private:
    struct Counted {
        Budget budget;
        WindowSpan now;
        WindowSums sums;
    };
    static bool isCurrent(const Counted& each, const std::string& key, const std::set<RunId>* open_runs);

    std::vector<Counted> budgets_;
    std::int64_t since_us_ = 0;
};

/// `db` is inside one read transaction. Errors: those of the store.
Result<std::vector<SpendFault>> countSpends(store::Connection& db, const std::vector<Budget>& budgets,
                                            std::int64_t now_us);

} // namespace tally::engine
