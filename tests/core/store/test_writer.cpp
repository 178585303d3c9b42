#include "core/store/writer.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/suite.h"

#include <QTemporaryDir>
#include <QTest>

#include <future>
#include <set>

using namespace tally;
using namespace tally::store;
using tally::test::FaultVfs;

namespace {
Status insert(Tx& tx, int value) {
    return tx.db().run("INSERT INTO t(v) VALUES(?)", value);
}

/// Counts and mirrors the table in memory, like a real hook.
struct Mirror final : GroupHook {
    std::vector<int> staged, rows;
    int commits = 0, rollbacks = 0, ticks = 0, after = 0;
    std::int64_t next = never;
    void committed(const CommitInfo&) override {
        rows.insert(rows.end(), staged.begin(), staged.end());
        staged.clear();
        ++commits;
    }
    Status rolledBack(Connection&) override { return staged.clear(), ++rollbacks, Status(); }
    Status afterGroup(Connection&) override { return ++after, Status(); }
    [[nodiscard]] std::int64_t nextTickUs() const override { return next; }
    Status tick(Tx& tx) override {
        next = never;
        ++ticks;
        return insert(tx, 1000);
    }
    WriteOp add(int value) {
        return [this, value](Tx& tx) -> Status {
            TALLY_TRY(insert(tx, value));
            staged.push_back(value);
            return {};
        };
    }
};
} // namespace

class TestWriter : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    FakeClock clock_;
    int number_ = 0;

    std::unique_ptr<Writer> make(WriterOptions options = {}, const std::string& vfs = {}) {
        const auto path = folder_.path().toStdString() + "/w" + std::to_string(++number_) + ".db";
        auto db = Connection::open(path, OpenMode::read_write, vfs);
        if (!db || !db->exec("CREATE TABLE t(v INTEGER NOT NULL UNIQUE) STRICT")) return nullptr;
        return std::make_unique<Writer>(std::move(*db), clock_, options);
    }
    static std::vector<int> rows(Connection& db) {
        std::vector<int> values;
        auto q = db.query("SELECT v FROM t ORDER BY rowid");
        while (*q->step())
            values.push_back(static_cast<int>(q->i64(0)));
        return values;
    }

