// The append functions of TraceLogWriter: typed values to fields, with the duties of TRACE_LOG 4.2 that need
// more than one entry (references, arithmetic, run state) checked before anything is written.
#include "core/audit/kill_fences.h"
#include "core/audit/trace_log_writer.h"
#include "core/base/encoding.h"
#include "core/store/step_repo.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tally::audit {

namespace {
using store::MarkKind;
using store::TraceIndex;

/// Text from outside, made well-formed; what it says stays.
std::string clean(const std::string& text) {
    return isUtf8(text) ? text : scrubUtf8(text);
}

tl::unexpected<Error> badReference(std::string_view what, std::int64_t seq) {
    return fail("entry.reference", fmt::format("{} {} is not an earlier entry of the right kind", what, seq));
}
} // namespace

Result<std::int64_t> TraceLogWriter::ensurePrice(Tx& tx, const RateLine& line) {
    // Most steps are billed like the one before them.
    if (const auto last = rates_.find(last_price_); last != rates_.end() && last->second == line)
        return last_price_;
    const auto digest = rateDigest(line);
    if (const auto known = prices_.find(digest); known != prices_.end()) {
        last_price_ = known->second;
        rates_.insert_or_assign(last_price_, line);
        return last_price_;
    }
    LineBuilder entry("price");
    entry.set("provider", clean(line.provider));
    entry.set("model", clean(line.model));
    entry.set("tier", clean(line.tier));
    if (!line.region.empty()) entry.set("region", clean(line.region));
    entry.set("src", clean(line.source));
    entry.set("eff", clean(line.effective_from));
    if (line.simulated) entry.set("sim", true);
    for (const auto& [meter_name, rate] : line.rates) {
        if (!meter::isValidName(meter_name))
            return fail("entry.field", "\"" + meter_name + "\" is not the name of a meter");
        entry.set(meter_name + "_pico", rate.value());
    }
    TALLY_ASSIGN(const auto seq, putMarked(tx, entry, MarkKind::price, digest));
    nlohmann::json json = line;
    TALLY_TRY(tx.db().run("INSERT INTO rate_lines(seq, digest, line) VALUES(?,?,?)", seq, digest,
                          json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
    prices_.emplace(digest, seq);
    rates_.emplace(seq, line);
    last_price_ = seq;
    return seq;
}

Result<const RateLine*> TraceLogWriter::rateAt(Tx& tx, std::int64_t price_seq) {
    if (const auto known = rates_.find(price_seq); known != rates_.end()) return &known->second;
    TALLY_ASSIGN(auto line, store::StepRepo::rate(tx.db(), price_seq));
    if (!line) return badReference("Price", price_seq);
    return &rates_.emplace(price_seq, std::move(*line)).first->second;
}

Result<const RateLine*> TraceLogWriter::checkCost(Tx& tx, std::int64_t price_seq, const Usage& usage,
                                                  Pico cost) {
    const RateLine* line = nullptr;
    PicoSum sum;
    if (price_seq >= 0) {
        TALLY_ASSIGN(line, rateAt(tx, price_seq));
    } else if (!usage.empty()) {
        return fail("entry.field", "Quantities need the price entry that they were billed with",
                    "Call ensurePrice() first.", "price_seq");
    }
    for (const auto& [meter_name, quantity] : usage.qty) {
        if (!meter::isValidName(meter_name) || quantity < 0)
            return fail("entry.field", fmt::format("\"{}\" = {} is not a quantity", meter_name, quantity));
        const auto rate = line->rates.find(meter_name);
        if (rate == line->rates.end())
            return fail("entry.unpriced",
                        fmt::format("The price entry {} has no rate for \"{}\"", price_seq, meter_name),
                        "Add the rate to the price book.", meter_name + "_qty");
        sum += multiply(quantity, rate->second);
    }
    if (sum != PicoSum(cost))
        return fail("entry.cost",
                    fmt::format("The cost {} is not the sum of quantities and rates, {}", cost.toString(),
                                sum.toString()),
                    {}, "cost_pico");
    return line;
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const StepEntry& e) {
    const auto run = runs_.find(e.run.str());
    if (run == runs_.end())
        return fail("entry.run_state", "A step needs a run that was started and has not ended", {},
                    "run " + e.run.str());
    const RateLine* rate = nullptr;
    if (e.status == "unknown") {
        if (!e.reserved || *e.reserved != e.cost || !e.usage.empty())
            return fail("entry.unknown_booking",
                        "A step with unknown outcome is booked at its reservation, without quantities", {},
                        e.path);
    } else {
        TALLY_ASSIGN(rate, checkCost(tx, e.price_seq, e.usage, e.cost));
    }
    if (e.price_seq >= 0) TALLY_TRY(rateAt(tx, e.price_seq));
    LineBuilder entry("step");
    entry.set("run", e.run.str());
    entry.set("span", e.span.str());
    entry.set("parent", e.parent.str());
    entry.set("name", clean(e.name));
    if (!e.path.empty()) entry.set("path", clean(e.path));
    entry.set("step_kind", e.step_kind);
    if (!e.provider.empty()) entry.set("provider", clean(e.provider));
    if (!e.model.empty()) entry.set("model", clean(e.model));
    entry.set("status", e.status);
    entry.set("attempt", std::int64_t{e.attempt});
    if (e.price_seq >= 0) entry.set("price_seq", e.price_seq);
    for (const auto& [meter_name, quantity] : e.usage.qty)
        entry.set(meter_name + "_qty", quantity);
    entry.set("cost_pico", e.cost.value());
    if (e.reserved) entry.set("reserved_pico", e.reserved->value());
    entry.set("latency_us", e.latency_us);
    if (e.ttft_us) entry.set("ttft_us", *e.ttft_us);
    if (e.queue_us) entry.set("queue_us", *e.queue_us);
    if (e.simulated) entry.set("sim", true);
    TALLY_ASSIGN(const auto seq, put(tx, entry, e.payloads));

    store::StepIndexRow row;
    row.seq = seq;
    row.ts_us = entry_us_;
    row.workflow = run->second.workflow;
    row.process = run->second.process;
    row.step_kind = e.step_kind;
    row.price_seq = e.price_seq;
    row.rate = rate;
    auto& r = row.record;
    r.run = e.run;
    r.span = e.span;
    r.parent = e.parent;
    r.name = clean(e.name);
    r.path = clean(e.path);
    r.status = parseStepStatus(e.status).value_or(StepStatus::unknown);
    r.attempt = e.attempt;
    r.provider = clean(e.provider);
    r.model = clean(e.model);
    r.simulated = e.simulated;
    r.usage = e.usage;
    r.cost = e.cost;
    r.reserved = e.reserved.value_or(Pico());
    r.latency_us = e.latency_us;
    r.ttft_us = e.ttft_us.value_or(0);
    r.queue_us = e.queue_us.value_or(0);
    TALLY_TRY(store_.traceIndex().addStep(tx, row));
    if (!e.detail.empty())
        TALLY_TRY(tx.db().run("INSERT INTO step_notes(seq, detail) VALUES(?,?)", seq, clean(e.detail)));
    ++run->second.steps;
    run->second.cost += e.cost;
    return seq;
}

Pico tailOf(PicoSum sum, std::string& reason) {
    if (const auto fits = sum.narrow()) return *fits;
    reason += fmt::format("{}(the cost after the order was ${}, more than one amount of the log can say)",
                          reason.empty() ? "" : " ", sum.toString());
    return Pico::of(sum < PicoSum() ? -Pico::max_value : Pico::max_value);
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const SettleEntry& e) {
    TALLY_ASSIGN(const auto target, TraceIndex::target(tx.db(), e.target));
    if (!target || target->status != "unknown") return badReference("Step of unknown outcome", e.target);
    if (target->settled_seq >= 0)
        return fail("entry.settled",
                    fmt::format("Step {} was settled before, by entry {}", e.target, target->settled_seq));
    const auto price = e.price_seq >= 0 ? e.price_seq : target->price_seq;
    TALLY_ASSIGN(const auto rate, checkCost(tx, price, e.usage, e.cost));
    LineBuilder entry("settle");
    entry.set("target", e.target);
    entry.set("by", clean(e.by));
    entry.set("cost_pico", e.cost.value());
    if (e.price_seq >= 0) entry.set("price_seq", e.price_seq);
    for (const auto& [meter_name, quantity] : e.usage.qty)
        entry.set(meter_name + "_qty", quantity);
    TALLY_ASSIGN(const auto seq, putMarked(tx, entry, MarkKind::settle, target->run));
    TALLY_TRY(store_.traceIndex().settle(tx, e.target, seq, price, e.cost, e.usage, rate));
    if (const auto run = runs_.find(target->run); run != runs_.end()) {
        run->second.cost += e.cost;
        run->second.cost -= target->cost;
    }
    return seq;
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const RunStartEntry& e) {
    TALLY_ASSIGN(const auto used, tx.db().scalar("SELECT count(*) FROM trace_marks WHERE kind=? AND name=?",
                                                 static_cast<int>(MarkKind::run_start), e.run.str()));
    if (used != 0)
        return fail("entry.run_state", "A run id is used once per log", "Start a new run that resumes it.",
                    "run " + e.run.str());
    LineBuilder entry("run");
    entry.set("op", "start");
    entry.set("run", e.run.str());
    entry.set("workflow", clean(e.workflow));
    entry.set("process", clean(e.process));
    entry.set("wf_sha256", e.workflow_sha256);
    if (!e.label.empty()) entry.set("label", clean(e.label));
    if (!e.resumes.empty()) entry.set("resumes", e.resumes.str());
    TALLY_ASSIGN(const auto seq, putMarked(tx, entry, MarkKind::run_start, e.run.str()));
    runs_.emplace(e.run.str(), OpenRun{clean(e.workflow), clean(e.process), 0, {}});
    return seq;
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const RunEndEntry& e) {
    const auto run = runs_.find(e.run.str());
    if (run == runs_.end())
        return fail("entry.run_state", "Only a run that was started can end, once", {}, "run " + e.run.str());
    TALLY_ASSIGN(const auto cost, run->second.cost.narrow());
    LineBuilder entry("run");
    entry.set("op", "end");
    entry.set("run", e.run.str());
    entry.set("status", e.status);
    entry.set("steps_n", run->second.steps);
    entry.set("cost_pico", cost.value());
    TALLY_ASSIGN(const auto seq, putMarked(tx, entry, MarkKind::run_end, e.run.str()));
    runs_.erase(run);
    return seq;
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const BudgetEntry& e) {
    LineBuilder entry("budget");
    entry.set("op", e.op);
    entry.set("scope", clean(e.scope));
    entry.set("window", e.window);
    entry.set("by", clean(e.by));
    entry.set("reason", clean(e.reason));
    if (e.limit_cost) {
        entry.set("limit_pico", e.limit_cost->value());
        if (e.simulated) entry.set("sim", *e.simulated);
    }
    if (e.limit_units) {
        entry.set("limit_qty", *e.limit_units);
        entry.set("meter", e.meter);
    }
    return putMarked(tx, entry, MarkKind::budget, clean(e.scope));
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const KillEntry& e) {
    LineBuilder entry("kill");
    entry.set("scope", e.scope);
    entry.set("target", clean(e.target));
    entry.set("by", clean(e.by));
    entry.set("reason", clean(e.reason));
    entry.set("inflight_n", e.inflight);
    entry.set("stopped_n", e.stopped);
    entry.set("stop_us", e.stop_us);
    entry.set("tail_pico", e.tail.value());
    entry.set("fence", true);
    return putMarked(tx, entry, MarkKind::kill, clean(e.target));
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const AlertEntry& e) {
    TALLY_ASSIGN(const auto about, TraceIndex::target(tx.db(), e.about));
    if (!about) return badReference("Step", e.about);
    LineBuilder entry("alert");
    entry.set("detector", e.detector);
    entry.set("run", e.run.str());
    entry.set("about", e.about);
    entry.set("action", e.action);
    entry.set("detail", clean(e.detail));
    return putMarked(tx, entry, MarkKind::alert, e.run.str());
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const ApproveEntry& e) {
    LineBuilder entry("approve");
    entry.set("run", e.run.str());
    entry.set("name", clean(e.name));
    entry.set("by", clean(e.by));
    entry.set("decision", e.decision);
    return putMarked(tx, entry, MarkKind::approve, e.run.str());
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const PolicyEntry& e) {
    LineBuilder entry("policy");
    entry.set("name", clean(e.name));
    entry.set("sha256", e.sha256);
    entry.set("by", clean(e.by));
    return putMarked(tx, entry, MarkKind::policy, clean(e.name));
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const KillLiftedEntry& e) {
    LineBuilder entry("policy");
    entry.set("name", kill_lifted_policy);
    entry.set("scope", e.scope);
    entry.set("target", clean(e.target));
    entry.set("sha256", sha256Hex(e.scope + "\n" + clean(e.target)));
    entry.set("by", clean(e.by));
    return putMarked(tx, entry, MarkKind::policy, kill_lifted_policy);
}

Result<std::int64_t> TraceLogWriter::append(Tx& tx, const ChallengeEntry& e) {
    LineBuilder entry("challenge");
    entry.set("nonce", clean(e.nonce));
    entry.set("by", clean(e.by));
    return putMarked(tx, entry, MarkKind::challenge, {});
}

} // namespace tally::audit
