// The part of ContentCheck that knows money: prices, steps, settlements, runs (TRACE_LOG.md 5).
#include "core/audit/content_check.h"

#include <algorithm>

namespace tally::audit {

void ContentCheck::Price::add(std::string_view meter, std::int64_t rate) {
    const Meter key{keyWord(meter), meter};
    const auto at = std::lower_bound(rates.begin(), rates.end(), key,
                                     [](const auto& r, const Meter& m) { return MeterLess()(r.first, m); });
    rates.emplace(at, key, rate);
}

const std::int64_t* ContentCheck::Price::rate(const Meter& meter) const {
    const auto at = std::lower_bound(rates.begin(), rates.end(), meter,
                                     [](const auto& r, const Meter& m) { return MeterLess()(r.first, m); });
    return at == rates.end() || MeterLess()(meter, at->first) ? nullptr : &at->second;
}

ContentCheck::Meter ContentCheck::quantityMeter(const EntryView& view, const CfpField& field) {
    const std::string_view name = view.key(field).substr(0, field.key_len - std::string_view("_qty").size());
    const std::uint64_t beyond = name.size() >= 8 ? 0 : ~std::uint64_t{0} >> (8 * name.size());
    return {field.key_word & ~beyond, name};
}

void ContentCheck::price(std::uint64_t seq, const LineRef& l) {
    Price& price = prices_[seq];
    price.provider = l.raw(Known::provider).value_or("");
    price.model = l.raw(Known::model).value_or("");
    for (const CfpField& f : l.view()) {
        const auto meter = meterOf(l.view().key(f), "_pico");
        if (meter && f.type == CfpType::integer && !isReservedMeter(*meter)) price.add(*meter, f.number);
    }
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
        for (std::size_t i = 0; i < l.quantities() && l.findings() != 0; ++i) {
            if (l.bad(view.key(l.quantity(i)))) return;
        }
        for (std::size_t i = 0; i < l.quantities(); ++i) {
            const CfpField& f = l.quantity(i);
            const std::int64_t* const rate = price == nullptr ? nullptr : price->rate(quantityMeter(view, f));
            if (rate != nullptr) {
                cost += static_cast<Int128>(f.number) * *rate;
                continue;
            }
            unpriced = true;
            findings_.add("UNPRICED",
                          {.seq = seq, .field = std::string(view.key(f)), .stored = view.content(f)});
        }
    }
    if (!unpriced && cost != *stored)
        findings_.add("COST_MISMATCH", {.seq = seq,
                                        .field = "cost_pico",
                                        .stored = std::to_string(*stored),
                                        .expected = tally::toString(cost)});
}

void ContentCheck::addQuantities(const LineRef& l, int sign, Quantities* keep) {
    for (std::size_t i = 0; i < l.quantities(); ++i) {
        const CfpField& f = l.quantity(i);
        if (f.type != CfpType::integer) continue;
        const Meter meter = quantityMeter(l.view(), f);
        auto at = quantities_.find(meter);
        if (at == quantities_.end()) at = quantities_.emplace(meter, 0).first;
        at->second += sign * static_cast<Int128>(f.number);
        if (keep != nullptr) keep->emplace_back(meter, f.number);
    }
}

void ContentCheck::count(std::uint64_t seq, bool sealed, const LineRef& l, std::int64_t cost,
                         UnknownStep* unknown) {
    if (!sealed) {
        unsealed_cost_ += cost;
        return;
    }
    ++totals_.steps;
    booked_ += cost;
    cost_ += cost;
    const auto status = l.raw(Known::status);
    if (status) {
        if (last_status_ == status_.end() || last_status_->first != *status) {
            last_status_ = status_.find(*status);
            if (last_status_ == status_.end())
                last_status_ = status_.emplace(l.shown(Known::status).value_or(""), 0).first;
        }
        ++last_status_->second;
    } else {
        ++status_[l.shown(Known::status).value_or("None")];
    }
    addQuantities(l, 1, unknown != nullptr && l.quantities() != 0 ? &unknown_quantities_[seq] : nullptr);
    if (unknown != nullptr) {
        ++totals_.unknown_steps;
        unknown->counted = true;
    }
}

