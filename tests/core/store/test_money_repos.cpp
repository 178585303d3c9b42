// Budgets, what was spent of them, and attempts: rows that money depends on.
#include "core/store/attempt_repo.h"
#include "tests/core/store/support_rows.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::store;
using namespace tally::test;

class MoneyReposTest : public QObject {
    Q_OBJECT

    static BudgetSpend spend(Rows& rows, const std::string& window = "w") {
        const auto found = rows.read<std::optional<BudgetSpend>>(
            [&](Connection& db) { return SpendBook::get(db, BudgetId("b"), window); });
        return found.value_or(BudgetSpend());
    }
    static WriteOp add(Rows& rows, std::int64_t delta, const std::string& window = "w") {
        return [&rows, delta, window](Tx& tx) {
            rows.store->spendBook().add(tx, BudgetId("b"), window, PicoSum::of(delta));
            return Status();
        };
    }
    static AttemptRow attempt(const std::string& id, RunNo run = 1) {
        AttemptRow row;
        row.id = AttemptId(id);
        row.run = run;
        row.path = "ask";
        row.provider = "sim";
        row.model = "one";
        row.reserved = Pico::of(500);
        row.subject = "{}";
        row.amounts = "{\"cost\":500}";
        row.intent = "{}";
        row.boot = "boot";
        row.created_us = 3;
        return row;
    }

private slots:
    void budgetsComeBackAsTheyWereSet() {
        Rows rows;
        Budget budget;
        budget.id = BudgetId("b");
        budget.scope = {ScopeType::workflow, "triage"};
        budget.window = Window::month;
        budget.meter = LimitMeter::tokens;
        budget.limit = PicoSum::of(static_cast<Int128>(INT64_MAX) * 1'000);
        budget.policy = BudgetPolicy::wait;
        budget.warn_percent = {50, 80, 99};
        budget.by = "lead";
        budget.reason = "trial";
        budget.label = "tokens of the month";
        QVERIFY(rows.write([&](Tx& tx) { return BudgetRepo::put(tx, budget, 1); }));
        QVERIFY(rows.read<std::vector<Budget>>(BudgetRepo::list) == std::vector<Budget>{budget});
        budget.limit = PicoSum::of(7);
        budget.warn_percent = {};
        QVERIFY(rows.write([&](Tx& tx) { return BudgetRepo::put(tx, budget, 2); }));
        QVERIFY(rows.read<std::vector<Budget>>(BudgetRepo::list) == std::vector<Budget>{budget});
        QVERIFY(rows.write([&](Tx& tx) { return BudgetRepo::remove(tx, budget.id, 3); }));
        QVERIFY(rows.read<std::vector<Budget>>(BudgetRepo::list).empty());
        QCOMPARE(rows.read<std::int64_t>(
                     [](Connection& db) { return db.scalar("SELECT removed_us FROM budgets WHERE id='b'"); }),
                 std::int64_t{3}); // history stays
        QVERIFY(rows.write([&](Tx& tx) { return BudgetRepo::put(tx, budget, 4); }));
        QCOMPARE(rows.read<std::vector<Budget>>(BudgetRepo::list).size(), std::size_t{1});
    }
    void aBudgetThatCannotBeReadIsAnErrorNotAbsent() {
        Rows rows;
        Budget budget;
        budget.id = BudgetId("b");
        QVERIFY(rows.write([&](Tx& tx) -> Status {
            TALLY_TRY(BudgetRepo::put(tx, budget, 1));
            return tx.db().run("UPDATE budgets SET lim='much'");
        }));
        QVERIFY(!rows.store->readers().read<std::vector<Budget>>(BudgetRepo::list));
    }
    void differencesOfAGroupAreOneRow() {
        Rows rows(false);
        for (const std::int64_t delta : {100, -30, 5})
            rows.writer().submit(add(rows, delta));
        rows.writer().submit(add(rows, 1, "other"));
        rows.writer().submit([&](Tx& tx) {
            rows.store->spendBook().note(tx, BudgetId("b"), "w", true, {50, 80});
            return Status();
        });
        rows.store->start();
        rows.writer().drain();
        const BudgetSpend now = spend(rows);
        QCOMPARE(now.spent, PicoSum::of(75));
        QCOMPARE(now.peak, PicoSum::of(75)); // of commits, not of the differences inside one
        QVERIFY(now.exhausted);
        QCOMPARE(now.warned, (std::vector<int>{50, 80}));
        QVERIFY(rows.write(add(rows, -70)));
        QCOMPARE(spend(rows).spent, PicoSum::of(5));
        QCOMPARE(spend(rows).peak, PicoSum::of(75));
        QVERIFY(spend(rows).exhausted); // flags stay until noted again
        const auto all =
            rows.read<std::vector<BudgetSpend>>([](Connection& db) { return SpendBook::list(db); });
        QCOMPARE(all.size(), std::size_t{2});
        QCOMPARE(QString::fromStdString(all[0].window_key), QString("other"));
    }
    void aReplacedRowForgetsWhatItsGroupStagedBefore() {
        Rows rows(false);
        const BudgetSpend known{BudgetId("b"), "w", PicoSum::of(5), PicoSum::of(6), true, {80}};
        rows.writer().submit(add(rows, 5));
        rows.writer().submit([&](Tx& tx) {
            rows.store->spendBook().note(tx, BudgetId("b"), "w", false, {10});
            return Status();
        });
        rows.writer().submit([&](Tx& tx) { return rows.store->spendBook().set(tx, known); });
        rows.store->start();
        rows.writer().drain();
        QVERIFY(spend(rows) == known); // not 10
        QVERIFY(rows.write(add(rows, 2)));
        QCOMPARE(spend(rows).spent, PicoSum::of(7));
    }
    void differencesAfterAReplacementAddToIt() {
        Rows rows(false);
        rows.writer().submit([&](Tx& tx) {
            return rows.store->spendBook().set(tx, {BudgetId("b"), "w", PicoSum::of(5), {}, {}, {}});
        });
        rows.writer().submit(add(rows, 2));
        rows.store->start();
        rows.writer().drain();
        QCOMPARE(spend(rows).spent, PicoSum::of(7));
    }
    void stagedSpendDiesWithItsOp() {
        Rows rows(false);
        rows.writer().submit(add(rows, 5));
        rows.writer().submit([&](Tx& tx) -> Status {
            TALLY_TRY(add(rows, 1'000)(tx));
            return fail("test", "too late");
        });
        rows.writer().submit([&](Tx& tx) -> Status {
            TALLY_TRY(rows.store->spendBook().set(tx, {BudgetId("b"), "w", PicoSum::of(9), {}, {}, {}}));
            return fail("test", "too late");
        });
        rows.store->start();
        rows.writer().drain();
        QCOMPARE(spend(rows).spent, PicoSum::of(5));
    }
    void attemptsChangeStateOnlyBySwap() {
        Rows rows;
        for (const char* id : {"a", "b", "c"})
            QVERIFY(rows.write([&](Tx& tx) { return AttemptRepo::insert(tx, attempt(id)); }));
        const auto swapped = [&](const std::function<Result<bool>(Tx&)>& op) {
            bool won = false;
            const auto status = rows.write([&](Tx& tx) -> Status {
                TALLY_ASSIGN(won, op(tx));
                return {};
            });
            return status && won;
        };
        const AttemptId a("a");
        const AttemptId b("b");
        const AttemptId c("c");
        using State = AttemptState;
        const auto settle = [&](const AttemptId& id, State from) {
            return swapped([&, from](Tx& tx) {
                return AttemptRepo::settle(tx, id, from, Pico::of(42), "{\"cost\":42}", 7, 8);
            });
        };
        QVERIFY(!settle(a, State::in_doubt));
        QVERIFY(settle(a, State::reserved));
        QVERIFY(!settle(a, State::reserved)); // a late reply changes nothing
        QVERIFY(!swapped([&](Tx& tx) { return AttemptRepo::release(tx, a, State::reserved, 9); }));
        QVERIFY(swapped([&](Tx& tx) { return AttemptRepo::release(tx, b, State::reserved, 9); }));
        QVERIFY(swapped([&](Tx& tx) { return AttemptRepo::markInDoubt(tx, c, "{\"cost\":500}", 11, 12); }));
        QVERIFY(!swapped([&](Tx& tx) { return AttemptRepo::markInDoubt(tx, c, "{}", 11, 12); }));
        const auto of = [&](State state) {
            return rows.read<std::vector<AttemptRow>>(
                [state](Connection& db) { return AttemptRepo::inState(db, state); });
        };
        QCOMPARE(of(State::settled).size(), std::size_t{1});
        QCOMPARE(of(State::settled)[0].cost, Pico::of(42));
        QCOMPARE(of(State::settled)[0].log_seq, std::int64_t{7});
        QCOMPARE(of(State::released)[0].cost, Pico());
        QCOMPARE(of(State::in_doubt)[0].cost, Pico::of(500)); // booked at its reservation
        QVERIFY(of(State::reserved).empty());
        QVERIFY(settle(c, State::in_doubt));
        QVERIFY(of(State::in_doubt).empty());
        const auto settled = of(State::settled);
        QCOMPARE(settled.size(), std::size_t{2});
        QCOMPARE(QString::fromStdString(settled[0].booked), QString("{\"cost\":42}"));
        QCOMPARE(QString::fromStdString(
                     Rows::code(rows.write([&](Tx& tx) { return AttemptRepo::insert(tx, attempt("a")); }))),
                 QString("store.constraint"));
    }
};
TALLY_TEST(MoneyReposTest)
#include "test_money_repos.moc"
