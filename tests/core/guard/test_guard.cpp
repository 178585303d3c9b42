#include "core/guard/guard.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::guard;

namespace {
StepObservation makeStep(int n, const std::string& args, const std::string& result,
                         const std::string& name = "fetch") {
    StepObservation step;
    step.run = RunId("r");
    step.workflow = "w";
    step.path = "step" + std::to_string(n);
    step.name = name;
    step.args = args;
    step.result = result;
    step.at_us = n;
    return step;
}
/// Alerts of one detector while a list of (args, result) is fed.
std::vector<Alert> feed(Guard& guard, const std::vector<std::pair<std::string, std::string>>& calls,
                        const std::string& detector) {
    std::vector<Alert> out;
    int n = 0;
    for (const auto& [args, result] : calls)
        for (Alert& alert : guard.observe(makeStep(++n, args, result)))
            if (alert.detector == detector) out.push_back(std::move(alert));
    return out;
}
std::optional<Alert> stream(Guard& guard, const std::string& text, std::size_t piece = 37) {
    std::optional<Alert> first;
    for (std::size_t i = 0; i < text.size(); i += piece)
        if (auto alert = guard.streamText(RunId("r"), "w", "p", text.substr(i, piece), 1); alert && !first)
            first = alert;
    return first;
}
std::string repeated(const std::string& unit, int times) {
    std::string out;
    for (int i = 0; i < times; ++i)
        out += unit;
    return out;
}
} // namespace