std::optional<std::uint32_t> ContentCheck::runPlace(std::string_view id, std::uint32_t hash) {
    if (!last_place_ || last_run_ != id) {
        const IdMap::Item* const item = run_ids_.find(id, hash);
        last_run_ = id;
        last_place_ = item == nullptr ? std::nullopt : std::optional(item->value);
    }
    return last_place_;
}

ContentCheck::UnknownStep* ContentCheck::unknownStep(std::uint64_t seq) {
    // Most are settled soon.
    const std::size_t near = std::min<std::size_t>(unknown_.size(), 8);
    for (std::size_t i = 1; i <= near; ++i) {
        auto& u = unknown_[unknown_.size() - i];
        if (u.first == seq) return &u.second;
    }
    const auto at = std::lower_bound(unknown_.begin(), unknown_.end(), seq,
                                     [](const auto& u, std::uint64_t s) { return u.first < s; });
    return at == unknown_.end() || at->first != seq ? nullptr : &at->second;
}

void ContentCheck::step(std::uint64_t seq, bool sealed, const LineRef& l) {
    const auto cost = l.integer(Known::cost_pico);
    const auto status = l.raw(Known::status);
    UnknownStep* const unknown =
        status == "unknown" ? &unknown_.emplace_back(seq, UnknownStep()).second : nullptr;
    if (const auto id = l.raw(Known::run); id && !l.bad(Known::run)) {
        const auto place = runPlace(*id, l.runHash());
        if (place && *place != ended) {
            Run& run = runs_[*place];
            ++run.steps;
            if (status != "ok" && status != "error") ++run.stopped;
            run.cost += cost.value_or(0);
            observeStep(seq, l, run);
            if (unknown != nullptr) unknown->run = {*place, run.turn};
        } else if (!mayHaveUnseenStart() || place) {
            findings_.add("RUN_STATE", {.seq = seq, .field = "run", .stored = l.shown(Known::run)});
        }
    }
    if (unknown != nullptr) {
        unknown->cost = cost.value_or(0);
        unknown->names_price = l.field(Known::price_seq) != nullptr;
        unknown->price_seq = l.integer(Known::price_seq).value_or(-1);
        const auto reserved = l.integer(Known::reserved_pico);
        if (!l.bad(Known::cost_pico) && !l.bad(Known::reserved_pico) && reserved && cost != reserved)
            findings_.add("UNKNOWN_BOOKING", {.seq = seq,
                                              .field = "cost_pico",
                                              .stored = l.shown(Known::cost_pico),
                                              .expected = std::to_string(*reserved)});
        for (std::size_t i = 0; i < l.quantities(); ++i) {
            const CfpField& f = l.quantity(i);
            findings_.add("UNKNOWN_BOOKING",
                          {.seq = seq, .field = std::string(l.view().key(f)), .stored = l.view().content(f)});
        }
        if (l.field(Known::price_seq) != nullptr) reference(seq, l, Known::price_seq, Kind::price);
    } else if (l.field(Known::price_seq) != nullptr) {
        const Reference ref = reference(seq, l, Known::price_seq, Kind::price);
        const Price* const price = ref.usable ? priceAt(ref.seq) : nullptr;
        if (ref.usable) money(seq, l, price);
        if (price != nullptr) observePrice(seq, l, *price);
    } else if (!l.bad(Known::price_seq)) {
        money(seq, l, nullptr);
    }
    if (cost) count(seq, sealed, l, *cost, unknown);
}

