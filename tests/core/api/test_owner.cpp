// The owner of a workspace through the interface: run, read, refuse, stop, continue, replay, export.
#include "core/api/wait.h"
#include "tests/core/api/support_api.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using test::ApiFolder;
using test::settled;

namespace {
Budget costBudget(Scope scope, const char* limit) {
    Budget budget;
    budget.scope = std::move(scope);
    budget.limit = PicoSum(*Pico::parse(limit));
    budget.by = "operator";
    budget.count_simulated = true; // the models here are
    return budget;
}
} // namespace

class TestOwner : public QObject {
    Q_OBJECT
private slots:
    void runsReadsReplaysAndExports() {
        const ApiFolder folder;
        auto ws = folder.open();
        QVERIFY2(ws.has_value(), ws ? "" : ws.error().text().c_str());
        const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { (*ws)->info(reply); });
        QVERIFY(info && info->owner && !info->fingerprint.empty());
        QCOMPARE(info->key_storage, std::string("file, mode 0600"));

        const auto id = test::startText(**ws, test::oneCall("one-call", "sim/sim-small"));
        QVERIFY2(id.has_value(), id ? "" : id.error().text().c_str());
        const RunSummary run = settled(**ws, *id);
        QVERIFY(run.status == RunStatus::ok);
        QVERIFY(run.simulated && run.cost.value() > 0);

        const auto page = api::wait<api::StepPage>([&](auto reply) { (*ws)->steps({*id, 0, 10}, reply); });
        QVERIFY(page.has_value());
        QCOMPARE(page->total, std::int64_t{1});
        const auto detail = api::wait<StepDetail>([&](auto reply) { (*ws)->step(*id, "ask", 1, reply); });
        QVERIFY(detail && detail->rate && !detail->items.empty() && !detail->leaf_hash.empty());
        PicoSum sum;
        for (const LineItem& item : detail->items)
            sum += item.amount;
        QCOMPARE(sum, PicoSum(detail->step.cost)); // every dollar explains itself
        api::CostQuery by_model;
        by_model.by = {"model"};
        const auto costs = api::wait<api::CostTable>([&](auto reply) { (*ws)->costs(by_model, reply); });
        QVERIFY(costs.has_value());
        QCOMPARE(costs->total, run.cost);

        const auto replayed = api::wait<api::ReplayReport>([&](auto reply) { (*ws)->replay(*id, reply); });
        QVERIFY(replayed.has_value());
        QVERIFY2(replayed->identical, replayed->divergence.c_str());
        QCOMPARE(replayed->replayed_cost, run.cost);

