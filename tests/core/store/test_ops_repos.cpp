// What operators do, as rows: kills, alerts, approvals, providers, settings, boots.
#include "tests/core/store/support_rows.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::store;
using namespace tally::test;

class OpsReposTest : public QObject {
    Q_OBJECT
private slots:
    void killsKeepTheirReceiptAndAreHonouredUntilResumed() {
        Rows rows;
        auto first = killReceipt("k1");
        const auto second = killReceipt("k2");
        QVERIFY(rows.write([&](Tx& tx) { return KillRepo::insert(tx, first); }));
        QVERIFY(rows.write([&](Tx& tx) { return KillRepo::insert(tx, second); }));
        QCOMPARE(QString::fromStdString(
                     Rows::code(rows.write([&](Tx& tx) { return KillRepo::insert(tx, first); }))),
                 QString("store.constraint"));
        first.admission_closed_us = 7;
        first.stop_us = 8;
        first.inflight = 9;
        first.stopped = 5;
        first.retries_cancelled = 4;
        first.children_ended = 3;
        first.runs_stopped = 2;
        first.unknown_outcome = 1;
        first.tail = PicoSum::of(static_cast<Int128>(INT64_MAX) * 4); // sums are wider than one amount
        first.log_seq = 12;
        first.complete = true;
        first.confirmation = "all calls ended";
        QVERIFY(rows.write([&](Tx& tx) { return KillRepo::update(tx, first); }));
        QVERIFY(*rows.read<std::optional<KillReceipt>>(
                    [](Connection& db) { return KillRepo::byId(db, KillId("k1")); }) == first);
        auto active = rows.read<std::vector<KillReceipt>>(KillRepo::active);
        QCOMPARE(active.size(), std::size_t{2});
        QVERIFY(active[0] == first && active[1] == second); // in the order of the orders
        QVERIFY(rows.write([](Tx& tx) { return KillRepo::resume(tx, KillId("k1"), 99); }));
        active = rows.read<std::vector<KillReceipt>>(KillRepo::active);
        QCOMPARE(active.size(), std::size_t{1});
        QVERIFY(active[0] == second);
        const auto page =
            rows.read<std::vector<KillReceipt>>([](Connection& db) { return KillRepo::page(db, 1); });
        QCOMPARE(page.size(), std::size_t{1});
        QVERIFY(page[0] == second); // newest first
        QVERIFY(!rows.read<std::optional<KillReceipt>>(
            [](Connection& db) { return KillRepo::byId(db, KillId("k3")); }));
    }
    void anUnreadableScopeStopsEverything() {
        Rows rows;
        QVERIFY(rows.write([](Tx& tx) -> Status {
            TALLY_TRY(KillRepo::insert(tx, killReceipt("k1")));
            return tx.db().run("UPDATE kills SET scope='galaxy'");
        }));
        QVERIFY(rows.read<std::vector<KillReceipt>>(KillRepo::active)[0].order.scope == KillScope::all);
    }
    void alertsComeNewestFirstAndByRun() {
        Rows rows;
        std::vector<Alert> written;
        for (int i = 0; i < 5; ++i) {
            Alert alert;
            alert.detector = "loop.identical";
            alert.run = RunId(i % 2 == 0 ? "even" : "odd");
            alert.path = "fetch";
            alert.workflow = "triage";
            alert.action = i == 3 ? AlertAction::stop : AlertAction::warn;
            alert.sentence = "number " + std::to_string(i);
            alert.evidence = {{"n", i}, {"text", "\xff not UTF-8"}};
            alert.at_us = i;
            alert.log_seq = 100 + i;
            QVERIFY(rows.write([&](Tx& tx) { return AlertRepo::insert(tx, alert); }));
            written.push_back(alert);
        }
        const auto all =
            rows.read<std::vector<Alert>>([](Connection& db) { return AlertRepo::page(db, {}, 3); });
        QCOMPARE(all.size(), std::size_t{3});
        QCOMPARE(QString::fromStdString(all[0].sentence), QString("number 4"));
        QVERIFY(all[1].action == AlertAction::stop && all[0].action == AlertAction::warn);
        QCOMPARE(all[1].evidence["n"].get<int>(), 3);
        const auto odd =
            rows.read<std::vector<Alert>>([](Connection& db) { return AlertRepo::page(db, RunId("odd")); });
        QCOMPARE(odd.size(), std::size_t{2});
        QCOMPARE(odd[0].log_seq, std::int64_t{103});
    }
    void anApprovalIsDecidedOnce() {
        Rows rows;
        RunRow run = runRow(1);
        run.summary.status = RunStatus::waiting;
        QVERIFY(rows.write([&](Tx& tx) { return RunRepo::insert(tx, run); }));
        const RunId id = run.summary.id;
        const ApprovalRow asked{id, "gate", "May it go on?", 5, "", "", 0};
        QVERIFY(rows.write([&](Tx& tx) { return ApprovalRepo::ask(tx, asked); }));
        const auto open = [&] {
            return rows.read<std::vector<ApprovalRow>>(
                [&](Connection& db) { return ApprovalRepo::open(db, id); });
        };
        QCOMPARE(open().size(), std::size_t{1});
        QCOMPARE(QString::fromStdString(open().front().question), QString("May it go on?"));
        std::vector<bool> won;
        for (const char* decision : {"approve", "reject"})
            QVERIFY(rows.write([&](Tx& tx) -> Status {
                TALLY_ASSIGN(const bool own, ApprovalRepo::decide(tx, id, "gate", decision, "lead", 9));
                won.push_back(own);
                return {};
            }));
        QCOMPARE(won, (std::vector<bool>{true, false}));
        QVERIFY(open().empty());
        QVERIFY(rows.read<std::vector<ApprovalRow>>(
                        [](Connection& db) { return ApprovalRepo::open(db, RunId("other")); })
                    .empty());
    }
    void providersAndSettingsAreReplacedByName() {
        Rows rows;
        for (const char* config : {"{}", "{\"base_url\":\"localhost\"}"})
            QVERIFY(rows.write([&](Tx& tx) { return ProviderRepo::put(tx, {"ours", "openai", config}); }));
        QVERIFY(rows.write([&](Tx& tx) { return ProviderRepo::put(tx, {"another", "gemini", "{}"}); }));
        auto list = rows.read<std::vector<ProviderRow>>(ProviderRepo::list);
        QCOMPARE(list.size(), std::size_t{2});
        QCOMPARE(QString::fromStdString(list[0].name + " " + list[1].name), QString("another ours"));
        QVERIFY(list[1].config.find("localhost") != std::string::npos);
        QVERIFY(rows.write([](Tx& tx) { return ProviderRepo::remove(tx, "ours"); }));
        QCOMPARE(rows.read<std::vector<ProviderRow>>(ProviderRepo::list).size(), std::size_t{1});
        const auto setting = [&] {
            return rows.read<std::optional<std::string>>(
                [](Connection& db) { return SettingRepo::get(db, "a"); });
        };
        QVERIFY(!setting());
        for (const char* value : {"1", ""})
            QVERIFY(rows.write([&](Tx& tx) { return SettingRepo::set(tx, "a", value); }));
        QVERIFY(setting() && setting()->empty()); // empty is a value
    }
};
TALLY_TEST(OpsReposTest)
#include "test_ops_repos.moc"
