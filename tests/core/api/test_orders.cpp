// Orders of a second process while the owner is starting, ending, silent or about to go: a stop is never
// lost, a run is never started where it would end with somebody else's command.
#include "core/api/owner_socket.h"
#include "core/api/stop_drop.h"
#include "core/api/wait.h"
#include "core/store/workspace_lock.h"
#include "tests/core/api/support_api.h"
#include "tests/support/suite.h"

#include <QTest>

#include <future>

using namespace tally;
using test::ApiFolder;

namespace {
using Opened = Result<std::unique_ptr<api::Workspace>>;

Opened openWith(const ApiFolder& folder, const std::function<void(api::OpenOptions&)>& change) {
    api::OpenOptions options;
    options.dir = folder.workspace();
    options.resources = TALLY_SOURCE_DIR "/resources";
    options.sim_time_scale = 0;
    change(options);
    return api::openWorkspace(std::move(options));
}
KillOrder everything() {
    KillOrder order;
    order.by = "operator";
    order.reason = "test";
    return order;
}
std::future<Result<KillId>> killing(api::Workspace& workspace) {
    auto promise = std::make_shared<std::promise<Result<KillId>>>();
    workspace.kill(everything(), [promise](Result<KillId> id) { promise->set_value(std::move(id)); });
    return promise->get_future();
}
bool inForce(api::Workspace& workspace, const KillId& id) {
    const auto all = api::wait<std::vector<KillReceipt>>([&](auto reply) { workspace.receipts(reply); });
    return all && std::any_of(all->begin(), all->end(),
                              [&](const KillReceipt& r) { return r.order.id == id && !r.resumed; });
}
} // namespace

