#include "core/audit/content_check.h"

#include "core/audit/field_rules.h"
#include "core/base/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace tally::audit {
namespace {

constexpr std::size_t lookahead = 8; ///< lines, for what is fetched beforehand
constexpr std::int64_t clock_tolerance_us = 2'000'000;
constexpr std::uint16_t kind_mask = 0x000f, no_kind = 0x000f;
constexpr unsigned slot_shift = 4, opened_shift = 9;
constexpr std::uint16_t slot_mask = 0x001f, unreadable_flag = 0x4000;
constexpr Known slot_fields[] = {Known::args, Known::docs, Known::in, Known::out,
                                 Known::user}; // as in slots[]

std::optional<unsigned> slotIndex(std::string_view slot) {
    for (unsigned i = 0; i < std::size(slots); ++i) {
        if (slots[i] == slot) return i;
    }
    return std::nullopt;
}

} // namespace

ContentCheck::ContentCheck(std::uint64_t first, std::uint64_t sealed_end,
                           std::function<std::optional<std::string>(std::uint64_t)> line_at)
    : first_(first)
    , sealed_end_(sealed_end)
    , line_at_(std::move(line_at)) {}

void ContentCheck::addContext(std::uint64_t seq, Entry entry) {
    const std::string* kind = entry.text("kind");
    if (kind != nullptr && *kind == "price") {
        Price& price = prices_[seq];
        price.rates.clear();
        const auto raw = [&](const char* key) {
            const std::string* text = entry.text(key);
            if (text == nullptr) return std::string();
            const std::string encoded = encodeValue(*text);
            return encoded.substr(1, encoded.size() - 2);
        };
        price.provider = raw("provider");
        price.model = raw("model");
        for (const auto& [key, value] : entry) {
            const auto meter = meterOf(key, "_pico");
            const auto* rate = std::get_if<std::int64_t>(&value);
            if (meter && rate != nullptr && !isReservedMeter(*meter)) price.add(*meter, *rate);
        }
    } else if (kind != nullptr && *kind == "key") {
        const std::string* vkey = entry.text("vkey");
        keys_.push_back({seq, vkey == nullptr ? std::nullopt : std::optional(*vkey)});
    } else if (kind != nullptr && *kind == "step") {
        const std::string* status = entry.text("status");
        if (status != nullptr && *status == "unknown") {
            UnknownStep& unknown = unknown_.emplace_back(seq, UnknownStep()).second;
            unknown.cost = entry.integer("cost_pico").value_or(0);
            unknown.names_price = entry.has("price_seq");
            unknown.price_seq = entry.integer("price_seq").value_or(-1);
        }
    }
    if (seq == 0) {
        genesis_ = entry;
        const std::string* log = entry.text("log");
        genesis_has_log_ = log != nullptr;
        if (log != nullptr) genesis_log_ = *log;
        beat_s_ = entry.integer("beat_s").value_or(0);
    }
    context_[seq] = std::move(entry);
}

void ContentCheck::feed(const LineBlock& block, const Hash* leaves) {
    for (std::size_t i = 0; i < block.lines.size(); ++i) {
        const ParsedLine& l = block.lines[i];
        if (i + lookahead < block.lines.size()) run_ids_.prefetch(block.lines[i + lookahead].run_hash);
        const std::uint64_t seq = next();
        if (l.present && l.status.ok())
            line(seq, seq < sealed_end_, LineRef(block, l), last_leaf_ && seq != 0 ? &*last_leaf_ : nullptr);
        else
            unreadable(seq, l);
        last_leaf_ = leaves[i];
    }
}

void ContentCheck::unreadable(std::uint64_t seq, const ParsedLine& l) {
    if (l.present)
        findings_.add(
            "NONCANONICAL",
            {.seq = seq, .stored = toText(l.status.code), .detail = fmt::format("at byte {}", l.status.at)});
    flags_.push_back(no_kind | unreadable_flag);
    unreadable_.push_back(seq);
    ++unreadable_n_;
    has_last_ = has_mono_ = false;
}

