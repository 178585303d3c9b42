#include "core/engine/kill_switch.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::engine;

namespace {
KillOrder makeOrder(const char* id, KillScope scope, const char* target = "") {
    return {KillId(id), scope, target, "operator", "costs too much"};
}
/// Two workflows of one process and one of another; c is a child of b.
KillSwitch makeSwitch() {
    KillSwitch kill;
    kill.runStarted(RunId("a"), {}, "triage", "intake");
    kill.runStarted(RunId("b"), {}, "review", "intake");
    kill.runStarted(RunId("c"), RunId("b"), "helper", "intake");
    kill.runStarted(RunId("d"), {}, "other", "billing");
    for (const char* run : {"a", "b", "c", "d"})
        kill.callStarted(AttemptId(std::string("call-") + run), RunId(run));
    return kill;
}
CallEnd closed(std::int64_t booked, bool known = true, bool confirmed = false) {
    return {true, known, confirmed, PicoSum::of(booked)};
}
} // namespace

class TestKillSwitch : public QObject {
    Q_OBJECT
private slots:
    void hitsItsScopeAndNoOther_data() {
        QTest::addColumn<int>("scope");
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("hit");
        QTest::newRow("run") << int(KillScope::run) << "a"
                             << "a";
        QTest::newRow("run with child") << int(KillScope::run) << "b"
                                        << "b,c";
        QTest::newRow("child alone") << int(KillScope::run) << "c"
                                     << "c";
        QTest::newRow("workflow") << int(KillScope::workflow) << "review"
                                  << "b,c";
        QTest::newRow("process") << int(KillScope::process) << "billing"
                                 << "d";
        QTest::newRow("all") << int(KillScope::all) << ""
                             << "a,b,c,d";
        QTest::newRow("nobody") << int(KillScope::workflow) << "unknown"
                                << "";
        QTest::newRow("empty name") << int(KillScope::workflow) << ""
                                    << "";
    }
    void hitsItsScopeAndNoOther() {
        QFETCH(int, scope);
        QFETCH(QString, target);
        QFETCH(QString, hit);
        KillSwitch kill = makeSwitch();
        const std::string name = target.toStdString();
        const auto effects = kill.order(makeOrder("k", static_cast<KillScope>(scope), name.c_str()), 5, 100);
        QStringList runs;
        for (const RunId& run : effects.stop_runs)
            runs += QString::fromStdString(run.str());
        QCOMPARE(runs.join(","), hit);
        QCOMPARE(effects.cancel_calls.size(), effects.stop_runs.size());
        QCOMPARE(effects.receipt.inflight, std::int64_t(effects.cancel_calls.size()));
        QCOMPARE(effects.receipt.complete, hit.isEmpty());
        for (const char* run : {"a", "b", "c", "d"})
            QCOMPARE(kill.closed(RunId(run)).has_value(), runs.contains(run));
    }

    void closesAdmissionForNewRuns() {
        KillSwitch kill = makeSwitch();
        (void)kill.order(makeOrder("k", KillScope::workflow, "triage"), 5, 100);
        const auto error = kill.closedFor("triage", "x");
        QVERIFY(error);
        QCOMPARE(error->code, std::string("kill.closed"));
        QVERIFY(error->message.find("triage") != std::string::npos);
        QVERIFY(error->message.find("operator") != std::string::npos);
        QVERIFY(!kill.closedFor("other", "billing"));
        kill.runStarted(RunId("late"), {}, "triage", "intake");
        QVERIFY(kill.closed(RunId("late")));
        kill.runStarted(RunId("late-child"), RunId("a"), "any", "any");
        QVERIFY(kill.closed(RunId("late-child"))); // its root is held by name
        QVERIFY(!kill.allClosed());
    }

    void olderEpochsNeverAdvance() {
        KillSwitch kill = makeSwitch();
        const Epoch before = kill.epochOf(RunId("b"));
        const Epoch other = kill.epochOf(RunId("d"));
        QVERIFY(kill.mayAdvance(RunId("b"), before));
        (void)kill.order(makeOrder("k", KillScope::run, "b"), 5, 100);
        QVERIFY(!kill.mayAdvance(RunId("b"), before));
        QVERIFY(!kill.mayAdvance(RunId("b"), kill.epochOf(RunId("b")))); // held
        QVERIFY(kill.mayAdvance(RunId("d"), other));
        for (const char* run : {"b", "c"}) {
            (void)kill.callEnded(AttemptId(std::string("call-") + run), closed(1), 200);
            (void)kill.runStopped(RunId(run), 0, 0, 200);
        }
        const auto resumed = kill.resume(KillId("k"));
        QVERIFY(resumed);
        QCOMPARE(resumed->runs, std::vector<RunId>{RunId("b")});
        QVERIFY(!kill.mayAdvance(RunId("b"), before)); // an old completion does not become young again
        QVERIFY(kill.mayAdvance(RunId("b"), kill.epochOf(RunId("b"))));
        QVERIFY(!kill.mayAdvance(RunId("gone"), 0));
    }

