#include "core/api/budget_admin.h"

#include "core/engine/spend_count.h"
#include "core/store/store.h"

namespace tally::api {

Result<std::vector<std::string>> wrongBudgets(const std::string& dir, std::int64_t now_us) {
    TALLY_ASSIGN(auto db, store::Store::openReadOnly(dir));
    TALLY_TRY(db.exec("BEGIN")); // sums and calls of one moment, whoever writes meanwhile
    TALLY_ASSIGN(const auto budgets, store::BudgetRepo::list(db));
    TALLY_ASSIGN(const auto faults, engine::countSpends(db, budgets, now_us));
    std::vector<std::string> out;
    for (const engine::SpendFault& fault : faults)
        if (fault.wrong()) out.push_back(fault.sentence());
    return out;
}

} // namespace tally::api
