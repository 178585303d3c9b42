#include "core/audit/index_rebuild.h"

#include "core/audit/cfp.h"
#include "core/audit/entry_rules.h"
#include "core/audit/log_entries.h"
#include "core/store/step_repo.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <unordered_map>

namespace tally::audit {

namespace {
using store::MarkKind;

std::string text(const Entry& entry, std::string_view key) {
    const auto* value = entry.text(key);
    return value != nullptr ? *value : std::string();
}
Usage usageOf(const Entry& entry) {
    Usage usage;
    for (const auto& [key, value] : entry)
        if (const auto meter_name = meterOf(key, "_qty");
            meter_name && std::holds_alternative<std::int64_t>(value))
            usage.qty.emplace(std::string(*meter_name), std::get<std::int64_t>(value));
    return usage;
}
bool isTrue(const Entry& entry, std::string_view key) {
    const auto* value = entry.find(key);
    return value != nullptr && std::holds_alternative<bool>(*value) && std::get<bool>(*value);
}

RateLine rateOf(const Entry& entry) {
    RateLine line;
    line.provider = text(entry, "provider");
    line.model = text(entry, "model");
    line.tier = text(entry, "tier");
    line.region = text(entry, "region");
    line.source = text(entry, "src");
    line.effective_from = text(entry, "eff");
    line.simulated = isTrue(entry, "sim");
    for (const auto& [key, value] : entry)
        if (const auto meter_name = meterOf(key, "_pico");
            meter_name && std::holds_alternative<std::int64_t>(value))
            line.rates.emplace(std::string(*meter_name), Pico::of(std::get<std::int64_t>(value)));
    return line;
}

/// What is known while the entries are read in order.
struct Pass {
    struct Run {
        std::string workflow, process;
    };
    std::unordered_map<std::string, Run> runs;
    std::unordered_map<std::int64_t, RateLine> rates;
    std::unordered_map<std::int64_t, std::pair<std::string, std::int64_t>> unknown; ///< seq -> run, price_seq
};

store::StepIndexRow stepRow(const Entry& e, const Pass& pass) {
    const auto number = [&e](std::string_view key) { return e.integer(key).value_or(0); };
    store::StepIndexRow row;
    row.seq = number("seq");
    row.ts_us = number("ts_us");
    row.step_kind = text(e, "step_kind");
    row.price_seq = e.integer("price_seq").value_or(-1);
    if (const auto run = pass.runs.find(text(e, "run")); run != pass.runs.end()) {
        row.workflow = run->second.workflow;
        row.process = run->second.process;
    }
    auto& r = row.record;
    r.run = RunId(text(e, "run"));
    r.span = SpanId(text(e, "span"));
    r.parent = SpanId(text(e, "parent"));
    r.name = text(e, "name");
    r.path = text(e, "path");
    r.status = parseStepStatus(text(e, "status")).value_or(StepStatus::unknown);
    r.attempt = static_cast<int>(number("attempt"));
    r.provider = text(e, "provider");
    r.model = text(e, "model");
    r.simulated = isTrue(e, "sim");
    r.usage = usageOf(e);
    r.cost = Pico::of(number("cost_pico"));
    r.reserved = Pico::of(number("reserved_pico"));
    r.latency_us = number("latency_us");
    r.ttft_us = number("ttft_us");
    r.queue_us = number("queue_us");
    if (const auto rate = pass.rates.find(row.price_seq);
        rate != pass.rates.end() && r.status != StepStatus::unknown)
        row.rate = &rate->second;
    return row;
}

/// The mark of an entry that is no step: kind and name.
std::optional<std::pair<MarkKind, std::string>> markOf(const Entry& e, const Pass& pass) {
    const auto kind = kindOf(text(e, "kind"));
    if (!kind) return std::nullopt;
    switch (*kind) {
    case Kind::genesis:
        return {{MarkKind::genesis, text(e, "log")}};
    case Kind::price:
        return {{MarkKind::price, rateDigest(rateOf(e))}};
    case Kind::run:
        return {{text(e, "op") == "start" ? MarkKind::run_start : MarkKind::run_end, text(e, "run")}};
    case Kind::budget:
        return {{MarkKind::budget, text(e, "scope")}};
    case Kind::kill:
        return {{MarkKind::kill, text(e, "target")}};
    case Kind::alert:
        return {{MarkKind::alert, text(e, "run")}};
    case Kind::approve:
        return {{MarkKind::approve, text(e, "run")}};
    case Kind::policy:
        return {{MarkKind::policy, text(e, "name")}};
    case Kind::key:
        return {{MarkKind::key, text(e, "vkey")}};
    case Kind::erase:
        return {{MarkKind::erase, text(e, "slot")}};
    case Kind::challenge:
        return {{MarkKind::challenge, {}}};
    case Kind::beat:
        return {{MarkKind::beat, {}}};
    case Kind::close:
        return {{MarkKind::close, text(e, "reason")}};
    case Kind::settle: {
        const auto target = pass.unknown.find(e.integer("target").value_or(-1));
        return {{MarkKind::settle, target != pass.unknown.end() ? target->second.first : std::string()}};
    }
    case Kind::step:
        return std::nullopt;
    }
    return std::nullopt;
}
} // namespace

Status rebuildIndex(store::Tx& tx, store::TraceIndex& index) {
    auto& db = tx.db();
    TALLY_TRY(index.clear(tx));
    Pass pass;
    TALLY_ASSIGN(auto q, db.query("SELECT seq, entry FROM trace_steps ORDER BY seq"));
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return {};
        const auto seq = q.i64(0);
        TALLY_ASSIGN(const auto e, parseEntry(q.view(1)));
        const auto kind = text(e, "kind");
        if (kind == "step") {
            TALLY_TRY(index.addStep(tx, stepRow(e, pass)));
            if (text(e, "status") == "unknown")
                pass.unknown.emplace(seq, std::pair(text(e, "run"), e.integer("price_seq").value_or(-1)));
            continue;
        }
        if (kind == "run" && text(e, "op") == "start")
            pass.runs[text(e, "run")] = Pass::Run{text(e, "workflow"), text(e, "process")};
        if (kind == "price") {
            auto line = rateOf(e);
            nlohmann::json json = line;
            TALLY_TRY(db.run("INSERT OR IGNORE INTO rate_lines(seq, digest, line) VALUES(?,?,?)", seq,
                             rateDigest(line), json.dump()));
            pass.rates.emplace(seq, std::move(line));
        }
        if (const auto mark = markOf(e, pass))
            TALLY_TRY(store::TraceIndex::addMark(tx, seq, mark->first, mark->second,
                                                 e.integer("ts_us").value_or(0)));
        if (kind == "settle") {
            const auto target = e.integer("target").value_or(-1);
            const auto step = pass.unknown.find(target);
            auto price = e.integer("price_seq").value_or(-1);
            if (price < 0 && step != pass.unknown.end()) price = step->second.second;
            const auto line = pass.rates.find(price);
            const RateLine* rate = line == pass.rates.end() ? nullptr : &line->second;
            TALLY_TRY(index.settle(tx, target, seq, price, Pico::of(e.integer("cost_pico").value_or(0)),
                                   usageOf(e), rate));
        }
    }
}