private slots:
    void runsInOrderAndReportsAfterTheCommit() {
        auto writer = make();
        QVERIFY(writer);
        Mirror mirror;
        writer->addHook(&mirror);
        std::vector<int> reported;
        std::vector<CommitInfo> groups;
        for (int i = 0; i < 10; ++i)
            writer->submit(mirror.add(i), [&, i](const Status& status, const CommitInfo&) {
                QVERIFY(status.has_value());
                QCOMPARE(mirror.rows.size(),
                         std::size_t{10}); // on disk and in the mirror before anybody hears of it
                reported.push_back(i);
            });
        writer->onGroup([&](const CommitInfo& info, const Status&) { groups.push_back(info); });
        writer->start();
        writer->drain();
        QCOMPARE(reported, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
        QCOMPARE(groups.size(), std::size_t{1}); // all ten waited: one fsync
        QCOMPARE(groups[0].ops, std::size_t{10});
        QCOMPARE(mirror.after, 1);
        writer->stop();
        QCOMPARE(rows(writer->db()), reported);
        QVERIFY(!writer->submit(mirror.add(11)));
        QCOMPARE(QString::fromStdString(writer->write(mirror.add(11)).error().code), QString("store.closed"));
    }
    void anOpThatFailsBeforeWritingCostsNothing() {
        auto writer = make();
        Mirror mirror;
        writer->addHook(&mirror);
        std::vector<bool> ok;
        const auto note = [&](const Status& status, const CommitInfo&) { ok.push_back(status.has_value()); };
        writer->submit(mirror.add(1), note);
        writer->submit([](Tx&) -> Status { return fail("test", "lost the swap"); }, note);
        writer->submit(mirror.add(2), note);
        writer->start();
        writer->drain();
        QCOMPARE(ok, (std::vector<bool>{true, false, true}));
        QCOMPARE(mirror.rollbacks, 0);
        QCOMPARE(mirror.commits, 1);
        writer->stop();
        QCOMPARE(rows(writer->db()), (std::vector<int>{1, 2}));
    }
    void anOpThatFailsAfterWritingTakesNoneOfItsNeighboursWithIt() {
        auto writer = make();
        Mirror mirror;
        writer->addHook(&mirror);
        std::map<int, bool> ok;
        const auto note = [&](int i) {
            return [&ok, i](const Status& status, const CommitInfo&) { ok[i] = status.has_value(); };
        };
        for (int i = 0; i < 9; ++i) {
            if (i % 3 == 2)
                writer->submit(
                    [&mirror, i](Tx& tx) -> Status {
                        TALLY_TRY(mirror.add(100 + i)(tx));
                        return fail("test", "too late");
                    },
                    note(i));
            else
                writer->submit(mirror.add(i), note(i));
        }
        writer->start();
        writer->drain();
        writer->stop();
        QCOMPARE(ok.size(), std::size_t{9});
        for (int i = 0; i < 9; ++i)
            QCOMPARE(ok[i], i % 3 != 2);
        QCOMPARE(rows(writer->db()), (std::vector<int>{0, 1, 3, 4, 6, 7}));
        QCOMPARE(mirror.rows, (std::vector<int>{0, 1, 3, 4, 6, 7}));
        QCOMPARE(mirror.rollbacks, 3);
    }
    void stagedMemoryCountsAsWriting() {
        auto writer = make();
        Mirror mirror;
        writer->addHook(&mirror);
        writer->submit([&](Tx& tx) -> Status {
            mirror.staged.push_back(7);
            tx.touch();
            return fail("test", "staged, then failed");
        });
        writer->submit(mirror.add(1));
        writer->start();
        writer->drain();
        QCOMPARE(mirror.rows, (std::vector<int>{1}));
    }
    void aConstraintIsReportedWithSqlitesText() {
        auto writer = make();
        writer->start();
        QVERIFY(writer->write([](Tx& tx) { return insert(tx, 1); }).has_value());
        const auto status = writer->write([](Tx& tx) { return insert(tx, 1); });
        QVERIFY(!status);
        QCOMPARE(QString::fromStdString(status.error().code), QString("store.constraint"));
        QVERIFY(status.error().message.find("UNIQUE") != std::string::npos);
        QVERIFY(status.error().where.find(".db") != std::string::npos);
    }
    void everyFailureOfADiskOperationLosesAWholeGroupOrNothing() {
        FaultVfs::install();
        for (const auto kind : {FaultVfs::Kind::io_error, FaultVfs::Kind::disk_full}) {
            bool reached = true;
            for (std::int64_t n = 1; reached && n < 200; ++n) {
                FaultVfs::heal();
                auto writer = make({}, FaultVfs::name);
                QVERIFY(writer);
                Mirror mirror;
                writer->addHook(&mirror);
                std::vector<int> acknowledged, refused;
                std::set<std::string> codes;
                FaultVfs::failAt(n, kind);
                writer->start();
                for (int group = 0; group < 4; ++group) {
                    for (int i = 0; i < 3; ++i)
                        writer->submit(mirror.add(group * 10 + i),
                                       [&, v = group * 10 + i](const Status& s, const CommitInfo&) {
                                           (s ? acknowledged : refused).push_back(v);
                                           if (!s) codes.insert(s.error().code);
                                       });
                    writer->drain();
                }
                reached = FaultVfs::struck();
                FaultVfs::heal();
                writer->stop();
                QCOMPARE(mirror.rows, acknowledged);
                // Nothing acknowledged is lost, nothing refused is there, nothing behind a refused group is.
                QCOMPARE(rows(writer->db()), acknowledged);
                QCOMPARE(acknowledged.size() + refused.size(), std::size_t{12});
                if (!acknowledged.empty() && !refused.empty()) QVERIFY(acknowledged.back() < refused.front());
                if (refused.size() > 3) QVERIFY(codes.count("store.poisoned") == 1);
            }
            QVERIFY(!reached);
        }
    }
    void anExceptionIsTheErrorOfItsOp() {
        auto writer = make();
        Mirror mirror;
        writer->addHook(&mirror);
        std::vector<std::string> codes;
        const auto note = [&](const Status& status, const CommitInfo&) {
            codes.push_back(status ? "" : status.error().code);
        };
        writer->submit(mirror.add(1), note);
        writer->submit(
            [&](Tx& tx) -> Status {
                TALLY_TRY(mirror.add(2)(tx));
                throw std::runtime_error("half-way");
            },
            note);
        writer->submit(mirror.add(3),
                       [](const Status&, const CommitInfo&) { throw std::logic_error("done"); });
        writer->submit(mirror.add(4), note);
        writer->start();
        writer->drain();
        writer->stop();
        QCOMPARE(codes, (std::vector<std::string>{"", "internal.exception", ""}));
        QCOMPARE(rows(writer->db()), (std::vector<int>{1, 3, 4}));
        QCOMPARE(mirror.rows, rows(writer->db()));
    }
    void aFailedHookPoisonsUntilReopened() {
        struct Refusing final : GroupHook {
            bool now = false;
            int ticks = 0;
            std::int64_t next = never;
            Status beforeCommit(Tx&) override {
                return now ? Status(fail("test.hook", "no room for sums")) : Status();
            }
            [[nodiscard]] std::int64_t nextTickUs() const override { return next; }
            Status tick(Tx&) override { return ++ticks, Status(); }
        } hook;
        auto writer = make();
        Mirror mirror;
        writer->addHook(&mirror);
        writer->addHook(&hook);
        writer->start();
        QVERIFY(writer->write(mirror.add(1)));
        hook.now = true;
        QCOMPARE(QString::fromStdString(writer->write(mirror.add(2)).error().code), QString("test.hook"));
        hook.now = false;
        hook.next = 0;
        const auto after = mirror.after;
        const auto later = writer->write(mirror.add(3));
        QCOMPARE(QString::fromStdString(later.error().code), QString("store.poisoned"));
        QVERIFY(later.error().message.find("no room for sums") != std::string::npos);
        QVERIFY(!later.error().hint.empty());
        writer->drain();
        QCOMPARE(hook.ticks, 0); // no own transactions of hooks either
        QCOMPARE(mirror.after, after);
        writer->stop();
        QCOMPARE(rows(writer->db()), (std::vector<int>{1}));
        QCOMPARE(mirror.rows, (std::vector<int>{1}));
    }
    void memoryThatCannotBeRebuiltPoisons() {
        struct Lost final : GroupHook {
            Status rolledBack(Connection&) override { return fail("test.lost", "the edge is gone"); }
        } hook;
        auto writer = make();
        writer->addHook(&hook);
        writer->submit([](Tx& tx) -> Status {
            TALLY_TRY(insert(tx, 1));
            return fail("test", "too late");
        });
        std::string code;
        writer->submit([](Tx& tx) { return insert(tx, 2); },
                       [&](const Status& s, const CommitInfo&) { code = s ? "" : s.error().code; });
        writer->start();
        writer->drain();
        QCOMPARE(QString::fromStdString(code), QString("store.poisoned"));
        writer->stop();
        QVERIFY(rows(writer->db()).empty());
    }
    void aStrictOpTakesAllBehindItAndNoneBefore() {
        for (const bool wrote : {false, true})
            for (const auto strict : {Strict::no, Strict::store_errors, Strict::all}) {
                auto writer = make();
                Mirror mirror;
                writer->addHook(&mirror);
                std::vector<std::string> codes;
                const auto note = [&](const Status& status, const CommitInfo&) {
                    codes.push_back(status ? "" : status.error().code);
                };
                const auto refuse = [&](const char* code) {
                    return [&mirror, wrote, code](Tx& tx) -> Status {
                        if (wrote) TALLY_TRY(mirror.add(100)(tx));
                        return fail(code, "refused");
                    };
                };
                writer->submit(mirror.add(1), note, Strict::all);
                writer->submit(refuse("budget.limit"), note,
                               strict == Strict::all ? Strict::no : strict); // its own refusal: no harm
                writer->submit(mirror.add(2), note, Strict::all);
                writer->submit(refuse("store.constraint"), note, strict);
                writer->submit(mirror.add(3), note, Strict::no);
                writer->start();
                writer->drain();
                writer->stop();
                const bool goes_on = strict == Strict::no;
                QCOMPARE(codes, (std::vector<std::string>{"", "budget.limit", "", "store.constraint",
                                                          goes_on ? "" : "store.poisoned"}));
                QCOMPARE(rows(writer->db()),
                         goes_on ? (std::vector<int>{1, 2, 3}) : (std::vector<int>{1, 2}));
                QCOMPARE(mirror.rows, rows(writer->db()));
            }
    }
    void waitsWhileTheQueueIsFull() {
        WriterOptions options;
        options.queue_capacity = 2;
        auto writer = make(options);
        std::promise<void> inside;
        std::promise<void> go;
        writer->start();
        writer->submit([&](Tx&) -> Status {
            inside.set_value();
            go.get_future().wait();
            return {};
        });
        inside.get_future().wait();
        writer->submit([](Tx& tx) { return insert(tx, 1); });
        writer->submit([](Tx& tx) { return insert(tx, 2); });
        QCOMPARE(writer->queued(), std::size_t{2});
        // What is submitted into a full queue arrives only after an op has left it: the third op can see that
        // it was never more than two that waited, whenever its thread came to run.
        std::atomic<std::size_t> most{0};
        std::jthread blocked([&] {
            for (int value = 3; value < 40; ++value) {
                writer->submit([value](Tx& tx) { return insert(tx, value); });
                most = std::max(most.load(), writer->queued());
            }
        });
        go.set_value();
        blocked.join();
        writer->drain();
        writer->stop();
        QVERIFY2(most <= 2, std::to_string(most).c_str());
        QCOMPARE(rows(writer->db()).size(), std::size_t{39});
    }
    void ticksWhenDue() {
        auto writer = make();
        Mirror mirror;
        mirror.next = clock_.monoUs() + 3'600'000'000;
        writer->addHook(&mirror);
        writer->start();
        writer->drain();
        QCOMPARE(mirror.ticks, 0);
        clock_.advanceUs(3'600'000'000);
        writer->drain();
        QCOMPARE(mirror.ticks, 1);
        writer->stop();
        QCOMPARE(rows(writer->db()), (std::vector<int>{1000}));
    }
};
TALLY_TEST(TestWriter)
#include "test_writer.moc"
