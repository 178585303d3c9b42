// Kills, budgets, crashes: what is stopped, what it cost, and how it goes on. Every log verifies afterwards.
#include "tests/core/engine/support_engine.h"
#include "tests/support/suite.h"

#include <QtTest>

#include <fcntl.h>
#include <unistd.h>

using namespace tally;
using namespace tally::test;
using nlohmann::json;

#define COMPARE_TEXT(a, b) QCOMPARE(QString::fromStdString(a), QString::fromStdString(b))

class StopsTest : public QObject {
    Q_OBJECT

    static Result<KillId> kill(Lab& lab, KillScope scope, const std::string& target = {}) {
        return replyOf<KillId>([&](auto reply) {
            lab.engine->kill({{}, scope, target, "operator", "test"}, reply);
        });
    }
    static std::optional<KillReceipt> receipt(Lab& lab, const KillId& id) {
        std::optional<KillReceipt> found;
        Lab::until([&] {
            auto all = lab.read<std::vector<KillReceipt>>(
                [](store::Connection& db) { return store::KillRepo::page(db); });
            if (!all) return false;
            for (const KillReceipt& each : *all)
                if (each.order.id == id && each.log_seq >= 0) found = each;
            return found.has_value();
        });
        return found;
    }
    static Result<std::vector<RunId>> stoppedBy(Lab& lab, const KillId& id) {
        return lab.read<std::vector<RunId>>(
            [&](store::Connection& db) { return store::KillRepo::runsOf(db, id); });
    }
    static Status resumeKill(Lab& lab, const KillId& id, bool go_on) {
        auto reply = replyOf<bool>([&](auto done) {
            lab.engine->resumeKill(id, [done](Status s) { s ? done(true) : done(fail(s.error())); });
        });
        if (!reply) return fail(reply.error());
        if (!go_on) return {};
        TALLY_ASSIGN(const auto runs, stoppedBy(lab, id));
        for (const RunId& run : runs)
            TALLY_TRY(lab.resume(run));
        return {};
    }

private slots:
    void aKillStopsCallsAndTheRunCanGoOn() {
        Lab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall& call) {
            return stuck && call.messages.back().text != "item 1";
        };
        QVERIFY(lab.open());
        const auto id = lab.begin("map", {{"n", 6}});
        QVERIFY(id);
        QVERIFY(Lab::until([&] { return lab.script->held == 4; }));
        const auto order = kill(lab, KillScope::all);
        QVERIFY(order);
        const auto sum = lab.wait(*id);
        QVERIFY(sum && sum->status == RunStatus::stopped);
        const auto paper = receipt(lab, *order);
        QVERIFY(paper && paper->complete);
        QCOMPARE(paper->inflight, 4);
        QCOMPARE(paper->stopped, 4);
        QCOMPARE(paper->unknown_outcome, 4);
        QCOMPARE(paper->runs_stopped, 1);
        QVERIFY(paper->tail > PicoSum());
        // Nothing is admitted until somebody resumes, explicitly.
        QVERIFY(!lab.begin("three"));
        QVERIFY(!lab.resume(*id));
        const int started = lab.script->started;
        stuck = false;
        QVERIFY(resumeKill(lab, *order, true));
        const auto again = lab.wait(*id);
        QVERIFY2(again && again->status == RunStatus::ok, again ? again->status_detail.c_str() : "");
        COMPARE_TEXT(lab.output(*id).dump(), R"(["item 1","item 2","item 3","item 4","item 5","item 6"])");
        QCOMPARE(lab.script->started - started, 5); // item 1 was done and is not asked again
        const auto replayed = lab.replay(*id);
        QVERIFY2(replayed && replayed->identical,
                 replayed ? replayed->divergence.c_str() : replayed.error().text().c_str());
        COMPARE_TEXT(lab.verify(), "");
    }

    void aKilledCallWithUsageIsBookedAtItsUsage() {
        Lab lab;
        lab.script->hold = [](const ModelCall&) { return true; };
        lab.script->usage_on_cancel = true;
        QVERIFY(lab.open());
        const auto id = lab.begin("three");
        QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
        QVERIFY(kill(lab, KillScope::run, id->str()));
        const auto sum = lab.wait(*id);
        QVERIFY(sum && sum->status == RunStatus::stopped);
        COMPARE_TEXT(lab.trail(*id), "a killed");
        QVERIFY(lab.steps(*id)[0].cost > Pico());
        QVERIFY(lab.steps(*id)[0].cost < lab.steps(*id)[0].reserved);
        QVERIFY(lab.begin("strict", {{"list", json::array()}})); // others go on
        COMPARE_TEXT(lab.verify(), "");
    }

    void aKillSurvivesACrash() {
        Lab lab;
        lab.script->hold = [](const ModelCall&) { return true; };
        QVERIFY(lab.open());
        const auto id = lab.begin("three");
        QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
        const auto order = kill(lab, KillScope::workflow, "three");
        QVERIFY(receipt(lab, *order));
        QVERIFY(lab.crashAndReopen());
        QVERIFY(!lab.begin("three"));
        QVERIFY(!lab.resume(*id));
        lab.script->hold = nullptr;
        QVERIFY(resumeKill(lab, *order, false));
        QVERIFY(lab.resume(*id));
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        COMPARE_TEXT(lab.verify(), "");
    }

    void aCommandDiesWithItsRun() {
        Lab lab;
        QVERIFY(lab.open());
        const auto id = lab.begin("sleep");
        QVERIFY(id);
        const auto order = kill(lab, KillScope::run, id->str());
        const auto sum = lab.wait(*id);
        QVERIFY(sum && sum->status == RunStatus::stopped);
        QVERIFY(receipt(lab, *order));
        COMPARE_TEXT(lab.verify(), "");
    }

    void aHardBudgetStopsTheRunAndRaisingItLetsItGoOn() {
        Lab lab;
        QVERIFY(lab.open());
        Budget budget = lab.budget("workflow:three", LimitMeter::calls, PicoSum::of(2));
        const RunSummary sum = lab.run("three");
        QVERIFY(sum.status == RunStatus::stopped);
        QVERIFY2(sum.status_detail.find("calls") != std::string::npos ||
                     sum.status_detail.find("2") != std::string::npos,
                 sum.status_detail.c_str());
        COMPARE_TEXT(lab.trail(sum.id), "a ok, b ok, c refused");
        budget.limit = PicoSum::of(10);
        QVERIFY(replyOf<BudgetId>([&](auto reply) { lab.engine->setBudget(budget, reply); }));
        QVERIFY(lab.resume(sum.id));
        const auto again = lab.wait(sum.id);
        QVERIFY2(again && again->status == RunStatus::ok, again ? again->status_detail.c_str() : "");
        const auto states =
            replyOf<std::vector<BudgetState>>([&](auto reply) { lab.engine->budgets(reply); });
        QVERIFY(states && states->size() == 1);
        QVERIFY(states->front().spent == PicoSum::of(3) && states->front().reserved == PicoSum());
        COMPARE_TEXT(lab.verify(), "");
    }

    void aLimitOfTheRunHoldsAndReservationsAreGivenBack() {
        Lab lab;
        QVERIFY(lab.open());
        const RunSummary free = lab.run("map", {{"n", 8}});
        RunLimits limits;
        // Exactly what it really costs, plus one worst case: never refused, whatever is reserved meanwhile.
        limits.cost =
            Pico::of(static_cast<std::int64_t>(free.cost.value()) + lab.steps(free.id)[1].reserved.value());
        const RunSummary fits = lab.run("map", {{"n", 8}}, limits);
        QVERIFY2(fits.status == RunStatus::ok, fits.status_detail.c_str());
        limits.cost = Pico::of(1);
        const RunSummary none = lab.run("map", {{"n", 8}}, limits);
        QVERIFY(none.status == RunStatus::stopped);
        QVERIFY(none.cost == PicoSum());
        COMPARE_TEXT(lab.verify(), "");
    }

    void aStateLimitStopsTheRun() {
        Lab lab;
        lab.script->answer = [](const ModelCall&) -> CallResult { return say(std::string(10'000, 'x')); };
        QVERIFY(lab.open());
        RunLimits limits;
        limits.state_bytes = 15'000;
        const RunSummary sum = lab.run("three", json::object(), limits);
        QVERIFY(sum.status == RunStatus::stopped);
        QVERIFY2(sum.status_detail.find("state_bytes") != std::string::npos, sum.status_detail.c_str());
    }

    void aCrashWithCallsUnderWayLosesAndDoublesNothing() {
        Lab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall& call) {
            return stuck && call.messages.back().text > "item 3";
        };
        QVERIFY(lab.open());
        const auto id = lab.begin("map", {{"n", 8}});
        QVERIFY(Lab::until([&] { return lab.script->held == 4; }));
        const auto before = lab.steps(*id).size();
        QVERIFY(lab.crashAndReopen());
        // The four calls that died are booked as unknown, at their reservations.
        const auto steps = lab.steps(*id);
        QCOMPARE(steps.size(), before + 4);
        QCOMPARE(std::count_if(steps.begin(), steps.end(),
                               [](const auto& each) { return each.status == StepStatus::unknown; }),
                 4);
        stuck = false;
        const int started = lab.script->started;
        QVERIFY(lab.resume(*id));
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        QCOMPARE(lab.script->started - started, 5);
        COMPARE_TEXT(lab.output(*id).dump(),
                     R"(["item 1","item 2","item 3","item 4","item 5","item 6","item 7","item 8"])");
        PicoSum cost;
        for (const auto& each : lab.steps(*id))
            cost += PicoSum(each.cost);
        COMPARE_TEXT(sum->cost.toString(), cost.toString());
        COMPARE_TEXT(lab.verify(), "");
    }

    void aStepThatMayBePaidOnlyOnceIsNotAskedAgain() {
        Lab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall&) { return stuck.load(); };
        QVERIFY(lab.open());
        const auto id = lab.begin("once");
        QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
        QVERIFY(lab.crashAndReopen());
        stuck = false;
        QVERIFY(lab.resume(*id));
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        COMPARE_TEXT(lab.trail(*id), "a unknown, a#2 refused, b ok");
        COMPARE_TEXT(lab.verify(), "");
    }

    void aPersonIsAskedWhetherToPayTwice() {
        Lab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall&) { return stuck.load(); };
        QVERIFY(lab.open());
        const auto id = lab.begin("ask");
        QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
        QVERIFY(lab.crashAndReopen());
        stuck = false;
        QVERIFY(lab.resume(*id));
        QVERIFY(Lab::until([&] {
            return replyOf<bool>([&](auto done) {
                       lab.engine->decide(*id, "a", true, "boss",
                                          [done](Status s) { s ? done(true) : done(fail(s.error())); });
                   })
                .has_value();
        }));
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        COMPARE_TEXT(lab.trail(*id), "a unknown, a#2 ok");
        COMPARE_TEXT(lab.verify(), "");
    }

    void aChangedRecordIsNamedByReplay() {
        Lab lab;
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("three");
        QVERIFY(lab.store->writer().write([](store::Tx& tx) {
            return tx.db().run(
                "UPDATE journal SET out_seq=-1, response=CAST('other' AS BLOB) WHERE path='a'");
        }));
        const auto again = lab.replay(sum.id);
        QVERIFY(again && !again->identical);
        COMPARE_TEXT(again->divergence_path, "b");
        QVERIFY2(again->divergence.find("other two") != std::string::npos, again->divergence.c_str());
    }

    void anAbandonedRunHasEnded() {
        Lab lab;
        lab.script->hold = [](const ModelCall&) { return true; };
        QVERIFY(lab.open());
        const auto id = lab.begin("three");
        QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
        QVERIFY(kill(lab, KillScope::run, id->str()));
        QVERIFY(lab.wait(*id));
        QVERIFY(replyOf<bool>([&](auto done) {
            lab.engine->abandonRun(*id, "test", [done](Status s) { s ? done(true) : done(fail(s.error())); });
        }));
        const auto sum = lab.wait(*id);
        QVERIFY(sum && sum->status == RunStatus::abandoned);
        QVERIFY(!lab.resume(*id));
        COMPARE_TEXT(lab.verify(), "");
    }
};

TALLY_TEST(StopsTest)
#include "test_stops.moc"