void ContentCheck::line(std::uint64_t seq, bool sealed, const LineRef& l, const Hash* want_prev) {
    std::uint16_t flags = l.kind() ? static_cast<std::uint16_t>(*l.kind()) : no_kind;
    for (unsigned i = 0; i < std::size(slot_fields); ++i) {
        if (l.field(slot_fields[i]) == nullptr) continue;
        flags |= static_cast<std::uint16_t>(1U << (slot_shift + i));
        if (sealed && l.kind() != Kind::erase) ++slots_present_;
    }
    position(seq, l, want_prev);
    clock(seq, l);
    // Visible to references only after its own checks: an entry never refers to itself.
    if (l.kind()) {
        switch (*l.kind()) {
        case Kind::price:
            price(seq, l);
            break;
        case Kind::key:
            observeKey(seq, l);
            if (sealed) {
                auto vkey = l.field(Known::vkey) != nullptr && l.raw(Known::vkey) ? l.shown(Known::vkey)
                                                                                  : std::nullopt;
                keys_.push_back({seq, std::move(vkey)});
            }
            break;
        case Kind::erase:
            erase(seq, l);
            break;
        case Kind::alert:
            if (!l.bad(Known::about)) reference(seq, l, Known::about, std::nullopt);
            break;
        case Kind::step:
            step(seq, sealed, l);
            break;
        case Kind::settle:
            settle(seq, sealed, l);
            break;
        case Kind::run:
            if (sealed && l.raw(Known::op) == "start") ++totals_.runs;
            run(seq, l);
            break;
        default:
            break;
        }
        observe(seq, l);
    }
    flags_.push_back(flags);
}

void ContentCheck::position(std::uint64_t seq, const LineRef& l, const Hash* want_prev) {
    const bool genesis = l.kind() == Kind::genesis;
    const auto prev = l.raw(Known::prev);
    if (seq == 0) {
        if (!genesis || !prev || prev->size() != 64 ||
            prev->find_first_not_of('0') != std::string_view::npos) {
            findings_.add("GENESIS", {.seq = seq});
        } else {
            genesis_ = Entry(l.view());
            genesis_has_log_ = l.raw(Known::log).has_value();
            genesis_log_ = l.raw(Known::log).value_or("");
            beat_s_ = l.integer(Known::beat_s).value_or(0);
        }
    } else if (genesis) {
        findings_.add("GENESIS", {.seq = seq});
    }
    if (l.findings() != 0) fields(seq, l);
    if (genesis_ && !l.bad(Known::log) && (!genesis_has_log_ || l.raw(Known::log) != genesis_log_)) {
        const Value* log = genesis_->find("log");
        findings_.add("LOG_MISMATCH",
                      {.seq = seq,
                       .field = "log",
                       .stored = l.shown(Known::log),
                       .expected = log == nullptr ? std::nullopt : std::optional(genesis_log_)});
    }
    if (!l.bad(Known::seq) && l.integer(Known::seq) != static_cast<std::int64_t>(seq))
        findings_.add(
            "SEQ_MISMATCH",
            {.seq = seq, .field = "seq", .stored = l.shown(Known::seq), .expected = std::to_string(seq)});
    if (want_prev != nullptr && !l.bad(Known::prev) && !l.linked() && !(prev && isHexOf(*prev, *want_prev)))
        findings_.add(
            "CHAIN_BREAK",
            {.seq = seq, .field = "prev", .stored = l.shown(Known::prev), .expected = toHex(*want_prev)});
}

