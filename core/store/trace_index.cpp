#include "core/store/trace_index.h"

#include "core/store/columns.h"

#include <sqlite3.h>

namespace tally::store {

namespace {
constexpr std::int64_t hour_us = std::int64_t{3'600} * 1'000'000;
} // namespace

Result<std::int64_t> TraceIndex::dim(Tx& tx, Dim kind, std::string_view name) {
    const int number = static_cast<int>(kind);
    auto& known = dims_[static_cast<std::size_t>(number)];
    if (const auto found = known.find(name); found != known.end()) return found->second;
    // Runs are many and short-lived: the cache starts over instead of growing.
    if (known.size() > 20'000) known.clear();
    // Most names that are not known here are those of new runs: one statement for them, two for the others.
    TALLY_TRY(tx.db().run("INSERT OR IGNORE INTO trace_dims(kind, name) VALUES(?,?)", number, name));
    std::int64_t id = sqlite3_last_insert_rowid(tx.db().handle());
    if (tx.db().changes() == 0) {
        TALLY_ASSIGN(id, tx.db().scalar("SELECT id FROM trace_dims WHERE kind=? AND name=?", number, name));
    }
    known.emplace(name, id);
    return id;
}

Status TraceIndex::addStep(Tx& tx, const StepIndexRow& row) {
    const auto& r = row.record;
    TALLY_ASSIGN(const auto run, dim(tx, Dim::run, r.run.str()));
    TALLY_ASSIGN(const auto workflow, dim(tx, Dim::workflow, row.workflow));
    TALLY_ASSIGN(const auto process, dim(tx, Dim::process, row.process));
    TALLY_ASSIGN(const auto name, dim(tx, Dim::name, r.name));
    TALLY_ASSIGN(const auto kind, dim(tx, Dim::step_kind, row.step_kind));
    TALLY_ASSIGN(const auto provider, dim(tx, Dim::provider, r.provider));
    TALLY_ASSIGN(const auto model, dim(tx, Dim::model, r.model));
    TALLY_ASSIGN(const auto status, dim(tx, Dim::status, toString(r.status)));
    TALLY_TRY(tx.db().run("INSERT INTO trace_index(seq, run, workflow, process, name, step_kind, provider, "
                          "model, status, attempt, ts_us, "
                          "cost_pico, booked_pico, reserved_pico, latency_us, ttft_us, queue_us, price_seq, "
                          "settled_seq, sim, span, parent, "
                          "path, usage) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,-1,?,?,?,?,?)",
                          row.seq, run, workflow, process, name, kind, provider, model, status, r.attempt,
                          row.ts_us, r.cost.value(), r.cost.value(), r.reserved.value(), r.latency_us,
                          r.ttft_us, r.queue_us, row.price_seq, r.simulated, r.span.str(), r.parent.str(),
                          r.path, usageText(r.usage)));
    const bool failed = r.status == StepStatus::error || r.status == StepStatus::unknown;
    stage(tx, Key{row.ts_us / hour_us, workflow, process, name, provider, model}, r.usage, r.cost, row.rate,
          1, failed, r.latency_us, true);
    return {};
}

void TraceIndex::stage(Tx& tx, const Key& key, const Usage& usage, PicoSum cost, const RateLine* rate,
                       int sign, bool failed, std::int64_t latency_us, bool count) {
    tx.touch();
    Meters& meters = staged_[key];
    Sums& total = meters[{}];
    total.cost += PicoSum::of(cost.value() * sign);
    if (count) {
        ++total.steps;
        total.failed += failed ? 1 : 0;
        total.latency_us += latency_us;
    }
    for (const auto& [meter, quantity] : usage.qty) {
        Sums& sums = meters[meter];
        sums.qty += PicoSum::of(static_cast<Int128>(quantity) * sign);
        if (rate == nullptr) continue;
        if (const auto found = rate->rates.find(meter); found != rate->rates.end())
            sums.cost += PicoSum::of(multiply(quantity, found->second).value() * sign);
    }
}

Status TraceIndex::settle(Tx& tx, std::int64_t target_seq, std::int64_t settle_seq, std::int64_t price_seq,
                          Pico cost, const Usage& usage, const RateLine* rate) {
    std::optional<Key> key;
    PicoSum before;
    {
        TALLY_ASSIGN(auto q, tx.db().query("SELECT ts_us, workflow, process, name, provider, model, "
                                           "cost_pico FROM trace_index WHERE seq=?"));
        TALLY_ASSIGN(const bool found, q.args(target_seq).step());
        if (!found) return {};
        key = Key{q.i64(0) / hour_us, q.i64(1), q.i64(2), q.i64(3), q.i64(4), q.i64(5)};
        before = Pico::of(q.i64(6));
    }
    TALLY_TRY(tx.db().run(
        "UPDATE trace_index SET cost_pico=?2, usage=?3, settled_seq=?4, price_seq=?5 WHERE seq=?1",
        target_seq, cost.value(), usageText(usage), settle_seq, price_seq));
    stage(tx, *key, {}, before, nullptr, -1, false, 0, false);
    stage(tx, *key, usage, cost, rate, 1, false, 0, false);
    return {};
}

Status TraceIndex::addMark(Tx& tx, std::int64_t seq, MarkKind kind, std::string_view name,
                           std::int64_t ts_us) {
    return tx.db().run("INSERT INTO trace_marks(seq, kind, name, ts_us) VALUES(?,?,?,?)", seq,
                       static_cast<int>(kind), name, ts_us);
}

Status TraceIndex::clear(Tx& tx) {
    staged_.clear();
    forgetDims();
    return tx.db().exec(
        "DELETE FROM trace_index; DELETE FROM trace_marks; DELETE FROM trace_rollup; DELETE FROM trace_dims");
}

Result<std::optional<TraceIndex::Target>> TraceIndex::target(Connection& db, std::int64_t seq) {
    TALLY_ASSIGN(
        auto q,
        db.query("SELECT s.name, i.cost_pico, i.price_seq, i.settled_seq, r.name FROM trace_index i "
                 "JOIN trace_dims s ON s.id = i.status JOIN trace_dims r ON r.id = i.run WHERE i.seq=?"));
    TALLY_ASSIGN(const bool found, q.args(seq).step());
    if (!found) return std::optional<Target>();
    return std::optional<Target>(Target{q.text(0), Pico::of(q.i64(1)), q.i64(2), q.i64(3), q.text(4)});
}

Result<TraceIndex::RunTotals> TraceIndex::runTotals(Connection& db, std::string_view run) {
    // Two halves: SUM() of 64-bit picos overflows at nine million dollars.
    TALLY_ASSIGN(
        auto q,
        db.query(
            "SELECT count(*), coalesce(sum(cost_pico >> 32), 0), coalesce(sum(cost_pico & 4294967295), 0) "
            "FROM trace_index WHERE run = (SELECT id FROM trace_dims WHERE kind=1 AND name=?)"));
    TALLY_TRY(q.args(run).step());
    return RunTotals{q.i64(0), PicoSum::of((static_cast<Int128>(q.i64(1)) << 32) + q.i64(2))};
}

void TraceIndex::forgetDims() {
    for (auto& known : dims_)
        known.clear();
}

Status TraceIndex::writeSums(Tx& tx, const Key& key, std::string_view meter, const Sums& sums) {
    const auto& [hour, workflow, process, name, provider, model] = key;
    PicoSum qty = sums.qty;
    PicoSum cost = sums.cost;
    {
        TALLY_ASSIGN(
            auto q,
            tx.db().query(
                "SELECT qty, cost FROM trace_rollup WHERE hour=? AND workflow=? AND process=? AND name=? "
                "AND provider=? AND model=? AND meter=?"));
        TALLY_ASSIGN(const bool found, q.args(hour, workflow, process, name, provider, model, meter).step());
        if (found) {
            qty += sumColumn(q.view(0));
            cost += sumColumn(q.view(1));
        }
    }
    return tx.db().run("INSERT INTO trace_rollup(hour, workflow, process, name, provider, model, meter, "
                       "steps, failed, latency_us, "
                       "qty, cost) VALUES(?,?,?,?,?,?,?,?,?,?,?,?) "
                       "ON CONFLICT(hour, workflow, process, name, provider, model, meter) DO UPDATE SET "
                       "steps=steps+excluded.steps, failed=failed+excluded.failed, "
                       "latency_us=latency_us+excluded.latency_us, "
                       "qty=excluded.qty, cost=excluded.cost",
                       hour, workflow, process, name, provider, model, meter, sums.steps, sums.failed,
                       sums.latency_us, qty.picoString(), cost.picoString());
}

Status TraceIndex::beforeCommit(Tx& tx) {
    for (const auto& [key, meters] : staged_)
        for (const auto& [meter, sums] : meters)
            TALLY_TRY(writeSums(tx, key, meter, sums));
    return {};
}

Status TraceIndex::rolledBack(Connection&) {
    staged_.clear();
    forgetDims(); // ids given in the lost group do not exist
    return {};
}

} // namespace tally::store
