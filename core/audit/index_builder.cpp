#include "core/audit/index_builder.h"

#include "core/audit/entry_fields.h"
#include "core/audit/log_entries.h"

#include <nlohmann/json.hpp>

namespace tally::audit {

namespace {
using store::MarkKind;

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
} // namespace

const RateLine* IndexBuilder::rateAt(std::int64_t price_seq) const {
    const auto found = rates_.find(price_seq);
    return found == rates_.end() ? nullptr : &found->second;
}

void IndexBuilder::fillStep(const EntryView& e) {
    const auto number = [&e](std::string_view key) { return e.integer(key).value_or(0); };
    row_.seq = number("seq");
    row_.ts_us = number("ts_us");
    assign(row_.step_kind, e, "step_kind");
    row_.price_seq = e.integer("price_seq").value_or(-1);
    auto& r = row_.record;
    r.run = RunId(textOf(e, "run"));
    if (const auto run = runs_.find(r.run.str()); run != runs_.end()) {
        row_.workflow = run->second.workflow;
        row_.process = run->second.process;
    } else {
        row_.workflow.clear();
        row_.process.clear();
    }
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
    row_.rate = r.status == StepStatus::unknown ? nullptr : rateAt(row_.price_seq);
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

Status IndexBuilder::add(store::Tx& tx, std::int64_t seq, std::string_view line) {
    fields_.clear();
    if (const CfpStatus status = parseCfp(line, fields_); !status.ok())
        return fail("log.corrupt",
                    "entry " + std::to_string(seq) + " cannot be read: " + toText(status.code));
    const EntryView e(line, fields_.data(), fields_.size());
    const std::string_view kind = e.plain("kind").value_or("");
    if (kind == "step") {
        fillStep(e);
        if (row_.record.status == StepStatus::unknown)
            unknown_.insert_or_assign(seq, Unknown{row_.record.run.str(), row_.price_seq});
        return index_.addStep(tx, row_);
    }
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

} // namespace tally::audit
