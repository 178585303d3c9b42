// What is not spent by the call: time that passes, bytes that are held, calls under way.
#include "support_ledger.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::engine;
using namespace tally::test;

class TestLedgerLevels : public QObject {
    Q_OBJECT
private slots:
    void computingTimeBlocksWhenItIsUsedUp() {
        Ledger ledger;
        QVERIFY(
            ledger.setBudget(makeBudget("t", "org", Window::total, LimitMeter::compute_ms, 1000), sunday_us));
        ledger.settle(take(ledger, makeRequest("a", 0)), Amounts::call(PicoSum(), 10, 4600));
        QVERIFY(spent(ledger, "t") == PicoSum::of(4600));
        QVERIFY(as<Refused>(ledger.admit(makeRequest("b", 0))) != nullptr);
        QVERIFY(ledger.check());
    }

    void timeIsChargedAndBreaches() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("t", "run:", Window::run, LimitMeter::wall_ms, 1000), sunday_us));
        const Subject run = makeSubject("r");
        QCOMPARE(*ledger.wallLeftMs(run, sunday_us), 1000);
        QVERIFY(ledger.charge(run, LimitMeter::wall_ms, PicoSum::of(999), sunday_us).breaches.empty());
        QVERIFY(std::holds_alternative<Admitted>(ledger.admit(makeRequest("a", 1))));
        const auto result = ledger.charge(run, LimitMeter::wall_ms, PicoSum::of(5), sunday_us);
        QCOMPARE(result.breaches.size(), std::size_t(1));
        QCOMPARE(result.deltas.size(), std::size_t(1));
        QCOMPARE(*ledger.wallLeftMs(run, sunday_us), 0);
        QVERIFY(std::holds_alternative<Refused>(ledger.admit(makeRequest("b", 0))));
        QVERIFY(!ledger.wallLeftMs(Subject{}, sunday_us));
        QVERIFY(ledger.check());
    }

    void bytesAreALevel() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("s", "workflow:w", Window::day, LimitMeter::state_bytes, 100),
                                 sunday_us));
        QVERIFY(!ledger.setStateBytes(makeSubject("one"), 60, sunday_us));
        const auto refused = ledger.setStateBytes(makeSubject("two"), 41, sunday_us);
        QVERIFY(refused && refused->missing == PicoSum::of(1));
        QVERIFY(!ledger.setStateBytes(makeSubject("two"), 40, sunday_us));
        QVERIFY(!ledger.setStateBytes(makeSubject("one"), 10, sunday_us));
        QVERIFY(reserved(ledger, "s") == PicoSum::of(50));
        ledger.runEnded(RunId("two"));
        QVERIFY(reserved(ledger, "s") == PicoSum::of(10));
        QVERIFY(ledger.check());
    }

    void concurrentIsALevelAcrossDays() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("c", "org", Window::day, LimitMeter::concurrent, 2), sunday_us));
        Reservation a = take(ledger, makeRequest("a", 1));
        const Reservation b = take(ledger, makeRequest("b", 1));
        QVERIFY(std::holds_alternative<Wait>(
            ledger.admit(makeRequest("c", 1, makeSubject("r"), sunday_us + day_us))));
        ledger.settle(std::move(a), costs(1));
        QCOMPARE(ledger.pump(sunday_us + day_us).size(), std::size_t(1));
        QVERIFY(spent(ledger, "c") == PicoSum());
    }
};

TALLY_TEST(TestLedgerLevels)
#include "test_ledger_levels.moc"
