// Every kind of step, live through store, log and ledger: outputs, the trail of entries, replay, and a log
// that verifies.
#include "tests/core/engine/support_engine.h"
#include "tests/support/suite.h"

#include <QtTest>

#include <sstream>

using namespace tally;
using namespace tally::test;
using nlohmann::json;

#define COMPARE_TEXT(a, b) QCOMPARE(QString::fromStdString(a), QString::fromStdString(b))

class WorkflowsTest : public QObject {
    Q_OBJECT

    static void addWords(Lab& lab) {
        lab.functions->add("words", "splits",
                           [](const json& args, const engine::FunctionContext&) -> Result<json> {
                               json out = json::array();
                               std::istringstream in(args.at("text").get<std::string>());
                               for (std::string word; in >> word;)
                                   out.push_back(word);
                               return out;
                           });
    }
    static void checkReplay(Lab& lab, const RunId& id) {
        const auto again = lab.replay(id);
        QVERIFY2(again.has_value(), again ? "" : again.error().text().c_str());
        QVERIFY2(again->identical, (again->divergence_path + ": " + again->divergence).c_str());
    }

private slots:
    void threeModelSteps() {
        Lab lab;
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("three");
        COMPARE_TEXT(sum.status_detail, "");
        QVERIFY(sum.status == RunStatus::ok);
        QCOMPARE(sum.steps, 3);
        COMPARE_TEXT(lab.output(sum.id).dump(), "\"one two three\"");
        COMPARE_TEXT(lab.trail(sum.id), "a ok, b ok, c ok");
        // gpt-4.1-nano: 10 in and 5 out per step; exact, and the same in summary, entries and ledger.
        PicoSum cost;
        for (const auto& step : lab.steps(sum.id)) {
            QVERIFY(step.cost > Pico());
            cost += PicoSum(step.cost);
        }
        COMPARE_TEXT(sum.cost.toString(), cost.toString());
        checkReplay(lab, sum.id);
        COMPARE_TEXT(lab.verify(), "");
    }

    void everyKind() {
        Lab lab;
        addWords(lab);
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("kinds");
        COMPARE_TEXT(sum.status_detail, "");
        COMPARE_TEXT(lab.output(sum.id).dump(), R"(["0:red!","1:green!","2:blue!"])");
        QCOMPARE(sum.items_total, 3);
        QCOMPARE(sum.items_done, 3);
        const std::string trail = lab.trail(sum.id);
        for (const char* each : {"fetch ok", "cut ok", "found ok", "ask ok", "form ok", "sum ok",
                                 "way/yes ok", "rounds[0]/draft ok", "rounds[2]/draft ok", "each[2]/up ok"})
            QVERIFY2(trail.find(each) != std::string::npos, (std::string(each) + " in " + trail).c_str());
        QVERIFY(trail.find("never") == std::string::npos);
        QVERIFY(trail.find("rounds[3]") == std::string::npos);
        checkReplay(lab, sum.id);
        COMPARE_TEXT(lab.verify(), "");
    }

    void aCheckSendsTheAnswerBackOnce() {
        Lab lab;
        std::atomic<int> asked{0};
        std::string second;
        lab.script->answer = [&](const ModelCall& call) -> CallResult {
            if (++asked == 1) return say("{\"y\": 1}");
            second = call.messages.back().text;
            return say("{\"x\": 7}");
        };
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("repair");
        COMPARE_TEXT(sum.status_detail, "");
        COMPARE_TEXT(lab.output(sum.id).dump(), "7");
        COMPARE_TEXT(lab.trail(sum.id), "answer ok, form error, answer~1 ok, form~1 ok, last ok");
        QVERIFY2(second.find("\"x\" is missing") != std::string::npos, second.c_str());
        checkReplay(lab, sum.id);
        COMPARE_TEXT(lab.verify(), "");
    }
    void aSecondBadAnswerFails() {
        Lab lab;
        lab.script->answer = [&](const ModelCall&) -> CallResult { return say("not json"); };
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("repair");
        QVERIFY(sum.status == RunStatus::error);
        COMPARE_TEXT(lab.trail(sum.id), "answer ok, form error, answer~1 ok, form~1 error");
        checkReplay(lab, sum.id);
    }

