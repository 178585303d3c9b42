// Released schemas do not change, and every earlier one becomes exactly today's.
#include "core/base/hash.h"
#include "core/store/budget_repo.h"
#include "core/store/migration.h"
#include "core/store/ops_repo.h"
#include "core/store/reader_pool.h"
#include "core/store/store.h"
#include "tests/support/suite.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace tally;
using namespace tally::store;

class MigrationTest : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    int number_ = 0;

    Connection fresh() {
        return std::move(*Connection::open(
            folder_.path().toStdString() + "/" + std::to_string(++number_) + ".db", OpenMode::read_write));
    }
    static Status runUpTo(Connection& db, int version) {
        for (const auto& migration : migrations())
            if (migration.version <= version) TALLY_TRY(db.exec(migration.sql));
        return {};
    }
    static std::string fixture(int version) {
        std::ifstream in(std::string(TALLY_SOURCE_DIR "/tests/fixtures/store/schema_") +
                         std::to_string(version) + ".sql");
        std::stringstream text;
        text << in.rdbuf();
        return text.str();
    }
    /// Every table, index and trigger with its text, white space folded.
    static QString schemaOf(Connection& db) {
        QStringList lines;
        auto q =
            db.query("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name");
        while (*q->step())
            lines << QString::fromStdString(q->text(0) + " " + q->text(1) + " " + q->text(2) + ": ") +
                         QString::fromStdString(q->text(3)).simplified().remove(' ');
        return lines.join('\n');
    }

private slots:
    void releasedMigrationsAreNeverEdited() {
        // A change of the schema is a new migration. Add its hash here when it is released; never change one.
        const std::map<int, std::string> released = {
            {1, "749d245991910e888a190c11699f35ba44103e0a71ee3c56460d13ff102d4e2c"},
            {2, "020eb504dd5066376ac53e04184f846c304b5ed78db65d423576e8b1fa5ed6cd"},
            {3, "b14d2e7c7d73b5492c024f3c2235cc0792613e4c1feb9ed8e723e5f2eb49aadd"},
            {4, "07db8a7dad69f1076259c81816da0ab5dc254c1037775c829de9bc913c906ce4"},
        };
        QCOMPARE(migrations().size(), released.size());
        int last = 0;
        for (const auto& migration : migrations()) {
            QCOMPARE(migration.version, ++last);
            QCOMPARE(QString::fromStdString(sha256Hex(migration.sql)),
                     QString::fromStdString(released.at(migration.version)));
        }
    }
    void everyEarlierSchemaBecomesTodays() {
        auto today = fresh();
        QVERIFY(migrate(today));
        QVERIFY(checkSchema(today));
        for (int version = 1; version < migrations().back().version; ++version) {
            const auto text = fixture(version);
            QVERIFY2(!text.empty(), "keep a dump of every schema before the newest");
            auto old = fresh();
            const auto loaded = old.exec(text);
            QVERIFY2(loaded, loaded ? "" : loaded.error().text().c_str());
            // The dump is what that version really wrote.
            auto written = fresh();
            QVERIFY(runUpTo(written, version));
            QCOMPARE(schemaOf(old), schemaOf(written));
            QCOMPARE(QString::fromStdString(checkSchema(old).error().code), QString("store.older_schema"));
            const auto status = migrate(old);
            QVERIFY2(status, status ? "" : status.error().text().c_str());
            QCOMPARE(schemaOf(old), schemaOf(today));
            QVERIFY(checkSchema(old));
            QCOMPARE(*old.scalar("SELECT count(*) FROM runs WHERE id='old-run'"), std::int64_t{1});
            QVERIFY(migrate(old)); // again: nothing to do
        }
    }
    void whatAnEarlierSchemaSaidInWordsBecomesData() {
        auto db = fresh();
        QVERIFY(db.exec(fixture(2)));
        QVERIFY(migrate(db));
        const auto stopped = KillRepo::runsOf(db, KillId("k1"));
        QVERIFY(stopped);
        // Not the other workflow's, not the one that a budget stopped.
        QCOMPARE(*stopped, (std::vector<RunId>{RunId("stopped-run")}));
        QVERIFY(KillRepo::runsOf(db, KillId("k2"))->empty()); // lifted before
        const auto budgets = BudgetRepo::list(db);
        QVERIFY(budgets && budgets->size() == 1 && budgets->front().count_simulated); // as it always did
        const auto spend = SpendBook::get(db, BudgetId("b"), "2026-11-22");
        QVERIFY(spend && *spend && (*spend)->spent == PicoSum::of(12));
    }
    void readersRefuseWhatTheyDoNotKnow() {
        const QTemporaryDir dir;
        const auto path = Store::databasePath(dir.path().toStdString());
        {
            auto db = Connection::open(path, OpenMode::read_write);
            QVERIFY(migrate(*db));
        }
        const auto code = [&](const char* pragma) {
            {
                auto db = Connection::open(path, OpenMode::read_write);
                if (!db->exec(pragma)) return std::string("?");
            }
            const auto pool = ReaderPool::open(path);
            const auto one = Store::openReadOnly(dir.path().toStdString());
            const std::string first = pool ? "" : pool.error().code;
            const std::string second = one ? "" : one.error().code;
            if (!pool && pool.error().hint.empty()) return std::string("no hint");
            return first == second ? first : first + " " + second;
        };
        QCOMPARE(QString::fromStdString(code("SELECT 1")), QString());
        QCOMPARE(QString::fromStdString(code("PRAGMA user_version=1")), QString("store.older_schema"));
        QCOMPARE(QString::fromStdString(code("PRAGMA user_version=99")), QString("store.newer_schema"));
        QCOMPARE(QString::fromStdString(code("PRAGMA application_id=1")), QString("store.foreign_file"));
    }
};
TALLY_TEST(MigrationTest)
#include "test_migration.moc"
