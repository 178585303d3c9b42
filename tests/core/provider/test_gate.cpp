// Rate limits, circuit breaker, admission and the retry formula: integers on a clock that the test moves.
#include "core/provider/gate.h"
#include "core/provider/retry.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::provider;
using Verdict = Admission::Verdict;

namespace {
constexpr std::int64_t second = 1'000'000;
CallFailure failed(const std::string& code, int status = 0) {
    CallFailure failure;
    failure.error = {code, "it failed", {}, {}};
    failure.http_status = status;
    failure.retryable = true;
    return failure;
}
HubOptions options() {
    HubOptions made;
    made.breaker_failures = 3;
    made.breaker_open_ms = 10'000;
    return made;
}
} // namespace

class TestGate : public QObject {
    Q_OBJECT
private slots:
    void bucketRefills() {
        RateLimit limit(60, 0);
        for (int i = 0; i < 60; ++i) {
            QCOMPARE(limit.availableAt(1, 0), std::int64_t{0});
            limit.take(1, 0);
        }
        QCOMPARE(limit.availableAt(1, 0), second);
        QCOMPARE(limit.availableAt(2, 0), 2 * second);
        QCOMPARE(limit.availableAt(61, 0), std::int64_t{-1});
        limit.giveBack(1, 0);
        QCOMPARE(limit.availableAt(1, 0), std::int64_t{0});
        QCOMPARE(RateLimit(0, 0).availableAt(1'000'000'000, 5), std::int64_t{5});
    }
    void bucketNeverGivesMoreThanItsRate() {
        SeededRng rng(3);
        for (const std::int64_t rate :
             {std::int64_t{1}, std::int64_t{7}, std::int64_t{1000}, std::int64_t{30'000'000}}) {
            RateLimit limit(rate, 0);
            std::int64_t now = 0;
            std::int64_t taken = 0;
            for (int i = 0; i < 2000; ++i) {
                const auto amount =
                    1 + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(rate)));
                const auto at = limit.availableAt(amount, now);
                QVERIFY(at >= now);
                if (at > now) QVERIFY(limit.availableAt(amount, at - 1) > at - 1);
                now = at;
                limit.take(amount, now);
                taken += amount;
                // In any time t at most one full bucket plus t times the rate.
                QVERIFY(static_cast<Int128>(taken) * 60 * second <=
                        static_cast<Int128>(rate) * (now + 60 * second));
                now += static_cast<std::int64_t>(rng.below(100'000));
            }
        }
    }
    void breakerOpensProbesAndCloses() {
        Breaker breaker(3, 10 * second);
        breaker.failure(0), breaker.failure(0);
        breaker.success();
        breaker.failure(0), breaker.failure(0);
        QVERIFY(!breaker.open());
        breaker.failure(1 * second);
        QVERIFY(breaker.open());
        QCOMPARE(breaker.availableAt(2 * second), 11 * second);
        breaker.failure(5 * second); // one that was under way changes nothing
        QCOMPARE(breaker.availableAt(6 * second), 11 * second);
        breaker.admitted(11 * second);
        QVERIFY(breaker.availableAt(11 * second) > 11 * second); // only one probe
        breaker.failure(12 * second);
        QCOMPARE(breaker.availableAt(12 * second), 32 * second); // twice as long
        breaker.admitted(32 * second);
        breaker.neutral();
        QCOMPARE(breaker.availableAt(33 * second), 32 * second); // the next one is the probe
        breaker.admitted(33 * second);
        breaker.success();
        QVERIFY(!breaker.open());
    }
    void concurrencyCap() {
        Gate gate({0, 0, 2}, options(), 0);
        QVERIFY(gate.ask(1, 0).verdict == Verdict::ok);
        QVERIFY(gate.ask(1, 0).verdict == Verdict::ok);
        QVERIFY(gate.ask(1, 0).verdict == Verdict::wait);
        gate.giveBack(1, 0);
        QVERIFY(gate.ask(1, 0).verdict == Verdict::ok);
        gate.started(1, 0), gate.started(1, 0);
        QVERIFY(gate.ask(1, 0).verdict == Verdict::wait);
        QCOMPARE(gate.inflight(), std::int64_t{2});
        gate.ended(nullptr, 0);
        QVERIFY(gate.ask(1, 0).verdict == Verdict::ok);
    }
    void limitsAndReasons() {
        Gate gate({2, 1000, 0}, options(), 0);
        QVERIFY(gate.ask(1001, 0).verdict == Verdict::refused);
        QVERIFY(gate.ask(600, 0).verdict == Verdict::ok);
        const auto tokens = gate.ask(600, 0);
        QVERIFY(tokens.verdict == Verdict::wait);
        QCOMPARE(tokens.until_us, 12 * second);
        QVERIFY(gate.ask(100, 0).verdict == Verdict::ok);
        const auto requests = gate.ask(1, 0);
        QVERIFY(requests.verdict == Verdict::wait);
        QCOMPARE(requests.until_us, 30 * second);
        QVERIFY(gate.ask(1, requests.until_us).verdict == Verdict::ok);
    }
    void retryAfterBlocksEverybody() {
        Gate gate({}, options(), 0);
        QVERIFY(gate.ask(1, 0).verdict == Verdict::ok);
        gate.started(1, 0);
        auto failure = failed("provider.http_429", 429);
        failure.retry_after_ms = 4000;
        gate.ended(&failure, 0);
        const auto answer = gate.ask(1, second);
        QVERIFY(answer.verdict == Verdict::wait);
        QCOMPARE(answer.until_us, 4 * second);
        QVERIFY(!gate.breakerOpen());
        QVERIFY(gate.ask(1, 4 * second).verdict == Verdict::ok);
    }
    void onlyTheProvidersFailuresOpenTheBreaker() {
        Gate gate({}, options(), 0);
        for (const auto& [code, status] :
             std::vector<std::pair<std::string, int>>{{"provider.cancelled", 0},
                                                      {"provider.http_400", 400},
                                                      {"provider.http_429", 429},
                                                      {"provider.unsupported", 0},
                                                      {"provider.unknown_model", 0}})
            for (int i = 0; i < 5; ++i) {
                const auto failure = failed(code, status);
                gate.started(1, 0);
                gate.ended(&failure, 0);
                QVERIFY(!gate.breakerOpen());
            }
        for (int i = 0; i < 3; ++i) {
            const auto failure = failed(i == 1 ? "provider.http_5xx" : "provider.cut", 500);
            gate.started(1, 0);
            gate.ended(&failure, 0);
        }
        QVERIFY(gate.breakerOpen());
        const auto answer = gate.ask(1, second);
        QVERIFY(answer.verdict == Verdict::wait && !answer.reason.empty());
        QVERIFY(gate.ask(1, 10 * second).verdict == Verdict::ok);   // the probe
        QVERIFY(gate.ask(1, 10 * second).verdict == Verdict::wait); // only one
        gate.started(1, 10 * second);
        gate.ended(nullptr, 11 * second);
        QVERIFY(!gate.breakerOpen());
    }
    void retryFormula() {
        SeededRng rng(5);
        RetryPolicy policy;
        policy.max_attempts = 6;
        const auto failure = failed("provider.http_5xx", 503);
        for (int attempt = 1; attempt < 6; ++attempt) {
            std::int64_t longest = 0;
            for (int i = 0; i < 500; ++i) {
                const auto delay = retryDelayUs(policy, attempt, failure, rng);
                QVERIFY(delay && *delay >= 0 &&
                        *delay <= std::min<std::int64_t>(500LL << (attempt - 1), 30'000) * 1000);
                longest = std::max(longest, *delay);
            }
            QVERIFY(longest > (std::int64_t{250'000} << (attempt - 1))); // full jitter reaches the upper half
        }
        QVERIFY(!retryDelayUs(policy, 6, failure, rng));
        auto final_failure = failure;
        final_failure.retryable = false;
        QVERIFY(!retryDelayUs(policy, 1, final_failure, rng));
    }
    void retryAfterIsALowerBound() {
        SeededRng rng(6);
        const RetryPolicy policy;
        auto failure = failed("provider.http_429", 429);
        failure.retry_after_ms = 7000;
        for (int i = 0; i < 100; ++i) {
            const auto delay = retryDelayUs(policy, 1, failure, rng);
            QVERIFY(delay && *delay >= 7 * second && *delay <= 8 * second);
        }
        failure.retry_after_ms = 301'000;
        QVERIFY(!retryDelayUs(policy, 1, failure, rng));
    }
};
TALLY_TEST(TestGate)
#include "test_gate.moc"
