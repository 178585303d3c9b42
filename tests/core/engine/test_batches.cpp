// Batches through the engine: loading, feeding, attempts, orders, ceilings, stops and crashes.
#include "tests/core/engine/support_batches.h"
#include "tests/support/suite.h"

#include <QTest>

#include <set>

using namespace tally;
using namespace tally::test;
using engine::BatchWork;
using nlohmann::json;

#define GOOD(status)                                                                                         \
    do {                                                                                                     \
        const auto& good_ = (status);                                                                        \
        QVERIFY2(good_, good_ ? "" : good_.error().text().c_str());                                          \
    } while (false)

class BatchesTest : public QObject {
    Q_OBJECT
private slots:
    void everyLineBecomesARun() {
        BatchLab lab;
        GOOD(lab.open());
        const std::string path =
            lab.file("in.jsonl", "{\"x\":\"1\",\"id\":\"a\"}\n\nnonsense\n"
                                 "{\"x\":\"2\",\"id\":\"b\"}\n{\"x\":\"3\",\"id\":\"a\"}\n"
                                 "{\"y\":\"4\",\"id\":\"c\"}\n{\"x\":\"5\"}\n");
        const auto batch = lab.add(path, [](BatchSpec& s) { s.key = "id", s.fields = {{"x", "x"}}; });
        GOOD(batch);
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        const Batch end = lab.now(batch->id);
        QCOMPARE(end.items, 5);
        QCOMPARE(end.duplicates, 1);
        QCOMPARE(end.done, 2);
        QCOMPARE(end.dead, 3);
        QVERIFY(end.cost > PicoSum());
        QCOMPARE(QString::fromStdString(lab.unbalanced(batch->id)), QString());
        const auto items = lab.items(batch->id);
        QCOMPARE(QString::fromStdString(items[1].code), QString("batch.record"));
        QVERIFY(items[1].error.find("line 3") != std::string::npos);
        QCOMPARE(QString::fromStdString(items[3].code), QString("batch.field"));
        QCOMPARE(QString::fromStdString(items[4].code), QString("batch.key"));
        QCOMPARE(QString::fromStdString(lab.output(items[0].run).dump()), QString("\"second 1\""));
        // The run has the inputs; a second copy is kept only where another attempt may need it.
        QVERIFY(items[0].inputs.empty());
        store::CostFilter by_batch;
        by_batch.by = {"batch"};
        const auto costs = lab.read<std::vector<store::CostLine>>(
            [&](store::Connection& db) { return store::CostRepo::table(db, by_batch); });
        GOOD(costs);
        QCOMPARE(costs->size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(costs->front().key[0]), QString("item"));
        QVERIFY(costs->front().cost == end.cost);
        QCOMPARE(QString::fromStdString(lab.verify()), QString());
    }
    void passingFailuresAreTriedAgainOthersAreNot() {
        BatchLab lab;
        std::atomic<int> third{0}, healed{0};
        lab.script->answer = [&](const ModelCall& call) -> CallResult {
            const std::string& text = call.messages.back().text;
            if (text == "first 2" && healed == 0) return failWith("provider.http_400", true, false, 400);
            if (text == "first 3" && ++third < 3) return failWith("provider.http_429", true, false, 429);
            if (text == "first 4" && healed == 0) return failWith("provider.http_429", true, false, 429);
            return say(text);
        };
        GOOD(lab.open());
        const auto batch = lab.add(lab.lines(4));
        GOOD(batch);
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        auto items = lab.items(batch->id);
        QVERIFY(items[1].state == ItemState::dead && items[1].attempts == 1);
        QVERIFY(items[2].state == ItemState::done && items[2].attempts == 3);
        QVERIFY(items[3].state == ItemState::dead && items[3].attempts == 3);
        const auto causes = lab.read<std::vector<BatchCause>>(
            [&](store::Connection& db) { return store::BatchRepo::causes(db, batch->no); });
        GOOD(causes);
        QCOMPARE(causes->size(), std::size_t{2});
        // One cause, then the rest: an ended batch opens again.
        healed = 1;
        const auto some = lab.retry(batch->id, "provider.http_400");
        GOOD(some);
        QCOMPARE(*some, 1);
        QVERIFY(Lab::until([&] { return lab.now(batch->id).done == 3; }));
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        GOOD(lab.retry(batch->id));
        QVERIFY(Lab::until([&] { return lab.now(batch->id).done == 4; }));
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        QCOMPARE(QString::fromStdString(lab.unbalanced(batch->id)), QString());
        QCOMPARE(QString::fromStdString(lab.verify()), QString());
    }
    void pauseDrainAndCancel() {
        BatchLab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall&) { return stuck.load(); };
        GOOD(lab.open());
        const auto batch = lab.add(lab.lines(40), [](BatchSpec& s) { s.concurrency = 3; });
        GOOD(batch);
        QVERIFY(Lab::until([&] { return lab.script->held == 3; }));
        GOOD(lab.order(batch->id, BatchOrder::drain));
        QVERIFY(lab.now(batch->id).state == BatchState::draining);
        QCOMPARE(lab.script->held.load(), 3); // never more than its concurrency
        GOOD(lab.order(batch->id, BatchOrder::cancel));
        QVERIFY(
            Lab::until([&] { return lab.now(batch->id).open() == 0 && lab.now(batch->id).cancelled == 40; }));
        QVERIFY(lab.now(batch->id).state == BatchState::cancelled);
        stuck = false;
        const auto refused = lab.order(batch->id, BatchOrder::resume);
        QVERIFY(!refused && refused.error().code == "batch.unknown");
        QCOMPARE(QString::fromStdString(lab.unbalanced(batch->id)), QString());
        QCOMPARE(QString::fromStdString(lab.verify()), QString());
    }
    void drainedBatchesGoOnWhenResumed() {
        BatchLab lab;
        GOOD(lab.open());
        const auto batch = lab.add(lab.lines(60), [](BatchSpec& s) { s.paused = true; });
        GOOD(batch);
        QVERIFY(Lab::until([&] { return lab.now(batch->id).loading == LoadState::loaded; }));
        QCOMPARE(lab.script->started.load(), 0);
        GOOD(lab.order(batch->id, BatchOrder::resume));
        GOOD(lab.order(batch->id, BatchOrder::drain));
        QVERIFY(Lab::until([&] {
            const auto state = lab.now(batch->id).state;
            return state == BatchState::paused || state == BatchState::done;
        }));
        const auto leased = lab.read<std::vector<BatchItem>>(
            [&](store::Connection& db) { return store::BatchRepo::leased(db, batch->no); });
        QVERIFY(leased && leased->empty());
        if (lab.now(batch->id).state == BatchState::paused) GOOD(lab.order(batch->id, BatchOrder::resume));
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        QCOMPARE(lab.now(batch->id).done, 60);
        for (const auto& [text, times] : lab.asked())
            QCOMPARE(times, 1);
    }
    void theCeilingHoldsAndCanBeRaised() {
        BatchLab lab;
        GOOD(lab.open());
        // A call's worst case is some 8 micro-dollars, its truth about 3: some items fit, not all.
        const auto batch =
            lab.add(lab.lines(50), [](BatchSpec& s) { s.limit_cost = *Pico::parse("0.0001"); });
        GOOD(batch);
        QVERIFY(lab.becomes(batch->id, BatchState::paused));
        const Batch stopped = lab.now(batch->id);
        QVERIFY(stopped.reason.find("budget") != std::string::npos);
        QVERIFY(stopped.done > 0 && stopped.done < 50);
        const auto spent = [&] {
            PicoSum sum;
            const auto costs = lab.read<std::vector<store::CostLine>>(
                [](store::Connection& db) { return store::CostRepo::table(db, {}); });
            for (const auto& each : *costs)
                sum += each.cost;
            return sum;
        };
        QVERIFY(spent() <= PicoSum(*Pico::parse("0.0001")));
        GOOD(lab.crashAndReopen());
        QVERIFY(lab.now(batch->id).state == BatchState::paused);
        GOOD(lab.change(batch->id, {{"limit_cost", "1"}}));
        GOOD(lab.order(batch->id, BatchOrder::resume));
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        QCOMPARE(lab.now(batch->id).done, 50);
        QVERIFY(spent() == lab.now(batch->id).cost);
        QCOMPARE(QString::fromStdString(lab.unbalanced(batch->id)), QString());
        QCOMPARE(QString::fromStdString(lab.verify()), QString());
    }
    void aStopPausesItsBatchesUntilSomebodyResumes() {
        BatchLab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall& call) {
            return stuck && call.messages.back().text.starts_with("second");
        };
        GOOD(lab.open());
        const auto batch = lab.add(lab.lines(20), [](BatchSpec& s) { s.concurrency = 4; });
        GOOD(batch);
        QVERIFY(Lab::until([&] { return lab.script->held == 4; }));
        KillOrder order;
        order.scope = KillScope::workflow;
        order.target = "item";
        order.reason = "enough";
        const auto id = replyOf<KillId>([&](auto reply) { lab.engine->kill(order, reply); });
        GOOD(id);
        QVERIFY(lab.becomes(batch->id, BatchState::paused));
        QVERIFY(lab.now(batch->id).reason.find("enough") != std::string::npos);
        stuck = false;
        const auto refused = lab.order(batch->id, BatchOrder::resume);
        QVERIFY(!refused && refused.error().code == "kill.closed");
        // Once every run that it stopped is booked.
        QVERIFY(Lab::until([&] {
            return replyOf<bool>([&](auto done) {
                       lab.engine->resumeKill(*id,
                                              [done](Status s) { s ? done(true) : done(fail(s.error())); });
                   })
                .has_value();
        }));
        // Lifting the stop starts nothing by itself.
        QVERIFY(lab.now(batch->id).state == BatchState::paused);
        GOOD(lab.order(batch->id, BatchOrder::resume));
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        QCOMPARE(lab.now(batch->id).done, 20);
        // What was answered before the stop was not bought again.
        for (const auto& [text, times] : lab.asked())
            if (text.starts_with("first")) QCOMPARE(times, 1);
        QCOMPARE(QString::fromStdString(lab.unbalanced(batch->id)), QString());
        QCOMPARE(QString::fromStdString(lab.verify()), QString());
    }
    void aCrashLosesAndDoublesNothing() {
        BatchLab lab;
        std::atomic<bool> stuck{true};
        lab.script->hold = [&](const ModelCall& call) {
            return stuck && call.messages.back().text.starts_with("second");
        };
        GOOD(lab.open());
        const auto batch = lab.add(lab.lines(30), [](BatchSpec& s) { s.concurrency = 5; });
        GOOD(batch);
        QVERIFY(Lab::until([&] { return lab.script->held == 5; }));
        stuck = false;
        GOOD(lab.crashAndReopen()); // goes on by itself
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        QCOMPARE(lab.now(batch->id).items, 30);
        QCOMPARE(lab.now(batch->id).done, 30);
        for (const auto& [text, times] : lab.asked())
            if (text.starts_with("first")) QCOMPARE(times, 1);
        std::set<std::int64_t> attempts;
        for (const BatchItem& each : lab.items(batch->id))
            attempts.insert(each.attempts);
        QCOMPARE(attempts, (std::set<std::int64_t>{1})); // the same runs went on
        QCOMPARE(QString::fromStdString(lab.unbalanced(batch->id)), QString());
        QCOMPARE(QString::fromStdString(lab.verify()), QString());
    }
    void aProcessThatOnlyOrdersStartsNothing() {
        BatchLab lab;
        lab.batch_work = BatchWork::none;
        GOOD(lab.open());
        const auto batch = lab.add(lab.lines(5));
        GOOD(batch);
        lab.batch_work = BatchWork::load;
        GOOD(lab.crashAndReopen());
        QVERIFY(Lab::until([&] { return lab.now(batch->id).loading == LoadState::loaded; }));
        QCOMPARE(lab.now(batch->id).items, 5);
        QCOMPARE(lab.script->started.load(), 0);
        lab.batch_work = BatchWork::run;
        GOOD(lab.crashAndReopen());
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        QCOMPARE(lab.now(batch->id).done, 5);
    }
    void batchesWaitForOthersAndReadTheirOutputs() {
        BatchLab lab;
        std::atomic<bool> broken{true};
        lab.script->answer = [&](const ModelCall& call) -> CallResult {
            const std::string& text = call.messages.back().text;
            if (text == "first 2" && broken) return failWith("provider.http_400", true, false, 400);
            return say(text);
        };
        GOOD(lab.open());
        const auto first = lab.add(lab.lines(3), [](BatchSpec& s) { s.paused = true; });
        GOOD(first);
        const auto any =
            lab.add(lab.lines(2), [&](BatchSpec& s) { s.after = first->id, s.after_any = true; });
        GOOD(any);
        const auto good = lab.add("", [&](BatchSpec& s) {
            s.after = first->id;
            s.fields = {{"x", "output"}};
            s.source = {SourceKind::batch, first->id.str(), "", ""};
        });
        GOOD(good);
        const auto unknown = lab.add(lab.lines(2), [&](BatchSpec& s) { s.after = BatchId("nobody"); });
        QVERIFY(!unknown && unknown.error().code == "batch.unknown");
        QVERIFY(Lab::until([&] { return lab.now(any->id).loading == LoadState::loaded; }));
        QCOMPARE(lab.script->started.load(), 0);
        GOOD(lab.order(first->id, BatchOrder::resume));
        QVERIFY(lab.becomes(any->id, BatchState::done));
        QCOMPARE(lab.now(first->id).dead, 1);
        QVERIFY(lab.now(good->id).state == BatchState::running && lab.now(good->id).done == 0);
        broken = false;
        GOOD(lab.retry(first->id));
        QVERIFY(lab.becomes(good->id, BatchState::done));
        QVERIFY(lab.asked().count("first second 1") == 1);
        QCOMPARE(QString::fromStdString(lab.unbalanced(good->id)), QString());
    }
    void ratesHoldABatchBack() {
        BatchLab lab;
        GOOD(lab.open());
        const std::int64_t begin = lab.clock.monoUs();
        const auto batch = lab.add(lab.lines(30), [](BatchSpec& s) { s.requests_per_minute = 20; });
        GOOD(batch);
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        // 60 calls, 20 at once, then one every 3 s of the fake clock.
        QVERIFY(lab.clock.monoUs() - begin >= 119'000'000);
        QCOMPARE(lab.now(batch->id).done, 30);
    }
    void anItemsOwnFaultIsADeadLetter() {
        BatchLab lab;
        std::string text = item_definition;
        text.replace(text.find("\"steps\""), 7, "\"limits\": {\"calls\": 1}, \"steps\"");
        lab.workflow = workflowOf(text);
        GOOD(lab.open());
        const auto batch = lab.add(lab.lines(3));
        GOOD(batch);
        QVERIFY(lab.becomes(batch->id, BatchState::done));
        QCOMPARE(lab.now(batch->id).dead, 3);
        for (const BatchItem& each : lab.items(batch->id))
            QCOMPARE(QString::fromStdString(each.code), QString("budget.exceeded"));
        QCOMPARE(QString::fromStdString(lab.unbalanced(batch->id)), QString());
        QCOMPARE(QString::fromStdString(lab.verify()), QString());
    }
};
TALLY_TEST(BatchesTest)
#include "test_batches.moc"
