// Late settlements: what a call of unknown outcome really cost (DESIGN section 6, IN_DOUBT -> SETTLED).
#include "core/audit/trace_log_writer.h"
#include "core/engine/runtime.h"
#include "core/price/cost.h"
#include "core/store/batch_repo.h"
#include "core/store/run_repo.h"
#include "core/store/step_repo.h"
#include "core/store/store.h"

#include <fmt/format.h>

namespace tally::engine {

using nlohmann::json;

void Runtime::settle(const LateSettle& order, Reply<Pico> reply) {
    if (halted_) return reply(fail(*halted_));
    if (order.by != "provider" && order.by != "invoice" && order.by != "estimate")
        return reply(fail("settle.by", "Say where the figure comes from", "provider, invoice or estimate"));
    struct Found {
        std::optional<store::AttemptRow> attempt;
        RateLine rate; ///< of the step, as its entry has it
    };
    auto found = std::make_shared<Found>();
    config_.store->readers().submit(
        [order, found](store::Connection& db) -> Status {
            TALLY_ASSIGN(const auto run, store::RunRepo::byId(db, order.run));
            if (!run) return fail("run.unknown", "There is no such run", "", order.run.str());
            TALLY_ASSIGN(const auto rows, store::AttemptRepo::inDoubt(db, run->no));
            for (const store::AttemptRow& each : rows)
                if (each.path == order.path && (order.attempt == 0 || each.attempt == order.attempt) &&
                    (!found->attempt || found->attempt->attempt < each.attempt))
                    found->attempt = each;
            if (!found->attempt) return {};
            TALLY_ASSIGN(const auto evidence, store::StepRepo::bySeq(db, found->attempt->log_seq));
            if (evidence && evidence->rate) found->rate = *evidence->rate;
            return {};
        },
        [this, mailbox = mailbox_, order, found, reply](const Status& status) {
            mailbox->post([this, order, found, reply, status] {
                if (!status) return reply(fail(status.error()));
                if (!found->attempt)
                    return reply(fail("settle.unknown", "No call of that step is in doubt",
                                      "List them with `tally settle`.", order.run.str() + " " + order.path));
                settleAttempt(order, *found->attempt, found->rate, reply);
            });
        });
}

namespace {
/// Usage, cost and rate that belong together, because the log holds no cost that quantity times rate does not
/// give.
struct Settled {
    Usage usage;
    Pico cost;
    std::optional<RateLine> rate; ///< none: that of the step
};

Result<Settled> settled(const LateSettle& order, const RateLine& rate) {
    Settled out;
    if (!order.usage.empty()) {
        out.usage = order.usage;
        TALLY_ASSIGN(const price::Cost cost, price::cost(order.usage, rate));
        out.cost = cost.total;
        if (order.cost && *order.cost != out.cost)
            return fail("settle.cost",
                        fmt::format("At the rate of the step this usage costs ${}, not ${}",
                                    out.cost.toString(), order.cost->toString()),
                        "Give the usage alone, or the cost alone.");
        return out;
    }
    out.cost = order.cost.value_or(Pico());
    if (out.cost < Pico()) return fail("settle.cost", "A cost cannot be negative");
    if (out.cost.isZero()) return out;
    out.usage.add(std::string(meter::request), 1);
    out.rate = rate;
    out.rate->rates = {{std::string(meter::request), out.cost}};
    out.rate->source = order.by;
    out.rate->why = "One amount for the whole call, from: " + order.by + ".";
    return out;
}
} // namespace

void Runtime::settleAttempt(const LateSettle& order, const store::AttemptRow& row, const RateLine& rate,
                            Reply<Pico> reply) {
    if (halted_) return reply(fail(*halted_));
    const auto late = settled(order, rate);
    if (!late) return reply(fail(late.error()));
    // Meters that the figures say nothing about stay as they were booked; a call that never happened used
    // nothing.
    Amounts actual;
    if (!order.usage.empty()) {
        actual = Amounts::actual(late->cost, late->usage);
    } else if (!late->cost.isZero()) {
        const auto booked = amountsFromJson(json::parse(row.booked, nullptr, false));
        if (!booked) return reply(fail(booked.error()));
        actual = *booked;
        actual.set(LimitMeter::cost, PicoSum(late->cost));
    }
    auto money = std::make_shared<Transition>(ledger_.settleLate(row.id, actual));
    if (!money->changed) return reply(fail("settle.unknown", money->sentence, "", order.path));
    const PicoSum delta = PicoSum(late->cost) - PicoSum(row.cost);
    commit(
        [this, id = row.id, no = row.run, target = row.log_seq, run = order.run, by = order.by, late = *late,
         money, delta, now = wall()](store::Tx& tx) -> Status {
            audit::SettleEntry entry;
            entry.target = target;
            entry.usage = late.usage;
            entry.cost = late.cost;
            entry.by = by;
            if (late.rate) {
                TALLY_ASSIGN(entry.price_seq, config_.log->ensurePrice(tx, *late.rate));
            }
            TALLY_ASSIGN(const std::int64_t seq, config_.log->append(tx, entry));
            TALLY_ASSIGN(const bool won,
                         store::AttemptRepo::settle(tx, id, AttemptState::in_doubt, late.cost,
                                                    json(money->row.booked).dump(), seq, now));
            if (!won) return fail("attempt.lost", "The attempt was settled by somebody else", "", id.str());
            for (const SpendDelta& each : money->deltas)
                config_.store->spendBook().add(tx, each.budget, each.window_key, each.delta, each.simulated);
            TALLY_ASSIGN(const auto stored, store::RunRepo::byId(tx.db(), run));
            if (!stored) return {};
            RunSummary sum = stored->summary;
            sum.cost += delta;
            for (const auto& [name, quantity] : late.usage.qty)
                sum.usage.add(name, quantity);
            if (stored->batch > 0)
                TALLY_TRY(store::BatchRepo::correct(tx, stored->batch, stored->item, delta));
            return store::RunRepo::update(tx, no, sum);
        },
        [this, run = order.run, late = *late, delta, reply](const Status& status) {
            if (!status) return reply(fail(status.error()));
            const auto correct = [&](RunSummary& sum) {
                sum.cost += delta;
                for (const auto& [name, quantity] : late.usage.qty)
                    sum.usage.add(name, quantity);
            };
            if (LiveRun* live = find(run)) {
                correct(live->sum);
                show(*live, true);
            } else if (const auto parked = parked_.find(run); parked != parked_.end()) {
                correct(parked->second);
            }
            reply(late.cost);
        });
}

} // namespace tally::engine