void ContentCheck::fields(std::uint64_t seq, const LineRef& l) {
    for (std::size_t i = 0; i < l.findings(); ++i) {
        const FieldFinding& f = l.finding(i);
        const char* code = f.code == FieldFinding::Code::missing ? "MISSING_FIELD"
                           : f.code == FieldFinding::Code::bad   ? "BAD_FIELD"
                                                                 : "W_UNKNOWN_KIND";
        std::optional<std::string> expected;
        if (!f.expected.empty()) expected = f.expected;
        findings_.add(code,
                      {.seq = seq, .field = f.field, .stored = f.stored, .expected = std::move(expected)});
    }
}

void ContentCheck::clock(std::uint64_t seq, const LineRef& l) {
    const auto ts = l.integer(Known::ts_us);
    if (l.bad(Known::ts_us) || !ts) return;
    const auto mono = l.integer(Known::mono_us);
    const auto boot = l.raw(Known::boot);
    bool stepped = false;
    if (has_mono_ && boot == mono_boot_ && mono) {
        const Int128 drift = (static_cast<Int128>(*ts) - mono_ts_) - (static_cast<Int128>(*mono) - mono_us_);
        stepped = drift > clock_tolerance_us || drift < -clock_tolerance_us;
        if (stepped)
            findings_.add("W_CLOCK_STEP", {.seq = seq, .field = "ts_us", .stored = tally::toString(drift)});
    }
    if (has_last_) {
        if (*ts < last_ts_)
            findings_.add("W_CLOCK_BACK", {.seq = seq,
                                           .field = "ts_us",
                                           .stored = std::to_string(*ts),
                                           .expected = std::to_string(last_ts_)});
        const Int128 gap = static_cast<Int128>(*ts) - last_ts_;
        if (beat_s_ >= 1 && gap > static_cast<Int128>(2'000'000) * beat_s_ && !last_is_close_ && !stepped)
            findings_.add("W_BEAT_GAP", {.seq = seq, .field = "ts_us", .stored = tally::toString(gap)});
    }
    has_last_ = true;
    last_ts_ = *ts;
    last_is_close_ = l.kind() == Kind::close;
    if (boot && mono) {
        has_mono_ = true;
        if (mono_boot_ != *boot) mono_boot_ = *boot;
        mono_us_ = *mono;
        mono_ts_ = *ts;
    }
}

std::uint16_t ContentCheck::flagsAt(std::uint64_t seq) const {
    return flags_[seq - first_];
}

bool ContentCheck::isUnreadable(std::uint64_t seq) const {
    return seq >= first_ && seq < next() && (flagsAt(seq) & unreadable_flag) != 0;
}

bool ContentCheck::unreadableIn(std::uint64_t from, std::uint64_t to) const {
    const auto at = std::lower_bound(unreadable_.begin(), unreadable_.end(), from);
    return at != unreadable_.end() && *at < to;
}

ContentCheck::Reference ContentCheck::reference(std::uint64_t seq, const LineRef& l, Known field,
                                                std::optional<Kind> kind) {
    const auto target = l.integer(field);
    if (l.bad(field) || !target) return {};
    const auto t = static_cast<std::uint64_t>(*target);
    const auto kindFits = [&](std::optional<Kind> k) { return k && (!kind || *k == *kind); };
    if (*target >= 0 && t < first_) {
        const auto at = context_.find(t);
        if (at == context_.end()) {
            findings_.add("W_REF_OUTSIDE", {.seq = seq,
                                            .field = std::string(toText(field)),
                                            .stored = std::to_string(t),
                                            .derived = context_broken_});
            return {};
        }
        const std::string* k = at->second.text("kind");
        if (k != nullptr && kindFits(kindOf(*k))) return {true, t};
    } else if (*target >= 0 && t < seq) {
        const std::uint16_t flags = flagsAt(t);
        if ((flags & unreadable_flag) != 0) return {};
        const std::uint16_t k = flags & kind_mask;
        if (kindFits(k == no_kind ? std::nullopt : std::optional(static_cast<Kind>(k)))) return {true, t};
    }
    findings_.add("BAD_REF",
                  {.seq = seq, .field = std::string(toText(field)), .stored = std::to_string(*target)});
    return {};
}

