#include "core/model/usage.h"

#include <nlohmann/json.hpp>

namespace tally {

namespace meter {
// Media and cache variants of a provider are meters of their own, recognised by their ending or beginning.
bool isInputTokens(std::string_view name) {
    return name == in || name.starts_with("cache_") || name.ends_with("_in");
}
bool isOutputTokens(std::string_view name) {
    return name == out || name == reasoning || name.ends_with("_out");
}

bool isValidName(std::string_view name) {
    if (name.empty() || name.size() > 27 || name[0] < 'a' || name[0] > 'z') return false;
    for (const char c : name)
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') return false;
    return name != "cost" && name != "reserved" && name != "limit" && name != "tail";
}
} // namespace meter

std::int64_t Usage::get(std::string_view name) const {
    const auto it = qty.find(name);
    return it == qty.end() ? 0 : it->second;
}

void Usage::add(std::string_view name, std::int64_t quantity) {
    const auto it = qty.find(name);
    if (it == qty.end())
        qty.emplace(std::string(name), quantity);
    else
        it->second += quantity;
}

std::int64_t Usage::inputTokens() const {
    std::int64_t sum = 0;
    for (const auto& [name, quantity] : qty)
        if (meter::isInputTokens(name)) sum += quantity;
    return sum;
}

std::int64_t Usage::outputTokens() const {
    std::int64_t sum = 0;
    for (const auto& [name, quantity] : qty)
        if (meter::isOutputTokens(name)) sum += quantity;
    return sum;
}

void to_json(nlohmann::json& out, const Usage& usage) {
    out = nlohmann::json::object();
    for (const auto& [name, quantity] : usage.qty)
        out[name] = quantity;
}

void from_json(const nlohmann::json& in, Usage& usage) {
    usage.qty.clear();
    for (const auto& [name, quantity] : in.items())
        if (quantity.is_number_integer()) usage.qty[name] = quantity.get<std::int64_t>();
}

} // namespace tally