Status rebuildIndex(store::Store& store) {
    auto& db = store.writer().db();
    TALLY_ASSIGN(auto transaction, store::Transaction::begin(db));
    store::Tx tx(db);
    TALLY_TRY(rebuildIndex(tx, store.traceIndex()));
    TALLY_TRY(store.traceIndex().beforeCommit(tx));
    std::vector<std::string> ended;
    {
        TALLY_ASSIGN(auto q,
                     db.query("SELECT e.name FROM trace_marks e JOIN runs r ON r.id=e.name WHERE e.kind=? "
                              "AND r.status IN ('ok','error')"));
        q.args(static_cast<int>(MarkKind::run_end));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) break;
            ended.push_back(q.text(0));
        }
    }
    for (const auto& run : ended) {
        TALLY_ASSIGN(const auto totals, store::TraceIndex::runTotals(db, run));
        TALLY_TRY(db.run("UPDATE runs SET cost=? WHERE id=?", totals.cost.picoString(), run));
    }
    TALLY_TRY(transaction.commit());
    store.traceIndex().committed({});
    return {};
}

namespace {
class IndexCheck {
public:
    IndexCheck(store::Connection& db, std::size_t limit)
        : db_(db)
        , limit_(limit) {}
    [[nodiscard]] std::vector<Finding> take() { return std::move(findings_); }

