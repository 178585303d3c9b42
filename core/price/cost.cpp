#include "core/price/cost.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::price {
namespace {
PicoSum sumOf(const std::vector<LineItem>& items, bool (*kind)(std::string_view)) {
    PicoSum sum;
    for (const auto& item : items)
        if (kind(item.meter)) sum += item.amount;
    return sum;
}
bool appliesToText(std::string_view name) {
    return name != meter::cache_write_1h && name.find("audio") == name.npos &&
           name.find("image") == name.npos && name.find("video") == name.npos;
}
} // namespace

PicoSum Cost::input() const {
    return sumOf(items, meter::isInputTokens);
}
PicoSum Cost::output() const {
    return sumOf(items, meter::isOutputTokens);
}

Result<Cost> cost(const Usage& usage, const RateLine& line) {
    Cost out;
    PicoSum total;
    for (const auto& [name, quantity] : usage.qty) {
        if (quantity < 0)
            return fail("usage.negative",
                        fmt::format("The meter {} has the negative quantity {}", name, quantity));
        const auto rate = line.rates.find(name);
        if (rate == line.rates.end())
            return fail("price.unpriced",
                        fmt::format("The meter {} has no rate in the price line of {} {} (tier {})", name,
                                    line.provider, line.model, line.tier),
                        fmt::format("Add \"{}\" to its rates in a contract file", name), line.source);
        out.items.push_back({name, quantity, rate->second, multiply(quantity, rate->second)});
        total += out.items.back().amount;
    }
    TALLY_ASSIGN(out.total, total.narrow());
    return out;
}

Result<Pico> worstCase(std::int64_t input_tokens_upper, std::int64_t max_output,
                       std::span<const RateLine> lines, CallShape shape) {
    if (lines.empty()) return fail("price.unpriced", "There is no price line to reserve with");
    Pico input, output, request;
    bool has_input = false;
    for (const auto& line : lines)
        for (const auto& [name, rate] : line.rates) {
            if (shape == CallShape::text && !appliesToText(name)) continue;
            // Every token is on exactly one meter, so the dearest rate of its side bounds it.
            if (meter::isInputTokens(name))
                input = std::max(input, rate), has_input = true;
            else if (meter::isOutputTokens(name))
                output = std::max(output, rate);
            else if (name == meter::request)
                request = std::max(request, rate);
        }
    const auto& first = lines.front();
    if (!has_input)
        return fail("price.unpriced",
                    fmt::format("{} {} has no rate for input tokens", first.provider, first.model),
                    "Add \"in\" to its rates in a contract file", first.source);
    if (input_tokens_upper < 0) return fail("usage.negative", "The bound of the input tokens is negative");
    if (max_output <= 0 && !output.isZero())
        return fail("price.no_cap",
                    fmt::format("The call to {} {} has no cap on its output, so its cost has no bound",
                                first.provider, first.model),
                    "Set max_tokens");
    return (multiply(input_tokens_upper, input) + multiply(std::max<std::int64_t>(max_output, 0), output) +
            PicoSum(request))
        .narrow();
}

} // namespace tally::price
