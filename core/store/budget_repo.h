// Budgets and what was spent of them. Definitions are rows; spend is staged as differences during a group and
// written once per budget and window before its COMMIT, so that 64 settlements of one budget cost one row.
#pragma once
#include "core/model/budget.h"
#include "core/store/writer.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace tally::store {

class BudgetRepo {
public:
    static Status put(Tx& tx, const Budget& budget, std::int64_t now_us); ///< insert or change
    /// The row stays for history, marked removed.
    static Status remove(Tx& tx, const BudgetId& id, std::int64_t now_us);
    static Result<std::vector<Budget>> list(Connection& db);
    static Result<std::vector<BudgetId>> removed(Connection& db);
};

/// Spend of one budget in one window, in the unit of its meter.
struct BudgetSpend {
    BudgetId budget;
    std::string window_key;
    PicoSum spent;
    PicoSum peak; ///< highest spent at any commit: a late, cheaper settlement lowers spent, not this
    bool exhausted = false;
    std::vector<int> warned; ///< thresholds (percent) that were reported
    PicoSum simulated{};     ///< of spent
    bool operator==(const BudgetSpend&) const = default;
};

/// A hook of the writer (Store::spendBook). What is reserved is not here: it is the sum over the reserved
/// attempts.
class SpendBook final : public GroupHook {
public:
    /// Inside an op: adds a difference (may be negative); `simulated` is its share by simulated calls.
    void add(Tx& tx, const BudgetId& budget, const std::string& window_key, PicoSum delta,
             PicoSum simulated = {});
    /// Inside an op: flags of the window from now on.
    void note(Tx& tx, const BudgetId& budget, const std::string& window_key, bool exhausted,
              std::vector<int> warned);
    /// Inside an op: replaces the row, differences and flags that earlier ops of the group staged included;
    /// those of later ops add to it.
    Status set(Tx& tx, const BudgetSpend& spend);

    /// Inside an op: the budget counts something else from now on; its windows and what is staged for them
    /// go.
    Status forget(Tx& tx, const BudgetId& budget);

    static Result<std::optional<BudgetSpend>> get(Connection& db, const BudgetId& budget,
                                                  std::string_view window_key);
    /// All windows of one budget, or of all budgets when empty; newest window last.
    static Result<std::vector<BudgetSpend>> list(Connection& db, const BudgetId& budget = {});

    Status beforeCommit(Tx& tx) override;
    void committed(const CommitInfo&) override { staged_.clear(); }
    Status rolledBack(Connection&) override { return staged_.clear(), Status(); }

private:
    struct Change {
        PicoSum delta, simulated;
        bool noted = false, exhausted = false;
        std::vector<int> warned;
    };
    std::map<std::pair<std::string, std::string>, Change> staged_;
};

} // namespace tally::store