    Status steps(std::int64_t from) {
        TALLY_TRY(settlements());
        TALLY_ASSIGN(auto q, db_.query("SELECT seq, entry FROM trace_steps WHERE seq>=? ORDER BY seq"));
        q.args(from);
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) return {};
            const auto seq = q.i64(0);
            const auto e = parseEntry(q.view(1));
            if (!e) {
                differ(seq, "entry", "unreadable", "");
                continue;
            }
            if (text(*e, "kind") != "step") continue;
            ++steps_;
            TALLY_TRY(step(seq, *e));
        }
    }

    /// Rows that no entry stands behind.
    Status rows() {
        TALLY_ASSIGN(const auto rows, db_.scalar("SELECT count(*) FROM trace_index"));
        if (rows != steps_) differ(std::nullopt, "rows", std::to_string(rows), std::to_string(steps_));
        return {};
    }

    Status rollup() {
        using Key = std::array<std::int64_t, 6>;
        std::map<Key, std::pair<PicoSum, std::int64_t>> want;
        {
            TALLY_ASSIGN(auto q,
                         db_.query("SELECT ts_us/3600000000, workflow, process, name, provider, model, "
                                   "cost_pico FROM trace_index"));
            for (;;) {
                TALLY_ASSIGN(const bool more, q.step());
                if (!more) break;
                auto& sum = want[Key{q.i64(0), q.i64(1), q.i64(2), q.i64(3), q.i64(4), q.i64(5)}];
                sum.first += Pico::of(q.i64(6));
                ++sum.second;
            }
        }
        TALLY_ASSIGN(auto q,
                     db_.query("SELECT hour, workflow, process, name, provider, model, steps, cost FROM "
                               "trace_rollup WHERE meter=''"));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) break;
            const Key key{q.i64(0), q.i64(1), q.i64(2), q.i64(3), q.i64(4), q.i64(5)};
            const auto at = want.find(key);
            const std::string right = at == want.end() ? "0" : at->second.first.picoString();
            differ(std::nullopt, "rollup cost", q.text(7), right);
            differ(std::nullopt, "rollup steps", std::to_string(q.i64(6)),
                   std::to_string(at == want.end() ? 0 : at->second.second));
            if (at != want.end()) want.erase(at);
        }
        for (const auto& [key, sum] : want)
            differ(std::nullopt, "rollup cost", "none", sum.first.picoString());
        return {};
    }

    /// Settlements after the end change the steps, not the end entry: either sum is right.
    Status runs() {
        TALLY_ASSIGN(auto q,
                     db_.query("SELECT e.seq, t.entry, r.cost FROM trace_marks e JOIN trace_steps t ON "
                               "t.seq=e.seq JOIN runs r ON r.id=e.name WHERE e.kind=? AND r.status IN "
                               "('ok','error') ORDER BY e.seq"));
        q.args(static_cast<int>(MarkKind::run_end));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) return {};
            const auto e = parseEntry(q.view(1));
            if (!e) continue;
            const auto ended = std::to_string(e->integer("cost_pico").value_or(0));
            const std::string shown = q.text(2);
            if (shown == ended) continue;
            TALLY_ASSIGN(const auto now, store::TraceIndex::runTotals(db_, text(*e, "run")));
            if (now.cost.picoString() != shown) differ(q.i64(0), "run cost", shown, ended);
        }
    }

private:
    Status settlements() {
        TALLY_ASSIGN(
            auto q,
            db_.query("SELECT entry FROM trace_steps WHERE seq IN (SELECT seq FROM trace_marks WHERE kind=?) "
                      "ORDER BY seq DESC"));
        q.args(static_cast<int>(MarkKind::settle));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) return {};
            TALLY_ASSIGN(const auto e, parseEntry(q.view(0)));
            settled_[e.integer("target").value_or(-1)] = {e.integer("cost_pico").value_or(0), usageOf(e)};
        }
    }

    Status step(std::int64_t seq, const Entry& e) {
        TALLY_ASSIGN(const auto row, store::StepRepo::bySeq(db_, seq));
        if (!row) {
            differ(seq, "seq", "", std::to_string(seq));
            return {};
        }
        const auto show = [](const Usage& usage) { return nlohmann::json(usage).dump(); };
        const auto& r = row->record;
        auto cost = e.integer("cost_pico").value_or(0);
        auto usage = usageOf(e);
        if (const auto late = settled_.find(seq); late != settled_.end())
            std::tie(cost, usage) = late->second;
        differ(seq, "run", r.run.str(), text(e, "run"));
        differ(seq, "name", r.name, text(e, "name"));
        differ(seq, "model", r.model, text(e, "model"));
        differ(seq, "status", std::string(toString(r.status)), text(e, "status"));
        differ(seq, "cost_pico", std::to_string(r.cost.value()), std::to_string(cost));
        differ(seq, "usage", show(r.usage), show(usage));
        return {};
    }

    void differ(std::optional<std::int64_t> seq, const char* column, std::string stored,
                std::string expected) {
        if (stored == expected || findings_.size() >= limit_) return;
        Finding f;
        f.code = "INDEX_MISMATCH";
        f.seq = seq;
        f.field = column;
        f.message =
            seq ? fmt::format("The query column {} of record {} is not what the record says", column, *seq)
                : fmt::format("The query table's {} is not what the records add up to", column);
        f.stored = std::move(stored);
        f.expected = std::move(expected);
        findings_.push_back(std::move(f));
    }

    store::Connection& db_;
    const std::size_t limit_;
    std::vector<Finding> findings_;
    std::map<std::int64_t, std::pair<std::int64_t, Usage>> settled_;
    std::int64_t steps_ = 0;
};
} // namespace

Result<std::vector<Finding>> checkIndex(store::Connection& db, std::size_t limit, std::int64_t from) {
    IndexCheck check(db, limit);
    TALLY_TRY(check.steps(from));
    if (from == 0) {
        TALLY_TRY(check.rows());
        TALLY_TRY(check.rollup());
        TALLY_TRY(check.runs());
    }
    return check.take();
}

} // namespace tally::audit
