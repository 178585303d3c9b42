#include "core/price/counters.h"

#include "core/price/catalogue.h"

#include <fmt/format.h>

namespace tally::price {
namespace {
constexpr std::int64_t largest_count = 1'000'000'000'000; // far above any context; keeps every sum in range

/// "prompt_tokens", "promptTokenCount", "inputTokens", "web_search_requests".
bool namesCounter(std::string_view key) {
    const auto name = lowerAscii(key);
    return name.ends_with("tokens") || name.ends_with("tokencount") || name.ends_with("requests") ||
           name.ends_with("_count");
}
} // namespace

void Counters::fail(std::string code, std::string message, std::string where) {
    if (!error_)
        error_ = Error{std::move(code), std::move(message),
                       "The call is booked at its reservation until its usage is known", std::move(where)};
}

std::optional<std::int64_t> Counters::find(const std::string& pointer) {
    seen_.insert(pointer);
    const nlohmann::json* value = &root_;
    for (std::size_t at = 0; at < pointer.size();) {
        const auto next = std::min(pointer.find('/', at + 1), pointer.size());
        const auto key = pointer.substr(at + 1, next - at - 1);
        if (!value->is_object()) return std::nullopt;
        const auto it = value->find(key);
        if (it == value->end() || it->is_null()) return std::nullopt;
        value = &*it;
        at = next;
    }
    if (!value->is_number_integer()) {
        fail("usage.not_a_count", "A counter of the usage report is not a whole number", pointer);
        return std::nullopt;
    }
    if (value->is_number_unsigned() &&
        value->get<std::uint64_t>() > static_cast<std::uint64_t>(largest_count)) {
        fail("usage.not_a_count", "A counter of the usage report is larger than any call can be", pointer);
        return std::nullopt;
    }
    const auto count = value->get<std::int64_t>();
    if (count < 0) {
        fail("usage.negative", fmt::format("A counter of the usage report is negative: {}", count), pointer);
        return std::nullopt;
    }
    return count;
}

std::int64_t Counters::take(const std::string& pointer, bool required) {
    const auto value = find(pointer);
    if (!value && required) fail("usage.missing", "The usage report lacks a counter", pointer);
    return value.value_or(0);
}

void Counters::inside(std::string_view part_name, std::int64_t part, std::string_view whole_name,
                      std::int64_t whole) {
    if (part > whole)
        fail("usage.contradiction", fmt::format("The usage report has more {} ({}) than {} ({})", part_name,
                                                part, whole_name, whole));
}

void Counters::scan(const nlohmann::json& value, const std::string& pointer) {
    if (seen_.count(pointer) > 0) return;
    if (value.is_object()) {
        for (const auto& [key, item] : value.items())
            scan(item, pointer + "/" + key);
    } else if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i)
            scan(value[i], fmt::format("{}/{}", pointer, i));
    } else if (value.is_number() && value != 0 && namesCounter(pointer.substr(pointer.rfind('/') + 1))) {
        fail("usage.unknown_counter",
             fmt::format("The usage report has a counter that this reader does not know: {}", value.dump()),
             pointer);
    }
}

void Counters::refuseUnknown() {
    scan(root_, "");
}

Result<Usage> Counters::finish(Usage usage) {
    if (error_) return tally::fail(std::move(*error_));
    return usage;
}

void addCount(Usage& usage, std::string_view name, std::int64_t quantity) {
    if (quantity > 0) usage.add(name, quantity);
}

} // namespace tally::price
