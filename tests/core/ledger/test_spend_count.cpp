// Whether stored sums of budgets are those of their calls.
#include "core/engine/spend_count.h"
#include "support_ledger.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::engine;
using namespace tally::test;

class TestSpendCount : public QObject {
    Q_OBJECT
private slots:
    void aSumThatIsNotThatOfItsCallsIsFound() {
        const Budget day = makeBudget("d", "org", Window::day, LimitMeter::cost, 100);
        const Budget runs = makeBudget("r", "run:", Window::run, LimitMeter::calls, 100);
        const Budget level = makeBudget("l", "org", Window::day, LimitMeter::concurrent, 100);
        SpendCount count({day, runs, level}, sunday_us + day_us);
        QCOMPARE(count.sinceUs(), std::int64_t{0}); // runs may be older than the day
        const auto past = [&](std::int64_t at, std::int64_t cost) {
            count.add({at, makeSubject("r1"), costs(cost)});
        };
        past(sunday_us, 90); // yesterday
        past(sunday_us + day_us, 30);
        past(sunday_us + day_us + 1, 3);
        const std::vector<SpendRow> right = {{day.id, "2026-11-22", PicoSum::of(7), false, {}},
                                             {day.id, "2026-11-23", PicoSum::of(33), false, {}},
                                             {runs.id, "r1", PicoSum::of(3), false, {}},
                                             {BudgetId("gone"), "", PicoSum::of(9), false, {}}};
        QVERIFY(count.faults(right).empty());
        auto wrong = right;
        wrong[1].spent = PicoSum::of(5);
        wrong.erase(wrong.begin() + 2);
        const auto faults = count.faults(wrong);
        QCOMPARE(faults.size(), std::size_t(2));
        QVERIFY(faults[0].wrong() && faults[0].counted.spent == PicoSum::of(33));
        QCOMPARE(
            QString::fromStdString(faults[0].sentence()),
            QString("The hard cost budget of org per day in window 2026-11-23 was stored as $0.000000000005 "
                    "spent, its calls come to $0.000000000033."));
        QVERIFY(faults[1].stored.spent == PicoSum() && faults[1].counted.spent == PicoSum::of(3));
    }
};

TALLY_TEST(TestSpendCount)
#include "test_spend_count.moc"