void ContentCheck::settle(std::uint64_t seq, bool sealed, const LineRef& l) {
    if (l.bad(Known::target) || !l.integer(Known::target)) return;
    const Reference target = reference(seq, l, Known::target, Kind::step);
    if (target.usable) {
        UnknownStep* const u = unknownStep(target.seq);
        if (u == nullptr) {
            findings_.add("BAD_REF", {.seq = seq, .field = "target", .stored = l.shown(Known::target)});
        } else if (u->settled_by != 0) {
            findings_.add("SETTLE_TWICE", {.seq = seq,
                                           .field = "target",
                                           .stored = l.shown(Known::target),
                                           .expected = std::to_string(u->settled_by)});
        } else {
            u->settled_by = seq;
            const Int128 correction = static_cast<Int128>(l.integer(Known::cost_pico).value_or(0)) - u->cost;
            if (u->run.place != ended && runs_[u->run.place].turn == u->run.turn)
                runs_[u->run.place].cost += correction;
            if (sealed && u->counted) {
                cost_ += correction;
                if (const auto had = unknown_quantities_.find(target.seq); had != unknown_quantities_.end()) {
                    for (const auto& [meter, n] : had->second)
                        quantities_[meter] -= n;
                }
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
    bool names_price = false;
    std::int64_t price_seq = -1;
    if (const UnknownStep* const unknown = unknownStep(target.seq)) {
        names_price = unknown->names_price;
        price_seq = unknown->price_seq;
    } else if (const auto step = entry(target.seq)) {
        names_price = step->has("price_seq");
        price_seq = step->integer("price_seq").value_or(-1);
    } else {
        return;
    }
    if (!names_price) return money(seq, l, nullptr);
    const Price* price = price_seq >= 0 ? priceAt(static_cast<std::uint64_t>(price_seq)) : nullptr;
    if (price != nullptr) money(seq, l, price);
}

void ContentCheck::run(std::uint64_t seq, const LineRef& l) {
    const auto op = l.raw(Known::op);
    const auto raw = l.raw(Known::run);
    if (l.bad(Known::op) || l.bad(Known::run) || !op || !raw) return;
    if (*op != "start") return runEnd(seq, l, *raw);
    if (runPlace(*raw, l.runHash())) {
        findings_.add("RUN_STATE", {.seq = seq, .field = "run", .stored = l.shown(Known::run)});
        return;
    }
    std::uint32_t place = 0;
    if (free_runs_.empty()) {
        place = static_cast<std::uint32_t>(runs_.size());
        runs_.emplace_back();
    } else {
        place = free_runs_.back();
        free_runs_.pop_back();
    }
    const auto named = [&](std::string_view key) {
        const CfpField* f = l.view().find(key);
        return f != nullptr && f->type == CfpType::string ? l.view().raw(*f) : std::string_view();
    };
    runs_[place].begin(unreadable_n_, named("workflow"), named("process"));
    run_ids_.insert(*raw, l.runHash(), place);
    last_place_ = place;
}

void ContentCheck::runEnd(std::uint64_t seq, const LineRef& l, std::string_view id) {
    const auto place = runPlace(id, l.runHash());
    run_ids_.insert(id, l.runHash(), ended);
    last_place_ = ended;
    if (!place || *place == ended) {
        if (!mayHaveUnseenStart() || place)
            findings_.add("RUN_STATE", {.seq = seq, .field = "run", .stored = l.shown(Known::run)});
        else
            findings_.add("W_RUN_PARTIAL", {.seq = seq, .field = "cost_pico", .derived = unreadable_n_ != 0});
        return;
    }
    Run& run = runs_[*place];
    if (run.unreadable_before != unreadable_n_) {
        findings_.add("W_RUN_PARTIAL", {.seq = seq, .field = "cost_pico", .derived = true});
    } else if (!l.anyBad()) {
        const auto steps = l.integer(Known::steps_n);
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
    if (run.unreadable_before == unreadable_n_) {
        observeRunEnd(seq, run, id);
        observeSpans(run, l.raw(Known::status) == "ok");
    }
    ++run.turn; // a settlement that comes later does not reach it
    free_runs_.push_back(*place);
}

} // namespace tally::audit
