// What a start finds and puts right, and what it must not forget: sums of budgets, delays, stops, lost
// answers.
#include "core/engine/spend_mark.h"
#include "support_engine.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::engine;
using namespace tally::test;

#define COMPARE_TEXT(a, b) QCOMPARE(QString::fromStdString(a), QString::fromStdString(b))

class StartTest : public QObject {
    Q_OBJECT

    static BudgetState state(Lab& lab, const BudgetId& id) {
        const auto states =
            replyOf<std::vector<BudgetState>>([&](auto reply) { lab.engine->budgets(reply); });
        if (states)
            for (const BudgetState& each : *states)
                if (each.budget.id == id) return each;
        return {};
    }
    static store::BudgetSpend stored(Lab& lab, const BudgetId& id) {
        const auto rows = lab.read<std::vector<store::BudgetSpend>>(
            [&](store::Connection& db) { return store::SpendBook::list(db, id); });
        return rows && rows->size() == 1 ? rows->front() : store::BudgetSpend();
    }
    static std::vector<Alert> alerts(Lab& lab) {
        return lab.read<std::vector<Alert>>([](store::Connection& db) { return store::AlertRepo::page(db); })
            .value_or(std::vector<Alert>());
    }
    /// Changes the closed workspace behind everybody's back.
    static Status tamper(Lab& lab, const std::string& sql) {
        lab.close();
        TALLY_ASSIGN(auto db, store::Connection::open(store::Store::databasePath(lab.dir + "/ws"),
                                                      store::OpenMode::read_write));
        TALLY_TRY(db.exec(sql));
        return lab.open();
    }
    /// As the ids of that time begin.
    static std::string markOf(std::int64_t wall_us) {
        FakeClock at(wall_us);
        SystemRng rng;
        return uuid7(at, rng).substr(0, 14);
    }
    static std::string detailOf(Lab& lab, std::vector<Event>& events, std::string_view begin) {
        std::string found; // what is stored is said a moment later
        Lab::until([&] {
            lab.feed.drain(events);
            for (const Event& event : events)
                if (const auto* step = std::get_if<StepChanged>(&event);
                    found.empty() && step != nullptr && step->step.detail.starts_with(begin))
                    found = step->step.detail;
            return !found.empty();
        });
        return found;
    }

private slots:
    void aStoredSumThatIsWrongIsCorrectedAndSaid() {
        Lab lab;
        QVERIFY(lab.open());
        const Budget budget = lab.budget("org", LimitMeter::cost, Pico::units(1));
        QVERIFY(lab.run("three").status == RunStatus::ok);
        const PicoSum truth = state(lab, budget.id).spent;
        QVERIFY(truth > PicoSum());
        QVERIFY(tamper(lab, "UPDATE budget_spend SET spent='5'"));
        QVERIFY(Lab::until([&] { return alerts(lab).size() == 1; }));
        const Alert alert = alerts(lab).front();
        QCOMPARE(alert.detector, std::string("budget.count"));
        QCOMPARE(
            QString::fromStdString(alert.sentence),
            QString("The hard cost budget of org was stored as $0.000000000005 spent, its calls come to $%1. "
                    "It was corrected.")
                .arg(QString::fromStdString(truth.toString())));
        QVERIFY(state(lab, budget.id).spent == truth);
        QVERIFY(state(lab, budget.id).last_refusal.empty());
        QVERIFY(stored(lab, budget.id).spent == truth);
        QVERIFY(lab.run("three").status == RunStatus::ok);
        QVERIFY(state(lab, budget.id).spent == truth + truth);
        // A start that finds nothing says nothing.
        lab.close();
        QVERIFY(lab.open());
        QVERIFY(lab.run("three").status == RunStatus::ok);
        QCOMPARE(alerts(lab).size(), std::size_t{1});
        COMPARE_TEXT(lab.verify(), "");
    }

    void nothingPassesABudgetThatIsStillCounted() {
        Lab lab;
        QVERIFY(lab.open());
        const Budget budget = lab.budget("org", LimitMeter::calls, PicoSum::of(4));
        QVERIFY(lab.run("three").status == RunStatus::ok);
        QVERIFY(tamper(lab, "UPDATE budget_spend SET spent='0'"));
        const RunSummary sum = lab.run("three"); // 3 + 3 > 4
        QVERIFY(sum.status == RunStatus::stopped);
        COMPARE_TEXT(lab.trail(sum.id), "a ok, b refused");
        QCOMPARE(static_cast<int>(state(lab, budget.id).spent.value()), 4);
        COMPARE_TEXT(lab.verify(), "");
    }