        const std::string bundle = folder.path("all.tracelog");
        api::ExportRequest request;
        request.path = bundle;
        const auto entries =
            api::wait<std::int64_t>([&](auto reply) { (*ws)->exportBundle(request, reply); });
        QVERIFY2(entries.has_value(), entries ? "" : entries.error().text().c_str());
        api::VerifyRequest verify;
        verify.path = bundle;
        verify.pin = info->fingerprint;
        const auto auditor = api::makeAuditor();
        const auto file = api::wait<std::shared_ptr<api::AuditFile>>(
            [&](auto reply) { auditor->verify(verify, {}, {}, reply); });
        QVERIFY(file.has_value());
        QCOMPARE(static_cast<int>((*file)->verdict().level), static_cast<int>(VerdictLevel::pinned));
        QCOMPARE((*file)->verdict().totals->cost, run.cost);
        QCOMPARE((*file)->records(), *entries);
    }
    void aBudgetHoldsAndSaysWhatItNeeds() {
        const ApiFolder folder;
        auto ws = folder.open();
        QVERIFY(ws.has_value());
        const Budget tight = costBudget({ScopeType::workflow, "one-call"}, "0.000000001");
        const auto what_if = api::wait<api::WhatIf>([&](auto reply) { (*ws)->whatIf(tight, reply); });
        QVERIFY(what_if && !what_if->sentence.empty());
        const auto budget = api::wait<BudgetId>([&](auto reply) { (*ws)->setBudget(tight, reply); });
        QVERIFY(budget.has_value());
        const auto id = test::startText(**ws, test::oneCall("one-call", "sim/sim-small"));
        QVERIFY(id.has_value());
        const RunSummary stopped = settled(**ws, *id);
        QVERIFY(stopped.status == RunStatus::stopped);
        QVERIFY2(stopped.status_detail.find("workflow:one-call") != std::string::npos,
                 stopped.status_detail.c_str());
        const auto views =
            api::wait<std::vector<api::BudgetView>>([&](auto reply) { (*ws)->budgets(reply); });
        QVERIFY(views.has_value());
        const auto view = std::find_if(views->begin(), views->end(),
                                       [&](const auto& v) { return v.state.budget.id == *budget; });
        QVERIFY(view != views->end() && view->state.exhausted && view->state.spent.value() == 0);

        Budget wider = tight;
        wider.id = *budget;
        wider.limit = PicoSum(*Pico::parse("1"));
        QVERIFY(api::wait<BudgetId>([&](auto reply) { (*ws)->setBudget(wider, reply); }).has_value());
        QVERIFY(test::done([&](api::Done d) { (*ws)->resumeRun(*id, "operator", d); }).has_value());
        QVERIFY(settled(**ws, *id).status == RunStatus::ok);
        QVERIFY(test::done([&](api::Done d) {
                    (*ws)->removeBudget(*budget, "operator", "test", d);
                }).has_value());
    }
    void killStopsAStreamWithAReceiptAndNothingStartsUntilItIsLifted() {
        const ApiFolder folder;
        const auto server = test::endlessServer();
        auto ws = folder.open();
        QVERIFY(ws.has_value());
        QVERIFY(test::done([&](api::Done d) {
                    (*ws)->addProvider(test::boxAt(server->port(), "local"), d);
                }).has_value());
        const auto id = test::startText(**ws, test::oneCall("endless", "box/any"));
        QVERIFY2(id.has_value(), id ? "" : id.error().text().c_str());
        QVERIFY(test::heardText(**ws, *id));

        KillOrder order;
        order.by = "operator";
        const auto kill = api::wait<KillId>([&](auto reply) { (*ws)->kill(order, reply); });
        QVERIFY(kill.has_value());
        QVERIFY(settled(**ws, *id).status == RunStatus::stopped);
        KillReceipt receipt;
        const auto complete = [&] {
            const auto all = api::wait<std::vector<KillReceipt>>([&](auto reply) { (*ws)->receipts(reply); });
            if (all && !all->empty()) receipt = all->front();
            return receipt.complete;
        };
        if (!complete()) QVERIFY(test::heard(**ws, [&](const Event&) { return complete(); }));
        QCOMPARE(receipt.order.id, *kill);
        QCOMPARE(receipt.inflight, std::int64_t{1});
        QCOMPARE(receipt.stopped, std::int64_t{1});
        QCOMPARE(receipt.runs_stopped, std::int64_t{1});
        QVERIFY(receipt.log_seq > 0);

        const auto refused = test::startText(**ws, test::oneCall("one-call", "sim/sim-small"));
        if (refused) QVERIFY(settled(**ws, *refused).status == RunStatus::stopped);
        QVERIFY(test::done([&](api::Done d) { (*ws)->resumeKill(*kill, false, "operator", d); }).has_value());
        const auto again = test::startText(**ws, test::oneCall("one-call", "sim/sim-small"));
        QVERIFY(again.has_value());
        QVERIFY(settled(**ws, *again).status == RunStatus::ok);
    }
    void aRunThatCannotBePricedIsRefusedWithTheCommandThatHelps() {
        const ApiFolder folder;
        auto ws = folder.open();
        QVERIFY(ws.has_value());
        const auto nobody = test::startText(**ws, test::oneCall("a", "nobody/m"));
        QCOMPARE(nobody.error().code, std::string("provider.unknown"));
        QVERIFY(nobody.error().hint.find("tally provider add nobody") != std::string::npos);
        QVERIFY(test::done([&](api::Done d) { (*ws)->addProvider(test::boxAt(9, ""), d); }).has_value());
        const auto unpriced = test::startText(**ws, test::oneCall("b", "box/m"));
        QCOMPARE(unpriced.error().code, std::string("price.unknown_provider"));
        QVERIFY(unpriced.error().hint.find("tally provider set box --price-as local") != std::string::npos);
        const auto fallback = test::startText(**ws, test::oneCall("c", "box/m\", \"sim/sim-small"));
        QVERIFY2(fallback.has_value(),
                 fallback ? "" : fallback.error().text().c_str()); // a later candidate will do
        (void)settled(**ws, *fallback);
        const auto runs = api::wait<api::RunPage>([&](auto reply) { (*ws)->runs({}, reply); });
        QCOMPARE(runs->total, std::int64_t{1}); // what was refused left no run behind
    }
};
TALLY_TEST(TestOwner)
#include "test_owner.moc"
