// What a script gets to see of a mistake: JSON on stdout, one exit code per kind, and nothing changed that
// was not named.
#include "tests/core/cli/support_tally.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using test::ApiFolder;
using test::Said;

namespace {
std::string codeOf(const Said& said) {
    return said.out.is_object() && said.out.contains("error") ? said.out["error"].value("code", "")
                                                              : std::string("no error object");
}
} // namespace

class TestWords : public QObject {
    Q_OBJECT
private slots:
    void mistakesOfUseAreJsonToo() {
        const ApiFolder folder;
        for (const QStringList& line : {QStringList{"frobnicate"},
                                        {"run"},
                                        {"kill"},
                                        {"budget", "set", "--no-such-option"},
                                        {"runs", "--limit", "many"}}) {
            const Said said = test::tally(folder, line);
            QVERIFY2(said.code == 2 && codeOf(said) == "cli.usage",
                     qPrintable(line.join(' ') + ": " + QString::fromStdString(said.out.dump())));
        }
        QVERIFY(test::tally(folder, {"frobnicate"})
                    .out["error"]["message"]
                    .get<std::string>()
                    .find("frobnicate") != std::string::npos);
    }
    void whatDoesNotExistIsTheSameMistakeEverywhere() {
        const ApiFolder folder;
        for (const QStringList& line : {QStringList{"show", "nope"},
                                        {"resume", "nope"},
                                        {"abandon", "nope"},
                                        {"replay", "nope"},
                                        {"alerts", "nope"}}) {
            const Said said = test::tally(folder, line);
            QVERIFY2(said.code == 1 && codeOf(said) == "run.unknown",
                     qPrintable(line.join(' ') + ": " + QString::fromStdString(said.out.dump())));
        }
        const Said lifted = test::tally(folder, {"resume-kill", "nope"});
        QCOMPARE(lifted.code, 1);
        QCOMPARE(codeOf(lifted), std::string("kill.unknown"));
    }
    void aStopIsLiftedOnce() {
        const ApiFolder folder;
        const Said stop = test::tally(folder, {"kill", "all", "--reason", "drill"});
        QCOMPARE(stop.code, 0);
        const QString id = QString::fromStdString(stop.out.value("id", ""));
        QVERIFY(!id.isEmpty());
        QCOMPARE(test::tally(folder, {"resume-kill", id}).code, 0);
        const Said again = test::tally(folder, {"resume-kill", id});
        QCOMPARE(again.code, 1);
        QCOMPARE(codeOf(again), std::string("kill.already_resumed"));
    }
    void aBudgetKeepsWhatIsNotNamed() {
        const ApiFolder folder;
        const Said made = test::tally(folder, {"budget", "set", "--scope", "workflow:one", "--window", "day",
                                               "--meter", "calls", "--limit", "3", "--label", "mine"});
        QCOMPARE(made.code, 0);
        const QString id = QString::fromStdString(made.out.value("id", ""));
        const auto budget = [&]() -> nlohmann::json {
            const Said listed = test::tally(folder, {"budget", "list"}); // named: it outlives the loop
            for (const auto& each : listed.out.at("budgets"))
                if (each.value("id", "") == id.toStdString()) return each;
            return nlohmann::json();
        };
        const auto before = budget();
        const Said changed = test::tally(folder, {"budget", "set", "--id", id, "--limit", "5"});
        QCOMPARE(changed.code, 0);
        QCOMPARE(changed.out["changed"].size(), std::size_t(1));
        QCOMPARE(changed.out["changed"]["limit"]["to"].dump(), std::string("5"));
        const auto after = budget();
        for (const char* key : {"scope", "window", "meter", "policy", "label", "warn_percent"})
            QCOMPARE(after[key].dump(), before[key].dump());
        QCOMPARE(after["limit"].dump(), std::string("5"));
        const Said waits = test::tally(folder, {"budget", "set", "--id", id, "--policy", "wait"});
        QCOMPARE(waits.code, 0);
        QCOMPARE(budget()["limit"].dump(), std::string("5"));
        QCOMPARE(codeOf(test::tally(folder, {"budget", "set", "--id", id, "--meter", "cost"})),
                 std::string("cli.usage"));

        const Said typo = test::tally(folder, {"budget", "set", "--id", "typo", "--limit", "1"});
        QCOMPARE(typo.code, 1);
        QCOMPARE(codeOf(typo), std::string("budget.unknown"));
        QCOMPARE(codeOf(test::tally(folder, {"budget", "set", "--scope", "org"})), std::string("cli.usage"));
    }
    void simulatedCallsCountWhileNobodySendsABill() {
        const ApiFolder folder;
        const auto counted = [&](const QStringList& more) {
            const Said made = test::tally(folder, QStringList{"budget", "set", "--limit", "3"} + more);
            const Said listed = test::tally(folder, {"budget", "list"});
            for (const auto& each : listed.out.at("budgets"))
                if (each.at("id") == made.out.value("id", "")) return each.at("simulated").dump();
            return std::string();
        };
        QCOMPARE(counted({}), std::string("true"));
        QCOMPARE(counted({"--simulated", "no"}), std::string("false"));
        QCOMPARE(test::tally(folder,
                             {"provider", "add", "box", "--kind", "openai", "--url", "http://127.0.0.1:9/v1"})
                     .code,
                 0);
        QCOMPARE(counted({}), std::string("false"));
        QCOMPARE(counted({"--simulated", "yes"}), std::string("true"));
        QCOMPARE(test::tally(folder, {"budget", "set", "--limit", "3", "--simulated", "maybe"}).code, 2);
        const Said well = test::tally(folder, {"doctor"});
        const auto checks = well.out.at("checks");
        QVERIFY(std::any_of(checks.begin(), checks.end(), [](const auto& each) {
            return each.at("what") == "budgets" && each.at("ok") == true;
        }));
    }
};
TALLY_TEST(TestWords)
#include "test_words.moc"
