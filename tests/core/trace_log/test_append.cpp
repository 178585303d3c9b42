#include "core/audit/index_rebuild.h"
#include "core/audit/store_source.h"
#include "core/audit/verifier.h"
#include "core/store/journal_repo.h"
#include "core/store/step_repo.h"
#include "tests/support/suite.h"
#include "tests/support/temp_workspace.h"

#include <QFile>
#include <QProcess>
#include <QTest>
#include <nlohmann/json.hpp>

using namespace tally;
using namespace tally::audit;
using tally::test::TempWorkspace;

namespace {
/// A small log with every kind of entry; returns the seqs of one ok step and of the unknown one.
struct Sample {
    std::int64_t ok = -1, unknown = -1, open_unknown = -1;
};
Status fill(TempWorkspace& w, Sample& s) {
    const auto line = TempWorkspace::rate();
    auto& log = *w.log;
    return w.write([&](store::Tx& tx) -> Status {
        TALLY_TRY(log.append(tx, PolicyEntry{"routing", std::string(64, 'b'), "ops"}));
        TALLY_TRY(log.append(
            tx, BudgetEntry{"set", "org", "day", "lead", "start", Pico::units(5), std::nullopt, {}, true}));
        TALLY_TRY(log.append(
            tx, BudgetEntry{
                    "change", "org", "day", "lead", "real money", Pico::units(6), std::nullopt, {}, false}));
        TALLY_TRY(log.append(
            tx, BudgetEntry{"set", "workflow:triage", "run", "lead", "start", std::nullopt, 10, "calls"}));
        TALLY_TRY(log.append(tx, TempWorkspace::runStart("r1")));
        TALLY_TRY(log.append(tx, TempWorkspace::runStart("r2")));
        TALLY_ASSIGN(const auto price, log.ensurePrice(tx, line));
        auto step = w.step("r1", price, 2622, 2839, line);
        step.payloads = {{"in", "prompt \"1\""}, {"out", "answer"}, {"docs", "d"}};
        step.ttft_us = 10;
        TALLY_ASSIGN(s.ok, log.append(tx, step));
        auto lost = w.step("r1", price, 0, 0, line);
        lost.status = "unknown";
        lost.usage = {};
        lost.reserved = lost.cost = Pico::of(9'000'000'000);
        TALLY_ASSIGN(s.unknown, log.append(tx, lost));
        lost.run = RunId("r2");
        lost.span = newSpanId(w.rng);
        TALLY_ASSIGN(s.open_unknown, log.append(tx, lost));
        StepEntry check;
        check.run = RunId("r1");
        check.span = newSpanId(w.rng);
        check.name = "check";
        check.step_kind = "check";
        check.status = "error";
        check.detail = "the label is missing";
        TALLY_TRY(log.append(tx, check));
        TALLY_TRY(log.append(
            tx, SettleEntry{s.unknown, {{{"in", 100}, {"out", 10}}}, Pico::of(21'000'000), "provider", -1}));
        TALLY_TRY(log.append(tx, AlertEntry{"loop.identical", RunId("r1"), s.ok, "warn", "4 times"}));
        TALLY_TRY(log.append(tx, ApproveEntry{RunId("r1"), "ask", "ops", "approve"}));
        TALLY_TRY(log.append(tx, KillEntry{"run", "r1", "ops", "test", 1, 1, 900, Pico::of(5)}));
        TALLY_TRY(log.append(tx, ChallengeEntry{"n-1", "auditor"}));
        TALLY_TRY(log.append(tx, RunEndEntry{RunId("r1"), "ok"}));
        return {};
    });
}
QString code(const Status& s) {
    return QString::fromStdString(s ? std::string() : s.error().code);
}
} // namespace

class TestAppend : public QObject {
    Q_OBJECT
private slots:
    void everyKindVerifiesAsSigned() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        Sample s;
        TALLY_VERIFY_OK(fill(w, s));
        TALLY_VERIFY_OK(w.log->sealNow(w.store->writer()));
        QCOMPARE(w.log->sealedSize(), w.log->size());
        const auto file = w.folder.path().toStdString() + "/a.tracelog";
        TALLY_VERIFY_OK(exportWorkspace(w.dir(), file, {}));
        VerifyOptions options;
        options.pin = w.log->fingerprint();
        auto verdict = verifyFile(file, options);
        TALLY_VERIFY_OK(verdict);
        const auto& v = verdict->verdict;
        QVERIFY2(v.level == VerdictLevel::pinned, nlohmann::json(v).dump().c_str());
        QVERIFY(v.totals.has_value());
        QCOMPARE(QString::fromStdString(v.totals->cost.picoString()), QString("11117700000"));
        QCOMPARE(v.totals->payloads_ok, std::int64_t{3});
        // The reference verifier of the specification agrees, where it is at hand.
        const auto reference = QString::fromStdString(tally::test::specDir()) + "/ref/tallylog_ref.py";
        if (!QFile::exists(reference))
            QSKIP("the reference verifier is not here: compared with our own only");
        QProcess python;
        python.start("python3", {reference, "verify", "--json", QString::fromStdString(file)});
        QVERIFY(python.waitForFinished(60'000));
        const auto json = nlohmann::json::parse(python.readAllStandardOutput().toStdString(), nullptr, false);
        QVERIFY2(json.is_object(), python.readAllStandardError().constData());
        QCOMPARE(QString::fromStdString(json.value("verdict", "")), QString("SIGNED"));
        QCOMPARE(QString::fromStdString(json["totals"].dump()),
                 QString::fromStdString(nlohmann::json(v)["totals"].dump()));
    }
    void refusesWhatTheSpecificationForbids() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        const auto line = TempWorkspace::rate();
        auto& log = *w.log;
        const auto size = log.size();
        const auto attempt = [&](auto entry) {
            return code(w.write([&log, entry](store::Tx& tx) -> Status {
                TALLY_TRY(log.append(tx, entry));
                return {};
            }));
        };
        QCOMPARE(attempt(w.step("r1", 0, 1, 1, line)), QString("entry.run_state"));
        QCOMPARE(attempt(RunEndEntry{RunId("r1"), "ok"}), QString("entry.run_state"));
        QCOMPARE(attempt(SettleEntry{0, {}, {}, "x", -1}), QString("entry.reference"));
        QCOMPARE(attempt(AlertEntry{"d", RunId("r"), 77, "warn", ""}), QString("entry.reference"));
        QCOMPARE(attempt(EraseEntry{0, "in", "x", "y"}), QString("entry.reference"));
        QCOMPARE(attempt(BudgetEntry{"explode", "org", "day", "a", "b", Pico::of(1), std::nullopt, {}}),
                 QString("entry.field"));
        QCOMPARE(attempt(PolicyEntry{"p", "short", "a"}), QString("entry.field"));
        QCOMPARE(log.size(), size);
        QCOMPARE(attempt(TempWorkspace::runStart("r1")), QString());
        QCOMPARE(attempt(TempWorkspace::runStart("r1")), QString("entry.run_state"));
        std::int64_t price = -1;
        TALLY_VERIFY_OK(w.write([&](store::Tx& tx) -> Status {
            TALLY_ASSIGN(price, log.ensurePrice(tx, line));
            TALLY_ASSIGN(const auto same, log.ensurePrice(tx, line));
            return same == price ? Status() : fail("test", "a second price entry for the same line");
        }));
        auto step = w.step("r1", price, 10, 10, line);
        step.cost = Pico::of(step.cost.value() + 1);
        QCOMPARE(attempt(step), QString("entry.cost"));
        step = w.step("r1", price, 10, 10, line);
        step.usage.qty["reasoning"] = 1;
        QCOMPARE(attempt(step), QString("entry.unpriced"));
        step = w.step("r1", -1, 10, 10, line);
        QCOMPARE(attempt(step), QString("entry.field"));
        step = w.step("r1", price, 10, 10, line);
        step.status = "unknown";
        QCOMPARE(attempt(step), QString("entry.unknown_booking"));
        step = w.step("r1", price, 10, 10, line);
        step.step_kind = "loop";
        QCOMPARE(attempt(step), QString("entry.field"));
        QCOMPARE(attempt(w.step("r1", price, 10, 10, line)), QString());
        QCOMPARE(attempt(RunEndEntry{RunId("r1"), "ok"}), QString());
        QCOMPARE(attempt(w.step("r1", price, 10, 10, line)), QString("entry.run_state"));
        QVERIFY(log.opened().created);
    }
    void aFailedNeighbourLeavesTheChainWhole() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.openStore());
        TALLY_VERIFY_OK(w.openLog());
        auto& log = *w.log;
        const auto line = TempWorkspace::rate();
        int failed = 0;
        // All wait in one group; every fourth fails after it has appended.
        for (int i = 0; i < 16; ++i)
            w.store->writer().submit(
                [&, i](store::Tx& tx) -> Status {
                    TALLY_TRY(log.append(tx, TempWorkspace::runStart("r" + std::to_string(i))));
                    TALLY_ASSIGN(const auto price,
                                 log.ensurePrice(tx, TempWorkspace::rate("m" + std::to_string(i))));
                    TALLY_TRY(log.append(tx, w.step("r" + std::to_string(i), price, i, i, line)));
                    if (i % 4 == 3) return fail("test", "too late");
                    return {};
                },
                [&](const Status& s, const store::CommitInfo&) { failed += s ? 0 : 1; });
        w.store->start();
        w.store->writer().drain();
        QCOMPARE(failed, 4);
        QCOMPARE(log.size(), std::int64_t{1 + 12 * 3});
        TALLY_VERIFY_OK(w.shutDown());
        TALLY_VERIFY_OK(w.open()); // verifies the tail
        QVERIFY2(w.log->opened().notice.empty(), w.log->opened().notice.c_str());
        QCOMPARE(w.log->size(), std::int64_t{1 + 36 + 2}); // close and the new key
    }
    void appendOnlyTablesRefuseChanges() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        for (const char* sql : {"UPDATE trace_steps SET leaf=leaf", "DELETE FROM trace_steps",
                                "UPDATE trace_checkpoints SET note=note", "DELETE FROM trace_checkpoints"}) {
            const auto status = w.write([sql](store::Tx& tx) { return tx.db().exec(sql); });
            QVERIFY(!status);
            QVERIFY(status.error().message.find("append-only") != std::string::npos);
        }
    }
    void theIndexIsWhatTheEntriesSay() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        Sample s;
        TALLY_VERIFY_OK(fill(w, s));
        const auto dump = [&](const char* sql) {
            return *w.store->readers().read<std::string>([sql](store::Connection& db) -> Result<std::string> {
                std::string all;
                auto q = db.query(sql);
                while (*q->step()) {
                    for (int c = 0; c < 12; ++c)
                        all += q->text(c) + "|";
                    all += "\n";
                }
                return all;
            });
        };
        const char* rollup = "SELECT hour, (SELECT name FROM trace_dims WHERE id=workflow), (SELECT name "
                             "FROM trace_dims WHERE id=process), "
                             "(SELECT name FROM trace_dims d WHERE id=r.name), (SELECT name FROM trace_dims "
                             "WHERE id=model), meter, steps, "
                             "failed, latency_us, qty, cost, '' FROM trace_rollup r ORDER BY 1,2,3,4,5,6";
        const char* index = "SELECT seq, ts_us, cost_pico, booked_pico, settled_seq, price_seq, usage, path, "
                            "span, parent, attempt, sim "
                            "FROM trace_index ORDER BY seq";
        const char* marks =
            "SELECT seq, kind, name, ts_us, '', '', '', '', '', '', '', '' FROM trace_marks ORDER BY seq";
        const auto before = dump(rollup) + dump(index) + dump(marks);
        QVERIFY(before.find("21000000") != std::string::npos);
        auto findings = w.store->readers().read<std::vector<Finding>>(
            [](store::Connection& db) { return checkIndex(db); });
        TALLY_VERIFY_OK(findings);
        QVERIFY(findings->empty());
        TALLY_VERIFY_OK(w.write([](store::Tx& tx) {
            return tx.db().exec("UPDATE trace_index SET cost_pico=1 WHERE status=(SELECT id FROM "
                                "trace_dims WHERE kind=8 AND name='ok')");
        }));
        findings = w.store->readers().read<std::vector<Finding>>(
            [](store::Connection& db) { return checkIndex(db); });
        QVERIFY(std::any_of(findings->begin(), findings->end(),
                            [](const Finding& each) { return each.stored.value_or("") == "1"; }));
        TALLY_VERIFY_OK(w.write([&](store::Tx& tx) { return rebuildIndex(tx, w.store->traceIndex()); }));
        QCOMPARE(QString::fromStdString(dump(rollup) + dump(index) + dump(marks)),
                 QString::fromStdString(before));
    }
    void pagesAndCosts() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        Sample s;
        TALLY_VERIFY_OK(fill(w, s));
        auto& readers = w.store->readers();
        store::StepFilter filter;
        filter.run = RunId("r1");
        const auto page = readers.read<std::vector<StepRecord>>(
            [&](store::Connection& db) { return store::StepRepo::page(db, filter); });
        TALLY_VERIFY_OK(page);
        QCOMPARE(page->size(), std::size_t{3});
        QCOMPARE(page->at(2).detail, std::string("the label is missing"));
        QCOMPARE(page->at(1).cost.value(), std::int64_t{21'000'000}); // settled
        const auto step = readers.read<std::optional<store::StepEvidence>>(
            [&](store::Connection& db) { return store::StepRepo::byPath(db, RunId("r1"), "classify", 1); });
        TALLY_VERIFY_OK(step);
        QVERIFY(step->has_value());
        const auto first = *readers.read<std::optional<store::StepEvidence>>(
            [&](store::Connection& db) { return store::StepRepo::bySeq(db, s.ok); });
        QCOMPARE(first->output.value_or(""), std::string("answer"));
        QVERIFY(first->rate && first->rate->has("in"));
        store::CostFilter by;
        by.by = {"model", "meter"};
        const auto rolled = *readers.read<std::vector<store::CostLine>>(
            [&](store::Connection& db) { return store::CostRepo::table(db, by); });
        by.by.emplace_back("status");
        const auto scanned = *readers.read<std::vector<store::CostLine>>(
            [&](store::Connection& db) { return store::CostRepo::table(db, by); });
        PicoSum a, b;
        for (const auto& line : rolled)
            a += line.cost;
        for (const auto& line : scanned)
            b += line.cost;
        QCOMPARE(a.picoString(), std::string("11117700000"));
        QCOMPARE(b.picoString(), a.picoString());
        by.by = {"nonsense"};
        const auto bad = readers.read<std::vector<store::CostLine>>(
            [&](store::Connection& db) { return store::CostRepo::table(db, by); });
        QCOMPARE(QString::fromStdString(bad.error().code), QString("store.dimension"));
    }
    void erasureReachesTheJournalAndTheFile() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        Sample s;
        TALLY_VERIFY_OK(fill(w, s));
        const std::string secret = "a very personal answer that must go";
        std::int64_t seq = -1;
        TALLY_VERIFY_OK(w.write([&](store::Tx& tx) -> Status {
            auto step = w.step("r2", -1, 0, 0, TempWorkspace::rate());
            step.usage = {};
            step.payloads = {{"out", secret}};
            TALLY_ASSIGN(seq, w.log->append(tx, step));
            store::JournalRow row;
            row.run = 1;
            row.path = "p";
            row.kind = "model";
            row.out_seq = seq;
            return store::JournalRepo::insert(tx, row);
        }));
        const auto journal = [&] {
            return *w.store->readers().read<std::vector<store::JournalRow>>(
                [](store::Connection& db) { return store::JournalRepo::ofRun(db, 1); });
        };
        QCOMPARE(journal().at(0).response, secret);
        TALLY_VERIFY_OK(w.write([&](store::Tx& tx) -> Status {
            TALLY_TRY(w.log->append(tx, EraseEntry{seq, "out", "request", "dpo"}));
            return {};
        }));
        w.store->writer().drain();
        QVERIFY(journal().at(0).erased);
        QVERIFY(journal().at(0).response.empty());
        for (const char* name : {"/workspace.db", "/workspace.db-wal"}) {
            QFile file(QString::fromStdString(w.dir() + name));
            if (!file.open(QIODevice::ReadOnly)) continue;
            QVERIFY2(!file.readAll().contains(secret.c_str()), name);
        }
        TALLY_VERIFY_OK(w.log->sealNow(w.store->writer()));
        const auto path = w.folder.path().toStdString() + "/e.tracelog";
        TALLY_VERIFY_OK(exportWorkspace(w.dir(), path, {}));
        const auto verdict = verifyFile(path, {});
        QVERIFY2(verdict->verdict.ok, nlohmann::json(verdict->verdict).dump().c_str());
        QCOMPARE(verdict->verdict.totals->payloads_erased, std::int64_t{1});
    }
};
TALLY_TEST(TestAppend)
#include "test_append.moc"