class TestOrders : public QObject {
    Q_OBJECT
private slots:
    void aStopDuringTheStartOfAnOwnerIsTakenUpBeforeAnythingRuns() {
        const ApiFolder folder;
        QVERIFY(folder.open().has_value()); // made and closed
        auto lock = store::WorkspaceLock::acquire(folder.workspace(), "starting");
        QVERIFY(lock.has_value());
        auto viewer = openWith(folder, [](api::OpenOptions& o) { o.patience_ms = 0; });
        QVERIFY2(viewer.has_value(), viewer ? "" : viewer.error().text().c_str());
        auto stop = killing(**viewer);
        QTRY_VERIFY_WITH_TIMEOUT(api::droppedStops(folder.workspace()).size() == 1,
                                 60'000); // durable already
        { const auto released = std::move(*lock); }
        const auto id = stop.get();
        QVERIFY2(id.has_value(), id ? "" : id.error().text().c_str());
        QVERIFY(inForce(**viewer, *id));
        QVERIFY(api::droppedStops(folder.workspace()).empty());
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        const auto refused = test::startText(**owner, test::oneCall("late", "sim/sim-small"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, std::string("kill.closed"));
        QVERIFY(QString::fromStdString(refused.error().hint)
                    .contains(QString::fromStdString("tally resume-kill " + id->str())));
    }
    void aStopThatNobodyAnswersIsWrittenDownAndSaysWhatIsKnown() {
        const ApiFolder folder;
        QVERIFY(folder.open().has_value());
        KillId id;
        {
            const auto lock = store::WorkspaceLock::acquire(folder.workspace(), "stuck");
            QVERIFY(lock.has_value());
            auto viewer = openWith(folder, [](api::OpenOptions& o) { o.patience_ms = 0; });
            QVERIFY(viewer.has_value());
            const auto pending = killing(**viewer).get();
            QVERIFY(!pending);
            QCOMPARE(pending.error().code, std::string("kill.pending"));
            QVERIFY(QString::fromStdString(pending.error().hint)
                        .contains(QString("kill -9 %1").arg(QCoreApplication::applicationPid())));
            const auto left = api::droppedStops(folder.workspace());
            QCOMPARE(left.size(), std::size_t(1));
            id = left.front().id;
        }
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        QVERIFY(inForce(**owner, id));
        QVERIFY(api::droppedStops(folder.workspace()).empty());
    }
    void aRunningOwnerTakesUpAStopThatIsLeftForIt() {
        const ApiFolder folder;
        const auto server = test::endlessServer();
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        QVERIFY(test::done([&](api::Done d) {
                    (*owner)->addProvider(test::boxAt(server->port(), "local"), d);
                }).has_value());
        const auto run = test::startText(**owner, test::oneCall("endless", "box/any"));
        QVERIFY(run.has_value());
        KillOrder order = everything();
        order.id = KillId("0192aaaa-0000-7000-8000-000000000001");
        QVERIFY(api::dropStop(folder.workspace(), order).has_value());
        QVERIFY(test::settled(**owner, *run).status == RunStatus::stopped);
        QVERIFY(inForce(**owner, order.id));
        // The same order once more, by the socket: it is one order.
        QVERIFY(api::dropStop(folder.workspace(), order).has_value());
        const auto again = api::wait<KillId>([&](auto reply) { (*owner)->kill(order, reply); });
        QVERIFY(again && *again == order.id);
        QTRY_VERIFY_WITH_TIMEOUT(api::droppedStops(folder.workspace()).empty(), 60'000);
    }
    void runsOfOthersAreWaitedForAndNothingIsTakenInAtTheEnd() {
        const ApiFolder folder;
        const auto server = test::endlessServer();
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        auto viewer = openWith(folder, [](api::OpenOptions& o) { o.patience_ms = 0; });
        QVERIFY(viewer.has_value());
        QVERIFY(test::done([&](api::Done d) {
                    (*viewer)->addProvider(test::boxAt(server->port(), "local"), d);
                }).has_value());
        const auto run = test::startText(**viewer, test::oneCall("endless", "box/any"));
        QVERIFY(run.has_value());
        const auto leave = [&] {
            return api::wait<std::vector<RunId>>([&](auto reply) { (*owner)->leave(reply); });
        };
        auto open = leave();
        QVERIFY(open && *open == std::vector<RunId>{*run});
        QVERIFY(killing(**viewer).get().has_value());
        QVERIFY(test::settled(**owner, *run).status == RunStatus::stopped);
        // The run is said to have stopped before the last of its bookkeeping is behind its owner.
        QTRY_VERIFY_WITH_TIMEOUT((open = leave()) && open->empty(), 60'000);
        api::StartRun request;
        request.workflow = "endless";
        const auto late = api::wait<RunId>([&](auto reply) { (*viewer)->start(request, reply); });
        QCOMPARE(late.error().code,
                 std::string("owner.silent")); // it waits for the end of the owner, here for no time at all
        owner->reset();
        const auto gone = api::wait<RunId>([&](auto reply) { (*viewer)->start(request, reply); });
        QCOMPARE(gone.error().code,
                 std::string("owner.absent")); // `tally run` opens the workspace itself then
    }
    void aRunThatWaitsForAPersonKeepsNobody() {
        const ApiFolder folder;
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        auto viewer = openWith(folder, [](api::OpenOptions& o) { o.patience_ms = 0; });
        QVERIFY(viewer.has_value());
        const auto run = test::startText(**viewer, test::oneQuestion("person"));
        QVERIFY2(run.has_value(), run ? "" : run.error().text().c_str());
        const auto statusAt = [&](api::Workspace& w) {
            const auto now = api::wait<RunSummary>([&](auto reply) { w.run(*run, reply); });
            return now ? now->status : RunStatus::error;
        };
        QTRY_VERIFY_WITH_TIMEOUT(statusAt(**owner) == RunStatus::waiting, 60'000);
        const auto open = api::wait<std::vector<RunId>>([&](auto reply) { (*owner)->leave(reply); });
        QVERIFY(open && open->empty());
        owner->reset();
        QVERIFY(statusAt(**viewer) == RunStatus::waiting); // nobody has it, and the question is open
        owner = folder.open();
        QVERIFY(owner.has_value());
        // At once: the run may be on its way into the engine just now.
        const auto decided =
            test::done([&](api::Done d) { (*owner)->decide(*run, "ok", true, "boss", std::move(d)); });
        QVERIFY2(decided.has_value(), decided ? "" : decided.error().text().c_str());
        QVERIFY(test::settled(**owner, *run).status == RunStatus::ok);
    }
    void aResumeOfARunThatWentOnByItselfIsWell() {
        const ApiFolder folder;
        RunId id;
        {
            auto owner = folder.open();
            QVERIFY(owner.has_value());
            const auto run = test::startText(**owner, test::oneQuestion("person"));
            QVERIFY(run.has_value());
            id = *run;
            QTRY_VERIFY_WITH_TIMEOUT(api::wait<RunSummary>([&](auto reply) {
                                         (*owner)->run(id, reply);
                                     })->status == RunStatus::waiting,
                                     60'000);
        }
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        const auto resumed = [&] {
            return test::done([&](api::Done d) { (*owner)->resumeRun(id, "boss", std::move(d)); });
        };
        QVERIFY(resumed().has_value());
        const auto again = resumed();
        QVERIFY(!again);
        QCOMPARE(again.error().code, std::string("run.not_stopped"));
    }
    void aRunIsNotStartedInACommandThatEndsAtOnce() {
        const ApiFolder folder;
        auto brief = openWith(folder, [](api::OpenOptions& o) { o.hosts_runs = false; });
        QVERIFY(brief.has_value());
        auto viewer = openWith(folder, [](api::OpenOptions& o) { o.patience_ms = 0; });
        QVERIFY(viewer.has_value());
        const auto refused = test::startText(**viewer, test::oneCall("x", "sim/sim-small"));
        QCOMPARE(refused.error().code, std::string("owner.silent"));
    }
    void aWorkspaceIsWaitedForWhileItsOwnerStarts() {
        const ApiFolder folder;
        QVERIFY(folder.open().has_value());
        auto lock = store::WorkspaceLock::acquire(folder.workspace(), "starting");
        QVERIFY(lock.has_value());
        auto opening = std::async(std::launch::async, [&] {
            return openWith(folder, [](api::OpenOptions& o) { o.patience_ms = 60'000; });
        });
        { const auto released = std::move(*lock); }
        const auto opened = opening.get();
        QVERIFY(opened.has_value());
        const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { (*opened)->info(reply); });
        QVERIFY(info && info->owner);
    }
    void garbageInTheFolderOfStopsIsNotAnOrder() {
        const ApiFolder folder;
        QVERIFY(folder.open().has_value());
        for (const char* text :
             {"", "[]", "{\"id\":\"x\"}", "{\"id\":\"../../x\",\"scope\":\"all\"}", "\xff"})
            folder.write("ws/stops/a.json", text);
        folder.write("ws/stops/b.txt", "x");
        QVERIFY(api::droppedStops(folder.workspace()).empty());
        QVERIFY(folder.open().has_value());
        KillOrder order = everything();
        order.id = KillId("../escape");
        QVERIFY(!api::dropStop(folder.workspace(), order).has_value());
    }
};
TALLY_TEST(TestOrders)
#include "test_orders.moc"