    void aStartCountsOnlyWhatCameAfterTheMark() {
        Lab lab;
        QVERIFY(lab.open());
        const Budget budget = lab.budget("org", LimitMeter::cost, Pico::units(1));
        QVERIFY(lab.run("three").status == RunStatus::ok);
        const PicoSum truth = state(lab, budget.id).spent;
        // The mark reaches to the millisecond in which it is made.
        const auto markedAt = [&] {
            lab.clock.advanceUs(5'000);
            lab.close();
            if (!lab.open()) return PicoSum();
            const std::int64_t now = lab.clock.wallUs();
            PicoSum sum;
            const auto check = [&] {
                const auto mark = lab.read<std::optional<SpendMark>>(SpendMark::read);
                if (!mark || !*mark || (*mark)->budgets.count(budget.id) == 0) return false;
                const WindowSums& sums = (*mark)->budgets.at(budget.id).sums;
                sum = sums.count("") == 0 ? PicoSum() : sums.at("").spent;
                return (*mark)->before > markOf(now - 1'000);
            };
            return Lab::until(check) ? sum : PicoSum();
        };
        QVERIFY(markedAt() == truth);
        // A sum that is wrong is found from the mark on: the first test of this file. A call that is older
        // than the mark is not read any more …
        QVERIFY(tamper(lab, "DELETE FROM attempts WHERE id=(SELECT min(id) FROM attempts)"));
        const auto check = [&](bool marked_only, std::set<BudgetId> anew) {
            return lab.read<SpendCheck>([&](store::Connection& db) {
                return checkSpends(db, {{budget}, lab.clock.wallUs(), {}, marked_only, std::move(anew)});
            });
        };
        const auto quick = check(true, {}), whole = check(false, {budget.id});
        QVERIFY(quick && whole);
        QVERIFY(quick->compared.count(budget.id) == 1 && quick->faults.empty());
        QCOMPARE(whole->faults.size(), std::size_t{1});
        QVERIFY(whole->faults[0].stored.spent == truth && whole->faults[0].counted.spent < truth);
        QVERIFY(alerts(lab).empty());
        // … until all are counted again behind a start, once a day.
        lab.clock.advanceUs(25 * 3'600'000'000LL);
        lab.close();
        QVERIFY(lab.open());
        QVERIFY(Lab::until([&] { return alerts(lab).size() == 1; }));
        QVERIFY(state(lab, budget.id).spent == whole->faults[0].counted.spent);
        COMPARE_TEXT(lab.verify(), "");
    }

    void aCallUnderWayIsNotLostToTheMark() {
        Lab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall&) { return stuck.load(); };
        QVERIFY(lab.open());
        const Budget budget = lab.budget("org", LimitMeter::cost, Pico::units(1));
        const auto id = lab.begin("three");
        QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
        lab.clock.advanceUs(5'000);
        (void)lab.budget("org", LimitMeter::calls, PicoSum::of(100)); // makes a mark
        QVERIFY(Lab::until([&] {
            const auto mark = lab.read<std::optional<SpendMark>>(SpendMark::read);
            return mark && *mark && (*mark)->open.size() == 1;
        }));
        QVERIFY(replyOf<KillId>([&](auto reply) {
            lab.engine->kill({{}, KillScope::run, id->str(), "operator", "test"}, reply);
        }));
        QVERIFY(lab.wait(*id)->status == RunStatus::stopped); // in doubt, at its reservation
        const auto settled = replyOf<Pico>([&](auto reply) {
            lab.engine->settle({*id, "a", 0, "invoice", Pico::of(123), {}}, reply);
        });
        QVERIFY2(settled, settled ? "" : settled.error().text().c_str());
        lab.clock.advanceUs(5'000);
        const auto check = lab.read<SpendCheck>([&](store::Connection& db) {
            return checkSpends(db, {{budget}, lab.clock.wallUs(), {}, true, {}});
        });
        QVERIFY(check && check->compared.count(budget.id) == 1);
        QVERIFY(check->faults.empty());
        QVERIFY(check->mark.open.empty());
        QVERIFY(check->mark.budgets.at(budget.id).sums.at("").spent == PicoSum::of(123));
    }

    void aMarkThatCannotBeReadIsNone() {
        for (const char* text :
             {"", "[]", "{}", R"({"before":1,"whole_us":0,"open":[],"budgets":{}})",
              R"({"before":"","whole_us":0,"open":[1],"budgets":{}})",
              R"({"before":"","whole_us":0,"open":[],"budgets":{"a":1}})",
              R"({"before":"","whole_us":0,"open":[],"budgets":{"a":{"books":"","windows":{"":[]}}}})"})
            QVERIFY2(!SpendMark::fromText(text), text);
        SpendMark mark;
        mark.before = "0192";
        mark.open = {AttemptId("x")};
        mark.budgets[BudgetId("b")] = {"org", {{"", {PicoSum::of(7), PicoSum::of(2)}}}};
        const auto back = SpendMark::fromText(mark.text());
        QVERIFY(back && back->text() == mark.text());
    }

    void whatWasSimulatedIsCountedOnce() {
        Lab lab;
        QVERIFY(lab.open());
        const Budget all = lab.budget("org", LimitMeter::cost, Pico::units(1));
        Budget real = all;
        real.id = {};
        real.count_simulated = false;
        const auto id = replyOf<BudgetId>([&](auto reply) { lab.engine->setBudget(real, reply); });
        QVERIFY(id);
        QVERIFY(lab.run("three").status == RunStatus::ok);
        const BudgetState before = state(lab, all.id);
        QVERIFY(before.spent > PicoSum() && before.simulated == before.spent);
        QVERIFY(state(lab, *id).spent == PicoSum());
        // As after the change to this schema: the share is not known yet. Nothing was wrong, so nobody is
        // told.
        QVERIFY(tamper(lab, "UPDATE budget_spend SET simulated='0'"));
        QVERIFY(Lab::until([&] { return state(lab, all.id).simulated == before.spent; }));
        QVERIFY(Lab::until([&] { return stored(lab, all.id).simulated == before.spent; }));
        QVERIFY(state(lab, *id).spent == PicoSum());
        QVERIFY(alerts(lab).empty());
        // A budget that begins to count them counts the past as well.
        real.id = *id;
        real.count_simulated = true;
        QVERIFY(replyOf<BudgetId>([&](auto reply) { lab.engine->setBudget(real, reply); }));
        QVERIFY(state(lab, *id).spent == before.spent);
        COMPARE_TEXT(lab.verify(), "");
    }

    void aDelaySurvivesACrash() {
        Lab lab;
        lab.workflows["slow"] = workflowOf(
            R"({"name": "slow", "process": "tests", "version": "1", "models": {"m": ["sim/one"]}, "steps": [
            {"id": "a", "kind": "model", "role": "m", "prompt": "one", "max_tokens": 16,
             "retry": {"max_attempts": 3, "base_ms": 200000, "max_ms": 200000}}]})");
        std::atomic<std::int64_t> asked_us{0};
        std::atomic<int> asked{0};
        lab.script->answer = [&](const ModelCall&) -> CallResult {
            asked_us = lab.clock.wallUs();
            if (++asked == 1) return failWith("provider.busy", true, true, 429);
            return say("fine");
        };
        QVERIFY(lab.open());
        const auto id = lab.begin("slow");
        QVERIFY(id);
        std::int64_t due_us = 0;
        QVERIFY(Lab::until([&] {
            const auto due = lab.read<std::vector<std::pair<std::string, std::int64_t>>>(
                [&](store::Connection& db) -> Result<std::vector<std::pair<std::string, std::int64_t>>> {
                    TALLY_ASSIGN(const auto row, store::RunRepo::byId(db, *id));
                    return store::RetryRepo::ofRun(db, row->no);
                });
            if (due && due->size() == 1) due_us = due->front().second;
            return due_us != 0;
        }));
        std::vector<Event> events;
        COMPARE_TEXT(detailOf(lab, events, "Tries again"), ("Tries again at " + isoUtc(due_us)));
        QVERIFY(lab.crashAndReopen());
        QCOMPARE(asked.load(), 1);
        QVERIFY2(lab.clock.wallUs() < due_us, "the clock of the test ran past the delay");
        QVERIFY(lab.resume(*id));
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        QVERIFY(asked_us >= due_us);
        COMPARE_TEXT(lab.trail(*id), "a error, a#2 ok");
        // Nothing is left to wait for.
        const auto left = lab.read<std::int64_t>(
            [](store::Connection& db) { return db.scalar("SELECT count(*) FROM retries"); });
        QCOMPARE(*left, std::int64_t{0});
        COMPARE_TEXT(lab.verify(), "");
    }

    void aCallThatWasSettledAsPaidIsNotBoughtTwice() {
        for (const bool happened : {true, false}) {
            Lab lab;
            std::atomic<bool> stuck{true};
            lab.script->hold = [&](const ModelCall&) { return stuck.load(); };
            QVERIFY(lab.open());
            const auto id = lab.begin("once");
            QVERIFY(Lab::until([&] { return lab.script->held == 1; }));
            QVERIFY(lab.crashAndReopen());
            stuck = false;
            engine::LateSettle order{*id, "a", 0, "invoice", {}, {}};
            if (happened) order.cost = Pico::of(123'456);
            QVERIFY(replyOf<Pico>([&](auto done) { lab.engine->settle(order, done); }));
            QVERIFY(lab.resume(*id));
            const auto sum = lab.wait(*id);
            QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
            COMPARE_TEXT(lab.trail(*id),
                         happened ? "a unknown, a#2 refused, b ok" : "a unknown, a#2 ok, b ok");
            if (happened) {
                const auto replayed = lab.replay(*id);
                QVERIFY(replayed && replayed->identical);
            }
            COMPARE_TEXT(lab.verify(), "");
        }
    }

    void theRunsOfAStopAreData() {
        Lab lab;
        lab.script->hold = [](const ModelCall& call) { return call.messages.back().text == "one"; };
        QVERIFY(lab.open());
        const auto first = lab.begin("three"), second = lab.begin("three");
        QVERIFY(Lab::until([&] { return lab.script->held == 2; }));
        const auto kill = [&](KillScope scope, const std::string& target) {
            KillOrder order;
            order.scope = scope;
            order.target = target;
            return replyOf<KillId>([&](auto reply) { lab.engine->kill(order, reply); });
        };
        const auto one = kill(KillScope::run, first->str()), all = kill(KillScope::all, "");
        QVERIFY(one && all && lab.wait(*first) && lab.wait(*second));
        const auto runsOf = [&](const KillId& id) {
            return *lab.read<std::vector<RunId>>(
                [&](store::Connection& db) { return store::KillRepo::runsOf(db, id); });
        };
        QCOMPARE(runsOf(*one), (std::vector<RunId>{*first}));
        QVERIFY(lab.crashAndReopen());
        const auto hit = runsOf(*all);
        QVERIFY(std::find(hit.begin(), hit.end(), *second) != hit.end());
        lab.script->hold = nullptr;
        for (const KillId& id : {*all, *one})
            QVERIFY(replyOf<bool>([&](auto done) {
                lab.engine->resumeKill(id, [done](Status s) { s ? done(true) : done(fail(s.error())); });
            }));
        QVERIFY(lab.resume(*first));
        const auto sum = lab.wait(*first);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        QVERIFY(runsOf(*one).empty()); // it went on
        QCOMPARE(runsOf(*all), (std::vector<RunId>{*second}));
        QVERIFY(replyOf<bool>([&](auto done) {
            lab.engine->abandonRun(*second, "test",
                                   [done](Status s) { s ? done(true) : done(fail(s.error())); });
        }));
        QVERIFY(runsOf(*all).empty());
        COMPARE_TEXT(lab.verify(), "");
    }

    void aPauseOfTheProviderIsSaid() {
        Lab lab;
        std::atomic<bool> open{false};
        lab.admission = [&](std::string_view, std::int64_t) -> provider::Admission {
            if (open) return {};
            return {provider::Admission::Verdict::wait, lab.clock.monoUs() + 90'000'000,
                    "the provider failed several times in a row and gets a pause: no route"};
        };
        QVERIFY(lab.open());
        const auto id = lab.begin("three");
        RunSummary waiting;
        QVERIFY(Lab::until([&] {
            const auto live =
                replyOf<std::vector<RunSummary>>([&](auto reply) { lab.engine->liveRuns(reply); });
            if (live && live->size() == 1) waiting = live->front();
            return waiting.status == RunStatus::waiting;
        }));
        const std::string begin = "Waits for provider sim until 20";
        QVERIFY2(waiting.status_detail.starts_with(begin), waiting.status_detail.c_str());
        QVERIFY(waiting.status_detail.ends_with("gets a pause: no route"));
        std::vector<Event> events;
        COMPARE_TEXT(detailOf(lab, events, begin).substr(0, begin.size()), begin);
        open = true;
        const auto sum = lab.wait(*id);
        QVERIFY2(sum && sum->status == RunStatus::ok, sum ? sum->status_detail.c_str() : "");
        COMPARE_TEXT(sum->status_detail, "");
        COMPARE_TEXT(lab.trail(*id), "a ok, b ok, c ok");
    }
};

TALLY_TEST(StartTest)
#include "test_start.moc"
