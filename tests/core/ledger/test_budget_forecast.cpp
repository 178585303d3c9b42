#include "core/engine/budget_forecast.h"
#include "support_ledger.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::engine;
using namespace tally::test;

namespace {
PastSpend past(std::int64_t at, const char* run, std::int64_t cost) {
    return {at, makeSubject(run), costs(cost)};
}
} // namespace

class TestBudgetForecast : public QObject {
    Q_OBJECT
private slots:
    void forecastsLinearly() {
        BudgetState state;
        state.budget = makeBudget("d", "org", Window::day, LimitMeter::cost, 100);
        state.window_end_us = sunday_us + day_us;
        state.spent = PicoSum::of(25);
        const Forecast early = forecast(state, sunday_us, sunday_us + 12 * hour_us);
        QVERIFY(early.projected == PicoSum::of(50));
        QVERIFY(!early.over);
        QCOMPARE(early.used_up_us, 0);
        const Forecast fast = forecast(state, sunday_us, sunday_us + 3 * hour_us);
        QVERIFY(fast.projected == PicoSum::of(200));
        QVERIFY(fast.over);
        QCOMPARE(fast.used_up_us, sunday_us + 12 * hour_us);
        QVERIFY(forecast(state, sunday_us, sunday_us).projected == PicoSum::of(25)); // no pace yet
        state.spent = PicoSum::of(120);
        QCOMPARE(forecast(state, sunday_us, sunday_us + hour_us).used_up_us, sunday_us + hour_us);
        state.budget.window = Window::total;
        state.window_end_us = 0;
        state.spent = PicoSum::of(50);
        const Forecast open = forecast(state, sunday_us, sunday_us + day_us);
        QVERIFY(open.projected == PicoSum::of(50));
        QCOMPARE(open.used_up_us, sunday_us + 2 * day_us);
    }

    void forecastSurvivesLargeAmounts() {
        BudgetState state;
        state.budget = makeBudget("m", "org", Window::month, LimitMeter::cost, 1);
        state.budget.limit = PicoSum::of(Int128{1} << 100);
        state.window_end_us = sunday_us + 30 * day_us;
        state.spent = PicoSum::of(Int128{1} << 80);
        QVERIFY(forecast(state, sunday_us, sunday_us + 15 * day_us).projected ==
                PicoSum::of(Int128{1} << 81));
        state.spent = PicoSum::of(1);
        QCOMPARE(forecast(state, sunday_us, sunday_us + 15 * day_us).used_up_us, 0);
    }

    void whatIfStopsRuns() {
        const std::vector<PastSpend> history = {
            past(sunday_us, "one", 40),     past(sunday_us + 1, "two", 40),
            past(sunday_us + 2, "one", 30), past(sunday_us + 3, "one", 10),
            past(sunday_us + 4, "two", 10), past(sunday_us + day_us, "three", 90),
        };
        const auto hard = whatIf(makeBudget("d", "org", Window::day, LimitMeter::cost, 100), history);
        QVERIFY(hard);
        QCOMPARE(hard->first_block_us, sunday_us + 2);
        QCOMPARE(hard->blocked_steps, 2); // run one stops at 30 and never comes to its 10
        QCOMPARE(hard->runs_stopped, 1);
        QVERIFY(hard->blocked_cost == PicoSum::of(40));
        QCOMPARE(hard->windows.size(), std::size_t(2));
        QVERIFY(hard->windows[0].history == PicoSum::of(130));
        QVERIFY(hard->windows[0].allowed == PicoSum::of(90));
        const auto wait =
            whatIf(makeBudget("d", "org", Window::day, LimitMeter::cost, 100, BudgetPolicy::wait), history);
        QCOMPARE(wait->blocked_steps, 1);
        QCOMPARE(wait->runs_stopped, 0);
        const auto warn =
            whatIf(makeBudget("d", "org", Window::day, LimitMeter::cost, 100, BudgetPolicy::warn), history);
        QCOMPARE(warn->blocked_steps, 3);
        QVERIFY(warn->blocked_cost == PicoSum());
        const auto enough = whatIf(makeBudget("d", "org", Window::day, LimitMeter::cost, 130), history);
        QCOMPARE(enough->first_block_us, 0);
        QVERIFY(!whatIf(makeBudget("c", "org", Window::total, LimitMeter::concurrent, 1), history));
    }

    void historyMakesSpendRows() {
        const std::vector<PastSpend> history = {past(sunday_us, "one", 40), past(sunday_us + 1, "two", 2),
                                                past(sunday_us + day_us, "one", 5)};
        const auto sums = [&](const Budget& budget) {
            WindowSums out;
            for (const PastSpend& each : history)
                addPast(budget, each, out);
            return out;
        };
        const auto days = sums(makeBudget("d", "org", Window::day, LimitMeter::cost, 1));
        QCOMPARE(days.size(), std::size_t(2));
        QVERIFY(days.at("2026-11-22").spent == PicoSum::of(42));
        const auto runs = sums(makeBudget("r", "run:", Window::run, LimitMeter::calls, 1));
        QVERIFY(runs.at("one").spent == PicoSum::of(2));
        QVERIFY(sums(makeBudget("x", "workflow:other", Window::day, LimitMeter::cost, 1)).empty());
    }
};

TALLY_TEST(TestBudgetForecast)
#include "test_budget_forecast.moc"