    void aRouteAsksTheNextTierOnlyWhenNeeded() {
        Lab lab;
        lab.script->answer = [](const ModelCall& call) -> CallResult {
            if (call.model == "two") return say("the large one knows");
            return say(call.messages.back().text == "easy" ? "I am sure" : "no idea");
        };
        QVERIFY(lab.open());
        const RunSummary easy = lab.run("cascade", {{"q", "easy"}});
        COMPARE_TEXT(lab.trail(easy.id), "answer@1 ok, answer ok");
        COMPARE_TEXT(lab.output(easy.id).dump(), "\"I am sure\"");
        const RunSummary hard = lab.run("cascade", {{"q", "hard"}});
        COMPARE_TEXT(lab.trail(hard.id), "answer@1 ok, answer@2 ok, answer ok");
        COMPARE_TEXT(lab.output(hard.id).dump(), "\"the large one knows\"");
        checkReplay(lab, hard.id);
        COMPARE_TEXT(lab.verify(), "");
    }

    void retriesAreAttemptsOfTheirOwn() {
        Lab lab;
        std::atomic<int> asked{0}, unsent{0};
        lab.script->answer = [&](const ModelCall& call) -> CallResult {
            if (call.messages.back().text == "item 2" && ++asked < 3)
                return failWith("provider.http_429", true, true, 429);
            if (call.messages.back().text == "item 3") return failWith("provider.http_400", true, false, 400);
            if (call.messages.back().text == "item 4" && ++unsent == 1)
                return failWith("provider.connect", false, true);
            return say(call.messages.back().text);
        };
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("map", {{"n", 5}});
        COMPARE_TEXT(sum.status_detail, "1 item failed and was skipped");
        COMPARE_TEXT(lab.output(sum.id).dump(), R"(["item 1","item 2",null,"item 4","item 5"])");
        const std::string trail = lab.trail(sum.id);
        for (const char* each :
             {"each[1]/work error", "each[1]/work#2 error", "each[1]/work#3 ok", "each[2]/work error"})
            QVERIFY2(trail.find(each) != std::string::npos, (std::string(each) + " in " + trail).c_str());
        QVERIFY(trail.find("each[2]/work#2") == std::string::npos);
        checkReplay(lab, sum.id);
        COMPARE_TEXT(lab.verify(), "");
    }

    void skippedItemsAreSaidAndNothingButFailuresIsAFailure() {
        Lab lab;
        std::atomic<bool> all{false};
        lab.script->answer = [&](const ModelCall& call) -> CallResult {
            if (all || call.messages.back().text == "item 2")
                return failWith("provider.http_401", true, false, 401);
            return say("fine");
        };
        QVERIFY(lab.open());
        const RunSummary some = lab.run("map", {{"n", 3}});
        QVERIFY(some.status == RunStatus::ok);
        COMPARE_TEXT(some.status_detail, "1 item failed and was skipped");
        all = true;
        const RunSummary none = lab.run("map", {{"n", 3}});
        QVERIFY(none.status == RunStatus::error);
        QVERIFY2(none.status_detail.find("All 3 items failed") != std::string::npos,
                 none.status_detail.c_str());
        checkReplay(lab, none.id);
    }

    void anItemThatFailsEndsAStrictMap() {
        Lab lab;
        lab.script->answer = [&](const ModelCall& call) -> CallResult {
            if (call.messages.back().text == "item 2") return failWith("provider.http_400", true, false, 400);
            return say("fine");
        };
        lab.script->hold = [](const ModelCall& call) { return call.messages.back().text == "item 1"; };
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("strict", {{"list", {1, 2, 3, 4, 5, 6}}});
        QVERIFY(sum.status == RunStatus::error);
        QVERIFY2(sum.status_detail.find("each[1]/work") != std::string::npos, sum.status_detail.c_str());
        QCOMPARE(lab.script->cancelled.load(), 1); // the held one
        checkReplay(lab, sum.id);
        COMPARE_TEXT(lab.verify(), "");
    }

