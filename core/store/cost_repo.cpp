#include "core/store/columns.h"
#include "core/store/step_repo.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace tally::store {

namespace {
constexpr std::int64_t hour_us = std::int64_t{3'600} * 1'000'000;

/// Names of the small dimension tables that costs are grouped by.
struct Names {
    Connection& db;
    std::unordered_map<std::int64_t, std::string> known;

    Result<std::string> of(std::int64_t id) {
        if (const auto found = known.find(id); found != known.end()) return found->second;
        TALLY_ASSIGN(auto q, db.query("SELECT name FROM trace_dims WHERE id=?"));
        TALLY_TRY(q.args(id).step());
        return known.emplace(id, q.text(0)).first->second;
    }
    /// Name of the batch that started a run; empty: none.
    Result<std::string> batchOf(std::int64_t run) {
        if (const auto found = batches.find(run); found != batches.end()) return found->second;
        TALLY_ASSIGN(auto q,
                     db.query("SELECT json_extract(b.spec, '$.name') FROM trace_dims d JOIN runs r ON "
                              "r.id=d.name JOIN batches b ON b.no=r.batch WHERE d.id=?"));
        TALLY_ASSIGN(const bool found, q.args(run).step());
        return batches.emplace(run, found ? q.text(0) : std::string()).first->second;
    }
    std::unordered_map<std::int64_t, std::string> batches{}; ///< by run
};

struct Group {
    std::map<std::vector<std::string>, CostLine> lines;

    CostLine& at(const std::vector<std::string>& key) {
        auto& line = lines[key];
        line.key = key;
        return line;
    }
    std::vector<CostLine> sorted() {
        std::vector<CostLine> all;
        all.reserve(lines.size());
        for (auto& [key, line] : lines)
            all.push_back(std::move(line));
        std::stable_sort(all.begin(), all.end(),
                         [](const CostLine& a, const CostLine& b) { return a.cost > b.cost; });
        return all;
    }
};

bool asks(const CostFilter& f, std::string_view what) {
    return std::find(f.by.begin(), f.by.end(), what) != f.by.end();
}

/// " AND column=(…)" for the named dimensions; arguments in `args`.
std::string named(const CostFilter& f, std::vector<Value>& args) {
    std::string sql;
    const auto dim = [&](std::string_view column, int kind, const std::string& name) {
        if (name.empty()) return;
        args.emplace_back(name);
        sql += fmt::format(" AND {}=(SELECT id FROM trace_dims WHERE kind={} AND name=?{})", column, kind,
                           args.size());
    };
    dim("workflow", 2, f.workflow);
    dim("process", 3, f.process);
    if (f.run) dim("run", 1, f.run->str());
    return sql;
}

/// " AND column >= from AND column < to"; 0: open on that side.
std::string between(std::string_view column, std::int64_t from, std::int64_t to, std::vector<Value>& args) {
    std::string sql;
    const auto add = [&](std::string_view sign, std::int64_t value) {
        if (value <= 0) return;
        args.emplace_back(value);
        sql += fmt::format(" AND {}{}?{}", column, sign, args.size());
    };
    add(">=", from);
    add("<", to);
    return sql;
}

/// What one row of either table says about its dimensions.
struct Dims {
    std::int64_t workflow, process, name, provider, model, at_us, run, status;
};
Result<std::vector<std::string>> keyOf(const CostFilter& f, Names& names, const Dims& d,
                                       std::string_view meter) {
    std::vector<std::string> key;
    for (const auto& by : f.by) {
        std::int64_t id = 0;
        if (by == "meter") {
            key.emplace_back(meter);
            continue;
        }
        if (by == "batch") {
            TALLY_ASSIGN(auto batch, names.batchOf(d.run));
            key.push_back(std::move(batch));
            continue;
        }
        if (by == "hour" || by == "day") {
            const auto unit = by == "hour" ? hour_us : hour_us * 24;
            key.push_back(std::to_string(d.at_us / unit * unit));
            continue;
        }
        if (by == "workflow")
            id = d.workflow;
        else if (by == "process")
            id = d.process;
        else if (by == "step")
            id = d.name;
        else if (by == "provider")
            id = d.provider;
        else if (by == "model")
            id = d.model;
        else if (by == "run")
            id = d.run;
        else if (by == "status")
            id = d.status;
        else
            return fail(
                "store.dimension", fmt::format("Costs cannot be grouped by \"{}\"", by),
                "Use process, workflow, step, model, provider, meter, status, run, batch, hour or day.");
        TALLY_ASSIGN(auto name, names.of(id));
        key.push_back(std::move(name));
    }
    return key;
}

Result<std::vector<CostLine>> fromRollup(Connection& db, const CostFilter& f) {
    std::vector<Value> args;
    auto sql = std::string("SELECT hour, workflow, process, name, provider, model, meter, steps, failed, "
                           "latency_us, qty, cost "
                           "FROM trace_rollup WHERE 1") +
               named(f, args);
    sql += between("hour", f.from_us / hour_us, (f.to_us + hour_us - 1) / hour_us, args);
    TALLY_ASSIGN(auto q, db.query(sql));
    q.values(args);
    const bool by_meter = asks(f, "meter");
    Names names{db, {}, {}};
    Group group;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) break;
        const auto meter = q.view(6);
        const Dims dims{q.i64(1), q.i64(2), q.i64(3), q.i64(4), q.i64(5), q.i64(0) * hour_us, 0, 0};
        TALLY_ASSIGN(const auto key, keyOf(f, names, dims, meter));
        auto& line = group.at(key);
        const auto cost = sumColumn(q.view(11));
        if (meter.empty()) {
            line.cost += cost;
            line.steps += q.i64(7);
            line.failed += q.i64(8);
            line.latency_us += q.i64(9);
            continue;
        }
        line.usage.add(meter, static_cast<std::int64_t>(sumColumn(q.view(10)).value()));
        if (!by_meter) continue;
        // The line without a meter keeps only what no meter explains, so that the lines still sum to the
        // total.
        line.cost += cost;
        TALLY_ASSIGN(const auto rest, keyOf(f, names, dims, {}));
        group.at(rest).cost -= cost;
    }
    return group.sorted();
}

