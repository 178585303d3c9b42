// Copies of a log: which one goes on, what becomes of the others, and exports.
#include "support_logs.h"
#include "tests/support/suite.h"

#include <QTest>

#include <set>

using namespace tally;
using namespace tally::audit;
using tally::test::copyTree;
using tally::test::show;
using tally::test::TempWorkspace;
using tally::test::verifyWorkspace;
using tally::test::work;
namespace fs = std::filesystem;

class TestCopies : public QObject {
    Q_OBJECT
private slots:
    void doesNotContinueARestoredOrKeylessOrShortenedLog() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        TALLY_VERIFY_OK(w.write(work(w, "r0")));
        TALLY_VERIFY_OK(w.write([&](store::Tx& tx) -> Status {
            TALLY_TRY(w.log->append(tx, TempWorkspace::runStart("stays open")));
            return {};
        }));
        const auto first = w.log->logId();
        TALLY_VERIFY_OK(w.shutDown());
        const auto backup = w.folder.path().toStdString() + "/backup";
        copyTree(w.dir(), backup);
        TALLY_VERIFY_OK(w.open());
        TALLY_VERIFY_OK(w.write(work(w, "r1")));
        TALLY_VERIFY_OK(w.shutDown());
        copyTree(backup, w.dir()); // the database, not the keys
        TALLY_VERIFY_OK(w.open());
        QVERIFY(w.log->opened().continued);
        QVERIFY(w.log->logId() != first);
        QVERIFY2(w.log->opened().notice.find("older copy") != std::string::npos,
                 w.log->opened().notice.c_str());
        // The old entries are kept, the open run goes on in the new log, ids of the old log may be used
        // again.
        QCOMPARE(*w.store->readers().read<std::int64_t>([&](store::Connection& db) {
            return db.scalar("SELECT count(*) FROM trace_steps_" + first.substr(0, 8));
        }) > 5,
                 true);
        TALLY_VERIFY_OK(w.write([&](store::Tx& tx) -> Status {
            if (!w.log->isRunOpen(RunId("stays open"))) return fail("test", "not carried over");
            TALLY_TRY(w.log->append(tx, RunEndEntry{RunId("stays open"), "ok"}));
            return {};
        }));
        TALLY_VERIFY_OK(w.write(work(w, "r0")));
        const auto second = w.log->logId();
        TALLY_VERIFY_OK(w.shutDown());
        const auto v = verifyWorkspace(w);
        QVERIFY2(v && v->ok, v ? show(*v).c_str() : v.error().text().c_str());