    void unknownOutcomeIsBookedAtItsReservation() {
        Lab lab;
        lab.script->answer = [&](const ModelCall&) -> CallResult {
            return failWith("provider.cut", true, false);
        };
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("three");
        QVERIFY(sum.status == RunStatus::error);
        const auto steps = lab.steps(sum.id);
        QCOMPARE(steps.size(), std::size_t(1));
        QVERIFY(steps[0].status == StepStatus::unknown);
        QVERIFY(steps[0].cost == steps[0].reserved && steps[0].cost > Pico());
        COMPARE_TEXT(lab.verify(), "");
    }

    void aPersonDecides() {
        Lab lab;
        QVERIFY(lab.open());
        const auto id = lab.begin("person");
        QVERIFY(id);
        std::vector<RunSummary> live;
        QVERIFY(Lab::until([&] {
            auto runs = replyOf<std::vector<RunSummary>>([&](auto reply) { lab.engine->liveRuns(reply); });
            return runs && runs->size() == 1 && runs->front().status == RunStatus::waiting;
        }));
        auto decided = replyOf<bool>([&](auto done) {
            lab.engine->decide(*id, "ok", true, "boss",
                               [done](Status s) { s ? done(true) : done(fail(s.error())); });
        });
        QVERIFY(decided);
        const auto sum = lab.wait(*id);
        QVERIFY(sum && sum->status == RunStatus::ok);
        COMPARE_TEXT(lab.trail(*id), "ok ok, done ok");
        checkReplay(lab, *id);
        COMPARE_TEXT(lab.verify(), "");
    }

    void aLoopWithoutProgressEnds() {
        Lab lab;
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("stuck");
        QVERIFY(sum.status == RunStatus::error);
        QVERIFY2(sum.status_detail.find("made no progress") != std::string::npos, sum.status_detail.c_str());
        QCOMPARE(lab.steps(sum.id).size(), std::size_t(3));
        checkReplay(lab, sum.id);
    }

    void aDetectorStopsACircle() {
        Lab lab;
        addWords(lab);
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("circle");
        QVERIFY(sum.status == RunStatus::stopped);
        QVERIFY2(!sum.status_detail.empty(), "evidence");
        QVERIFY(lab.steps(sum.id).size() < 16);
        const auto alerts = lab.read<std::vector<Alert>>(
            [&](store::Connection& db) { return store::AlertRepo::page(db, sum.id); });
        QVERIFY(alerts && !alerts->empty());
        COMPARE_TEXT(lab.verify(), "");
    }

    void workflowsCallEachOther() {
        Lab lab;
        QVERIFY(lab.open());
        lab.engine->addWorkflow(workflowOf(workflowText("child")), {});
        const RunSummary sum = lab.run("parent");
        COMPARE_TEXT(sum.status_detail, "");
        COMPARE_TEXT(lab.output(sum.id).dump(), "\"<child seven>?\"");
        COMPARE_TEXT(lab.trail(sum.id), "sub/up ok, say ok");
        checkReplay(lab, sum.id);
    }

    void commandsAreAllowListed() {
        Lab lab;
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("command");
        COMPARE_TEXT(sum.status_detail, "");
        COMPARE_TEXT(lab.output(sum.id).dump(), R"(["a","b"])");
        COMPARE_TEXT(lab.trail(sum.id), "hello ok, bad error");
        checkReplay(lab, sum.id);
    }

    void badInputsAreNamed() {
        Lab lab;
        QVERIFY(lab.open());
        auto id = lab.begin("cascade");
        QVERIFY(!id);
        COMPARE_TEXT(id.error().code, "run.missing_input");
        id = lab.begin("cascade", {{"q", 3}});
        COMPARE_TEXT(id.error().code, "run.input_type");
        id = lab.begin("cascade", {{"q", "x"}, {"z", 1}});
        COMPARE_TEXT(id.error().code, "run.unknown_input");
    }
};

TALLY_TEST(WorkflowsTest)
#include "test_workflows.moc"
