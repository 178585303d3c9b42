// How far the sums of budgets are known to be those of their attempts, so that a start need not count them
// all again. A mark holds sums that were counted from the attempts themselves, never those that budgets book:
// a stored sum that is not what its calls come to differs from mark + later attempts too. The mark is no
// evidence against somebody who changes it together with a sum: for that all attempts are counted behind the
// start once a day, and by `tally doctor`. Reader threads.
#pragma once
#include "core/engine/spend_count.h"
#include "core/store/writer.h"

#include <optional>
#include <set>

namespace tally::engine {

struct SpendMark {
    struct Marked {
        std::string books; ///< what the budget counted
        WindowSums sums;   ///< of windows that are not over
    };
    /// Settled attempts with a smaller id are in the sums …
    std::string before;
    /// … except these, which were open or not written yet.
    std::vector<AttemptId> open;
    std::map<BudgetId, Marked> budgets;
    std::int64_t whole_us = 0; ///< wall clock: when all attempts were counted last

    [[nodiscard]] bool covers(const Budget& budget) const;
    [[nodiscard]] std::string text() const;
    /// Nothing when it cannot be read: then all attempts are counted.
    static std::optional<SpendMark> fromText(std::string_view text);
    /// Of the workspace; nothing: there is none yet.
    static Result<std::optional<SpendMark>> read(store::Connection& db);
    Status write(store::Tx& tx) const;
};

/// What is compared, and how.
struct SpendScope {
    std::vector<Budget> budgets;
    std::int64_t now_us = 0;
    std::vector<AttemptId> under_way; ///< have an id, and may be in the store or not
    bool marked_only = false;         ///< leaves out budgets that the mark does not cover
    std::set<BudgetId> anew;          ///< counted from all attempts, whatever the mark says
};
struct SpendCheck {
    std::set<BudgetId> compared;
    std::vector<SpendFault> faults;
    SpendMark mark; ///< up to this snapshot, of those that were compared
};
/// `db` is inside one read transaction. A fault of a budget that was not counted anew may come from a clock
/// that was set back (ids of attempts are ordered by it): count it anew before believing it.
Result<SpendCheck> checkSpends(store::Connection& db, const SpendScope& scope);

} // namespace tally::engine