void ContentCheck::erase(std::uint64_t seq, const LineRef& l) {
    const auto target = l.integer(Known::target);
    const auto slot = l.raw(Known::slot);
    if (l.bad(Known::target) || l.bad(Known::slot) || !target || !slot) return;
    const auto t = static_cast<std::uint64_t>(*target);
    const auto index = slotIndex(*slot);
    bool sound = *target >= 0 && t < seq;
    if (sound && t >= first_) {
        const std::uint16_t flags = flagsAt(t);
        sound = (flags & unreadable_flag) != 0 || (index && (flags >> slot_shift >> *index & 1) != 0);
    }
    if (sound) {
        if (!erased_.emplace(t, std::string(*slot)).second)
            observation("W_ERASED_TWICE", {.seq = seq, .field = "target", .stored = std::to_string(t)});
    } else {
        findings_.add("BAD_REF", {.seq = seq, .field = "target", .stored = std::to_string(*target)});
    }
}

std::vector<ContentCheck::KeyEntry> ContentCheck::keys() const {
    std::vector<KeyEntry> out = keys_;
    std::stable_sort(out.begin(), out.end(),
                     [](const KeyEntry& a, const KeyEntry& b) { return a.seq < b.seq; });
    return out;
}

std::optional<Entry> ContentCheck::entry(std::uint64_t seq) const {
    if (const auto at = context_.find(seq); at != context_.end()) return at->second;
    if (seq < first_ || seq >= next() || isUnreadable(seq)) return std::nullopt;
    const auto text = line_at_(seq);
    if (!text) return std::nullopt;
    auto parsed = parseEntry(*text);
    return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

bool ContentCheck::isErased(std::uint64_t seq, std::string_view slot) const {
    return erased_.count({seq, std::string(slot)}) != 0;
}

bool ContentCheck::openingSeen(std::uint64_t seq, std::string_view slot) {
    const auto index = slotIndex(slot);
    if (!index || seq < first_ || seq >= next()) return true;
    const auto bit = static_cast<std::uint16_t>(1U << (opened_shift + *index));
    std::uint16_t& flags = flags_[seq - first_];
    const bool new_one = (flags & bit) == 0;
    flags |= bit;
    return new_one;
}

VerdictTotals ContentCheck::totals() const {
    VerdictTotals out = totals_;
    out.complete = unreadable_n_ == 0;
    out.cost = PicoSum::of(cost_);
    out.booked = PicoSum::of(booked_);
    out.unsealed_cost = PicoSum::of(unsealed_cost_);
    for (const auto& [name, n] : status_)
        out.status[name] = n;
    for (const auto& [meter, n] : quantities_)
        out.qty[meter.name] = PicoSum::of(n);
    std::int64_t opened = 0;
    const std::uint64_t sealed =
        std::min<std::uint64_t>(flags_.size(), sealed_end_ > first_ ? sealed_end_ - first_ : 0);
    for (std::uint64_t i = 0; i < sealed; ++i) {
        const std::uint16_t f = flags_[i];
        if ((f & kind_mask) == static_cast<std::uint16_t>(Kind::erase)) continue;
        opened += std::popcount(static_cast<unsigned>((f >> slot_shift) & (f >> opened_shift) & slot_mask));
    }
    for (const auto& [seq, slot] : erased_) {
        if (seq < first_ || seq - first_ >= sealed) continue;
        const std::uint16_t f = flagsAt(seq);
        const auto index = slotIndex(slot);
        const bool erase_entry = (f & kind_mask) == static_cast<std::uint16_t>(Kind::erase);
        if (index && !erase_entry && (f >> slot_shift >> *index & 1) != 0 &&
            (f >> opened_shift >> *index & 1) == 0)
            ++out.payloads_erased;
    }
    out.payloads_withheld = slots_present_ - opened - out.payloads_erased;
    return out;
}

} // namespace tally::audit
