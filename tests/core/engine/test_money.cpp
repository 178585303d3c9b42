// What a call is booked at when the provider says too little, too much or nothing, and what budgets make of
// it.
#include "core/store/budget_repo.h"
#include "tests/core/engine/support_engine.h"
#include "tests/support/suite.h"

#include <QtTest>

using namespace tally;
using namespace tally::test;
using nlohmann::json;

#define COMPARE_TEXT(a, b) QCOMPARE(QString::fromStdString(a), QString::fromStdString(b))

class MoneyTest : public QObject {
    Q_OBJECT

    static Result<BudgetState> state(Lab& lab, const BudgetId& id) {
        auto states = replyOf<std::vector<BudgetState>>([&](auto reply) { lab.engine->budgets(reply); });
        if (!states) return fail(states.error());
        for (const BudgetState& each : *states)
            if (each.budget.id == id) return each;
        return fail("test.no_budget", "The ledger has no such budget", "", id.str());
    }
    static PicoSum stored(Lab& lab, const BudgetId& id) {
        PicoSum sum;
        const auto rows = lab.read<std::vector<store::BudgetSpend>>(
            [&](store::Connection& db) { return store::SpendBook::list(db, id); });
        if (rows)
            for (const auto& each : *rows)
                sum += each.spent;
        return sum;
    }
    static Status settle(Lab& lab, engine::LateSettle order) {
        const auto reply = replyOf<Pico>([&](auto done) { lab.engine->settle(order, done); });
        return reply ? Status() : Status(fail(reply.error()));
    }
    /// A run of one call that died with its engine: one attempt in doubt.
    static RunId lostCall(Lab& lab) {
        lab.script->hold = [](const ModelCall&) { return true; };
        const auto id = lab.begin("three");
        Lab::until([&] { return lab.script->held == 1; });
        if (!lab.crashAndReopen()) return {};
        lab.script->hold = nullptr;
        return *id;
    }

private slots:
    void failuresCostNothingOnlyWhenNothingWasGenerated_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("rejected");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("trail");
        QTest::newRow("refused by its head") << 400 << true << ""
                                             << "a error";
        QTest::newRow("gateway gave up") << 504 << false << ""
                                         << "a unknown";
        QTest::newRow("time-out of a proxy") << 408 << false << ""
                                             << "a unknown";
        QTest::newRow("broke off after words") << 500 << false << "fifty words"
                                               << "a unknown";
        QTest::newRow("4xx inside a stream") << 400 << false << "fifty words"
                                             << "a unknown";
        QTest::newRow("4xx and yet words") << 400 << true << "fifty words"
                                           << "a unknown";
        QTest::newRow("cut") << 0 << false << "half"
                             << "a unknown";
    }
    void failuresCostNothingOnlyWhenNothingWasGenerated() {
        QFETCH(int, status);
        QFETCH(bool, rejected);
        QFETCH(QString, text);
        QFETCH(QString, trail);
        Lab lab;
        lab.script->answer = [&](const ModelCall&) -> CallResult {
            CallFailure failure = failWith("provider.any", true, false, status);
            failure.rejected = rejected;
            failure.partial.text = text.toStdString();
            return failure;
        };
        QVERIFY(lab.open());
        const Budget budget = lab.budget("org", LimitMeter::cost, Pico::units(1));
        const RunSummary sum = lab.run("three");
        COMPARE_TEXT(lab.trail(sum.id), trail.toStdString());
        const auto steps = lab.steps(sum.id);
        QCOMPARE(steps[0].cost, trail == "a error" ? Pico() : steps[0].reserved);
        QVERIFY(state(lab, budget.id)->spent == PicoSum(steps[0].cost));
        COMPARE_TEXT(lab.verify(), "");
    }

    void figuresThatCannotBePricedAreBookedAtTheReservation_data() {
        QTest::addColumn<QString>("usage");
        QTest::addColumn<QString>("tier");
        QTest::addColumn<QString>("status");
        const char* plain = R"({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15})";
        QTest::newRow("plain") << plain << ""
                               << "ok";
        QTest::newRow("the standard tier by its provider's word") << plain << "default"
                                                                  << "ok";
        QTest::newRow("unknown counter")
            << R"({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 9015, "tool_use_tokens": 9000})"
            << ""
            << "unknown";
        QTest::newRow("unknown tier") << plain << "turbo9"
                                      << "unknown";
    }
    void figuresThatCannotBePricedAreBookedAtTheReservation() {
        QFETCH(QString, usage);
        QFETCH(QString, tier);
        QFETCH(QString, status);
        Lab lab;
        lab.script->answer = [&](const ModelCall&) -> CallResult {
            ModelAnswer answer = say("fine");
            answer.usage_raw = json::parse(usage.toStdString());
            answer.usage_flavour = "openai";
            answer.service_tier = tier.toStdString();
            return answer;
        };
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("ask");
        QVERIFY(sum.status == RunStatus::ok); // the answer counts, whatever it cost
        COMPARE_TEXT(lab.trail(sum.id), "a " + status.toStdString());
        const auto steps = lab.steps(sum.id);
        QCOMPARE(steps[0].cost == steps[0].reserved, status == "unknown");
        QVERIFY(steps[0].cost > Pico());
        COMPARE_TEXT(lab.verify(), "");
    }

    void computingTimeStopsTheNextStep() {
        Lab lab;
        lab.facts = [](const std::string&, const std::string&) -> std::optional<engine::ProviderFacts> {
            return engine::ProviderFacts{"here", "", false, true};
        };
        lab.script->answer = [](const ModelCall&) -> CallResult {
            ModelAnswer answer = say("fine");
            answer.usage_raw["compute_ms"] = 4'600;
            return answer;
        };
        QVERIFY(lab.open());
        const Budget budget = lab.budget("org", LimitMeter::compute_ms, PicoSum::of(1));
        const RunSummary sum = lab.run("three");
        QVERIFY(sum.status == RunStatus::stopped);
        COMPARE_TEXT(lab.trail(sum.id), "a ok, b refused");
        QVERIFY(state(lab, budget.id)->spent == PicoSum::of(4'600));
    }

    void aUserBudgetFollowsWhoStartedTheRun() {
        Lab lab;
        QVERIFY(lab.open());
        const Budget budget = lab.budget("user:night-shift", LimitMeter::calls, PicoSum::of(1));
        QVERIFY(lab.run("three").status == RunStatus::ok); // by somebody else
        const auto id = lab.begin("three", json::object(), {}, "night-shift");
        auto sum = lab.wait(*id);
        QVERIFY(sum && sum->status == RunStatus::stopped);
        COMPARE_TEXT(lab.trail(*id), "a ok, b refused");
        // Whoever resumes it: it stays theirs, also after a crash.
        QVERIFY(lab.crashAndReopen());
        QVERIFY(lab.resume(*id));
        sum = lab.wait(*id);
        QVERIFY(sum && sum->status == RunStatus::stopped);
        QVERIFY(state(lab, budget.id)->spent == PicoSum::of(1));
    }

    void aCalledWorkflowIsChargedAndStopsItsCaller() {
        Lab lab;
        QVERIFY(lab.open());
        lab.engine->addWorkflow(workflowOf(workflowText("child")), {});
        const Budget child = lab.budget("workflow:child", LimitMeter::calls, PicoSum::of(1));
        const Budget parent = lab.budget("workflow:parent", LimitMeter::calls, PicoSum::of(10));
        QVERIFY(lab.run("parent").status == RunStatus::ok);
        QVERIFY(state(lab, child.id)->spent == PicoSum::of(1));
        QVERIFY(state(lab, parent.id)->spent == PicoSum::of(1));
        const RunSummary second = lab.run("parent");
        QVERIFY(second.status == RunStatus::stopped);
        COMPARE_TEXT(lab.trail(second.id), "sub/up refused");
        // A budget that is set later counts them as well, once per budget.
        const Budget later = lab.budget("workflow:child", LimitMeter::cost, Pico::units(1));
        QVERIFY(state(lab, later.id)->spent > PicoSum());
        QVERIFY(state(lab, later.id)->spent == stored(lab, later.id));
        COMPARE_TEXT(lab.verify(), "");
    }

    void aKillOfACalledWorkflowStopsItsCaller() {
        Lab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall&) { return stuck.load(); };
        QVERIFY(lab.open());
        lab.engine->addWorkflow(workflowOf(workflowText("child")), {});
        const auto order = [&] {
            return replyOf<KillId>([&](auto reply) {
                lab.engine->kill({{}, KillScope::workflow, "child", "operator", "test"}, reply);
            });
        };
        const auto id = lab.begin("parent");
        QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
        QVERIFY(order());
        auto sum = lab.wait(*id);
        QVERIFY(sum && sum->status == RunStatus::stopped);
        QCOMPARE(lab.script->cancelled.load(), 1);
        stuck = false;
        const int started = lab.script->started;
        const RunSummary next = lab.run("parent"); // the stop is in force: no call of the child goes out
        QVERIFY(next.status == RunStatus::stopped);
        QVERIFY2(next.status_detail.starts_with("Stopped by a kill"), next.status_detail.c_str());
        QCOMPARE(lab.script->started.load(), started);
        COMPARE_TEXT(lab.verify(), "");
    }

    void aBudgetSetWhileWorkGoesOnCountsEverythingOnce() {
        Lab lab;
        QVERIFY(lab.open());
        const auto id = lab.begin("map", {{"n", 300}});
        std::vector<Budget> budgets;
        for (int i = 0; i < 12; ++i) {
            const int seen = lab.script->ended;
            budgets.push_back(lab.budget("org", LimitMeter::calls, PicoSum::of(100'000)));
            Lab::until([&] { return lab.script->ended > seen + 10 || lab.script->ended >= 300; });
        }
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        for (const Budget& each : budgets) {
            QCOMPARE(static_cast<int>(state(lab, each.id)->spent.value()), 300);
            QCOMPARE(static_cast<int>(stored(lab, each.id).value()), 300);
        }
        QVERIFY(lab.crashAndReopen());
        for (const Budget& each : budgets)
            QCOMPARE(static_cast<int>(state(lab, each.id)->spent.value()), 300);
    }

    void aCallInDoubtCountsOnceAndCanBeSettled() {
        Lab lab;
        QVERIFY(lab.open());
        const RunId id = lostCall(lab);
        const Pico held = lab.steps(id)[0].cost;
        QVERIFY(held > Pico());
        const Budget budget = lab.budget("org", LimitMeter::cost, Pico::units(1));
        QVERIFY(state(lab, budget.id)->spent == PicoSum(held));
        QVERIFY(stored(lab, budget.id) == PicoSum(held));
        // The invoice says what it was.
        engine::LateSettle order{id, "a", 0, "rumour", Pico::of(123'456), {}};
        QVERIFY(!settle(lab, order));
        order.by = "invoice";
        order.path = "b";
        QCOMPARE(settle(lab, order).error().code, std::string("settle.unknown"));
        order.path = "a";
        const auto settled = settle(lab, order);
        QVERIFY2(settled, settled ? "" : settled.error().text().c_str());
        QVERIFY(!settle(lab, order)); // once
        QVERIFY(state(lab, budget.id)->spent == PicoSum::of(123'456));
        QVERIFY(stored(lab, budget.id) == PicoSum::of(123'456));
        QVERIFY(lab.resume(id));
        const auto sum = lab.wait(id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        PicoSum cost;
        for (const auto& each : lab.steps(id))
            cost += PicoSum(each.cost);
        QVERIFY(sum->cost == cost);
        QVERIFY(lab.crashAndReopen());
        QVERIFY(state(lab, budget.id)->spent == cost);
        COMPARE_TEXT(lab.verify(), "");
    }

    void aLateSettlementTakesUsageOrNothing() {
        for (const bool happened : {true, false}) {
            Lab lab;
            QVERIFY(lab.open());
            const RunId id = lostCall(lab);
            const Budget budget = lab.budget("org", LimitMeter::calls, PicoSum::of(100));
            engine::LateSettle order{id, "a", 1, "provider", {}, {}};
            if (happened) {
                order.usage.add("in", 10);
                order.usage.add("out", 5);
            }
            const auto settled = settle(lab, order);
            QVERIFY2(settled, settled ? "" : settled.error().text().c_str());
            QCOMPARE(lab.steps(id)[0].cost > Pico(), happened);
            QCOMPARE(static_cast<int>(state(lab, budget.id)->spent.value()), happened ? 1 : 0);
            COMPARE_TEXT(lab.verify(), "");
        }
    }

    void aModelThatIgnoresItsCapRests() {
        Lab lab;
        std::atomic<bool> greedy{true};
        lab.script->answer = [&](const ModelCall&) -> CallResult {
            return greedy ? say("fine", 10, 900) : say("fine"); // 16 were allowed
        };
        QVERIFY(lab.open());
        const RunSummary sum = lab.run("three");
        QVERIFY(sum.status == RunStatus::error);
        COMPARE_TEXT(lab.trail(sum.id), "a ok, b refused");
        QVERIFY(lab.steps(sum.id)[0].cost > lab.steps(sum.id)[0].reserved); // the truth is booked
        // The run ends with its own commit; the alert's is another one.
        QVERIFY(Lab::until([&] {
            const auto alerts = lab.read<std::vector<Alert>>(
                [](store::Connection& db) { return store::AlertRepo::page(db); });
            return alerts && alerts->size() == 1 && alerts->front().detector == "cost.cap";
        }));
        greedy = false;
        lab.clock.advanceUs(16 * 60'000'000LL);
        QVERIFY(lab.run("three").status == RunStatus::ok);
        COMPARE_TEXT(lab.verify(), "");
    }

    void theOperatorsChangeOfAWorkflowsBudgetStays() {
        const std::string text =
            R"({"name": "own", "process": "tests", "version": "1", "models": {"m": ["sim/one"]},
            "budgets": [{"scope": "workflow:own", "window": "total", "meter": "calls", "limit": 2}],
            "steps": [{"id": "a", "kind": "model", "role": "m", "prompt": "one", "max_tokens": 16}]})";
        Lab lab;
        QVERIFY(lab.open());
        const auto workflow = workflowOf(text);
        QVERIFY(workflow);
        const BudgetId id("workflow-own-0");
        const auto reopen = [&]() -> bool {
            if (!lab.crashAndReopen()) return false;
            return replyOf<bool>([&](auto done) {
                       lab.engine->addWorkflow(workflow,
                                               [done](Status s) { s ? done(true) : done(fail(s.error())); });
                   })
                .has_value();
        };
        lab.workflows["own"] = workflow;
        QVERIFY(lab.run("own").status == RunStatus::ok); // before its definition was added: counts, too
        QVERIFY(reopen());
        auto budget = state(lab, id)->budget;
        QVERIFY(state(lab, id)->spent == PicoSum::of(1));
        budget.limit = PicoSum::of(5);
        budget.by = "operator";
        QVERIFY(replyOf<BudgetId>([&](auto reply) { lab.engine->setBudget(budget, reply); }));
        QVERIFY(reopen());
        QVERIFY(state(lab, id)->budget.limit == PicoSum::of(5));
        QVERIFY(state(lab, id)->spent == PicoSum::of(1));
        QVERIFY(replyOf<bool>([&](auto done) {
            lab.engine->removeBudget(id, "operator", "test",
                                     [done](Status s) { s ? done(true) : done(fail(s.error())); });
        }));
        QVERIFY(reopen());
        QVERIFY(!state(lab, id));
        COMPARE_TEXT(lab.verify(), "");
    }

    void whatWasWarnedIsNotWarnedAgain() {
        Lab lab;
        QVERIFY(lab.open());
        Budget budget;
        budget.scope = *Scope::parse("org");
        budget.meter = LimitMeter::calls;
        budget.limit = PicoSum::of(4);
        budget.warn_percent = {25, 50};
        budget.id = *replyOf<BudgetId>([&](auto reply) { lab.engine->setBudget(budget, reply); });
        QVERIFY(lab.run("three").status == RunStatus::ok); // 25 %, then 50 %
        QVERIFY(lab.run("three").status == RunStatus::stopped);
        QVERIFY(Lab::until([&] {
            const auto row = lab.read<std::vector<store::BudgetSpend>>(
                [&](store::Connection& db) { return store::SpendBook::list(db, budget.id); });
            return row && row->size() == 1 && row->front().exhausted &&
                   row->front().warned == std::vector<int>{25, 50};
        }));
        QVERIFY(lab.crashAndReopen());
        const auto size = lab.log->size();
        QVERIFY(lab.run("three").status == RunStatus::stopped);
        // run start, its policy, a refused step; no budget entry
        QCOMPARE(static_cast<int>(lab.log->size() - size), 3);
    }

    void limitsAndTailsBeyondOneAmountAreSaid() {
        Lab lab;
        QVERIFY(lab.open());
        Budget budget;
        budget.scope = *Scope::parse("org");
        budget.limit = *PicoSum::parse("10000");
        const auto refused = replyOf<BudgetId>([&](auto reply) { lab.engine->setBudget(budget, reply); });
        QVERIFY(!refused);
        COMPARE_TEXT(refused.error().code, "budget.limit_range");
        std::string reason = "why";
        QCOMPARE(audit::tailOf(PicoSum(Pico::units(5)), reason), Pico::units(5));
        COMPARE_TEXT(reason, "why");
        QCOMPARE(audit::tailOf(*PicoSum::parse("18000.5"), reason), Pico::of(Pico::max_value));
        QVERIFY2(reason.find("$18000.5") != std::string::npos, reason.c_str());
    }
};

TALLY_TEST(MoneyTest)
#include "test_money.moc"