Result<std::vector<CostLine>> fromSteps(Connection& db, const CostFilter& f) {
    std::vector<Value> args;
    auto sql = std::string("SELECT workflow, process, name, provider, model, ts_us, run, status, usage, "
                           "cost_pico, price_seq, latency_us, "
                           "settled_seq FROM trace_index WHERE 1") +
               named(f, args);
    sql += between("ts_us", f.from_us, f.to_us, args);
    TALLY_ASSIGN(auto q, db.query(sql));
    q.values(args);
    const bool by_meter = asks(f, "meter");
    Names names{db, {}, {}};
    std::unordered_map<std::int64_t, std::optional<RateLine>> rates;
    Group group;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) break;
        const Dims dims{q.i64(0), q.i64(1), q.i64(2), q.i64(3), q.i64(4), q.i64(5), q.i64(6), q.i64(7)};
        TALLY_ASSIGN(const auto key, keyOf(f, names, dims, {}));
        TALLY_ASSIGN(const auto status, names.of(dims.status));
        auto& line = group.at(key);
        line.cost += Pico::of(q.i64(9));
        ++line.steps;
        line.failed += status == "error" || status == "unknown" ? 1 : 0;
        line.latency_us += q.i64(11);
        const auto usage = usageFromText(q.view(8));
        const auto price_seq = q.i64(10);
        if (by_meter && rates.find(price_seq) == rates.end()) {
            TALLY_ASSIGN(auto rate, StepRepo::rate(db, price_seq));
            rates.emplace(price_seq, std::move(rate));
        }
        for (const auto& [meter, quantity] : usage.qty) {
            if (!by_meter) {
                line.usage.add(meter, quantity);
                continue;
            }
            TALLY_ASSIGN(const auto own, keyOf(f, names, dims, meter));
            auto& part = group.at(own);
            part.usage.add(meter, quantity);
            const auto& rate = rates[price_seq];
            if (!rate || !rate->has(meter)) continue;
            const auto amount = multiply(quantity, rate->rates.find(meter)->second);
            part.cost += amount;
            line.cost -= amount;
        }
    }
    return group.sorted();
}
} // namespace

Result<std::vector<CostLine>> CostRepo::table(Connection& db, const CostFilter& filter) {
    return filter.run || asks(filter, "run") || asks(filter, "status") || asks(filter, "batch")
               ? fromSteps(db, filter)
               : fromRollup(db, filter);
}

Result<PicoSum> CostRepo::simulated(Connection& db, const CostFilter& filter) {
    std::vector<Value> args;
    // Two sums, because the amounts of many steps do not fit one.
    auto sql =
        std::string("SELECT coalesce(sum(cost_pico / 1000000), 0), coalesce(sum(cost_pico % 1000000), 0) "
                    "FROM trace_index WHERE sim=1") +
        named(filter, args);
    sql += between("ts_us", filter.from_us, filter.to_us, args);
    TALLY_ASSIGN(auto q, db.query(sql));
    q.values(args);
    TALLY_TRY(q.step());
    return PicoSum::of(Int128{q.i64(0)} * 1'000'000 + q.i64(1));
}

} // namespace tally::store
