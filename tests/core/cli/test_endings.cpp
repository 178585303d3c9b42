// How a `tally run` ends that is ended from outside, and how a stop reaches one that hangs.
#include "tests/core/cli/support_tally.h"
#include "tests/support/suite.h"

#include <QTest>

#include <csignal>

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
        // The next one to open the workspace finds the stop, before it starts anything.
        const Said refused = test::tally(world.folder, {"run", world.file});
        QCOMPARE(refused.code, 1);
        QCOMPARE(refused.out["error"]["code"].get<std::string>(), std::string("kill.closed"));
    }
};
TALLY_TEST(TestEndings)
#include "test_endings.moc"
