#include "core/store/location.h"
#include "core/store/migration.h"
#include "core/store/ops_repo.h"
#include "core/store/step_repo.h"
#include "core/store/store.h"
#include "tests/support/suite.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

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
        QCOMPARE((*boots)[0].ended_us + (*boots)[1].ended_us, clock_.wallUs()); // one has ended, one is open
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
    void keepsABoundedNumberOfStatements() {
        const QTemporaryDir folder;
        auto store = Store::open(options(folder), clock_, rng_);
        auto& db = (*store)->writer().db();
        auto used = db.query("SELECT 1 AS the_one_in_use");
        QVERIFY(*used->step());
        for (int i = 0; i < 1'000; ++i)
            QCOMPARE(*db.scalar("SELECT " + std::to_string(i)), std::int64_t{i});
        QCOMPARE(db.keptStatements(), std::size_t{200});
        QCOMPARE(used->i64(0), std::int64_t{1}); // not taken away under its user
        // The position of a page is bound, not written into the statement.
        RunFilter runs;
        StepFilter steps;
        CostFilter costs;
        costs.by = {"day"};
        const QTemporaryDir other;
        auto fresh = Store::open(options(other), clock_, rng_);
        std::size_t first = 0;
        for (int i = 1; i < 30; ++i) {
            runs.offset = steps.offset = runs.before = steps.after_seq = i;
            runs.limit = i;
            steps.limit = i;
            costs.from_us = i * std::int64_t{3'600'000'000};
            costs.to_us = costs.from_us * 2;
            auto& own = (*fresh)->writer().db();
            QVERIFY(RunRepo::page(own, runs) && StepRepo::page(own, steps) && CostRepo::table(own, costs));
            if (i == 1) first = own.keptStatements();
            QCOMPARE(own.keptStatements(), first);
        }
    }
    void anExceptionInAReadIsItsError() {
        const QTemporaryDir folder;
        auto store = Store::open(options(folder), clock_, rng_);
        auto& readers = (*store)->readers();
        const auto thrown = readers.read<std::int64_t>(
            [](Connection&) -> Result<std::int64_t> { throw std::runtime_error("not an object"); });
        QCOMPARE(QString::fromStdString(thrown.error().code), QString("internal.exception"));
        QVERIFY(thrown.error().message.find("not an object") != std::string::npos);
        readers.submit([](Connection&) { return Status(); },
                       [](const Status&) { throw std::runtime_error("in the answer"); });
        QCOMPARE(*readers.read<std::int64_t>([](Connection& db) { return db.scalar("SELECT 7"); }),
                 std::int64_t{7});
    }
    void stoppedReadersAnswerAtOnce() {
        const QTemporaryDir folder;
        auto store = Store::open(options(folder), clock_, rng_);
        auto& readers = (*store)->readers();
        readers.stop();
        readers.stop();
        const auto late = readers.read<std::int64_t>([](Connection& db) { return db.scalar("SELECT 7"); });
        QCOMPARE(QString::fromStdString(late.error().code), QString("store.cancelled"));
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
