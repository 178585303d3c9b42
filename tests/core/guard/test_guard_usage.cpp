// Prices, tokens, cache, retries, runs and hours against their like; and answers by themselves.
#include "core/guard/guard.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::guard;

namespace {
constexpr std::int64_t minute_us = 60'000'000, hour_us = 60 * minute_us;

PricedCall priced(std::int64_t in, std::int64_t out, const char* logged) {
    return {"p/m", in, out, Pico::parse(logged).value(),
            TokenRates{Pico::parse("0.14").value(), Pico::parse("0.28").value()}};
}
StepObservation answered(int n, const std::string& text) {
    StepObservation step;
    step.run = RunId("r");
    step.workflow = "w";
    step.name = "write";
    step.model = "p/m";
    step.path = "write" + std::to_string(n);
    step.args = "question " + std::to_string(n);
    step.result = step.output = text;
    step.at_us = n;
    return step;
}
std::size_t count(const std::vector<Alert>& alerts, const std::string& detector) {
    return static_cast<std::size_t>(std::count_if(
        alerts.begin(), alerts.end(), [&](const Alert& alert) { return alert.detector == detector; }));
}
std::vector<std::string> said(Guard& guard, const StepObservation& step) {
    std::vector<std::string> out;
    for (const Alert& alert : guard.observe(step))
        out.push_back(alert.detector);
    return out;
}
using Names = std::vector<std::string>;
} // namespace

