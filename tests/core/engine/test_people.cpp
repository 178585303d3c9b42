// Steps that wait for a person, across restarts and stops; and who is answered when the engine ends.
#include "tests/core/engine/support_engine.h"
#include "tests/support/suite.h"

#include <QtTest>

using namespace tally;
using namespace tally::test;
using nlohmann::json;

#define COMPARE_TEXT(a, b) QCOMPARE(QString::fromStdString(a), QString::fromStdString(b))

class PeopleTest : public QObject {
    Q_OBJECT

    static Status decide(Lab& lab, const RunId& id, const std::string& path, bool yes) {
        const auto reply = replyOf<bool>([&](auto done) {
            lab.engine->decide(id, path, yes, "boss",
                               [done](Status s) { s ? done(true) : done(fail(s.error())); });
        });
        return reply ? Status() : Status(fail(reply.error()));
    }
    static std::vector<store::ApprovalRow> open(Lab& lab) {
        const auto rows = lab.read<std::vector<store::ApprovalRow>>(
            [](store::Connection& db) { return store::ApprovalRepo::open(db); });
        return rows ? *rows : std::vector<store::ApprovalRow>();
    }
    /// As the database has it, which is what scripts and a reopened window see.
    static RunStatus storedStatus(Lab& lab, const RunId& id) {
        const auto row = lab.read<std::optional<store::RunRow>>(
            [&](store::Connection& db) { return store::RunRepo::byId(db, id); });
        return row && *row ? (*row)->summary.status : RunStatus::error;
    }

private slots:
    void aQuestionSurvivesRestarts() {
        Lab lab;
        QVERIFY(lab.open());
        const auto id = lab.begin("person");
        QVERIFY(Lab::until(
            [&] { return open(lab).size() == 1 && storedStatus(lab, *id) == RunStatus::waiting; }));
        const std::int64_t asked = open(lab)[0].asked_us;
        for (int restart = 0; restart < 2; ++restart) {
            QVERIFY(lab.crashAndReopen());
            QVERIFY(lab.resume(*id));
            QVERIFY(Lab::until([&] { return storedStatus(lab, *id) == RunStatus::waiting; }));
            QCOMPARE(open(lab).size(), std::size_t{1});
            QCOMPARE(open(lab)[0].asked_us, asked);
        }
        QVERIFY(decide(lab, *id, "ok", true));
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        QVERIFY(open(lab).empty());
        QVERIFY(lab.replay(*id)->identical);
        COMPARE_TEXT(lab.verify(), "");
    }

    void aRunThatOnlyWaitsForAPersonRestsInTheStore() {
        Lab lab;
        QVERIFY(lab.open());
        const auto busy = [&] {
            return *replyOf<std::vector<RunId>>([&](auto reply) { lab.engine->busyRuns(reply); });
        };
        const auto id = lab.begin("person");
        QVERIFY(Lab::until([&] { return storedStatus(lab, *id) == RunStatus::waiting; }));
        QVERIFY(busy().empty());
        lab.close(); // in order: nothing is under way that would have to be stopped
        QVERIFY(lab.open());
        QVERIFY(storedStatus(lab, *id) == RunStatus::waiting);
        QCOMPARE(open(lab).size(), std::size_t{1});
        QVERIFY(busy().empty());
        const auto early = decide(lab, *id, "ok", true);
        QVERIFY(!early && early.error().hint.find("tally resume") != std::string::npos);
        QVERIFY(lab.resume(*id));
        QVERIFY(Lab::until([&] { return decide(lab, *id, "ok", true).has_value(); }));
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        COMPARE_TEXT(lab.verify(), "");
    }

    void aStopReachesARunThatRests() {
        Lab lab;
        QVERIFY(lab.open());
        const auto id = lab.begin("person"), other = lab.begin("person");
        QVERIFY(Lab::until([&] {
            return storedStatus(lab, *id) == RunStatus::waiting &&
                   storedStatus(lab, *other) == RunStatus::waiting;
        }));
        lab.close();
        QVERIFY(lab.open());
        const auto kill = replyOf<KillId>([&](auto reply) {
            lab.engine->kill({{}, KillScope::run, id->str(), "operator", "test"}, reply);
        });
        QVERIFY(kill);
        QVERIFY(Lab::until([&] { return storedStatus(lab, *id) == RunStatus::stopped; }));
        QVERIFY(storedStatus(lab, *other) == RunStatus::waiting);
        const auto active = lab.read<std::vector<KillReceipt>>(
            [](store::Connection& db) { return store::KillRepo::active(db); });
        QVERIFY(active && active->size() == 1 && active->front().runs_stopped == 1);
        QVERIFY(lab.resume(*id)); // lifts the stop of this run alone
        QVERIFY(Lab::until([&] { return decide(lab, *id, "ok", true).has_value(); }));
        QVERIFY(lab.wait(*id)->status == RunStatus::ok);
        QVERIFY(replyOf<bool>([&](auto done) {
            lab.engine->abandonRun(*other, "test",
                                   [done](Status s) { s ? done(true) : done(fail(s.error())); });
        }));
        QVERIFY(storedStatus(lab, *other) == RunStatus::abandoned);
        COMPARE_TEXT(lab.verify(), "");
    }

