#include "core/store/location.h"
#include "core/store/migration.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"
#include "tests/support/suite.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace tally;
using namespace tally::store;

class TestStore : public QObject {
    Q_OBJECT
    FakeClock clock_;
    SystemRng rng_;

    StoreOptions options(const QTemporaryDir& folder) const {
        StoreOptions o;
        o.dir = folder.path().toStdString() + "/ws";
        o.app = "test";
        return o;
    }

private slots:
    void opensOnceAndNamesTheOwner() {
        const QTemporaryDir folder;
        QVERIFY(!WorkspaceLock::owner(folder.path().toStdString()));
        auto first = Store::open(options(folder), clock_, rng_);
        QVERIFY2(first, first ? "" : first.error().text().c_str());
        const auto owner = WorkspaceLock::owner(options(folder).dir);
        QVERIFY(owner);
        QCOMPARE(owner->pid, static_cast<long>(::getpid()));
        QCOMPARE(owner->boot, (*first)->bootId());
        const auto second = Store::open(options(folder), clock_, rng_);
        QVERIFY(!second);
        QCOMPARE(QString::fromStdString(second.error().code), QString("store.locked"));
        QVERIFY(second.error().message.find(std::to_string(::getpid())) != std::string::npos);
        first->reset();
        QVERIFY(!WorkspaceLock::owner(options(folder).dir));
        auto again = Store::open(options(folder), clock_, rng_);
        QVERIFY(again);
        const auto boots = (*again)->readers().read<std::vector<BootRow>>(BootRepo::list);
        QVERIFY(boots);
        QCOMPARE(boots->size(), std::size_t{2});
        const auto mode = std::filesystem::status(Store::databasePath(options(folder).dir)).permissions();
        QCOMPARE(mode & std::filesystem::perms::others_read, std::filesystem::perms::none);
    }
    void setsTheDurabilityItPromises() {
        const QTemporaryDir folder;
        auto store = Store::open(options(folder), clock_, rng_);
        auto& db = (*store)->writer().db();
        QCOMPARE(*db.scalar("PRAGMA synchronous"), std::int64_t{2});
        QCOMPARE(*db.scalar("PRAGMA foreign_keys"), std::int64_t{1});
        QCOMPARE(*db.scalar("PRAGMA secure_delete"), std::int64_t{1});
        auto q = db.query("PRAGMA journal_mode");
        QVERIFY(*q->step());
        QCOMPARE(QString::fromStdString(q->text(0)), QString("wal"));
    }
    void refusesANewerSchemaAndForeignFiles() {
        const QTemporaryDir folder;
        { QVERIFY(Store::open(options(folder), clock_, rng_)); }
        const auto path = Store::databasePath(options(folder).dir);
        {
            auto db = Connection::open(path, OpenMode::read_write);
            QVERIFY(db->exec("PRAGMA user_version=999"));
        }
        auto newer = Store::open(options(folder), clock_, rng_);
        QVERIFY(!newer);
        QCOMPARE(QString::fromStdString(newer.error().code), QString("store.newer_schema"));
        const QTemporaryDir other;
        std::filesystem::create_directories(options(other).dir);
        {
            auto db = Connection::open(Store::databasePath(options(other).dir), OpenMode::read_write);
            QVERIFY(db->exec("CREATE TABLE cookies(x)"));
        }
        auto foreign = Store::open(options(other), clock_, rng_);
        QVERIFY(!foreign);
        QCOMPARE(QString::fromStdString(foreign.error().code), QString("store.foreign_file"));
    }
    void migratesEveryEarlierSchema() {
        const std::string dir = TALLY_SOURCE_DIR "/tests/fixtures/store";
        int seen = 0;
        for (const auto& file : std::filesystem::directory_iterator(dir)) {
            if (file.path().extension() != ".sql") continue;
            ++seen;
            const QTemporaryDir folder;
            auto db = Connection::open(folder.path().toStdString() + "/old.db", OpenMode::read_write);
            std::ifstream in(file.path());
            std::stringstream text;
            text << in.rdbuf();
            const auto loaded = db->exec(text.str());
            QVERIFY2(loaded, loaded ? "" : loaded.error().text().c_str());
            const auto status = migrate(*db);
            QVERIFY2(status, status ? "" : status.error().text().c_str());
            QCOMPARE(*db->scalar("PRAGMA user_version"), std::int64_t{migrations().back().version});
            QCOMPARE(*db->scalar("SELECT count(*) FROM runs WHERE id='old-run'"), std::int64_t{1});
        }
        QCOMPARE(seen, migrations().back().version);
    }
    void refusesNetworkAndSyncedFolders() {
        const auto code = [](const Status& s) { return QString::fromStdString(s ? "" : s.error().code); };
        QCOMPARE(code(judgeLocation(0xEF53, "ext4", "/home/a/work")), QString());
        QCOMPARE(code(judgeLocation(0x6969, "nfs4", "/home/a")), QString("store.network_folder"));
        QCOMPARE(code(judgeLocation(0x65735546, "fuse.sshfs", "/mnt/x")), QString("store.network_folder"));
        QCOMPARE(code(judgeLocation(0x65735546, "fuse.encfs", "/mnt/x")), QString());
        QCOMPARE(code(judgeLocation(0xEF53, "ext4", "/home/a/Dropbox/ws")), QString("store.synced_folder"));
        QCOMPARE(code(judgeLocation(0xEF53, "ext4", "/home/a/OneDrive - Company/ws")),
                 QString("store.synced_folder"));
        QCOMPARE(code(judgeLocation(0xEF53, "ext4", "/home/a/dropbox-notes/ws")), QString());
        const QTemporaryDir folder;
        std::filesystem::create_directories(folder.path().toStdString() + "/.stfolder");
        std::filesystem::create_directories(folder.path().toStdString() + "/a/b");
        QCOMPARE(code(checkLocation(folder.path().toStdString() + "/a/b")), QString("store.synced_folder"));
    }
    void cancelsAndInterruptsReads() {
        const QTemporaryDir folder;
        auto store = Store::open(options(folder), clock_, rng_);
        auto& readers = (*store)->readers();
        const auto endless = [](Connection& db) {
            return db.scalar(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n");
        };
        CancelToken running;
        std::promise<void> started;
        std::promise<std::string> code;
        readers.submit(
            [&](Connection& db) -> Status {
                started.set_value();
                TALLY_TRY(endless(db));
                return {};
            },
            [&](const Status& s) { code.set_value(s ? "" : s.error().code); }, running);
        started.get_future().wait();
        running.cancel();
        QCOMPARE(QString::fromStdString(code.get_future().get()), QString("store.interrupted"));
        CancelToken before;
        before.cancel();
        const auto never = readers.read<std::int64_t>(endless, before);
        QCOMPARE(QString::fromStdString(never.error().code), QString("store.cancelled"));
        // The connection works on.
        QCOMPARE(*readers.read<std::int64_t>([](Connection& db) { return db.scalar("SELECT 7"); }),
                 std::int64_t{7});
        // Closing the store ends a read that would never end.
        std::promise<std::string> closed;
        std::promise<void> again;
        readers.submit(
            [&](Connection& db) -> Status {
                again.set_value();
                TALLY_TRY(endless(db));
                return {};
            },
            [&](const Status& s) { closed.set_value(s ? "" : s.error().code); });
        again.get_future().wait();
        store->reset();
        QCOMPARE(QString::fromStdString(closed.get_future().get()), QString("store.interrupted"));
    }
    void readersSeeOnlyWhatIsCommittedAndCannotWrite() {
        const QTemporaryDir folder;
        auto store = Store::open(options(folder), clock_, rng_);
        (*store)->start();
        QVERIFY((*store)->writer().write([](Tx& tx) { return SettingRepo::set(tx, "a", "1"); }));
        const auto value = (*store)->readers().read<std::optional<std::string>>(
            [](Connection& db) { return SettingRepo::get(db, "a"); });
        QCOMPARE(QString::fromStdString(value->value()), QString("1"));
        const auto wrote = (*store)->readers().read<std::int64_t>([](Connection& db) -> Result<std::int64_t> {
            TALLY_TRY(db.exec("DELETE FROM settings"));
            return 0;
        });
        QCOMPARE(QString::fromStdString(wrote.error().code), QString("store.readonly"));
        QVERIFY(Store::openReadOnly(options(folder).dir));
        QCOMPARE(QString::fromStdString(Store::openReadOnly("/nonexistent").error().code),
                 QString("store.missing"));
    }
};
TALLY_TEST(TestStore)
#include "test_store.moc"
