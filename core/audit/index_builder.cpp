#include "core/audit/index_builder.h"

#include "core/audit/entry_fields.h"
#include "core/audit/log_entries.h"
#include "core/audit/ordered_parallel.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace tally::audit {

namespace {
using store::MarkKind;
constexpr std::size_t lines_per_block = 256;

/// Assigns without giving the memory back.
void assign(std::string& to, const EntryView& e, std::string_view key) {
    const CfpField* field = e.find(key);
    if (field == nullptr || field->type != CfpType::string)
        to.clear();
    else if (field->escaped)
        to = e.content(*field);
    else
        to.assign(e.raw(*field));
}

RateLine rateOf(const EntryView& entry) {
    RateLine line;
    line.provider = textOf(entry, "provider");
    line.model = textOf(entry, "model");
    line.tier = textOf(entry, "tier");
    line.region = textOf(entry, "region");
    line.source = textOf(entry, "src");
    line.effective_from = textOf(entry, "eff");
    line.simulated = isTrue(entry, "sim");
    for (const CfpField& field : entry)
        if (const auto meter = meterOf(entry.key(field), "_pico"); meter && field.type == CfpType::integer)
            line.rates.emplace(std::string(*meter), Pico::of(field.number));
    return line;
}

/// What the entry says by itself; the texts of `row` keep their memory from step to step.
void fillStep(store::StepIndexRow& row, const EntryView& e) {
    const auto number = [&e](std::string_view key) { return e.integer(key).value_or(0); };
    row.seq = number("seq");
    row.ts_us = number("ts_us");
    assign(row.step_kind, e, "step_kind");
    row.price_seq = e.integer("price_seq").value_or(-1);
    auto& r = row.record;
    r.run = RunId(textOf(e, "run"));
    r.span = SpanId(textOf(e, "span"));
    r.parent = SpanId(textOf(e, "parent"));
    assign(r.name, e, "name");
    assign(r.path, e, "path");
    r.status = parseStepStatus(e.plain("status").value_or("")).value_or(StepStatus::unknown);
    r.attempt = static_cast<int>(number("attempt"));
    assign(r.provider, e, "provider");
    assign(r.model, e, "model");
    r.simulated = isTrue(e, "sim");
    r.usage = usageOf(e);
    r.cost = Pico::of(number("cost_pico"));
    r.reserved = Pico::of(number("reserved_pico"));
    r.latency_us = number("latency_us");
    r.ttft_us = number("ttft_us");
    r.queue_us = number("queue_us");
}
} // namespace

/// Some lines, copied: read by any thread, then inserted by the writer's. Used again to spare allocations.
struct IndexBuilder::Block {
    struct Place {
        std::int64_t seq = 0;
        std::size_t at = 0, size = 0; ///< in `text`
        std::size_t fields_at = 0, fields_n = 0;
        CfpStatus status;
        bool step = false;
    };
    std::string text;
    std::vector<Place> lines;
    std::vector<CfpField> fields;
    std::vector<store::StepIndexRow> rows; ///< of the steps, the first `rows_n`
    std::size_t rows_n = 0;

    void clear() {
        text.clear();
        lines.clear();
        fields.clear();
        rows_n = 0;
    }
    void add(const Line& line) {
        lines.push_back({line.seq, text.size(), line.text.size(), 0, 0, {}, false});
        text += line.text;
    }
    [[nodiscard]] EntryView view(const Place& p) const {
        return {std::string_view(text).substr(p.at, p.size), fields.data() + p.fields_at, p.fields_n};
    }
    void read() {
        for (Place& p : lines) {
            p.fields_at = fields.size();
            p.status = parseCfp(std::string_view(text).substr(p.at, p.size), fields);
            if (!p.status.ok()) return;
            p.fields_n = fields.size() - p.fields_at;
            const EntryView e = view(p);
            p.step = e.plain("kind") == "step";
            if (!p.step) continue;
            if (rows_n == rows.size()) rows.emplace_back();
            fillStep(rows[rows_n++], e);
        }
    }
};

const RateLine* IndexBuilder::rateAt(std::int64_t price_seq) const {
    const auto found = rates_.find(price_seq);
    return found == rates_.end() ? nullptr : &found->second;
}

