// The part of ContentCheck that knows money: prices, steps, settlements, runs (TRACE_LOG.md 5).
#include "core/audit/content_check.h"

#include <algorithm>

namespace tally::audit {

void ContentCheck::price(std::uint64_t seq, const LineRef& l) {
    Price& price = prices_[seq];
    for (const CfpField& f : l.view()) {
        const auto meter = meterOf(l.view().key(f), "_pico");
        if (meter && f.type == CfpType::integer && !isReservedMeter(*meter))
            price.rates.emplace_back(*meter, f.number);
    }
    std::sort(price.rates.begin(), price.rates.end());
}

const ContentCheck::Price* ContentCheck::priceAt(std::uint64_t seq) const {
    const auto at = prices_.find(seq);
    return at == prices_.end() ? nullptr : &at->second;
}

void ContentCheck::money(std::uint64_t seq, const LineRef& l, const Price* price) {
    const auto stored = l.integer(Known::cost_pico);
    if (l.bad(Known::cost_pico) || !stored) return;
    Int128 cost = 0;
    bool unpriced = false;
    if (l.quantities() != 0) {
        const EntryView& view = l.view();
        const auto eachQuantity = [&](auto&& use) {
            for (const CfpField& f : view) {
                if (const auto meter = meterOf(view.key(f), "_qty")) use(f, *meter);
            }
        };
        bool any_bad = false;
        if (l.findings() != 0)
            eachQuantity([&](const CfpField& f, std::string_view) { any_bad |= l.bad(view.key(f)); });
        if (any_bad) return;
        eachQuantity([&](const CfpField& f, std::string_view meter) {
            if (price != nullptr) {
                const auto rate =
                    std::lower_bound(price->rates.begin(), price->rates.end(), meter,
                                     [](const auto& r, std::string_view m) { return r.first < m; });
                if (rate != price->rates.end() && rate->first == meter) {
                    cost += static_cast<Int128>(f.number) * rate->second;
                    return;
                }
            }
            unpriced = true;
            findings_.add("UNPRICED",
                          {.seq = seq, .field = std::string(view.key(f)), .stored = view.content(f)});
        });
    }
    if (!unpriced && cost != *stored)
        findings_.add("COST_MISMATCH", {.seq = seq,
                                        .field = "cost_pico",
                                        .stored = std::to_string(*stored),
                                        .expected = tally::toString(cost)});
}

void ContentCheck::addQuantities(const LineRef& l, int sign, Quantities* keep) {
    if (l.quantities() == 0) return;
    for (const CfpField& f : l.view()) {
        const auto meter = meterOf(l.view().key(f), "_qty");
        if (!meter || f.type != CfpType::integer) continue;
        auto at = quantities_.find(*meter);
        if (at == quantities_.end()) at = quantities_.emplace(std::string(*meter), 0).first;
        at->second += sign * static_cast<Int128>(f.number);
        if (keep != nullptr) keep->emplace_back(*meter, f.number);
    }
}

void ContentCheck::count(std::uint64_t seq, bool sealed, const LineRef& l, std::int64_t cost) {
    if (!sealed) {
        unsealed_cost_ += cost;
        return;
    }
    ++totals_.steps;
    booked_ += cost;
    cost_ += cost;
    const auto status = l.raw(Known::status);
    if (status) {
        auto at = status_.find(*status);
        if (at == status_.end()) at = status_.emplace(l.shown(Known::status).value_or(""), 0).first;
        ++at->second;
    } else {
        ++status_[l.shown(Known::status).value_or("None")];
    }
    const bool unknown = status == "unknown";
    Quantities kept;
    addQuantities(l, 1, unknown ? &kept : nullptr);
    if (unknown) {
        ++totals_.unknown_steps;
        UnknownStep& u = unknown_[seq];
        u.counted = true;
        u.quantities = std::move(kept);
    }
}

void ContentCheck::step(std::uint64_t seq, bool sealed, const LineRef& l) {
    const auto cost = l.integer(Known::cost_pico);
    const auto status = l.raw(Known::status);
    const bool unknown = status == "unknown";
    const auto run_raw = l.raw(Known::run);
    std::optional<std::string> counted_run;
    if (!l.bad(Known::run) && run_raw) {
        std::string id(*run_raw);
        const auto open = open_runs_.find(id);
        if (open != open_runs_.end()) {
            ++open->second.steps;
            open->second.cost += cost.value_or(0);
            if (unknown) counted_run = std::move(id);
        } else if (!mayHaveUnseenStart() || ended_runs_.count(id) != 0) {
            findings_.add("RUN_STATE", {.seq = seq, .field = "run", .stored = l.shown(Known::run)});
        }
    }
    if (unknown) {
        UnknownStep& u = unknown_[seq];
        u.cost = cost.value_or(0);
        u.run = std::move(counted_run);
        const auto reserved = l.integer(Known::reserved_pico);
        if (!l.bad(Known::cost_pico) && !l.bad(Known::reserved_pico) && reserved && cost != reserved)
            findings_.add("UNKNOWN_BOOKING", {.seq = seq,
                                              .field = "cost_pico",
                                              .stored = l.shown(Known::cost_pico),
                                              .expected = std::to_string(*reserved)});
        if (l.quantities() != 0) {
            for (const CfpField& f : l.view()) {
                if (meterOf(l.view().key(f), "_qty"))
                    findings_.add(
                        "UNKNOWN_BOOKING",
                        {.seq = seq, .field = std::string(l.view().key(f)), .stored = l.view().content(f)});
            }
        }
        if (l.field(Known::price_seq) != nullptr) reference(seq, l, Known::price_seq, Kind::price);
    } else if (l.field(Known::price_seq) != nullptr) {
        const Reference ref = reference(seq, l, Known::price_seq, Kind::price);
        if (ref.usable) money(seq, l, priceAt(ref.seq));
    } else if (!l.bad(Known::price_seq)) {
        money(seq, l, nullptr);
    }
    if (cost) count(seq, sealed, l, *cost);
}

void ContentCheck::settle(std::uint64_t seq, bool sealed, const LineRef& l) {
    if (l.bad(Known::target) || !l.integer(Known::target)) return;
    const Reference target = reference(seq, l, Known::target, Kind::step);
    if (target.usable) {
        const auto step = unknown_.find(target.seq);
        if (step == unknown_.end()) {
            findings_.add("BAD_REF", {.seq = seq, .field = "target", .stored = l.shown(Known::target)});
        } else if (step->second.settled_by) {
            findings_.add("SETTLE_TWICE", {.seq = seq,
                                           .field = "target",
                                           .stored = l.shown(Known::target),
                                           .expected = std::to_string(*step->second.settled_by)});
        } else {
            UnknownStep& u = step->second;
            u.settled_by = seq;
            const Int128 correction = static_cast<Int128>(l.integer(Known::cost_pico).value_or(0)) - u.cost;
            if (const auto open = u.run ? open_runs_.find(*u.run) : open_runs_.end();
                open != open_runs_.end())
                open->second.cost += correction;
            if (sealed && u.counted) {
                cost_ += correction;
                for (const auto& [meter, n] : u.quantities)
                    quantities_[meter] -= n;
                addQuantities(l, 1, nullptr);
                --totals_.unknown_steps;
                ++totals_.settled_steps;
            }
        }
    }
    settleMoney(seq, l, target);
}

void ContentCheck::settleMoney(std::uint64_t seq, const LineRef& l, const Reference& target) {
    if (l.field(Known::price_seq) != nullptr) {
        const Reference ref = reference(seq, l, Known::price_seq, Kind::price);
        if (ref.usable) money(seq, l, priceAt(ref.seq));
        return;
    }
    if (!target.usable) return;
    const auto step = entry(target.seq);
    if (!step) return;
    if (!step->has("price_seq")) return money(seq, l, nullptr);
    const auto price_seq = step->integer("price_seq");
    const Price* price =
        price_seq && *price_seq >= 0 ? priceAt(static_cast<std::uint64_t>(*price_seq)) : nullptr;
    if (price != nullptr) money(seq, l, price);
}

void ContentCheck::run(std::uint64_t seq, const LineRef& l) {
    const auto op = l.raw(Known::op);
    const auto raw = l.raw(Known::run);
    if (l.bad(Known::op) || l.bad(Known::run) || !op || !raw) return;
    std::string id(*raw);
    if (*op != "start") return runEnd(seq, l, id);
    if (open_runs_.count(id) != 0 || ended_runs_.count(id) != 0) {
        findings_.add("RUN_STATE", {.seq = seq, .field = "run", .stored = l.shown(Known::run)});
        return;
    }
    Run run;
    run.unreadable_before = unreadable_n_;
    open_runs_.emplace(std::move(id), run);
}

void ContentCheck::runEnd(std::uint64_t seq, const LineRef& l, const std::string& id) {
    const auto open = open_runs_.find(id);
    if (open == open_runs_.end()) {
        if (!mayHaveUnseenStart() || ended_runs_.count(id) != 0)
            findings_.add("RUN_STATE", {.seq = seq, .field = "run", .stored = l.shown(Known::run)});
        else
            findings_.add("W_RUN_PARTIAL", {.seq = seq, .field = "cost_pico", .derived = unreadable_n_ != 0});
    } else if (open->second.unreadable_before != unreadable_n_) {
        findings_.add("W_RUN_PARTIAL", {.seq = seq, .field = "cost_pico", .derived = true});
    } else if (!l.anyBad()) {
        const Run& run = open->second;
        const auto steps = l.view().integer("steps_n");
        const auto cost = l.integer(Known::cost_pico);
        if (steps != run.steps)
            findings_.add("RUN_TOTAL", {.seq = seq,
                                        .field = "steps_n",
                                        .stored = l.shown(Known::steps_n),
                                        .expected = std::to_string(run.steps)});
        if (cost != run.cost)
            findings_.add("RUN_TOTAL", {.seq = seq,
                                        .field = "cost_pico",
                                        .stored = l.shown(Known::cost_pico),
                                        .expected = tally::toString(run.cost)});
    }
    if (open != open_runs_.end()) open_runs_.erase(open);
    ended_runs_.insert(id);
}

} // namespace tally::audit
