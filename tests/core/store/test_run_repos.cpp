// Runs, their journal with its blobs, and workflow versions.
#include "core/store/journal_repo.h"
#include "tests/core/store/support_rows.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::store;
using namespace tally::test;

class RunReposTest : public QObject {
    Q_OBJECT

    static QString ids(const std::vector<RunRow>& rows) {
        QStringList out;
        for (const auto& row : rows)
            out << QString::fromStdString(row.summary.id.str());
        return out.join(' ');
    }
    static std::vector<RunRow> page(Rows& rows, const RunFilter& filter) {
        return rows.read<std::vector<RunRow>>([&](Connection& db) { return RunRepo::page(db, filter); });
    }

private slots:
    void aRunComesBackAsItWasWritten() {
        Rows rows;
        auto row = runRow(1);
        row.parent = RunId("p");
        row.epoch = 3;
        QVERIFY(rows.write([&](Tx& tx) { return RunRepo::insert(tx, row); }));
        auto& s = row.summary;
        s.status = RunStatus::ok;
        s.status_detail = "done";
        s.ended_us = 9;
        s.steps = 8;
        s.items_done = 7;
        s.items_total = 6;
        s.failed_steps = 5;
        s.usage.add("in", 100);
        s.usage.add("out", 7);
        s.cost = PicoSum::of(static_cast<Int128>(INT64_MAX) * 2);
        s.reserved = PicoSum::of(4);
        s.limit = PicoSum::of(3);
        s.simulated = true;
        QVERIFY(rows.write([&](Tx& tx) -> Status {
            TALLY_TRY(RunRepo::update(tx, 1, s));
            TALLY_TRY(RunRepo::setEpoch(tx, 1, 4));
            return RunRepo::setOutput(tx, 1, "[1]");
        }));
        const auto back = rows.read<std::optional<RunRow>>(
            [](Connection& db) { return RunRepo::byId(db, RunId("run-1")); });
        QVERIFY(back && back->summary == s);
        QCOMPARE(back->epoch, std::int64_t{4});
        QCOMPARE(QString::fromStdString(back->parent.str() + back->root.str()), QString("prun-1"));
        const auto output = [&](const char* id) {
            return rows.read<std::optional<std::string>>(
                [id](Connection& db) { return RunRepo::output(db, RunId(id)); });
        };
        QCOMPARE(QString::fromStdString(output("run-1").value_or("none")), QString("[1]"));
        QVERIFY(!output("run-2"));
        QVERIFY(!rows.read<std::optional<RunRow>>(
            [](Connection& db) { return RunRepo::byId(db, RunId("run-2")); }));
    }
    void pagesAreFilteredCountedAndComplete() {
        Rows rows;
        QVERIFY(rows.write([](Tx& tx) -> Status {
            for (int no = 1; no <= 9; ++no)
                TALLY_TRY(RunRepo::insert(tx, runRow(no, no % 3 == 0 ? "other" : "triage",
                                                     no == 4   ? RunStatus::stopped
                                                     : no == 5 ? RunStatus::error
                                                               : RunStatus::ok)));
            return {};
        }));
        RunFilter filter;
        QCOMPARE(ids(page(rows, filter)), QString("run-9 run-8 run-7 run-6 run-5 run-4 run-3 run-2 run-1"));
        filter.limit = 2;
        filter.workflow = "other";
        QCOMPARE(ids(page(rows, filter)), QString("run-9 run-6"));
        filter.before = 6;
        QCOMPARE(ids(page(rows, filter)), QString("run-3"));
        filter.before = 0;
        filter.offset = 1;
        QCOMPARE(ids(page(rows, filter)), QString("run-6 run-3"));
        QCOMPARE(rows.read<std::int64_t>([&](Connection& db) { return RunRepo::count(db, filter); }),
                 std::int64_t{3});
        filter = {};
        filter.statuses = {RunStatus::error, RunStatus::stopped};
        QCOMPARE(ids(page(rows, filter)), QString("run-5 run-4"));
        filter.text = "label 5";
        QCOMPARE(ids(page(rows, filter)), QString("run-5"));
        filter.text = "%"; // text is text, no pattern
        QVERIFY(page(rows, filter).empty());
        filter = {};
        filter.process = "nobody";
        QVERIFY(page(rows, filter).empty());
        QCOMPARE(ids(rows.read<std::vector<RunRow>>(RunRepo::open)), QString("run-4"));
    }
    void runNumbersAreNeverGivenTwice() {
        Rows rows;
        const auto first = rows.store->allocRunNo();
        QVERIFY(rows.store->allocRunNo() == first + 1);
        QVERIFY(rows.write([](Tx& tx) { return RunRepo::insert(tx, runRow(41)); }));
        const auto dir = rows.store->dir();
        rows.store.reset();
        StoreOptions options;
        options.dir = dir;
        options.app = "test";
        options.check_location = false;
        auto again = Store::open(options, rows.clock, rows.rng);
        QVERIFY(again);
        QCOMPARE((*again)->allocRunNo(), std::int64_t{42});
    }
    void theJournalGivesBackWhatWasSeen() {
        Rows rows;
        const std::string large(5'000, 'x');
        const auto put = [&](const JournalRow& row) {
            return Rows::code(rows.write([&](Tx& tx) { return JournalRepo::insert(tx, row); }));
        };
        JournalRow small{1,  "a", 1,      "model", "aa", std::string("short\0answer", 12),
                         -1, 5,   "span", "{}",    false};
        JournalRow big{1, "b", 1, "tool", "bb", large, -1, 6, "", "{\"seed\":1}", false};
        JournalRow same{2, "b", 1, "tool", "bb", large, -1, 7, "", "{}", false};
        JournalRow logged{1, "c", 2, "model", "cc", "", 33, 8, "", "{}", false};
        for (const auto* row : {&small, &big, &same, &logged})
            QCOMPARE(put(*row), std::string());
        QCOMPARE(put(small), std::string("store.constraint")); // one answer per attempt
        QCOMPARE(
            rows.read<std::int64_t>([](Connection& db) { return db.scalar("SELECT count(*) FROM blobs"); }),
            std::int64_t{1}); // the same bytes are stored once
        QVERIFY(rows.write([](Tx& tx) {
            return tx.db().run(
                "INSERT INTO trace_payloads VALUES(33, 'out', ?, CAST('from the log' AS BLOB))",
                Blob{std::string(32, 'n')});
        }));
        const auto get = [&](RunNo run, const char* path, int attempt, const char* kind) {
            return rows.read<std::optional<JournalRow>>(
                [=](Connection& db) { return JournalRepo::get(db, run, path, attempt, kind); });
        };
        QCOMPARE(get(1, "a", 1, "model")->response, small.response);
        QCOMPARE(get(1, "b", 1, "tool")->response, large);
        QCOMPARE(get(2, "b", 1, "tool")->response, large);
        QCOMPARE(get(1, "c", 2, "model")->response, std::string("from the log"));
        QVERIFY(!get(1, "c", 1, "model") && !get(1, "a", 1, "tool"));
        const auto all =
            rows.read<std::vector<JournalRow>>([](Connection& db) { return JournalRepo::ofRun(db, 1); });
        QCOMPARE(all.size(), std::size_t{3});
        QCOMPARE(all[1].extra, big.extra);
        QCOMPARE(all[1].request_sha, big.request_sha);
        QVERIFY(!all[2].erased);
        QVERIFY(rows.write([](Tx& tx) { return tx.db().run("DELETE FROM trace_payloads"); }));
        QVERIFY(get(1, "c", 2, "model")->erased); // not an empty answer
    }
    void theLatestVersionIsTheOneAddedLast() {
        Rows rows;
        const auto put = [&](const char* sha, std::int64_t at, const char* name = "w") {
            QVERIFY(rows.write([&](Tx& tx) {
                return WorkflowRepo::put(tx, {name, sha, std::string("{") + sha + "}", at});
            }));
        };
        const auto latest = [&] {
            const auto row = rows.read<std::optional<WorkflowRow>>(
                [](Connection& db) { return WorkflowRepo::latest(db, "w"); });
            return QString::fromStdString(row ? row->sha256 : "");
        };
        QCOMPARE(latest(), QString());
        put("one", 1);
        put("two", 2);
        put("three", 2);
        put("solo", 9, "a");
        QCOMPARE(latest(), QString("three"));
        put("one", 3); // added again
        QCOMPARE(latest(), QString("one"));
        const auto list = rows.read<std::vector<WorkflowRow>>(WorkflowRepo::list);
        QCOMPARE(list.size(), std::size_t{2});
        QCOMPARE(QString::fromStdString(list[0].name + list[1].sha256), QString("aone"));
        const auto two = rows.read<std::optional<WorkflowRow>>(
            [](Connection& db) { return WorkflowRepo::bySha(db, "two"); });
        QVERIFY(two && two->json == "{two}" && two->added_us == 2);
        QVERIFY(!rows.read<std::optional<WorkflowRow>>(
            [](Connection& db) { return WorkflowRepo::bySha(db, "four"); }));
    }
};
TALLY_TEST(RunReposTest)
#include "test_run_repos.moc"