    void payingTwiceIsAskedAfterEveryCrash() {
        Lab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall&) { return stuck.load(); };
        QVERIFY(lab.open());
        const auto id = lab.begin("ask");
        for (int crash = 0; crash < 2; ++crash) {
            QVERIFY(Lab::until([&] { return lab.script->held == crash + 1; }));
            QVERIFY(lab.crashAndReopen());
            QVERIFY(lab.resume(*id));
            QVERIFY(Lab::until([&] { return open(lab).size() == 1; }));
            if (crash == 1) stuck = false;
            QVERIFY(decide(lab, *id, "a", true));
        }
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        COMPARE_TEXT(lab.trail(*id), "a unknown, a#2 unknown, a#3 ok");
        COMPARE_TEXT(lab.verify(), "");
    }

    void aStopRightAfterTheDecisionStopsTheRun() {
        Lab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall&) { return stuck.load(); };
        QVERIFY(lab.open());
        const auto id = lab.begin("ask");
        QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
        QVERIFY(lab.crashAndReopen());
        QVERIFY(lab.resume(*id));
        QVERIFY(Lab::until([&] { return open(lab).size() == 1; }));
        // Both in one turn of the engine: the decision's commits are under way when the stop comes.
        lab.engine->onEngineThread([&lab, id = *id] {
            lab.engine->decide(id, "a", true, "boss", {});
            lab.engine->kill({{}, KillScope::run, id.str(), "operator", "test"}, {});
        });
        auto sum = lab.wait(*id);
        QVERIFY(sum && sum->status == RunStatus::stopped);
        stuck = false;
        QVERIFY(Lab::until([&] { return lab.resume(*id).has_value(); }));
        QVERIFY(Lab::until([&] { return decide(lab, *id, "a", true).has_value(); }));
        sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        COMPARE_TEXT(lab.verify(), "");
    }

    void theTimeOfAQuestionGoesOnOverARestart() {
        Lab lab;
        lab.workflows["wait"] = workflowOf(
            R"({"name": "wait", "process": "tests", "version": "1", "models": {"m": ["sim/one"]}, "steps": [
                {"id": "ok", "kind": "approve", "question": "Go?", "timeout_ms": 3600000, "on_timeout": "approve"}]})");
        QVERIFY(lab.workflows["wait"]);
        QVERIFY(lab.open());
        const std::int64_t begun = lab.clock.wallUs();
        const auto id = lab.begin("wait");
        QVERIFY(Lab::until([&] { return open(lab).size() == 1; }));
        lab.clock.advanceUs(3'500'000'000);
        if (storedStatus(lab, *id) == RunStatus::waiting) QVERIFY(lab.crashAndReopen());
        (void)lab.resume(*id);
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        QVERIFY(lab.clock.wallUs() - begun < 5'000'000'000); // an hour and what the test moved it, not two
    }

    void aStoppedRunIsResumedByItsOwnOrder() {
        Lab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall&) { return stuck.load(); };
        QVERIFY(lab.open());
        const auto id = lab.begin("three");
        QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
        QVERIFY(replyOf<KillId>([&](auto reply) {
            lab.engine->kill({{}, KillScope::run, id->str(), "operator", "interrupted"}, reply);
        }));
        QVERIFY(lab.wait(*id)->status == RunStatus::stopped);
        stuck = false;
        QVERIFY(Lab::until([&] { return lab.resume(*id).has_value(); }));
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        QVERIFY(Lab::until([&] { // nothing stays in force
            const auto active = lab.read<std::vector<KillReceipt>>(
                [](store::Connection& db) { return store::KillRepo::active(db); });
            return active && active->empty();
        }));
        COMPARE_TEXT(lab.verify(), "");
    }

    void whoeverAsksAnEngineThatEndsIsAnswered() {
        Lab lab;
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("three");
        std::atomic<int> asked{0}, answered{0};
        const auto count = [&](const auto&) { ++answered; };
        for (int i = 0; i < 50; ++i) {
            lab.engine->replay(sum.id, count), ++asked;
            lab.engine->budgets(count), ++asked;
            lab.engine->addWorkflow(workflowOf(workflowText("child")), count), ++asked;
            lab.engine->start({workflowOf(workflowText("three")), json::object(), {}, {}, "", ""}, count),
                ++asked;
            Budget budget;
            budget.scope = *Scope::parse("org");
            budget.limit = PicoSum::of(1'000'000);
            budget.policy = BudgetPolicy::warn;
            lab.engine->setBudget(budget, count), ++asked;
        }
        lab.close();
        QCOMPARE(answered.load(), asked.load());
    }
};

TALLY_TEST(PeopleTest)
#include "test_people.moc"