        fs::remove(w.keyDir() + "/" + second + ".seed");
        TALLY_VERIFY_OK(w.open());
        QVERIFY(w.log->opened().continued && w.log->logId() != second);
        TALLY_VERIFY_OK(w.write(work(w, "r9")));
        const auto third = w.log->logId();
        TALLY_VERIFY_OK(w.shutDown());
        {
            auto db =
                store::Connection::open(store::Store::databasePath(w.dir()), store::OpenMode::read_write);
            TALLY_VERIFY_OK(
                db->exec("DROP TRIGGER trace_steps_no_delete; DELETE FROM trace_steps WHERE seq>3"));
        }
        TALLY_VERIFY_OK(w.open());
        QVERIFY(w.log->opened().continued && w.log->logId() != third);
        QVERIFY(w.log->opened().notice.find("newest checkpoint covers") != std::string::npos);
    }
    void doesNotContinueInACopyOfTheWholeFolder() {
        TempWorkspace w;
        const auto base = w.folder.path().toStdString();
        w.log_options.seen_dir = base + "/state/seen";
        TALLY_VERIFY_OK(w.open());
        TALLY_VERIFY_OK(w.write(work(w, "r0")));
        const auto first = w.log->logId();
        TALLY_VERIFY_OK(w.shutDown());
        copyTree(w.dir(), base + "/backup");
        copyTree(w.keyDir(), base + "/backup-keys");
        TALLY_VERIFY_OK(w.open());
        QCOMPARE(w.log->logId(), first); // nothing happened to it
        TALLY_VERIFY_OK(w.write(work(w, "r1")));
        TALLY_VERIFY_OK(w.shutDown());
        // Everything inside was restored, keys and their memory too.
        copyTree(base + "/backup", w.dir());
        copyTree(base + "/backup-keys", w.keyDir());
        TALLY_VERIFY_OK(w.open());
        QVERIFY(w.log->opened().continued && w.log->logId() != first);
        QVERIFY2(w.log->opened().notice.find("older copy") != std::string::npos,
                 w.log->opened().notice.c_str());
        TALLY_VERIFY_OK(w.write(work(w, "r2")));
        const auto second = w.log->logId();
        TALLY_VERIFY_OK(w.shutDown());
        // A second copy at the same size, beside the original.
        fs::rename(w.dir(), base + "/original");
        copyTree(base + "/original", w.dir());
        TALLY_VERIFY_OK(w.open());
        QVERIFY(w.log->opened().continued && w.log->logId() != second);
        QVERIFY2(w.log->opened().notice.find("is a copy") != std::string::npos,
                 w.log->opened().notice.c_str());
        TALLY_VERIFY_OK(w.shutDown());
        // Moving is not copying.
        const PlaceMemory there(base + "/state/seen", store::Store::databasePath(base + "/original"));
        QVERIFY(there.objection(second, there.load(second)->size, there.load(second)->root_hex).empty());
        QVERIFY(!there.objection(second, 1, "").empty());
    }
    void aLogThatWasSetAsideStaysExportableAndItsKeyGoes() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        TALLY_VERIFY_OK(w.write(work(w, "r0")));
        const auto first = w.log->logId();
        const auto fingerprint = w.log->fingerprint();
        TALLY_VERIFY_OK(w.shutDown());
        copyTree(w.dir(), w.folder.path().toStdString() + "/backup");
        TALLY_VERIFY_OK(w.open());
        TALLY_VERIFY_OK(w.write(work(w, "r1")));
        TALLY_VERIFY_OK(w.shutDown());
        copyTree(w.folder.path().toStdString() + "/backup", w.dir());
        TALLY_VERIFY_OK(w.open());
        QVERIFY(w.log->logId() != first);
        for (const char* what : {".seed", ".next"})
            QVERIFY(!fs::exists(w.keyDir() + "/" + first + what));
        TALLY_VERIFY_OK(w.log->sealNow(w.store->writer()));
        const auto logs = w.store->readers().read<std::vector<StoredLog>>(
            [](store::Connection& db) { return storedLogs(db); });
        TALLY_VERIFY_OK(logs);
        QCOMPARE(logs->size(), std::size_t{2});
        QVERIFY(logs->at(0).id == w.log->logId() && logs->at(0).continues.find(first) != std::string::npos);
        QVERIFY(logs->at(1).id == first && logs->at(1).fingerprint == fingerprint && logs->at(1).sealed > 5);
        const auto path = w.folder.path().toStdString() + "/old.tracelog";
        auto db = store::Store::openReadOnly(w.dir());
        TALLY_VERIFY_OK(db);
        auto source = StoreSource::open(std::move(*db), first.substr(0, 8));
        TALLY_VERIFY_OK(source);
        TALLY_VERIFY_OK(writeBundleFile(**source, {}, path));
        VerifyOptions options;
        options.pin = fingerprint;
        const auto old = verifyFile(path, options);
        TALLY_VERIFY_OK(old);
        QVERIFY(old->verdict.level == VerdictLevel::pinned && old->verdict.totals->runs == 1);
        const auto now = verifyWorkspace(w);
        QVERIFY(now->continues && now->continues->find(first) != std::string::npos);
        QCOMPARE(StoreSource::open(std::move(*store::Store::openReadOnly(w.dir())), "ffffffff").error().code,
                 std::string("export.log"));
    }
    void anExportIsCheckedAgainstTheEntriesAndPrivate() {
        TempWorkspace w;
        TALLY_VERIFY_OK(w.open());
        TALLY_VERIFY_OK(w.write(work(w, "r0")));
        TALLY_VERIFY_OK(w.write(work(w, "r1")));
        TALLY_VERIFY_OK(w.shutDown());
        const auto path = w.folder.path().toStdString() + "/v.tracelog";
        TALLY_VERIFY_OK(exportWorkspace(w.dir(), path, {}));
        QVERIFY((fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
                fs::perms::none);
        {
            auto db =
                store::Connection::open(store::Store::databasePath(w.dir()), store::OpenMode::read_write);
            TALLY_VERIFY_OK(db->exec("DROP TRIGGER trace_steps_no_update; UPDATE trace_steps SET "
                                     "entry=CAST(replace(CAST(entry AS TEXT), '\"in_qty\":10', "
                                     "'\"in_qty\":11') AS BLOB) WHERE seq=3"));
        }
        const auto refused = exportWorkspace(w.dir(), path, {});
        QVERIFY(!refused && refused.error().code == "export.damaged" &&
                refused.error().message.find("entry 3") != std::string::npos);
        BundleOptions as_is;
        as_is.as_is = true;
        TALLY_VERIFY_OK(exportWorkspace(w.dir(), path, as_is));
        const auto v = verifyFile(path, {});
        QVERIFY(v &&
                std::any_of(v->verdict.findings.begin(), v->verdict.findings.end(), [](const Finding& f) {
                    return f.code == "ALTERED" && f.seq == 3 && f.field == "in_qty" && f.original == "10";
                }));
    }
    void everyCopyOfTheFilesOpensAndVerifies() {
        TempWorkspace w;
        w.log_options.ckpt_n = 8;
        TALLY_VERIFY_OK(w.open());
        for (int i = 0; i < 12; ++i) {
            TALLY_VERIFY_OK(w.write(work(w, "r" + std::to_string(i))));
            // As a power cut leaves it: database and write-ahead log as they are now, without the shared
            // memory.
            TempWorkspace copy;
            fs::create_directories(copy.dir());
            for (const char* name : {"/workspace.db", "/workspace.db-wal"})
                if (fs::exists(w.dir() + name)) fs::copy_file(w.dir() + name, copy.dir() + name);
            copyTree(w.keyDir(), copy.keyDir());
            TALLY_VERIFY_OK(copy.open());
            QVERIFY2(copy.log->opened().notice.empty(), copy.log->opened().notice.c_str());
            TALLY_VERIFY_OK(copy.log->sealNow(copy.store->writer()));
            const auto v = verifyWorkspace(copy);
            QVERIFY2(v && v->level == VerdictLevel::is_signed,
                     v ? show(*v).c_str() : v.error().text().c_str());
            QCOMPARE(v->totals->runs, std::int64_t{i + 1});
        }
    }
};

TALLY_TEST(TestCopies)
#include "test_copies.moc"