class TestGuard : public QObject {
    Q_OBJECT
private slots:
    void identicalCallsAreSaid() {
        Guard guard;
        const auto alerts =
            feed(guard, {{"x", "1"}, {"x", "1"}, {"x", "1"}, {"x", "1"}, {"x", "1"}}, "loop.identical");
        QCOMPARE(alerts.size(), std::size_t(1)); // said once
        QCOMPARE(alerts[0].path, std::string("step4"));
        QVERIFY(alerts[0].action == AlertAction::warn);
        QCOMPARE(alerts[0].run.str(), std::string("r"));
        QCOMPARE(
            alerts[0].sentence,
            std::string("The call fetch(x) gave the same result 4 times in a row (steps step1 to step4)."));
    }
    void layoutDoesNotMakeACallNew() {
        Guard guard;
        QCOMPARE(feed(guard, {{"a  b", "R"}, {"A b", "r"}, {"a b ", "r\n"}, {"a\nb", " r"}}, "loop.identical")
                     .size(),
                 std::size_t(1));
    }
    void pollingIsNotALoop() {
        Guard guard;
        std::vector<std::pair<std::string, std::string>> calls;
        for (int i = 0; i < 300; ++i)
            calls.emplace_back("status of job 7", std::to_string(i) + " % done");
        QVERIFY(feed(guard, calls, "loop.identical").empty());
        Guard other;
        QVERIFY(feed(other, calls, "loop.cycle").empty());
    }
    void somethingNewBetweenResets() {
        Guard guard;
        QVERIFY(feed(guard, {{"x", "1"}, {"x", "1"}, {"x", "1"}, {"y", "2"}, {"x", "1"}, {"z", "3"}},
                     "loop.identical")
                    .empty());
    }
    void repeatsSpreadOutAreFound() {
        Guard guard;
        std::vector<std::pair<std::string, std::string>> calls;
        for (int i = 0; i < 6; ++i) {
            calls.emplace_back("x", "1");
            calls.emplace_back("new " + std::to_string(i), "result " + std::to_string(i));
        }
        const auto alerts = feed(guard, calls, "loop.identical");
        QCOMPARE(alerts.size(), std::size_t(1));
        QVERIFY(alerts[0].sentence.find("5 times in the last") != std::string::npos);
    }
    void cyclesUpToSixteen_data() {
        QTest::addColumn<int>("period");
        for (const int period : {2, 3, 7, 16, 17})
            QTest::newRow(std::to_string(period).c_str()) << period;
    }
    void cyclesUpToSixteen() {
        QFETCH(int, period);
        Guard guard;
        GuardConfig config;
        config.identical = Reaction::off;
        guard.configure("w", config);
        std::vector<std::pair<std::string, std::string>> calls = {{"start", "s"}};
        for (int i = 0; i < 3 * period; ++i)
            calls.emplace_back("call " + std::to_string(i % period), "result " + std::to_string(i % period));
        const auto alerts = feed(guard, calls, "loop.cycle");
        QCOMPARE(alerts.size(), std::size_t(period <= 16 ? 1 : 0));
        if (period > 16) return;
        QCOMPARE(alerts[0].evidence["period"].get<int>(), period);
        QCOMPARE(alerts[0].evidence["rounds"].get<int>(), 3);
        QCOMPARE(alerts[0].path, "step" + std::to_string(1 + 3 * period));
    }
    void threadsAreNotMixed() {
        Guard guard;
        for (int i = 0; i < 50; ++i) { // items of a map with the same content
            StepObservation step = makeStep(i, "same", "same");
            step.thread = "item" + std::to_string(i);
            QVERIFY(guard.observe(step).empty());
            guard.itemEnded(step.run, step.thread, step.thread);
        }
    }
    void growingOutputWithoutProgress() {
        const auto run = [](bool progress, bool repeats) {
            Guard guard;
            std::size_t found = 0;
            std::string text = "first line of the answer\n";
            for (int i = 0; i < 12; ++i) {
                StepObservation step = makeStep(i, "draft " + std::to_string(i), "r" + std::to_string(i));
                const std::string line = "and line number " + std::to_string(i) + " of it\n";
                text = repeats ? text + line : repeated(line, i + 1);
                step.output = text;
                if (progress)
                    step.progress = i;
                else
                    step.progress = 1;
                for (const Alert& alert : guard.observe(step))
                    if (alert.detector == "loop.growing_output") ++found;
            }
            return found;
        };
        QCOMPARE(run(false, true), std::size_t(1));
        QCOMPARE(run(true, true), std::size_t(0));
        QCOMPARE(run(false, false), std::size_t(0));
    }
    void sameCheckSameReason() {
        Guard guard;
        std::size_t found = 0;
        const auto check = [&](bool passed, const std::string& problem) {
            StepObservation step = fresh("valid");
            step.check_passed = passed;
            step.check_problem = problem;
            for (const Alert& alert : guard.observe(step))
                if (alert.detector == "check.repeated") ++found;
        };
        check(false, "label missing"), check(false, "label missing"), check(true, ""),
            check(false, "label missing");
        check(false, "not JSON"), check(false, "not JSON");
        QCOMPARE(found, std::size_t(0));
        check(false, "not JSON");
        QCOMPARE(found, std::size_t(1));
        check(false, "not JSON");
        QCOMPARE(found, std::size_t(1));
    }
    void costAboveTheBaselineDeniesTheNext() {
        Guard guard;
        GuardConfig config;
        config.cost = Reaction::stop;
        guard.configure("w", config);
        const CostKey key{"w", "fetch", "p/m"};
        for (int i = 0; i < 40; ++i)
            guard.learnCost(key, Pico::of(1'000'000 + 10'000 * (i % 9)));
        const auto attempt = [&](const std::string& item, std::int64_t cost) {
            StepObservation step = fresh("fetch");
            step.model = "p/m";
            step.item = step.thread = item;
            step.cost = Pico::of(cost);
            std::size_t found = 0;
            for (const Alert& alert : guard.observe(step))
                found += alert.detector == "cost.item" ? 1 : 0;
            return found;
        };
        QCOMPARE(attempt("normal", 1'100'000), std::size_t(0));
        QVERIFY(!guard.admitCost(key, RunId("r"), "p", "normal", 1));
        QCOMPARE(attempt("dear", 2'000'000), std::size_t(0)); // above, but not three times the median
        QCOMPARE(attempt("dear", 2'000'000), std::size_t(1)); // its retries add up
        QCOMPARE(attempt("dear", 2'000'000), std::size_t(0)); // said once
        const auto denied = guard.admitCost(key, RunId("r"), "p", "dear", 1);
        QVERIFY(denied && denied->action == AlertAction::stop);
        QVERIFY2(denied->sentence.find("5 times the median") != std::string::npos, denied->sentence.c_str());
        QVERIFY(!guard.admitCost(CostKey{"w", "other", ""}, RunId("r"), "p", "dear", 1));
        guard.itemEnded(RunId("r"), "dear", "dear");
        QVERIFY(!guard.admitCost(key, RunId("r"), "p", "dear", 1));
    }
    void noBaselineNoAlarm() {
        Guard guard;
        for (int i = 0; i < 19; ++i) {
            StepObservation step = makeStep(i, std::to_string(i), "r" + std::to_string(i));
            step.cost = Pico::of(i == 18 ? 1'000'000'000 : 1000);
            QVERIFY(guard.observe(step).empty());
        }
    }
    void stuckTextStops_data() {
        QTest::addColumn<QString>("unit");
        QTest::newRow("sentence") << "The licence is permissive and needs no review. ";
        QTest::newRow("line") << "I should check the second paragraph of the licence once more.\n";
        QTest::newRow("word") << "very ";
        QTest::newRow("german") << "Das weiß ich leider auch nicht genau, aber es könnte so sein. ";
    }
    void stuckTextStops() {
        QFETCH(QString, unit);
        for (const std::size_t piece : {1, 7, 4000}) {
            Guard guard;
            const auto alert =
                stream(guard, "The answer begins well enough. " + repeated(unit.toStdString(), 200), piece);
            QVERIFY(alert.has_value());
            QCOMPARE(alert->detector, std::string("loop.tail"));
            QVERIFY(alert->action == AlertAction::stop);
        }
    }
    void countedTextOnlyWarns() {
        Guard guard;
        std::string text;
        for (int i = 100; i < 200; ++i)
            text += "Let me think about the question again, for the time number " + std::to_string(i) + ". ";
        const auto alert = stream(guard, text);
        QVERIFY(alert.has_value());
        QCOMPARE(alert->detector, std::string("loop.tail_folded"));
        QVERIFY(alert->action == AlertAction::warn);
    }
    void runsAreForgotten() {
        Guard guard;
        (void)guard.observe(makeStep(1, "a", "b"));
        QCOMPARE(guard.runs(), std::size_t(1));
        guard.runEnded(RunId("r"));
        QCOMPARE(guard.runs(), std::size_t(0));
    }
    void configurationNamesThePlace() {
        const auto good =
            guardConfigFromJson(nlohmann::json::parse(R"({"loop.identical":"stop","cost.mads":5})"));
        QVERIFY(good && good->identical == Reaction::stop && good->cost_mads == 5);
        QVERIFY(guardConfigFromJson(nlohmann::json(*good)).value() == *good);
        for (const char* bad :
             {R"({"loop.identical":"loud"})", R"({"cost.mads":-1})", R"({"cost.mads":1.5})", R"({"x":1})"}) {
            const auto result = guardConfigFromJson(nlohmann::json::parse(bad));
            QVERIFY(!result);
            QCOMPARE(result.error().where.front(), '/');
        }
        QVERIFY(!guardConfigFromJson(nlohmann::json::parse("[]")));
    }

private:
    /// A call with a result that were never there before.
    StepObservation fresh(const std::string& name) {
        ++number_;
        return makeStep(number_, "args " + std::to_string(number_), "result " + std::to_string(number_),
                        name);
    }
    int number_ = 0;
};

TALLY_TEST(TestGuard)
#include "test_guard.moc"