    void receiptAddsUp() {
        KillSwitch kill = makeSwitch();
        auto effects = kill.order(makeOrder("k", KillScope::all), 7, 1000);
        QVERIFY(kill.allClosed());
        kill.admissionClosed(KillId("k"), 1010);
        QVERIFY(kill.callEnded(AttemptId("call-a"), closed(10), 2000).empty());
        QVERIFY(kill.callEnded(AttemptId("call-b"), closed(500, false), 5000).empty());
        QVERIFY(kill.callEnded(AttemptId("call-c"), closed(3, true, true), 3000).empty());
        QVERIFY(kill.callEnded(AttemptId("call-d"), {false, true, false, PicoSum::of(20)}, 9000).empty());
        QVERIFY(kill.callEnded(AttemptId("call-d"), closed(20), 9000).empty()); // twice changes nothing
        QVERIFY(!kill.resume(KillId("k")));
        QVERIFY(kill.runStopped(RunId("a"), 2, 1, 4000).empty());
        QVERIFY(kill.runStopped(RunId("b"), 1, 0, 4000).empty());
        QVERIFY(kill.runStopped(RunId("c"), 0, 0, 4000).empty());
        const auto done = kill.runStopped(RunId("d"), 0, 0, 4000);
        QCOMPARE(done.size(), std::size_t(1));
        const KillReceipt& receipt = done.front();
        QVERIFY(receipt.complete);
        QCOMPARE(receipt.ordered_us, 7);
        QCOMPARE(receipt.admission_closed_us, 10);
        QCOMPARE(receipt.inflight, 4);
        QCOMPARE(receipt.stopped, 3);
        QCOMPARE(receipt.stop_us, 4000);
        QCOMPARE(receipt.retries_cancelled, 3);
        QCOMPARE(receipt.children_ended, 1);
        QCOMPARE(receipt.runs_stopped, 4);
        QCOMPARE(receipt.unknown_outcome, 1);
        QVERIFY(receipt.tail == PicoSum::of(533));
        QVERIFY(receipt.confirmation.find("does not prove") != std::string::npos);
        QVERIFY(receipt.confirmation.find("Stop confirmed") == std::string::npos);
        kill.logged(KillId("k"), 42);
        QCOMPARE(kill.receipt(KillId("k"))->log_seq, 42);
    }

    void overlappingOrdersCountACallOnce() {
        KillSwitch kill = makeSwitch();
        (void)kill.order(makeOrder("k1", KillScope::run, "a"), 1, 10);
        const auto second = kill.order(makeOrder("k2", KillScope::all), 2, 20);
        QCOMPARE(second.cancel_calls.size(), std::size_t(4));
        for (const char* run : {"a", "b", "c", "d"}) {
            (void)kill.callEnded(AttemptId(std::string("call-") + run), closed(100), 30);
            (void)kill.runStopped(RunId(run), 1, 0, 30);
        }
        QVERIFY(kill.receipt(KillId("k1"))->tail == PicoSum::of(100));
        QVERIFY(kill.receipt(KillId("k2"))->tail == PicoSum::of(300));
        QCOMPARE(kill.receipt(KillId("k2"))->retries_cancelled, 3);
        const auto resumed = kill.resume(KillId("k2"));
        QVERIFY(resumed);
        QCOMPARE(resumed->runs, (std::vector<RunId>{RunId("b"), RunId("d")}));
        QVERIFY(kill.closed(RunId("a"))); // still held by the first
        QVERIFY(!kill.closed(RunId("d")));
        QCOMPARE(kill.resume(KillId("k2")).error().code, std::string("kill.already_resumed"));
        QCOMPARE(kill.resume(KillId("no")).error().code, std::string("kill.unknown"));
    }

    void survivesARestart() {
        KillSwitch before = makeSwitch();
        (void)before.order(makeOrder("k1", KillScope::workflow, "triage"), 1, 10);
        (void)before.order(makeOrder("k2", KillScope::process, "none"), 2, 20);
        QVERIFY(before.resume(KillId("k2")));
        KillSwitch after;
        const auto changed = after.restore(before.receipts());
        QCOMPARE(changed.size(), std::size_t(1)); // k1 was not complete: its call died with the process
        QVERIFY(changed.front().complete);
        QVERIFY(!changed.front().confirmation.empty());
        QVERIFY(after.closedFor("triage", "intake"));
        QVERIFY(!after.closedFor("x", "none"));
        after.runStarted(RunId("a"), {}, "triage", "intake");
        QVERIFY(after.closed(RunId("a")));
        QVERIFY(!after.mayAdvance(RunId("a"), after.epochOf(RunId("a"))));
        const auto resumed = after.resume(KillId("k1"));
        QVERIFY(resumed);
        QCOMPARE(resumed->runs, std::vector<RunId>{RunId("a")});
        QVERIFY(after.mayAdvance(RunId("a"), after.epochOf(RunId("a"))));
        QCOMPARE(after.receipts().size(), std::size_t(2));
    }
};

TALLY_TEST(TestKillSwitch)
#include "test_kill_switch.moc"
