// Every cost once: however it is broken down, the rows, the calls that were booked and the log say the same.
#include "core/api/codec.h"
#include "core/api/wait.h"
#include "core/store/store.h"
#include "tests/core/api/support_api.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using nlohmann::json;
using test::ApiFolder;

class TestCosts : public QObject {
    Q_OBJECT

    /// Σ of what attempts are booked at, as the store has them; apart from the tables that costs are read
    /// from.
    static PicoSum booked(const std::string& dir) {
        auto db = store::Store::openReadOnly(dir);
        if (!db) return {};
        auto query = db->query("SELECT cost_pico FROM attempts WHERE state IN (1, 3)");
        PicoSum sum;
        while (query && *query->step())
            sum += Pico::of(query->i64(0));
        return sum;
    }

private slots:
    void rowsAttemptsAndLogAgree() {
        const ApiFolder folder;
        const auto server = test::endlessServer();
        auto ws = folder.open(true);
        QVERIFY2(ws.has_value(), ws ? "" : ws.error().text().c_str());
        api::StartRun request;
        request.workflow = "licence-triage";
        request.inputs = {{"machine", false}};
        const auto sample = api::wait<RunId>([&](auto reply) { (*ws)->start(request, reply); });
        QVERIFY(sample && test::settled(**ws, *sample).status == RunStatus::ok);
        // And a call that is cut: booked at its reservation, of no meter.
        QVERIFY(test::done([&](api::Done d) {
                    (*ws)->addProvider(test::boxAt(server->port(), "openai"), d);
                }).has_value());
        const auto cut = test::startText(**ws, test::oneCall("endless", "box/gpt-4.1-nano"));
        QVERIFY2(cut.has_value(), cut ? "" : cut.error().text().c_str());
        QVERIFY(test::heardText(**ws, *cut));
        KillOrder order;
        order.by = "operator";
        QVERIFY(api::wait<KillId>([&](auto reply) { (*ws)->kill(order, reply); }).has_value());
        const RunSummary stopped = test::settled(**ws, *cut);
        QVERIFY(stopped.status == RunStatus::stopped && stopped.cost > PicoSum());

        const PicoSum truth = booked(folder.workspace());
        QVERIFY(truth > stopped.cost);
        const std::vector<std::vector<std::string>> ways = {
            {},          {"model"}, {"meter"}, {"run"}, {"status", "step"}, {"day", "workflow", "meter"},
            {"provider"}};
        for (const auto& by : ways) {
            api::CostQuery query;
            query.by = by;
            const auto table = api::wait<api::CostTable>([&](auto reply) { (*ws)->costs(query, reply); });
            QVERIFY2(table.has_value(), table ? "" : table.error().text().c_str());
            const json out = *table; // what `tally costs --json` prints
            PicoSum sum;
            for (const json& row : out.at("rows"))
                sum += PicoSum(*Pico::parse(row.at("cost").get<std::string>()));
            const std::string which = json(by).dump();
            QVERIFY2(sum == truth,
                     (which + ": rows " + sum.toString() + ", booked " + truth.toString()).c_str());
            QCOMPARE(out.at("total").get<std::string>(), truth.toString());
            QCOMPARE(out.at("simulated").get<std::string>(), (truth - stopped.cost).toString());
        }
        api::ExportRequest bundle;
        bundle.path = folder.path("costs.tracelog");
        QVERIFY(api::wait<std::int64_t>([&](auto reply) { (*ws)->exportBundle(bundle, reply); }).has_value());
        const auto auditor = api::makeAuditor();
        api::VerifyRequest verify;
        verify.path = bundle.path;
        const auto file = api::wait<std::shared_ptr<api::AuditFile>>(
            [&](auto reply) { auditor->verify(verify, {}, {}, reply); });
        QVERIFY(file && (*file)->verdict().ok);
        QCOMPARE((*file)->verdict().totals->cost, truth);
        const auto overview = api::wait<api::Overview>([&](auto reply) { (*ws)->overview(reply); });
        QVERIFY(overview.has_value());
        QCOMPARE(overview->spend_today, truth);
        QCOMPARE(overview->spend_today_simulated, truth - stopped.cost);
    }
};

TALLY_TEST(TestCosts)
#include "test_costs.moc"