/// The mark of an entry that is no step: kind and name.
std::optional<std::pair<MarkKind, std::string>> IndexBuilder::markOf(const EntryView& e) const {
    const auto kind = kindOf(textOf(e, "kind"));
    if (!kind) return std::nullopt;
    switch (*kind) {
    case Kind::genesis:
        return {{MarkKind::genesis, textOf(e, "log")}};
    case Kind::price:
        return {{MarkKind::price, rateDigest(rateOf(e))}};
    case Kind::run:
        return {{textOf(e, "op") == "start" ? MarkKind::run_start : MarkKind::run_end, textOf(e, "run")}};
    case Kind::budget:
        return {{MarkKind::budget, textOf(e, "scope")}};
    case Kind::kill:
        return {{MarkKind::kill, textOf(e, "target")}};
    case Kind::alert:
        return {{MarkKind::alert, textOf(e, "run")}};
    case Kind::approve:
        return {{MarkKind::approve, textOf(e, "run")}};
    case Kind::policy:
        return {{MarkKind::policy, textOf(e, "name")}};
    case Kind::key:
        return {{MarkKind::key, textOf(e, "vkey")}};
    case Kind::erase:
        return {{MarkKind::erase, textOf(e, "slot")}};
    case Kind::challenge:
        return {{MarkKind::challenge, {}}};
    case Kind::beat:
        return {{MarkKind::beat, {}}};
    case Kind::close:
        return {{MarkKind::close, textOf(e, "reason")}};
    case Kind::settle: {
        const auto target = unknown_.find(e.integer("target").value_or(-1));
        return {{MarkKind::settle, target != unknown_.end() ? target->second.run : std::string()}};
    }
    case Kind::step:
        return std::nullopt;
    }
    return std::nullopt;
}
Status IndexBuilder::addSettlement(store::Tx& tx, std::int64_t seq, const EntryView& e) {
    const auto target = e.integer("target").value_or(-1);
    auto price = e.integer("price_seq").value_or(-1);
    if (const auto step = unknown_.find(target); price < 0 && step != unknown_.end())
        price = step->second.price_seq;
    return index_.settle(tx, target, seq, price, Pico::of(e.integer("cost_pico").value_or(0)), usageOf(e),
                         rateAt(price));
}

Status IndexBuilder::addStep(store::Tx& tx, store::StepIndexRow& row) {
    if (const auto run = runs_.find(row.record.run.str()); run != runs_.end()) {
        row.workflow = run->second.workflow;
        row.process = run->second.process;
    } else {
        row.workflow.clear();
        row.process.clear();
    }
    const bool unknown = row.record.status == StepStatus::unknown;
    row.rate = unknown ? nullptr : rateAt(row.price_seq);
    if (unknown) unknown_.insert_or_assign(row.seq, Unknown{row.record.run.str(), row.price_seq});
    return index_.addStep(tx, row);
}

Status IndexBuilder::addOther(store::Tx& tx, std::int64_t seq, const EntryView& e) {
    const std::string_view kind = e.plain("kind").value_or("");
    if (kind == "run" && e.plain("op") == "start")
        runs_[textOf(e, "run")] = Run{textOf(e, "workflow"), textOf(e, "process")};
    if (kind == "price") {
        auto price = rateOf(e);
        const nlohmann::json json = price;
        TALLY_TRY(tx.db().run("INSERT OR IGNORE INTO rate_lines(seq, digest, line) VALUES(?,?,?)", seq,
                              rateDigest(price), json.dump()));
        rates_.insert_or_assign(seq, std::move(price));
    }
    if (const auto mark = markOf(e))
        TALLY_TRY(
            store::TraceIndex::addMark(tx, seq, mark->first, mark->second, e.integer("ts_us").value_or(0)));
    if (kind == "settle") return addSettlement(tx, seq, e);
    return {};
}

Status IndexBuilder::add(store::Tx& tx, Block& block) {
    std::size_t row = 0;
    for (const Block::Place& p : block.lines) {
        if (!p.status.ok())
            return fail("log.corrupt",
                        "entry " + std::to_string(p.seq) + " cannot be read: " + toText(p.status.code));
        TALLY_TRY(p.step ? addStep(tx, block.rows[row++]) : addOther(tx, p.seq, block.view(p)));
    }
    return {};
}

Status IndexBuilder::addAll(store::Tx& tx, const NextLine& next, unsigned threads) {
    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
    std::vector<Block> free;
    Status status;
    bool ended = false; // a statement that is asked again after its last row begins anew
    orderedParallel<Block>(
        threads,
        [&]() -> std::optional<Block> {
            Block block;
            if (!free.empty()) {
                block = std::move(free.back());
                free.pop_back();
            }
            block.clear();
            while (!ended && block.lines.size() < lines_per_block) {
                auto line = next();
                ended = !line || !*line;
                if (!line) status = fail(std::move(line).error());
                if (!ended) block.add(**line);
            }
            return block.lines.empty() ? std::nullopt : std::optional(std::move(block));
        },
        [](Block& block) { block.read(); },
        [&](Block&& block) {
            if (status) status = add(tx, block);
            free.push_back(std::move(block));
            return status.has_value();
        });
    return status;
}

} // namespace tally::audit
