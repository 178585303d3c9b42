// A second Tallystick over the same workspace: it reads, and its orders reach the owner through the socket.
// When the owner has gone, orders that are one durable row are written by itself.
#include "core/api/wait.h"
#include "tests/core/api/support_api.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using test::ApiFolder;

class TestViewer : public QObject {
    Q_OBJECT
private slots:
    void readsAndOrdersThroughTheOwner() {
        const ApiFolder folder;
        const auto server = test::endlessServer();
        auto owner = folder.open();
        QVERIFY2(owner.has_value(), owner ? "" : owner.error().text().c_str());
        auto viewer = folder.open();
        QVERIFY2(viewer.has_value(), viewer ? "" : viewer.error().text().c_str());
        const auto mine = api::wait<api::WorkspaceInfo>([&](auto reply) { (*owner)->info(reply); });
        const auto theirs = api::wait<api::WorkspaceInfo>([&](auto reply) { (*viewer)->info(reply); });
        QVERIFY(mine && theirs && mine->owner && !theirs->owner && !theirs->notice.empty());
        QCOMPARE(theirs->fingerprint, mine->fingerprint);

        // Providers and runs
        QVERIFY(test::done([&](api::Done d) {
                    (*viewer)->addProvider(test::boxAt(server->port(), "local"), d);
                }).has_value());
        const auto providers =
            api::wait<std::vector<api::ProviderInfo>>([&](auto reply) { (*viewer)->providers(reply); });
        QVERIFY(providers && std::any_of(providers->begin(), providers->end(), [](const auto& p) {
                    return p.name == "box" && p.price_as == "local";
                }));
        const auto id = test::startText(**viewer, test::oneCall("endless", "box/any"));
        QVERIFY2(id.has_value(), id ? "" : id.error().text().c_str());
        QVERIFY(test::heardText(**owner, *id));
        const auto runs = api::wait<api::RunPage>([&](auto reply) { (*viewer)->runs({}, reply); });
        QVERIFY(runs && runs->total == 1 && runs->runs.front().id == *id);

        // Budgets
        Budget budget;
        budget.limit = PicoSum(*Pico::parse("5"));
        budget.window = Window::month;
        budget.by = "operator";
        const auto set = api::wait<BudgetId>([&](auto reply) { (*viewer)->setBudget(budget, reply); });
        QVERIFY(set.has_value());
        for (auto* ws : {owner->get(), viewer->get()}) {
            const auto views =
                api::wait<std::vector<api::BudgetView>>([&](auto reply) { ws->budgets(reply); });
            QVERIFY(views && std::any_of(views->begin(), views->end(),
                                         [&](const auto& v) { return v.state.budget.id == *set; }));
        }
        QVERIFY(
            test::done([&](api::Done d) { (*viewer)->removeBudget(*set, "operator", "", d); }).has_value());

        // Stopping
        KillOrder order;
        order.scope = KillScope::run;
        order.target = id->str();
        order.by = "operator";
        const auto kill = api::wait<KillId>([&](auto reply) { (*viewer)->kill(order, reply); });
        QVERIFY(kill.has_value());
        QVERIFY(test::settled(**owner, *id).status == RunStatus::stopped);
        const auto receipts =
            api::wait<std::vector<KillReceipt>>([&](auto reply) { (*viewer)->receipts(reply); });
        QVERIFY(receipts && receipts->size() == 1 && receipts->front().order.id == *kill);

        // Errors keep their code and hint on the way.
        const auto refused = test::startText(**viewer, test::oneCall("x", "nobody/m"));
        QCOMPARE(refused.error().code, std::string("provider.unknown"));
        QVERIFY(!refused.error().hint.empty());
        QVERIFY(test::done([&](api::Done d) { (*viewer)->removeProvider("box", d); }).has_value());
    }
    void withoutAnOwnerDurableRowsAreWrittenByTheViewer() {
        const ApiFolder folder;
        auto owner = folder.open();
        QVERIFY(owner.has_value());
        const auto waiting = test::startText(
            **owner,
            R"({"name": "wait", "process": "p", "version": "1", "steps": [{"id": "sign", "kind": "approve", "question": "Go on?"}]})");
        QVERIFY2(waiting.has_value(), waiting ? "" : waiting.error().text().c_str());
        auto viewer = folder.open();
        QVERIFY(viewer.has_value());
        owner->reset();

        QVERIFY(api::wait<api::RunPage>([&](auto reply) {
                    (*viewer)->runs({}, reply);
                }).has_value()); // it still reads
        Budget budget;
        budget.limit = PicoSum(*Pico::parse("7"));
        budget.by = "operator";
        const auto set = api::wait<BudgetId>([&](auto reply) { (*viewer)->setBudget(budget, reply); });
        QVERIFY2(set.has_value(), set ? "" : set.error().text().c_str());
        KillOrder order;
        order.by = "operator";
        order.reason = "nobody is there";
        const auto kill = api::wait<KillId>([&](auto reply) { (*viewer)->kill(order, reply); });
        QVERIFY2(kill.has_value(), kill ? "" : kill.error().text().c_str());
        // What needs an engine afterwards is not done by halves.
        api::StartRun again;
        again.workflow = "wait";
        QCOMPARE(api::wait<RunId>([&](auto reply) { (*viewer)->start(again, reply); }).error().code,
                 std::string("owner.absent"));
        viewer->reset();

        auto next = folder.open();
        QVERIFY(next.has_value());
        const auto views =
            api::wait<std::vector<api::BudgetView>>([&](auto reply) { (*next)->budgets(reply); });
        QVERIFY(views && std::any_of(views->begin(), views->end(),
                                     [&](const auto& v) { return v.state.budget.id == *set; }));
        const auto receipts =
            api::wait<std::vector<KillReceipt>>([&](auto reply) { (*next)->receipts(reply); });
        QVERIFY(receipts && !receipts->empty() && receipts->front().order.id == *kill &&
                !receipts->front().resumed);
        const auto held = api::wait<RunId>([&](auto reply) { (*next)->start(again, reply); });
        if (held)
            QVERIFY(test::settled(**next, *held).status ==
                    RunStatus::stopped); // the stop is honoured before anything runs
        QVERIFY(
            test::done([&](api::Done d) { (*next)->resumeKill(*kill, false, "operator", d); }).has_value());
    }
};
TALLY_TEST(TestViewer)
#include "test_viewer.moc"
