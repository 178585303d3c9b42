#include "core/audit/index_rebuild.h"

#include "core/audit/entry_fields.h"
#include "core/audit/index_builder.h"
#include "core/store/step_repo.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <vector>

namespace tally::audit {

Status rebuildIndex(store::Tx& tx, store::TraceIndex& index) {
    auto& db = tx.db();
    TALLY_TRY(index.clear(tx));
    IndexBuilder builder(index);
    TALLY_ASSIGN(auto q, db.query("SELECT seq, entry FROM trace_steps ORDER BY seq"));
    return builder.addAll(tx, [&q]() -> Result<std::optional<IndexBuilder::Line>> {
        TALLY_ASSIGN(const bool more, q.step());
        if (!more) return std::nullopt;
        return IndexBuilder::Line{q.i64(0), q.view(1)};
    });
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
        q.args(static_cast<int>(store::MarkKind::run_end));
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
            const auto e = read(q.view(1));
            if (!e) {
                differ(seq, "entry", "unreadable", "");
                continue;
            }
            if (textOf(*e, "kind") != "step") continue;
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
        q.args(static_cast<int>(store::MarkKind::run_end));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) return {};
            const auto e = read(q.view(1));
            if (!e) continue;
            const auto ended = std::to_string(e->integer("cost_pico").value_or(0));
            const std::string shown = q.text(2);
            if (shown == ended) continue;
            TALLY_ASSIGN(const auto now, store::TraceIndex::runTotals(db_, textOf(*e, "run")));
            if (now.cost.picoString() != shown) differ(q.i64(0), "run cost", shown, ended);
        }
    }

private:
    /// Valid until the next one, and as long as the row.
    std::optional<EntryView> read(std::string_view line) {
        fields_.clear();
        if (!parseCfp(line, fields_).ok()) return std::nullopt;
        return EntryView(line, fields_.data(), fields_.size());
    }

    Status settlements() {
        TALLY_ASSIGN(
            auto q,
            db_.query("SELECT entry FROM trace_steps WHERE seq IN (SELECT seq FROM trace_marks WHERE kind=?) "
                      "ORDER BY seq DESC"));
        q.args(static_cast<int>(store::MarkKind::settle));
        for (;;) {
            TALLY_ASSIGN(const bool more, q.step());
            if (!more) return {};
            const auto e = read(q.view(0));
            if (!e) return fail("log.corrupt", "a settlement cannot be read");
            settled_[e->integer("target").value_or(-1)] = {e->integer("cost_pico").value_or(0), usageOf(*e)};
        }
    }

    Status step(std::int64_t seq, const EntryView& e) {
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
        differ(seq, "run", r.run.str(), textOf(e, "run"));
        differ(seq, "name", r.name, textOf(e, "name"));
        differ(seq, "model", r.model, textOf(e, "model"));
        differ(seq, "status", std::string(toString(r.status)), textOf(e, "status"));
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
    std::vector<CfpField> fields_;
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
