#include "support_ledger.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::engine;
using namespace tally::test;

class TestLedger : public QObject {
    Q_OBJECT
private slots:
    void admitsAllOrNone() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("org", "org", Window::total, LimitMeter::cost, 1000), sunday_us));
        QVERIFY(
            ledger.setBudget(makeBudget("w", "workflow:w", Window::day, LimitMeter::cost, 100), sunday_us));
        QVERIFY(ledger.setBudget(makeBudget("v", "workflow:v", Window::day, LimitMeter::cost, 1), sunday_us));
        const Reservation first = take(ledger, makeRequest("a", 60));
        QCOMPARE(first.amount().value(), 60);
        QVERIFY(reserved(ledger, "org") == PicoSum::of(60));
        QVERIFY(reserved(ledger, "v") == PicoSum::of(0));
        const Admission second = ledger.admit(makeRequest("b", 101));
        const auto* refused = as<Refused>(second);
        QVERIFY(refused != nullptr);
        QCOMPARE(refused->budget.str(), std::string("w"));
        QVERIFY(refused->missing == PicoSum::of(61));
        QVERIFY(reserved(ledger, "org") ==
                PicoSum::of(60)); // nothing stuck in the budgets that would have allowed it
        QVERIFY(ledger.check());
    }

    void refusalNamesEverything() {
        Ledger ledger;
        auto budget = makeBudget("w", "workflow:w", Window::day, LimitMeter::cost, 5'000'000'000'000);
        QVERIFY(ledger.setBudget(budget, sunday_us));
        ledger.settle(take(ledger, makeRequest("a", 4'000'000'000'000)), costs(4'000'000'000'000));
        const Admission answer = ledger.admit(makeRequest("b", 2'000'000'000'000));
        const auto* refused = as<Refused>(answer);
        QVERIFY(refused != nullptr);
        QCOMPARE(refused->code, std::string("budget.exceeded"));
        for (const char* part : {"workflow:w", "per day", "$5", "$4", "$2", "$1", "2026-11-23T00:00:00"})
            QVERIFY2(refused->sentence.find(part) != std::string::npos, refused->sentence.c_str());
        QVERIFY(ledger.state(BudgetId("w"), sunday_us)->exhausted);
        const auto notices = ledger.takeNotices();
        QCOMPARE(notices.size(), std::size_t(2)); // 80 % and exhausted
        QVERIFY(notices[1].kind == BudgetNotice::Kind::exhausted);
    }

    void hardBudgetWaitsForReservationsOnly() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("r", "run:", Window::run, LimitMeter::cost, 100), sunday_us));
        Reservation first = take(ledger, makeRequest("a", 90));
        const Admission second = ledger.admit(makeRequest("b", 50));
        QVERIFY(as<Wait>(second) != nullptr);
        QVERIFY(as<Wait>(second)->on_reservation);
        QVERIFY(!ledger.state(BudgetId("r"), sunday_us)->exhausted); // a block by reservation looks like one
        QVERIFY(ledger.pump(sunday_us).empty());
        QVERIFY(ledger.settle(std::move(first), costs(50)).changed);
        auto decisions = ledger.pump(sunday_us);
        QCOMPARE(decisions.size(), std::size_t(1));
        QVERIFY(std::holds_alternative<Admitted>(decisions[0].admission));
        // Now the truth leaves no room: refused.
        ledger.settle(AttemptId("b"), costs(50));
        const Admission third = ledger.admit(makeRequest("c", 1));
        QVERIFY(as<Refused>(third) != nullptr);
    }

    void waitsForTheWindow() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(
            makeBudget("h", "workflow:w", Window::hour, LimitMeter::calls, 1, BudgetPolicy::wait),
            sunday_us));
        ledger.settle(take(ledger, makeRequest("a", 1)), costs(1));
        const Admission answer = ledger.admit(makeRequest("b", 1));
        const auto* wait = as<Wait>(answer);
        QVERIFY(wait != nullptr && !wait->on_reservation);
        QCOMPARE(wait->until_us, sunday_us + hour_us);
        QCOMPARE(ledger.nextTurnUs(), sunday_us + hour_us);
        QVERIFY(ledger.pump(sunday_us + hour_us - 1).empty());
        QCOMPARE(ledger.pump(sunday_us + hour_us).size(), std::size_t(1));
        QCOMPARE(ledger.waiting(), std::size_t(0));
    }

    void waitsForAHigherLimit() {
        Ledger ledger;
        auto budget = makeBudget("t", "org", Window::total, LimitMeter::tokens, 10, BudgetPolicy::wait);
        QVERIFY(ledger.setBudget(budget, sunday_us));
        ledger.settle(take(ledger, makeRequest("a", 1)), costs(1));
        QVERIFY(std::holds_alternative<Wait>(ledger.admit(makeRequest("b", 1))));
        QVERIFY(ledger.pump(sunday_us + day_us).empty());
        budget.limit = PicoSum::of(20);
        QVERIFY(ledger.setBudget(budget, sunday_us + day_us));
        QCOMPARE(ledger.pump(sunday_us + day_us).size(), std::size_t(1));
    }

    void firstComeFirstServed() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("o", "org", Window::total, LimitMeter::cost, 100), sunday_us));
        Reservation a = take(ledger, makeRequest("a", 60));
        Reservation b = take(ledger, makeRequest("b", 30));
        QVERIFY(std::holds_alternative<Wait>(ledger.admit(makeRequest("big", 80))));
        // It would fit beside a and b, but would starve the big one.
        QVERIFY(std::holds_alternative<Wait>(ledger.admit(makeRequest("small", 5))));
        QVERIFY(std::holds_alternative<Admitted>(ledger.admit(makeRequest("free", 0))));
        ledger.settle(std::move(b), costs(1));
        QVERIFY(ledger.pump(sunday_us).empty());
        ledger.settle(std::move(a), costs(1));
        const auto decisions = ledger.pump(sunday_us);
        QCOMPARE(decisions.size(), std::size_t(2));
        QCOMPARE(decisions[0].request.attempt.str(), std::string("big"));
        QCOMPARE(decisions[1].request.attempt.str(), std::string("small"));
    }

    void cancelledWaiterLetsOthersPass() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("o", "org", Window::total, LimitMeter::cost, 100), sunday_us));
        const Reservation a = take(ledger, makeRequest("a", 60));
        QVERIFY(std::holds_alternative<Wait>(ledger.admit(makeRequest("big", 80))));
        QVERIFY(std::holds_alternative<Wait>(ledger.admit(makeRequest("small", 5))));
        QVERIFY(ledger.cancelWait(AttemptId("big")));
        QVERIFY(!ledger.cancelWait(AttemptId("big")));
        QCOMPARE(ledger.pump(sunday_us).size(), std::size_t(1));
    }

    void lateTransitionsChangeNothing() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("o", "org", Window::total, LimitMeter::cost, 100), sunday_us));
        (void)take(ledger, makeRequest("a", 60));
        QVERIFY(ledger.settle(AttemptId("a"), costs(7)).changed);
        for (const Transition& late :
             {ledger.settle(AttemptId("a"), costs(9)), ledger.release(AttemptId("a")),
              ledger.inDoubt(AttemptId("a")), ledger.settleLate(AttemptId("a"), costs(1)),
              ledger.settle(AttemptId("never"), costs(1))}) {
            QVERIFY(!late.changed);
            QVERIFY(late.deltas.empty());
            QVERIFY(!late.sentence.empty());
        }
        QVERIFY(spent(ledger, "o") == PicoSum::of(7));
        QVERIFY(reserved(ledger, "o") == PicoSum());
        const Admission twice = (void(ledger.admit(makeRequest("b", 1))), ledger.admit(makeRequest("b", 1)));
        QVERIFY(as<Refused>(twice) != nullptr);
        QCOMPARE(as<Refused>(twice)->code, std::string("budget.duplicate_attempt"));
    }

    void doubtIsBookedAtItsReservation() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("d", "org", Window::day, LimitMeter::cost, 100), sunday_us));
        QVERIFY(
            ledger.setBudget(makeBudget("c", "org", Window::total, LimitMeter::concurrent, 1), sunday_us));
        (void)take(ledger, makeRequest("a", 60));
        const Transition doubt = ledger.inDoubt(AttemptId("a"));
        QVERIFY(doubt.changed && doubt.row.state == AttemptState::in_doubt);
        QCOMPARE(doubt.deltas.size(), std::size_t(1));
        QVERIFY(doubt.deltas[0].delta == PicoSum::of(60));
        QVERIFY(reserved(ledger, "c") == PicoSum()); // not under way any more
        QVERIFY(!ledger.settle(AttemptId("a"), costs(1)).changed);
        // Settled a day later, in the window of admission.
        (void)ledger.pump(sunday_us + day_us);
        const Transition late = ledger.settleLate(AttemptId("a"), costs(4));
        QVERIFY(late.changed && !late.overrun);
        QCOMPARE(late.deltas.size(), std::size_t(1));
        QCOMPARE(late.deltas[0].window_key, std::string("2026-11-22"));
        QVERIFY(late.deltas[0].delta == PicoSum::of(-56));
        QVERIFY(spent(ledger, "d", sunday_us + day_us) == PicoSum());
    }

    void overrunIsBookedAndReported() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("o", "org", Window::total, LimitMeter::cost, 100), sunday_us));
        const Transition over = ledger.settle(take(ledger, makeRequest("a", 90)), costs(130));
        QVERIFY(over.changed && over.overrun);
        QVERIFY(over.cost_overrun == PicoSum::of(40));
        QVERIFY(spent(ledger, "o") == PicoSum::of(130));
        QVERIFY(ledger.check()); // the truth may exceed, and only the truth
        QVERIFY(std::holds_alternative<Refused>(ledger.admit(makeRequest("b", 1))));
        QVERIFY(std::holds_alternative<Admitted>(ledger.admit(makeRequest("free", 0))));
    }

    void reservationStaysInItsWindow() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("d", "org", Window::day, LimitMeter::cost, 100), sunday_us));
        (void)take(ledger, makeRequest("a", 90, makeSubject("r"), sunday_us + day_us - 1));
        // A new day: full headroom, though the call is still under way.
        const std::int64_t monday = sunday_us + day_us;
        (void)take(ledger, makeRequest("b", 95, makeSubject("r"), monday));
        const Transition done = ledger.settle(AttemptId("a"), costs(80));
        QCOMPARE(done.deltas[0].window_key, std::string("2026-11-22"));
        QVERIFY(spent(ledger, "d", monday) == PicoSum());
        QVERIFY(reserved(ledger, "d", monday) == PicoSum::of(95));
        QVERIFY(ledger.check());
    }

    void eachForItself() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("r", "run:", Window::total, LimitMeter::cost, 100), sunday_us));
        QVERIFY(ledger.setBudget(makeBudget("u", "user:", Window::day, LimitMeter::cost, 150), sunday_us));
        QVERIFY(ledger.setBudget(makeBudget("m", "model:m", Window::run, LimitMeter::cost, 120), sunday_us));
        (void)take(ledger, makeRequest("a", 90, makeSubject("one")));
        QVERIFY(std::holds_alternative<Wait>(ledger.admit(makeRequest("b", 90, makeSubject("two"))))); // user
        Subject other = makeSubject("two");
        other.user = "other";
        (void)take(ledger, makeRequest("c", 90, other));
        QCOMPARE(ledger.states(sunday_us).size(), std::size_t(2 + 2 + 2));
        ledger.runEnded(RunId("two"));
        QCOMPARE(ledger.states(sunday_us).size(), std::size_t(1 + 2 + 1));
        QVERIFY(
            ledger.settle(AttemptId("c"), costs(1)).changed); // late, but its deltas still reach the store
    }

    void calledWorkflowsAreChargedAndStopToo() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("child", "workflow:child", Window::total, LimitMeter::cost, 50),
                                 sunday_us));
        QVERIFY(ledger.setBudget(makeBudget("caller", "workflow:w", Window::total, LimitMeter::cost, 100),
                                 sunday_us));
        QVERIFY(ledger.setBudget(makeBudget("each", "workflow:", Window::total, LimitMeter::cost, 500),
                                 sunday_us));
        Subject inside = makeSubject("r");
        inside.called = {{"child", "other"}, {"w", "process"}, {"child", "other"}};
        const auto read = subjectFromJson(nlohmann::json(inside));
        QVERIFY(read && *read == inside);
        auto request = makeRequest("a", 40);
        request.subject = inside;
        ledger.settle(take(ledger, request), costs(30));
        QVERIFY(spent(ledger, "child") == PicoSum::of(30));
        QVERIFY(spent(ledger, "caller") == PicoSum::of(30));
        QCOMPARE(ledger.states(sunday_us).size(), std::size_t(2 + 2)); // "each" has a book for both, once
        request.attempt = AttemptId("b");
        QVERIFY(as<Refused>(ledger.admit(request)) != nullptr); // 30 + 40 > 50 of the called one
        QVERIFY(take(ledger, makeRequest("c", 40)).amount() == Pico::of(40)); // the caller itself may go on
        QVERIFY(ledger.check());
    }

    void newBudgetCountsWhatIsUnderWay() {
        Ledger ledger;
        (void)take(ledger, makeRequest("a", 60));
        (void)take(ledger, makeRequest("doubt", 15));
        ledger.inDoubt(AttemptId("doubt"));
        const auto budget = makeBudget("o", "org", Window::day, LimitMeter::cost, 100);
        const auto rows = ledger.setBudget(budget, sunday_us, true);
        QVERIFY(rows);
        QCOMPARE(rows->size(), std::size_t(1));
        QVERIFY(rows->front().spent == PicoSum::of(15)); // in doubt, once
        // Until it is known what was settled before, nobody passes it.
        QVERIFY(std::holds_alternative<Wait>(ledger.admit(makeRequest("early", 16))));
        QVERIFY(ledger.pump(sunday_us).empty());
        ledger.addPast(budget.id, {{"2026-11-22", {PicoSum::of(10), PicoSum::of(4)}}}, sunday_us);
        QVERIFY(spent(ledger, "o") == PicoSum::of(25));
        QVERIFY(ledger.pump(sunday_us).empty()); // 25 + 60 + 16 > 100: waits for the reservation
        QVERIFY(ledger.cancelWait(AttemptId("early")));
        QVERIFY(reserved(ledger, "o") == PicoSum::of(60));
        ledger.settleLate(AttemptId("doubt"), costs(0));
        ledger.settle(AttemptId("a"), costs(20));
        QVERIFY(spent(ledger, "o") == PicoSum::of(30));
        QVERIFY(ledger.check());
        QVERIFY(!ledger.setBudget(makeBudget("x", "org", Window::total, LimitMeter::cost, -1), sunday_us));
    }

    void simulatedCallsCountWhereTheBudgetSaysSo() {
        Ledger ledger;
        Budget real = makeBudget("real", "org", Window::day, LimitMeter::cost, 100);
        Budget all = makeBudget("all", "workflow:w", Window::day, LimitMeter::cost, 1'000);
        all.count_simulated = true;
        for (const Budget& each : {real, all, makeBudget("calls", "org", Window::day, LimitMeter::calls, 9)})
            QVERIFY(ledger.setBudget(each, sunday_us));
        Subject simulated = makeSubject("r");
        simulated.simulated = true;
        Reservation a = take(ledger, makeRequest("a", 500, simulated)); // far above what "real" lets pass
        QVERIFY(reserved(ledger, "real") == PicoSum() && reserved(ledger, "all") == PicoSum::of(500));
        const Transition settled = ledger.settle(std::move(a), costs(300));
        QCOMPARE(settled.deltas.size(), std::size_t(2)); // all and calls
        QVERIFY(settled.deltas[0].simulated == settled.deltas[0].delta);
        ledger.settle(take(ledger, makeRequest("b", 40)), costs(40));
        const auto states = ledger.states(sunday_us);
        QCOMPARE(states.size(), std::size_t(3));
        QVERIFY(states[0].spent == PicoSum::of(40) && states[0].simulated == PicoSum());
        QVERIFY(states[1].spent == PicoSum::of(340) && states[1].simulated == PicoSum::of(300));
        QVERIFY(states[2].spent == PicoSum::of(2) && states[2].simulated == PicoSum::of(1));
        const Admission no = ledger.admit(makeRequest("c", 61));
        QVERIFY(as<Refused>(no) != nullptr); // real money is held as ever
        // In doubt and settled late: the share follows.
        (void)take(ledger, makeRequest("d", 50, simulated));
        ledger.inDoubt(AttemptId("d"));
        QVERIFY(ledger.state(BudgetId("all"), sunday_us)->simulated == PicoSum::of(350));
        ledger.settleLate(AttemptId("d"), costs(10));
        QVERIFY(ledger.state(BudgetId("all"), sunday_us)->simulated == PicoSum::of(310));
        // Another answer to the question is another budget: it counts anew.
        real.count_simulated = true;
        QVERIFY(ledger.setBudget(real, sunday_us));
        QVERIFY(spent(ledger, "real") == PicoSum());
        const auto again = Ledger::restore({{all}, ledger.spendRows(), {}}, sunday_us);
        QVERIFY(again && again->spendRows().front().simulated == PicoSum::of(310));
        QVERIFY(ledger.check());
    }

    void removedBudgetBlocksNobody() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("o", "org", Window::total, LimitMeter::cost, 10), sunday_us));
        (void)take(ledger, makeRequest("a", 9));
        QVERIFY(std::holds_alternative<Wait>(ledger.admit(makeRequest("b", 9))));
        QVERIFY(ledger.removeBudget(BudgetId("o")));
        QVERIFY(!ledger.removeBudget(BudgetId("o")));
        QCOMPARE(ledger.pump(sunday_us).size(), std::size_t(1));
        QVERIFY(ledger.settle(AttemptId("a"), costs(5)).deltas.empty());
    }

    void warnNeverBlocks() {
        Ledger ledger;
        auto budget = makeBudget("w", "org", Window::day, LimitMeter::cost, 100, BudgetPolicy::warn);
        budget.warn_percent = {50, 80};
        QVERIFY(ledger.setBudget(budget, sunday_us));
        std::vector<int> percents;
        for (int i = 0; i < 15; ++i) {
            ledger.settle(take(ledger, makeRequest("a" + std::to_string(i), 10)), costs(10));
            for (const auto& notice : ledger.takeNotices())
                percents.push_back(notice.percent);
        }
        QCOMPARE(percents, (std::vector<int>{50, 80, 100})); // once each
        ledger.settle(take(ledger, makeRequest("n", 60, makeSubject("r"), sunday_us + day_us)), costs(60));
        QCOMPARE(ledger.takeNotices().size(), std::size_t(1)); // a new window warns anew
    }

    void badAmountsAreRefused() {
        Ledger ledger;
        const Admission low = ledger.admit(makeRequest("a", -1));
        const Admission high = ledger.admit(makeRequest("b", Pico::max_value + 1));
        QCOMPARE(as<Refused>(low)->code, std::string("budget.bad_amount"));
        QCOMPARE(as<Refused>(high)->code, std::string("budget.bad_amount"));
        QVERIFY(std::holds_alternative<Admitted>(ledger.admit(makeRequest("c", Pico::max_value))));
    }

    void restoresExactly() {
        Ledger ledger;
        const auto day = makeBudget("d", "org", Window::day, LimitMeter::cost, 100);
        const auto run = makeBudget("r", "run:", Window::run, LimitMeter::cost, 80);
        QVERIFY(ledger.setBudget(day, sunday_us));
        QVERIFY(ledger.setBudget(run, sunday_us));
        ledger.settle(take(ledger, makeRequest("a", 20)), costs(15));
        (void)take(ledger, makeRequest("b", 30));
        (void)take(ledger, makeRequest("c", 10));
        HeldAttempt doubt = ledger.inDoubt(AttemptId("c")).row;
        const auto subject = subjectFromJson(nlohmann::json(doubt.subject)); // by way of the store's text
        const auto booked = amountsFromJson(nlohmann::json(doubt.booked));
        QVERIFY(subject && *subject == doubt.subject && booked && *booked == doubt.booked);
        const HeldAttempt open{AttemptId("b"), doubt.subject,         costs(30), {},
                               sunday_us,      AttemptState::reserved};
        LedgerState state{{day, run}, ledger.spendRows(), {doubt, open}};
        auto again = Ledger::restore(state, sunday_us);
        QVERIFY(again);
        QVERIFY(again->states(sunday_us) == ledger.states(sunday_us));
        QVERIFY(again->check());
        QVERIFY(again->inDoubt(AttemptId("b")).changed); // the sweep
        QVERIFY(spent(*again, "d") == PicoSum::of(15 + 30 + 10));
        state.open.push_back(state.open.front());
        const auto twice = Ledger::restore(state, sunday_us);
        QVERIFY(!twice);
        QCOMPARE(twice.error().code, std::string("budget.restore"));
    }

    void headroomIsTheTightest() {
        Ledger ledger;
        QVERIFY(ledger.setBudget(makeBudget("o", "org", Window::total, LimitMeter::cost, 1000), sunday_us));
        QVERIFY(
            ledger.setBudget(makeBudget("w", "workflow:w", Window::day, LimitMeter::cost, 100), sunday_us));
        (void)take(ledger, makeRequest("a", 30));
        const Headroom room = ledger.headroom(makeSubject("r"), sunday_us);
        QVERIFY(room.get(LimitMeter::cost) == PicoSum::of(70));
        QCOMPARE(room.by[indexOf(LimitMeter::cost)].str(), std::string("w"));
        QVERIFY(!room.get(LimitMeter::tokens));
    }
};

TALLY_TEST(TestLedger)
#include "test_ledger.moc"
