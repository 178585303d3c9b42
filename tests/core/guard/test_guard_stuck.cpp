// Calls that lead nowhere: failures again, nearly the same failures, counters; and what is not one of them.
#include "core/guard/failure_text.h"
#include "core/guard/guard.h"
#include "tests/support/suite.h"

#include <QTest>
#include <fmt/format.h>

using namespace tally;
using namespace tally::guard;

namespace {
using Calls = std::vector<std::pair<std::string, std::string>>;

std::vector<Alert> feed(Guard& guard, const Calls& calls, const std::string& detector) {
    std::vector<Alert> out;
    int n = 0;
    for (const auto& [args, result] : calls) {
        StepObservation step;
        step.run = RunId("r");
        step.name = "query";
        step.path = "step" + std::to_string(++n);
        step.args = args;
        step.result = result;
        for (Alert& alert : guard.observe(step))
            if (alert.detector == detector) out.push_back(std::move(alert));
    }
    return out;
}
const std::string no_table = "Error executing query: table cars does not exist";
} // namespace

class TestGuardStuck : public QObject {
    Q_OBJECT
private slots:
    void failuresAreRead_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("failed");
        QTest::newRow("error") << "Error: no such column" << true;
        QTest::newRow("traceback") << "Traceback (most recent call last):\n  File" << true;
        QTest::newRow("class") << "java.lang.NullPointerException at Main" << true;
        QTest::newRow("shell") << "/bin/sh: 12: javac: command not found" << true;
        QTest::newRow("json") << R"({"error": "quota"})" << true;
        QTest::newRow("rows") << "[('MIT', 3), ('BSD', 1)]" << false;
        QTest::newRow("nothing found") << "No matches found" << false;
        QTest::newRow("no error") << "Build finished, 0 errors, no failures" << false;
        QTest::newRow("empty list of errors") << R"({"errors": [], "rows": 3})" << false;
        QTest::newRow("null") << R"({"error": null, "id": 7})" << false;
        QTest::newRow("terror") << "The terrorist act of 1914" << false;
        QTest::newRow("empty") << "" << false;
    }
    void failuresAreRead() {
        QFETCH(QString, text);
        QFETCH(bool, failed);
        QCOMPARE(saysFailed(text.toStdString()), failed);
    }

    void aFailedCallAgainAndAgainStops() {
        Guard guard;
        const auto alerts = feed(guard, Calls(8, {"SELECT * FROM cars", no_table}), "loop.stuck");
        QCOMPARE(alerts.size(), std::size_t(1));
        QCOMPARE(alerts[0].path, std::string("step4"));
        QVERIFY(alerts[0].action == AlertAction::stop);
        QVERIFY2(
            alerts[0].sentence.find("3 repeats of calls that had failed, and no call has worked so far") !=
                std::string::npos,
            alerts[0].sentence.c_str());
    }
    void nearlyTheSameFailureCounts() {
        Guard guard;
        Calls calls;
        for (const char* extra : {"", " LIMIT 1", " LIMIT 2", " LIMIT 10", " LIMIT 3", " LIMIT 4"})
            calls.emplace_back(
                std::string("SELECT name, price, year FROM cars WHERE cylinders = 8 AND year > 1974") + extra,
                no_table);
        const auto alerts = feed(guard, calls, "loop.stuck");
        QCOMPARE(alerts.size(), std::size_t(1));
        QVERIFY(alerts[0].evidence["near_repeats"].get<int>() >= 2);
    }
    void aFailureWithAnotherNumberIsTheSame() {
        Guard guard;
        Calls calls;
        for (int i = 0; i < 6; ++i)
            calls.emplace_back("javac Main.java",
                               fmt::format("/bin/bash: line {}: javac: command not found", 100 + 7 * i));
        QCOMPARE(feed(guard, calls, "loop.stuck").size(), std::size_t(1));
    }
    void somethingNewClearsTheScore() {
        Guard guard;
        Calls calls;
        for (int i = 0; i < 12; ++i) { // tries twice, learns something, goes on
            calls.emplace_back("try " + std::to_string(i),
                               "Error: wrong guess " + std::string(1, static_cast<char>('a' + i)));
            calls.emplace_back("try " + std::to_string(i),
                               "Error: wrong guess " + std::string(1, static_cast<char>('a' + i)));
            calls.emplace_back("look " + std::to_string(i),
                               "the clue is " + std::string(1, static_cast<char>('a' + i)));
        }
        QVERIFY(feed(guard, calls, "loop.stuck").empty());
    }
    void differentFailuresAreASearch() {
        Guard guard;
        Calls calls;
        for (int i = 0; i < 30; ++i)
            calls.emplace_back(
                fmt::format("option {} with {}", std::string(1, static_cast<char>('a' + i % 26)), i),
                fmt::format("Error: {} is wrong", std::string(1 + static_cast<std::size_t>(i), 'x')));
        QVERIFY(feed(guard, calls, "loop.stuck").empty());
    }
    void theLimitIsASetting() {
        Guard guard;
        auto config = guardConfigFromJson(nlohmann::json{{"loop.stuck", "warn"}, {"loop.stuck_points", 16}});
        QVERIFY(config);
        guard.configure("", *config);
        const auto alerts = feed(guard, Calls(4, {"x", no_table}), "loop.stuck");
        QCOMPARE(alerts.size(), std::size_t(1));
        QCOMPARE(alerts[0].path, std::string("step2"));
        QVERIFY(alerts[0].action == AlertAction::warn);
    }

    void onlyACounterChanges() {
        Guard guard;
        Calls calls;
        for (int i = 0; i < 10; ++i)
            calls.emplace_back(fmt::format("page {}", i), "nothing here");
        const auto alerts = feed(guard, calls, "loop.counter");
        QCOMPARE(alerts.size(), std::size_t(1));
        QCOMPARE(alerts[0].path, std::string("step8"));
        QVERIFY(alerts[0].action == AlertAction::warn);
    }
    void onlyTheTimeChanges() {
        Guard guard;
        Calls calls;
        for (int i = 10; i < 22; ++i)
            calls.emplace_back("status", fmt::format("2026-11-22T05:{}:00Z waiting", i));
        QCOMPARE(feed(guard, calls, "loop.counter").size(), std::size_t(1));
    }
    void progressInTheResultIsNone() {
        Guard guard;
        Calls calls;
        for (int i = 0; i < 100; ++i)
            calls.emplace_back("status", fmt::format("05:{:02}:00 {} of 100 done", i % 60, i));
        QVERIFY(feed(guard, calls, "loop.counter").empty());
    }
    void theOwnMeasureStandsStill() {
        Guard guard;
        std::size_t found = 0;
        for (int i = 0; i < 20; ++i) {
            StepObservation step;
            step.run = RunId("r");
            step.name = "round";
            step.path = std::to_string(i);
            step.args = step.result = std::string(static_cast<std::size_t>(i + 1), 'x');
            step.progress = i < 5 ? i : 4;
            for (const Alert& alert : guard.observe(step))
                found += alert.detector == "loop.no_progress" ? 1 : 0;
        }
        QCOMPARE(found, std::size_t(1));
    }
};

TALLY_TEST(TestGuardStuck)
#include "test_guard_stuck.moc"
