// Random budgets under random interleavings, judged by a book-keeper that shares no code with the ledger.
#include "support_world.h"
#include "tests/support/suite.h"

#include <QTest>
#include <rapidcheck.h>

#include <deque>

using namespace tally;
using namespace tally::engine;
using namespace tally::test;

namespace {

Budget randomBudget(int i, const Op& op) {
    static const char* const scopes[] = {
        "org", "process:proc", "workflow:w", "run:", "run:r1", "model:p/m", "user:u"};
    static const Window windows[] = {Window::total, Window::run, Window::hour, Window::day};
    static const LimitMeter meters[] = {LimitMeter::cost,  LimitMeter::cost,       LimitMeter::tokens,
                                        LimitMeter::calls, LimitMeter::compute_ms, LimitMeter::concurrent};
    static const BudgetPolicy policies[] = {BudgetPolicy::hard, BudgetPolicy::hard, BudgetPolicy::wait,
                                            BudgetPolicy::warn};
    const LimitMeter meter = meters[op[1] % 6];
    std::int64_t most = op[3] % 2 ? 60'000 : 6'000;
    if (meter == LimitMeter::concurrent) most = 160;
    if (meter == LimitMeter::calls) most = 1'000;
    return makeBudget("b" + std::to_string(i), scopes[op[0] % 7], windows[op[2] % 4], meter, 1 + op[3] % most,
                      policies[(op[2] / 4) % 4]);
}

rc::Gen<std::vector<Op>> ops(std::size_t n) {
    return rc::gen::container<std::vector<Op>>(
        n, rc::gen::container<Op>(rc::gen::inRange<std::uint16_t>(0, 60'000)));
}

} // namespace

class TestLedgerProperty : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        // Deterministic; without noshrink a failure takes minutes to be shrunk.
        if (qEnvironmentVariableIsEmpty("RC_PARAMS"))
            qputenv("RC_PARAMS", "seed=20261122 max_success=60 noshrink=1");
    }

    void neverAboveALimitNeverBlockedForNothing() {
        std::size_t most = 0;
        QVERIFY(rc::check(
            "spent + reserved <= limit at any point, refusals are true, nobody waits for nothing", [&] {
                World world;
                const auto limits = *ops(*rc::gen::inRange<std::size_t>(1, 6));
                for (std::size_t i = 0; i < limits.size(); ++i)
                    world.setBudget(randomBudget(static_cast<int>(i), limits[i]));
                for (const Op& op : *ops(500))
                    world.step(op);
                most = std::max(most, world.most_running);
                world.drain();
            }));
        QVERIFY2(most >= 64, qPrintable(QString("only %1 calls at once").arg(most)));
    }

    void aRunThatFitsIsNeverRefused() {
        QVERIFY(rc::check("a run whose true cost fits is never refused because of reservations", [] {
            const auto costs_and_truths = *ops(160);
            Int128 truth = 0, worst = 0;
            for (const Op& op : costs_and_truths) {
                truth += op[0] % 1000 * (op[1] % 101) / 100;
                worst = std::max<Int128>(worst, op[0] % 1000);
            }
            Ledger ledger;
            Budget budget = makeBudget("b", "run:", Window::run, LimitMeter::cost, 0);
            budget.limit = PicoSum::of(truth + worst); // the last call must fit at its worst case
            RC_ASSERT(bool(ledger.setBudget(budget, sunday_us)));
            std::map<std::string, std::int64_t> actual;
            std::vector<Reservation> running;
            std::size_t most = 0, done = 0;
            const auto take = [&](Admitted yes) {
                running.push_back(ledger.committed(std::move(yes.pending)));
            };
            const auto end = [&](std::size_t i, bool sent) {
                Reservation token = std::move(running[i]);
                running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
                const AttemptId id = token.attempt();
                if (sent) {
                    RC_ASSERT(ledger.settle(std::move(token), costs(actual.at(id.str()))).changed);
                    ++done;
                } else { // never sent: released and tried again under a new attempt
                    const auto amount = token.amount().value();
                    RC_ASSERT(ledger.release(id).changed);
                    const std::string retry = id.str() + "'";
                    actual[retry] = actual.at(id.str());
                    auto answer = ledger.admit(makeRequest(retry, amount));
                    RC_ASSERT(!std::holds_alternative<Refused>(answer));
                    if (auto* yes = std::get_if<Admitted>(&answer)) take(std::move(*yes));
                }
                for (Decision& decision : ledger.pump(sunday_us)) {
                    RC_ASSERT(!std::holds_alternative<Refused>(decision.admission));
                    take(std::move(std::get<Admitted>(decision.admission)));
                }
                RC_ASSERT(bool(ledger.check()));
            };
            for (std::size_t i = 0; i < costs_and_truths.size(); ++i) {
                const Op& op = costs_and_truths[i];
                const std::string id = "a" + std::to_string(i);
                actual[id] = op[0] % 1000 * (op[1] % 101) / 100;
                auto answer = ledger.admit(makeRequest(id, op[0] % 1000));
                RC_ASSERT(!std::holds_alternative<Refused>(answer));
                if (auto* yes = std::get_if<Admitted>(&answer)) take(std::move(*yes));
                most = std::max(most, running.size() + ledger.waiting());
                if (running.size() > 80 && op[2] % 2 == 0) end(op[3] % running.size(), op[3] % 10 != 0);
            }
            while (!running.empty())
                end(0, true);
            RC_ASSERT(most >= 64U);
            RC_ASSERT(ledger.waiting() == 0U);
            RC_ASSERT(done == costs_and_truths.size());
        }));
    }
};

TALLY_TEST(TestLedgerProperty)
#include "test_ledger_property.moc"
