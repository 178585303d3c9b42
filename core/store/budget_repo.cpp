#include "core/store/budget_repo.h"

#include "core/store/columns.h"

#include <fmt/format.h>

namespace tally::store {

namespace {
std::string percents(const std::vector<int>& values) {
    std::string text;
    for (const int value : values)
        text += fmt::format("{}{}", text.empty() ? "" : ",", value);
    return text;
}
std::vector<int> percentsFrom(std::string_view text) {
    std::vector<int> values;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at < end) {
        int value = 0;
        const auto [next, error] = std::from_chars(at, end, value);
        if (error != std::errc()) break;
        values.push_back(value);
        at = next < end ? next + 1 : next;
    }
    return values;
}
constexpr std::string_view spend_columns = "budget, window_key, spent, peak, exhausted, warned, simulated";
BudgetSpend readSpend(const Query& q) {
    BudgetSpend spend;
    spend.budget = BudgetId(q.text(0));
    spend.window_key = q.text(1);
    spend.spent = sumColumn(q.view(2));
    spend.peak = sumColumn(q.view(3));
    spend.exhausted = q.i64(4) != 0;
    spend.warned = percentsFrom(q.view(5));
    spend.simulated = sumColumn(q.view(6));
    return spend;
}
Status writeSpend(Tx& tx, const BudgetSpend& s) {
    return tx.db().run(
        "INSERT INTO budget_spend(budget, window_key, spent, peak, exhausted, warned, simulated) "
        "VALUES(?,?,?,?,?,?,?) "
        "ON CONFLICT(budget, window_key) DO UPDATE SET spent=excluded.spent, peak=excluded.peak, "
        "exhausted=excluded.exhausted, warned=excluded.warned, simulated=excluded.simulated",
        s.budget.str(), s.window_key, s.spent.picoString(), s.peak.picoString(), s.exhausted,
        percents(s.warned), s.simulated.picoString());
}
} // namespace

Status BudgetRepo::put(Tx& tx, const Budget& b, std::int64_t now_us) {
    return tx.db().run(
        "INSERT INTO budgets(id, scope, win, meter, lim, policy, warn_percent, by, reason, label, "
        "changed_us, simulated, removed_us) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,0) ON CONFLICT(id) DO UPDATE SET scope=excluded.scope, "
        "win=excluded.win, "
        "meter=excluded.meter, lim=excluded.lim, policy=excluded.policy, warn_percent=excluded.warn_percent, "
        "by=excluded.by, reason=excluded.reason, label=excluded.label, changed_us=excluded.changed_us, "
        "simulated=excluded.simulated, removed_us=0",
        b.id.str(), b.scope.str(), toString(b.window), toString(b.meter), b.limit.picoString(),
        toString(b.policy), percents(b.warn_percent), b.by, b.reason, b.label, now_us, b.count_simulated);
}

Status BudgetRepo::remove(Tx& tx, const BudgetId& id, std::int64_t now_us) {
    return tx.db().run("UPDATE budgets SET removed_us=?2 WHERE id=?1 AND removed_us=0", id.str(), now_us);
}

Result<std::vector<Budget>> BudgetRepo::list(Connection& db) {
    TALLY_ASSIGN(
        auto q,
        db.query("SELECT id, scope, win, meter, lim, policy, warn_percent, by, reason, label, simulated FROM "
                 "budgets WHERE removed_us=0 ORDER BY id"));
    std::vector<Budget> budgets;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return budgets;
        Budget b;
        b.id = BudgetId(q.text(0));
        TALLY_ASSIGN(b.scope, Scope::parse(q.view(1)));
        TALLY_ASSIGN(b.window, parseWindow(q.view(2)));
        TALLY_ASSIGN(b.meter, parseLimitMeter(q.view(3)));
        TALLY_ASSIGN(b.limit, PicoSum::parsePico(q.view(4)));
        TALLY_ASSIGN(b.policy, parseBudgetPolicy(q.view(5)));
        b.warn_percent = percentsFrom(q.view(6));
        b.by = q.text(7);
        b.reason = q.text(8);
        b.label = q.text(9);
        b.count_simulated = q.i64(10) != 0;
        budgets.push_back(std::move(b));
    }
}

Result<std::vector<BudgetId>> BudgetRepo::removed(Connection& db) {
    TALLY_ASSIGN(auto q, db.query("SELECT id FROM budgets WHERE removed_us<>0 ORDER BY id"));
    std::vector<BudgetId> ids;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return ids;
        ids.emplace_back(q.text(0));
    }
}

void SpendBook::add(Tx& tx, const BudgetId& budget, const std::string& window_key, PicoSum delta,
                    PicoSum simulated) {
    tx.touch();
    Change& change = staged_[{budget.str(), window_key}];
    change.delta += delta;
    change.simulated += simulated;
}

void SpendBook::note(Tx& tx, const BudgetId& budget, const std::string& window_key, bool exhausted,
                     std::vector<int> warned) {
    tx.touch();
    auto& change = staged_[{budget.str(), window_key}];
    change.noted = true;
    change.exhausted = exhausted;
    change.warned = std::move(warned);
}

Status SpendBook::set(Tx& tx, const BudgetSpend& spend) {
    tx.touch();
    staged_.erase({spend.budget.str(), spend.window_key});
    return writeSpend(tx, spend);
}

Status SpendBook::forget(Tx& tx, const BudgetId& budget) {
    tx.touch();
    std::erase_if(staged_, [&](const auto& each) { return each.first.first == budget.str(); });
    return tx.db().run("DELETE FROM budget_spend WHERE budget=?", budget.str());
}

Status SpendBook::beforeCommit(Tx& tx) {
    for (const auto& [key, change] : staged_) {
        TALLY_ASSIGN(auto found, get(tx.db(), BudgetId(key.first), key.second));
        BudgetSpend spend = found.value_or(BudgetSpend{BudgetId(key.first), key.second, {}, {}, false, {}});
        spend.spent += change.delta;
        spend.simulated += change.simulated;
        if (spend.spent > spend.peak) spend.peak = spend.spent;
        if (change.noted) {
            spend.exhausted = change.exhausted;
            spend.warned = change.warned;
        }
        TALLY_TRY(writeSpend(tx, spend));
    }
    return {};
}

Result<std::optional<BudgetSpend>> SpendBook::get(Connection& db, const BudgetId& budget,
                                                  std::string_view window_key) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("SELECT {} FROM budget_spend WHERE budget=? AND window_key=?",
                                              spend_columns)));
    TALLY_ASSIGN(const bool found, q.args(budget.str(), window_key).step());
    if (!found) return std::optional<BudgetSpend>();
    return std::optional<BudgetSpend>(readSpend(q));
}

Result<std::vector<BudgetSpend>> SpendBook::list(Connection& db, const BudgetId& budget) {
    TALLY_ASSIGN(auto q,
                 db.query(fmt::format(
                     "SELECT {} FROM budget_spend WHERE ?1='' OR budget=?1 ORDER BY budget, window_key",
                     spend_columns)));
    q.args(budget.str());
    std::vector<BudgetSpend> spends;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return spends;
        spends.push_back(readSpend(q));
    }
}

} // namespace tally::store
