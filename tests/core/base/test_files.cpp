#include "core/base/bounded_queue.h"
#include "core/base/file.h"
#include "core/base/task_pool.h"
#include "tests/support/suite.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <sys/stat.h>
#include <thread>

using namespace tally;

class Files : public QObject {
    Q_OBJECT
private slots:
    void writesAtomicallyWithTheModeAskedFor() {
        const QTemporaryDir dir;
        const std::string path = dir.filePath("seed").toStdString();
        DiskFileSystem disk;
        QVERIFY(disk.writeAtomic(path, "one", 0644));
        QVERIFY(disk.writeAtomic(path, "two", 0600));
        QCOMPARE(*disk.read(path, 100), std::string("two"));
        struct stat info {};
        QCOMPARE(stat(path.c_str(), &info), 0);
        QCOMPARE(info.st_mode & 0777, 0600U);
        QCOMPARE(disk.list(dir.path().toStdString())->size(), std::size_t{1});
    }
    void refusesWhatIsTooLargeOrMissing() {
        const QTemporaryDir dir;
        const std::string path = dir.filePath("big").toStdString();
        DiskFileSystem disk;
        QVERIFY(disk.writeAtomic(path, std::string(100, 'x'), 0644));
        QCOMPARE(disk.read(path, 99).error().code, std::string("file.too_large"));
        QCOMPARE(disk.read(path + "none", 99).error().code, std::string("file.missing"));
        QCOMPARE(disk.read(dir.path().toStdString(), 99).error().code, std::string("file.read"));
    }
    void theQueueKeepsOrderAndCloses() {
        BoundedQueue<int> queue(2);
        std::thread producer([&] {
            for (int i = 0; i < 1000; ++i)
                queue.push(i);
            queue.close();
        });
        int expected = 0;
        while (const auto value = queue.pop())
            QCOMPARE(*value, expected++);
        producer.join();
        QCOMPARE(expected, 1000);
        QVERIFY(!queue.push(1));
    }
    void thePoolRunsEverythingBeforeItEnds() {
        std::atomic<int> done{0};
        {
            TaskPool pool(3, 4);
            for (int i = 0; i < 500; ++i)
                pool.post([&] { ++done; });
        }
        QCOMPARE(done.load(), 500);
    }
};
TALLY_TEST(Files)
#include "test_files.moc"
