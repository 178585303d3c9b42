#include "core/store/step_repo.h"

#include "core/base/encoding.h"
#include "core/store/columns.h"
#include "core/store/trace_index.h"

#include <fmt/format.h>

namespace tally::store {

namespace {
constexpr std::string_view select = "SELECT i.seq, r.name, i.span, i.parent, n.name, i.path, k.name, s.name, "
                                    "i.attempt, p.name, m.name, i.sim, i.usage, i.cost_pico, "
                                    "i.reserved_pico, i.ts_us, i.queue_us, i.ttft_us, i.latency_us, "
                                    "t.detail, i.price_seq, i.settled_seq, w.name, o.name "
                                    "FROM trace_index i JOIN trace_dims r ON r.id=i.run JOIN trace_dims n ON "
                                    "n.id=i.name JOIN trace_dims k ON k.id=i.step_kind "
                                    "JOIN trace_dims s ON s.id=i.status JOIN trace_dims p ON p.id=i.provider "
                                    "JOIN trace_dims m ON m.id=i.model "
                                    "JOIN trace_dims w ON w.id=i.workflow JOIN trace_dims o ON "
                                    "o.id=i.process LEFT JOIN step_notes t ON t.seq=i.seq";

StepRecord read(const Query& q) {
    StepRecord r;
    r.log_seq = q.i64(0);
    r.run = RunId(q.text(1));
    r.span = SpanId(q.text(2));
    r.parent = SpanId(q.text(3));
    r.name = q.text(4);
    r.path = q.text(5);
    // The log's word for a person's decision is "human"; the workflow's is "approve".
    r.kind = q.view(6) == "human" ? StepKind::approve : parseStepKind(q.view(6)).value_or(StepKind::code);
    r.status = parseStepStatus(q.view(7)).value_or(StepStatus::unknown);
    r.attempt = static_cast<int>(q.i64(8));
    r.provider = q.text(9);
    r.model = q.text(10);
    r.simulated = q.i64(11) != 0;
    r.usage = usageFromText(q.view(12));
    r.cost = Pico::of(q.i64(13));
    r.reserved = Pico::of(q.i64(14));
    r.queue_us = q.i64(16);
    r.ttft_us = q.i64(17);
    r.latency_us = q.i64(18);
    r.started_us = q.i64(15) - r.latency_us;
    r.detail = q.text(19);
    return r;
}

/// Conditions as `column = (id of the dimension)`; an unknown name matches nothing.
std::string where(const StepFilter& f, std::vector<Value>& args) {
    args.emplace_back(f.after_seq);
    std::string sql = " WHERE i.seq > ?1";
    const auto dim = [&](std::string_view column, int kind, const std::string& name) {
        if (name.empty()) return;
        args.emplace_back(name);
        sql += fmt::format(" AND i.{}=(SELECT id FROM trace_dims WHERE kind={} AND name=?{})", column, kind,
                           args.size());
    };
    dim("run", 1, f.run.str());
    dim("workflow", 2, f.workflow);
    dim("process", 3, f.process);
    dim("name", 4, f.name);
    dim("model", 6, f.model);
    if (f.status) dim("status", 8, std::string(toString(*f.status)));
    return sql;
}

Result<std::optional<StepEvidence>> evidence(Connection& db, Query& q) {
    TALLY_ASSIGN(const bool found, q.step());
    if (!found) return std::optional<StepEvidence>();
    StepEvidence e;
    e.record = read(q);
    e.price_seq = q.i64(20);
    e.settled_seq = q.i64(21);
    e.workflow = q.text(22);
    e.process = q.text(23);
    const auto seq = e.record.log_seq;
    {
        TALLY_ASSIGN(auto line, db.query("SELECT entry, leaf FROM trace_steps WHERE seq=?"));
        TALLY_ASSIGN(const bool there, line.args(seq).step());
        if (there) {
            e.line = line.text(0);
            e.leaf_hex = toHex(asBytes(line.view(1)));
        }
    }
    if (e.price_seq >= 0) {
        TALLY_ASSIGN(e.rate, StepRepo::rate(db, e.price_seq));
    }
    TALLY_ASSIGN(e.input, StepRepo::payload(db, seq, "in"));
    TALLY_ASSIGN(e.output, StepRepo::payload(db, seq, "out"));
    TALLY_ASSIGN(e.args, StepRepo::payload(db, seq, "args"));
    TALLY_ASSIGN(e.docs, StepRepo::payload(db, seq, "docs"));
    if (!e.output) e.output = e.docs; // what was retrieved is what that step gave
    return std::optional<StepEvidence>(std::move(e));
}
} // namespace

Result<std::vector<StepRecord>> StepRepo::page(Connection& db, const StepFilter& filter) {
    std::vector<Value> args;
    const auto condition = where(filter, args);
    const auto at = args.size();
    args.insert(args.end(), {Value(filter.limit), Value(filter.offset)});
    TALLY_ASSIGN(auto q, db.query(fmt::format("{}{} ORDER BY i.seq LIMIT ?{} OFFSET ?{}", select, condition,
                                              at + 1, at + 2)));
    q.values(args);
    std::vector<StepRecord> rows;
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return rows;
        rows.push_back(read(q));
    }
}

