// Limits of a run: budgets made of them, the clock and the bytes that it holds.
#include "core/engine/runtime.h"
#include "core/store/store.h"

#include <fmt/format.h>

namespace tally::engine {

Status Runtime::adoptLimits(LiveRun& run) {
    const auto add = [&](LimitMeter meter, PicoSum limit) -> Status {
        if (limit == PicoSum()) return {};
        Budget budget;
        budget.id = BudgetId("run-" + run.id.str() + "-" + std::string(toString(meter)));
        budget.scope = {ScopeType::run, run.id.str()};
        budget.window = Window::run;
        budget.meter = meter;
        budget.limit = limit;
        budget.by = "workflow";
        budget.reason = "limit of the run";
        budget.label = "Run limit";
        budget.count_simulated = true; // what this run may use, by whomever it is answered
        if (ledger_.budget(budget.id) == nullptr) TALLY_TRY(ledger_.setBudget(budget, wall()));
        run.budgets.push_back(budget.id);
        return {};
    };
    TALLY_TRY(add(LimitMeter::cost, PicoSum(run.limits.cost)));
    TALLY_TRY(add(LimitMeter::tokens, PicoSum::of(run.limits.tokens)));
    TALLY_TRY(add(LimitMeter::calls, PicoSum::of(run.limits.calls)));
    TALLY_TRY(add(LimitMeter::wall_ms, PicoSum::of(run.limits.wall_ms)));
    TALLY_TRY(add(LimitMeter::compute_ms, PicoSum::of(run.limits.compute_ms)));
    return add(LimitMeter::concurrent, PicoSum::of(run.limits.concurrent));
}

void Runtime::watchClock(LiveRun& run) {
    const auto left = ledger_.wallLeftMs(run.subject, wall());
    if (!left) return;
    after(std::clamp<std::int64_t>(*left, 1, 1'000) * 1'000, [this, id = run.id] {
        LiveRun* now = find(id);
        if (now == nullptr || now->stopping || now->closing) return;
        const std::int64_t passed = (mono() - now->charged_us) / 1'000;
        now->charged_us += passed * 1'000;
        ChargeResult charged = ledger_.charge(now->subject, LimitMeter::wall_ms, PicoSum::of(passed), wall());
        if (!charged.deltas.empty())
            commit(
                [this, deltas = charged.deltas](store::Tx& tx) -> Status {
                    for (const SpendDelta& each : deltas)
                        config_.store->spendBook().add(tx, each.budget, each.window_key, each.delta,
                                                       each.simulated);
                    return {};
                },
                [](const Status&) {});
        if (!charged.breaches.empty()) {
            const Breach& first = charged.breaches.front();
            blame(*now, first.budget, first.sentence);
            return stopRun(*now, first.sentence);
        }
        watchClock(*now);
    });
}

bool Runtime::watchBytes(LiveRun& run) {
    const std::int64_t bytes = run.machine->bytes();
    std::optional<std::string> over;
    if (run.limits.state_bytes > 0 && bytes > run.limits.state_bytes)
        over = fmt::format("The run holds {} bytes of state and outputs, its limit state_bytes is {}", bytes,
                           run.limits.state_bytes);
    else if (auto refused = ledger_.setStateBytes(run.subject, bytes, wall()))
        over = refused->sentence;
    if (!over) return true;
    run.fault = "run.state_bytes";
    stopRun(run, *over);
    return false;
}

} // namespace tally::engine
