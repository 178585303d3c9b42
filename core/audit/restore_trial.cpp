#include "core/audit/restore_trial.h"

#include "core/audit/entry_rules.h"
#include "core/audit/merkle.h"

namespace tally::audit {

std::optional<std::int64_t> integerOf(const Object& o, std::string_view key) {
    const auto at = o.find(key);
    if (at == o.end() || !std::holds_alternative<std::int64_t>(at->second)) return std::nullopt;
    return std::get<std::int64_t>(at->second);
}

std::string textOf(const Object& o, std::string_view key) {
    const auto at = o.find(key);
    const auto* s = at == o.end() ? nullptr : std::get_if<std::string>(&at->second);
    return s == nullptr ? std::string() : *s;
}

std::uint64_t RestoreTrial::weight(const Object& o) {
    std::uint64_t n = 64;
    for (const auto& [key, value] : o) {
        n += key.size() + 16;
        if (const auto* s = std::get_if<std::string>(&value)) n += s->size();
        if (const auto* t = std::get_if<NumberText>(&value)) n += t->text.size();
        if (const auto* t = std::get_if<OtherJson>(&value)) n += t->text.size();
    }
    return n;
}

std::optional<std::string> RestoreTrial::hit(const Object& o) {
    spent_ += weight(o);
    Entry entry;
    for (const auto& [key, value] : o) {
        auto canonical = asCanonical(value);
        if (!canonical) return std::nullopt;
        entry.set(key, std::move(*canonical));
    }
    auto line = encodeEntry(entry);
    if (!line) return std::nullopt;
    if (leafHash(*line) != target_) return std::nullopt;
    return std::move(*line);
}

std::string RestoreTrial::digest(std::string_view key, const TolerantValue& value) {
    const auto canonical = asCanonical(value);
    if (!canonical) return {};
    const std::string encoded = encodeValue(*canonical);
    spent_ += encoded.size() + 64;
    return fieldDigest(key, encoded);
}

bool RestoreTrial::eachElsewhere(std::string_view key, const Use& use) const {
    if (const auto fixed = fromPosition(key); fixed && use(*fixed)) return true;
    if (const auto at = context_.texts.find(key); at != context_.texts.end()) {
        for (const std::string& text : at->second) {
            if (use(TolerantValue(text))) return true;
        }
    }
    return eachNumberElsewhere(key, use);
}

bool RestoreTrial::eachNumberElsewhere(std::string_view key, const Use& use) const {
    const auto at = context_.numbers.find(key);
    if (at == context_.numbers.end()) return false;
    for (const std::int64_t n : at->second) {
        if (use(TolerantValue(n))) return true;
    }
    return false;
}

std::optional<TolerantValue> RestoreTrial::fromPosition(std::string_view key) const {
    if (key == "seq") return TolerantValue(seq_);
    if (key == "log") return TolerantValue(context_.log_id);
    if (key == "v") return TolerantValue(std::int64_t{1});
    if (key == "prev" && prev_) return TolerantValue(*prev_);
    return std::nullopt;
}

std::optional<std::int64_t> RestoreTrial::recomputedCost(const Object& o) const {
    const std::string kind = textOf(o, "kind");
    if (kind == "step" && textOf(o, "status") == "unknown") return integerOf(o, "reserved_pico");
    auto price = integerOf(o, "price_seq");
    if (!price && o.count("price_seq") == 0 && kind == "settle" && context_.price_seq_of) {
        const auto target = integerOf(o, "target");
        if (target) price = context_.price_seq_of(*target);
    }
    if (!price) return std::nullopt;
    const auto rates = context_.rates.find(*price);
    if (rates == context_.rates.end()) return std::nullopt;
    __int128 cost = 0;
    for (const auto& [key, value] : o) {
        const auto meter = meterOf(key, "_qty");
        const auto* quantity = std::get_if<std::int64_t>(&value);
        if (!meter || quantity == nullptr) continue;
        const auto rate = rates->second.find(*meter);
        if (rate != rates->second.end()) cost += static_cast<__int128>(*quantity) * rate->second;
    }
    if (cost > max_cfp_int || cost < -max_cfp_int) return std::nullopt;
    return static_cast<std::int64_t>(cost);
}

} // namespace tally::audit