Result<LogHead> StepRepo::head(Connection& db) {
    LogHead head;
    TALLY_ASSIGN(head.size, db.scalar("SELECT coalesce(max(seq), -1) + 1 FROM trace_steps"));
    TALLY_ASSIGN(const auto schema, db.scalar("PRAGMA user_version"));
    head.schema = static_cast<int>(schema);
    {
        TALLY_ASSIGN(auto q, db.query("SELECT leaf FROM trace_steps WHERE seq=0"));
        TALLY_ASSIGN(const bool found, q.step());
        if (found) head.fingerprint = toHex(asBytes(q.view(0)));
    }
    TALLY_ASSIGN(auto q, db.query("SELECT size, note FROM trace_checkpoints ORDER BY size DESC LIMIT 1"));
    TALLY_ASSIGN(const bool found, q.step());
    if (!found) return head;
    head.sealed = q.i64(0);
    const auto note = q.view(1);
    head.origin = std::string(note.substr(0, note.find('\n')));
    return head;
}

Status StepRepo::each(Connection& db, std::int64_t from_seq,
                      const std::function<void(const LightStep&)>& visit) {
    TALLY_ASSIGN(auto q,
                 db.query("SELECT i.seq, i.ts_us, m.name, i.attempt, i.latency_us, i.cost_pico, i.usage, "
                          "i.sim FROM trace_index i JOIN trace_dims m ON m.id=i.model WHERE i.seq>=? "
                          "ORDER BY i.seq"));
    q.args(from_seq);
    for (;;) {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return {};
        visit({q.i64(0), q.i64(1), q.view(2), static_cast<int>(q.i64(3)), q.i64(4), Pico::of(q.i64(5)),
               usageFromText(q.view(6)).tokens(), q.i64(7) != 0});
    }
}

Result<std::int64_t> StepRepo::lastSettlement(Connection& db) {
    return db.scalar("SELECT coalesce(max(seq), -1) FROM trace_marks WHERE kind=?",
                     static_cast<int>(MarkKind::settle));
}

Result<std::int64_t> StepRepo::count(Connection& db, const StepFilter& filter) {
    std::vector<Value> args;
    const auto condition = where(filter, args);
    TALLY_ASSIGN(auto q, db.query("SELECT count(*) FROM trace_index i" + condition));
    q.values(args);
    TALLY_TRY(q.step());
    return q.i64(0);
}

Result<std::optional<StepEvidence>> StepRepo::bySeq(Connection& db, std::int64_t seq) {
    TALLY_ASSIGN(auto q, db.query(fmt::format("{} WHERE i.seq=?", select)));
    return evidence(db, q.args(seq));
}

Result<std::optional<StepEvidence>> StepRepo::byPath(Connection& db, const RunId& run, std::string_view path,
                                                     int attempt) {
    TALLY_ASSIGN(auto q,
                 db.query(fmt::format(
                     "{} WHERE i.run=(SELECT id FROM trace_dims WHERE kind=1 AND name=?) AND i.path=? "
                     "AND i.attempt=? ORDER BY i.seq DESC LIMIT 1",
                     select)));
    return evidence(db, q.args(run.str(), path, attempt));
}

Result<std::optional<std::string>> StepRepo::payload(Connection& db, std::int64_t seq,
                                                     std::string_view slot) {
    TALLY_ASSIGN(auto q, db.query("SELECT payload FROM trace_payloads WHERE seq=? AND slot=?"));
    TALLY_ASSIGN(const bool found, q.args(seq, slot).step());
    if (!found) return std::optional<std::string>();
    return std::optional<std::string>(q.text(0));
}

Result<std::optional<RateLine>> StepRepo::rate(Connection& db, std::int64_t price_seq) {
    TALLY_ASSIGN(auto q, db.query("SELECT line FROM rate_lines WHERE seq=?"));
    TALLY_ASSIGN(const bool found, q.args(price_seq).step());
    if (!found) return std::optional<RateLine>();
    const auto json = jsonColumn(q.view(0));
    if (!json.is_object()) return std::optional<RateLine>();
    RateLine line;
    from_json(json, line);
    return std::optional<RateLine>(std::move(line));
}

Result<std::int64_t> StepRepo::seqAt(Connection& db, std::int64_t ts_us) {
    std::int64_t low = 0;
    TALLY_ASSIGN(auto high, db.scalar("SELECT coalesce(max(seq), -1) + 1 FROM trace_index"));
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        TALLY_ASSIGN(auto q,
                     db.query("SELECT seq, ts_us FROM trace_index WHERE seq>=? ORDER BY seq LIMIT 1"));
        TALLY_ASSIGN(const bool found, q.args(middle).step());
        if (found && q.i64(1) < ts_us)
            low = q.i64(0) + 1;
        else
            high = middle;
    }
    return low;
}

} // namespace tally::store