class TestGuardUsage : public QObject {
    Q_OBJECT
private slots:
    void aWrongPriceTableIsExplained() {
        Guard guard;
        const auto alert = guard.checkPrice("w", priced(147'871, 2'474, "0.776465")); // 5 and 15
        QVERIFY(alert.has_value());
        QCOMPARE(alert->detector, std::string("cost.price_mismatch"));
        QCOMPARE(alert->evidence["rate"]["in"].get<std::string>(), std::string("5"));
        QCOMPARE(alert->evidence["rate"]["out"].get<std::string>(), std::string("15"));
        QVERIFY(alert->sentence.find("$5 in and $15 out per million") != std::string::npos);
    }
    void theListPriceIsSilent() {
        Guard guard;
        // 147871 x 0.14 + 2474 x 0.28 per million
        QVERIFY(!guard.checkPrice("w", priced(147'871, 2'474, "0.02139466")));
        QVERIFY(!guard.checkPrice("w", priced(0, 0, "0")));
        PricedCall unlisted = priced(1000, 10, "1");
        unlisted.list.reset();
        QVERIFY(!guard.checkPrice("w", unlisted));
    }
    void twoCallsGiveAnUnusualPair() {
        Guard guard; // 0.77 and 3.13: no usual ratio
        const auto first = guard.checkPrice("w", priced(1'234'567, 345'678, "2.03258873"));
        QVERIFY(first.has_value());
        const auto second = guard.checkPrice("w", priced(2'345'679, 98'765, "2.11530728"));
        QVERIFY(second && second->evidence["explained"].get<bool>());
        QCOMPARE(second->evidence["rate"]["in"].get<std::string>(), std::string("0.77"));
        QCOMPARE(second->evidence["rate"]["out"].get<std::string>(), std::string("3.13"));
    }
    void noPairNoInvention() {
        Guard guard;
        const auto alert = guard.checkPrice("w", priced(147'871, 2'474, "0.123456789"));
        QVERIFY(alert && !alert->evidence["explained"].get<bool>());
        QVERIFY(alert->sentence.find("on average a million tokens cost") != std::string::npos);
    }

    void tokensExplode() {
        Guard guard;
        std::size_t found = 0;
        for (int i = 0; i < 60; ++i) {
            StepObservation step = answered(i, "fine");
            step.usage.add(meter::in, i == 50 ? 90'000 : 1'000 + i % 7 * 100);
            found += count(guard.observe(step), "cost.tokens");
            QCOMPARE(found, std::size_t(i >= 50 ? 1 : 0));
        }
    }
    void cacheHitsCollapse() {
        Guard guard;
        std::size_t found = 0;
        for (int i = 0; i < 80; ++i) {
            StepObservation step = answered(i, "fine");
            const bool warm = i < 60;
            step.usage.add(meter::in, warm ? 200 : 1000);
            step.usage.add(meter::cache_read, warm ? 800 : 0);
            found += count(guard.observe(step), "cost.cache_collapse");
        }
        QCOMPARE(found, std::size_t(1));
    }
    void aStormOfRetries() {
        Guard guard;
        std::size_t slow = 0, fast = 0;
        for (int i = 0; i < 40; ++i) {
            StepObservation step = answered(i, "");
            step.failed = true;
            step.result = "http.503: overloaded";
            step.at_us = i * minute_us / 4; // four in a minute
            slow += count(guard.observe(step), "cost.retry_storm");
        }
        for (int i = 0; i < 40; ++i) {
            StepObservation step = answered(i, "");
            step.failed = true;
            step.result = "http.503: overloaded";
            step.run = RunId("other");
            step.at_us = i * 100'000;
            fast += count(guard.observe(step), "cost.retry_storm");
        }
        QCOMPARE(slow, std::size_t(0));
        QCOMPARE(fast, std::size_t(1));
    }
    void aRunFarAboveItsLike() {
        Guard guard;
        std::size_t found = 0;
        for (int run = 0; run < 31; ++run) {
            for (int i = 0; i < (run == 30 ? 50 : 5); ++i) {
                StepObservation step = answered(i, "fine");
                step.run = RunId("run" + std::to_string(run));
                step.cost = Pico::of(1'000'000 + run % 5 * 10'000);
                found += count(guard.observe(step), "cost.run");
            }
            guard.runEnded(RunId("run" + std::to_string(run)));
        }
        QCOMPARE(found, std::size_t(1));
    }
    void hoursAreComparedWithTheSameHourOfTheWeek() {
        Guard guard;
        std::size_t found = 0;
        const auto spend = [&](int hour, std::int64_t pico) {
            StepObservation step = answered(hour, "fine");
            step.run = RunId("h" + std::to_string(hour));
            step.workflow = "w" + std::to_string(hour); // no baseline of runs or items
            step.at_us = hour * hour_us;
            step.cost = Pico::of(pico);
            found += count(guard.observe(step), "cost.hour");
            guard.runEnded(step.run);
        };
        for (int week = 0; week < 6; ++week)
            for (int hour = 0; hour < 168; ++hour) // one hour a week is always dear: the weekly batch
                if (week > 0 || hour != 20)
                    spend(week * 168 + hour, hour == 20 ? 500'000'000 : 1'000'000 + hour % 5 * 9'000);
        const std::size_t learning = found;
        QVERIFY2(learning <= 5, "the weekly batch is said until it is known");
        spend(6 * 168 + 19, 1'000'000);
        spend(6 * 168 + 20, 500'000'000);
        QCOMPARE(found, learning);
        spend(6 * 168 + 21, 500'000'000);
        QCOMPARE(found, learning + 1);
    }

    void answersByThemselves() {
        Guard guard;
        QCOMPARE(said(guard, answered(1, " \n")), Names{"answer.empty"});
        QCOMPARE(said(guard, answered(2, "I'm sorry, but I can't help with that.")), Names{"answer.refused"});
        QCOMPARE(said(guard, answered(3, "{\"licence\": \"MIT\", \"clauses\": [{\"id\": 1, \"te")),
                 Names{"answer.cut"});
        QCOMPARE(said(guard, answered(4, "Here it is:\n```py\nprint(1)\n")), Names{"answer.cut"});
        QCOMPARE(said(guard, answered(5, "6 * 7 = 41, so 41.")), Names{"reasoning.arithmetic"});
        QCOMPARE(said(guard, answered(6, "{\"licence\": \"MIT\"}")), Names{});
        QCOMPARE(said(guard, answered(7, "I'm sorry to say that clause 4 is void.")), Names{});
        QCOMPARE(said(guard, answered(8, "[see the annex: it lists all]")), Names{});
    }
    void aFailedToolPassedOver() {
        Guard guard;
        StepObservation tool = answered(1, "");
        tool.model.clear();
        tool.name = "send";
        tool.result = "Error: mailbox unavailable";
        QVERIFY(guard.observe(tool).empty());
        QCOMPARE(said(guard, answered(2, "The mail was sent successfully.")), Names{"answer.error_ignored"});
        tool.path = "again";
        tool.args = "to another";
        tool.result = "Error: relay denied";
        QVERIFY(guard.observe(tool).empty());
        QCOMPARE(said(guard, answered(3, "The mail could not be sent; the draft was completed.")), Names{});
    }
    void theTaskIsFoundInTheStepsJson() {
        Guard guard;
        StepObservation step = answered(1, "stack: empty\n( ; stack: (\n[ ; stack: ( {");
        step.args = "{\"prompt\": \"( [ ]\", \"system\": \"Keep a stack.\"}";
        QCOMPARE(said(guard, step), Names{"reasoning.brackets"});
    }
    void valuesKeepTheirNames() {
        Guard guard;
        StepObservation step = answered(1, "{\"total\": 120, \"currency\": \"EUR\"}");
        step.args = "{\"total\": 100, \"currency\": \"EUR\"}";
        QCOMPARE(said(guard, step), Names{"answer.contradiction"});
        step.output = step.result = "{\"total\": 100, \"currency\": \"Euro\"}";
        step.path = "write2";
        QCOMPARE(said(guard, step), Names{});
    }
    void quotesStandInTheText() {
        Guard guard;
        StepObservation step = answered(1, "");
        step.args = std::string(300, ' ') +
                    "The licensee may  copy and\nmodify the Work, but shall keep this notice in every copy.";
        step.output = step.result =
            "{\"evidence\": \"the Licensee may copy and modify the Work\", \"ok\": true}";
        QCOMPARE(said(guard, step), Names{});
        step.path = "write2";
        step.output = step.result =
            "{\"evidence\": \"the licensee must publish all of its source code\", \"ok\": true}";
        QCOMPARE(said(guard, step), Names{"answer.unsupported"});
    }
};

TALLY_TEST(TestGuardUsage)
#include "test_guard_usage.moc"
