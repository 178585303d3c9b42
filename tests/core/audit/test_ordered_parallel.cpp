// Jobs are made and taken in order, whatever the number of threads; a caller that stops, or work that
// throws, ends it without a job left running.
#include "core/audit/ordered_parallel.h"
#include "tests/support/suite.h"

#include <QTest>

#include <atomic>
#include <stdexcept>
#include <vector>

using namespace tally;

class TestOrderedParallel : public QObject {
    Q_OBJECT
    static constexpr int jobs = 500;

    static std::vector<int> run(unsigned threads, int stop_at, int throw_at) {
        std::vector<int> taken;
        int made = 0;
        std::atomic<int> running{0};
        try {
            audit::orderedParallel<int>(
                threads,
                [&]() -> std::optional<int> { return made < jobs ? std::optional(made++) : std::nullopt; },
                [&](int& job) {
                    ++running;
                    if (job == throw_at) {
                        --running;
                        throw std::runtime_error("job");
                    }
                    job *= 2;
                    --running;
                },
                [&](int&& job) {
                    taken.push_back(job);
                    return job != 2 * stop_at;
                });
        } catch (const std::runtime_error&) {
            taken.push_back(-1);
        }
        return running == 0 ? taken : std::vector<int>{};
    }

private slots:
    void inOrder_data() {
        QTest::addColumn<unsigned>("threads");
        for (const unsigned n : {1U, 2U, 3U, 8U})
            QTest::addRow("%u", n) << n;
    }
    void inOrder() {
        QFETCH(unsigned, threads);
        std::vector<int> all;
        for (int i = 0; i < jobs; ++i)
            all.push_back(2 * i);
        QVERIFY(run(threads, -1, -1) == all);
    }
    void stopsAndThrows_data() { inOrder_data(); }
    void stopsAndThrows() {
        QFETCH(unsigned, threads);
        std::vector<int> some;
        for (int i = 0; i <= 100; ++i)
            some.push_back(2 * i);
        QVERIFY(run(threads, 100, -1) == some);
        some.back() = -1; // job 100 throws: everything before it was taken
        QVERIFY(run(threads, -1, 100) == some);
    }
};

TALLY_TEST(TestOrderedParallel)
#include "test_ordered_parallel.moc"
