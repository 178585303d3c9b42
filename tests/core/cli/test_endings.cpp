// How a `tally run` ends that is ended from outside, and how a stop reaches one that hangs.
#include "tests/core/cli/support_tally.h"
#include "tests/support/suite.h"

#include <QElapsedTimer>
#include <QTest>

#include <csignal>
#include <set>

using namespace tally;
using test::ApiFolder;
using test::Said;

namespace {
/// A workspace with a model that streams for ever and a workflow that asks it.
struct Endless {
    ApiFolder folder;
    std::unique_ptr<test::LoopbackServer> server = test::endlessServer();
    QString file = QString::fromStdString(folder.write("endless.json", test::oneCall("endless", "box/any")));

    [[nodiscard]] bool ready() const {
        const QString url = QString("http://127.0.0.1:%1/v1").arg(server->port());
        return test::tally(folder, {"provider", "add", "box", "--kind", "openai", "--url", url, "--price-as",
                                    "local"})
                   .code == 0;
    }
    [[nodiscard]] bool streams() const {
        return server->waitFor([](const test::LoopbackServer::Stats& s) { return s.requests > 0; }, 60'000);
    }
    [[nodiscard]] nlohmann::json onlyRun() const {
        const Said runs = test::tally(folder, {"runs"});
        return runs.out.contains("runs") && runs.out["runs"].size() == 1 ? runs.out["runs"][0]
                                                                         : nlohmann::json::object();
    }
};
} // namespace

class TestEndings : public QObject {
    Q_OBJECT
private slots:
    void fromOutside_data() {
        QTest::addColumn<int>("number");
        QTest::addRow("terminate") << SIGTERM;
        QTest::addRow("hang up") << SIGHUP;
    }
    void fromOutside() {
        QFETCH(int, number);
        Endless world;
        QVERIFY(world.ready());
        QProcess run;
        test::startTally(run, world.folder, {"run", world.file});
        QVERIFY(world.streams());
        QCOMPARE(::kill(static_cast<pid_t>(run.processId()), number), 0);
        const Said ended = test::said(run);
        QCOMPARE(ended.code, 128 + number);
        QCOMPARE(ended.out["error"]["code"].get<std::string>(), std::string("cli.ended"));
        // Closed in order: the run is stopped, its call is booked, no stop is in force, the log is whole.
        const auto left = world.onlyRun();
        QCOMPARE(left.value("status", ""), std::string("stopped"));
        QCOMPARE(left.value("steps", 0), 1);
        QVERIFY(test::tally(world.folder, {"receipts"}).out["receipts"].empty());
        const QString bundle = QString::fromStdString(world.folder.path("x.tracelog"));
        QCOMPARE(test::tally(world.folder, {"export", bundle}).code, 0);
        QCOMPARE(test::tally(world.folder, {"verify", bundle}).code, 0);
    }
    void aGuestThatWaitsForAPersonTakesTheWorkspaceOver() {
        const ApiFolder folder;
        const QString file = QString::fromStdString(folder.write("q.json", test::oneQuestion("person")));
        const auto questions = [&] {
            const Said said = test::tally(folder, {"approvals"});
            std::set<QString> runs;
            if (said.out.contains("approvals"))
                for (const auto& each : said.out["approvals"])
                    runs.insert(QString::fromStdString(each.value("run", "")));
            return runs;
        };
        const auto waitFor = [&](std::size_t count) {
            QElapsedTimer timer;
            timer.start();
            std::set<QString> now = questions();
            while (now.size() != count && timer.elapsed() < 120'000)
                now = questions();
            return now;
        };
        QProcess host, guest;
        test::startTally(host, folder, {"run", file});
        const auto first = waitFor(1);
        QCOMPARE(first.size(), std::size_t{1});
        test::startTally(guest, folder, {"run", file});
        auto both = waitFor(2);
        QCOMPARE(both.size(), std::size_t{2});
        QCOMPARE(test::tally(folder, {"approve", *first.begin(), "ok"}).code, 0);
        // The host's own run is over, so it goes, though its guest waits.
        const Said ended = test::said(host);
        QCOMPARE(ended.code, 0);
        QCOMPARE(ended.out.value("status", ""), std::string("ok"));
        both.erase(*first.begin());
        const Said answered = test::tally(folder, {"approve", *both.begin(), "ok"});
        QVERIFY2(answered.code == 0, qPrintable(answered.err + answered.out.dump().c_str()));
        const Said last = test::said(guest);
        QVERIFY2(last.code == 0, qPrintable(last.err + last.out.dump().c_str()));
        QCOMPARE(last.out.value("status", ""), std::string("ok"));
    }
    void anAnswerWithoutAnOwnerHostsTheRunToItsEnd() {
        const ApiFolder folder;
        const QString file = QString::fromStdString(folder.write("q.json", test::oneQuestion("person")));
        QProcess run;
        test::startTally(run, folder, {"run", file});
        QElapsedTimer timer;
        timer.start();
        const auto waiting = [&] {
            const Said said = test::tally(folder, {"approvals"});
            return said.out.contains("approvals") && !said.out["approvals"].empty();
        };
        bool asked = waiting();
        while (!asked && timer.elapsed() < 120'000)
            asked = waiting();
        QVERIFY(asked);
        QCOMPARE(::kill(static_cast<pid_t>(run.processId()), SIGTERM), 0);
        QCOMPARE(test::said(run).code, 128 + SIGTERM);
        const Said runs = test::tally(folder, {"runs"});
        QCOMPARE(runs.out["runs"][0].value("status", ""), std::string("waiting"));
        const QString id = QString::fromStdString(runs.out["runs"][0].value("id", ""));
        const Said answered = test::tally(folder, {"approve", id, "ok"});
        QVERIFY2(answered.code == 0, qPrintable(answered.err + answered.out.dump().c_str()));
        QCOMPARE(test::tally(folder, {"runs"}).out["runs"][0].value("status", ""), std::string("ok"));
    }
    void aStopOfAnOwnerThatHangs() {
        Endless world;
        QVERIFY(world.ready());
        QProcess run;
        test::startTally(run, world.folder, {"run", world.file});
        QVERIFY(world.streams());
        const auto pid = static_cast<pid_t>(run.processId());
        QCOMPARE(::kill(pid, SIGSTOP), 0);
        const Said pending = test::tally(world.folder, {"kill", "all"});
        QCOMPARE(pending.code, 1);
        QCOMPARE(pending.out["error"]["code"].get<std::string>(), std::string("kill.pending"));
        QVERIFY(QString::fromStdString(pending.out["error"]["hint"].get<std::string>())
                    .contains(QString("kill -9 %1").arg(pid)));
        QCOMPARE(::kill(pid, SIGCONT), 0);
        const Said ended = test::said(run); // it goes on and honours the stop
        QCOMPARE(ended.code, 1);
        QCOMPARE(ended.out.value("status", ""), std::string("stopped"));
        const Said receipts = test::tally(world.folder, {"receipts"});
        QCOMPARE(receipts.out["receipts"].size(), std::size_t(1));
    }
    void aStopOfAnOwnerThatWasEndedByForce() {
        Endless world;
        QVERIFY(world.ready());
        QProcess run;
        test::startTally(run, world.folder, {"run", world.file});
        QVERIFY(world.streams());
        QCOMPARE(::kill(static_cast<pid_t>(run.processId()), SIGSTOP), 0);
        QCOMPARE(test::tally(world.folder, {"kill", "all"}).code, 1);
        QCOMPARE(::kill(static_cast<pid_t>(run.processId()), SIGKILL), 0);
        QVERIFY(run.waitForFinished(60'000));
        QCOMPARE(world.onlyRun().value("status", ""),
                 std::string("stopped")); // not "running": nobody runs it
        // The next one to open the workspace finds the stop, before it starts anything.
        const Said refused = test::tally(world.folder, {"run", world.file});
        QCOMPARE(refused.code, 1);
        QCOMPARE(refused.out["error"]["code"].get<std::string>(), std::string("kill.closed"));
    }
};
TALLY_TEST(TestEndings)
#include "test_endings.moc"
