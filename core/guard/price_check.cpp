#include "core/guard/price_check.h"

#include <fmt/format.h>

#include <array>

namespace tally::guard {
namespace {

constexpr std::int64_t million = 1'000'000;
/// List prices are multiples of half a cent per million tokens.
constexpr std::int64_t rate_step = 5'000'000'000;
/// Output to input, in quarters: 3 to 1, 4 to 1, 5 to 1, 2 to 1, 1 to 1, 8 to 1, 6 to 1, 10 to 1, 2.5 to
/// 1, 1.5 to 1.
constexpr std::array<std::int64_t, 10> ratios = {12, 16, 20, 8, 4, 32, 24, 40, 10, 6};

Int128 magnitude(Int128 v) {
    return v < 0 ? -v : v;
}

/// Tokens at rates per million, in pico x million, so that nothing is rounded.
Int128 scaledCost(std::int64_t in, std::int64_t out, Pico in_rate, Pico out_rate) {
    return Int128{in} * in_rate.value() + Int128{out} * out_rate.value();
}

bool explains(const TokenRates& rates, const PricedCall& call) {
    const Int128 cost = scaledCost(call.in, call.out, rates.in, rates.out);
    return magnitude(cost - Int128{call.logged.value()} * million) <=
           Int128{call.precision.value()} * million;
}

/// The multiple of a rate step nearest to part / whole.
std::int64_t roundRate(Int128 part, Int128 whole) {
    const Int128 step = whole * rate_step;
    return static_cast<std::int64_t>((part + step / 2) / step) * rate_step;
}

std::optional<TokenRates> roundRates(const PricedCall& call) {
    for (const std::int64_t quarters : ratios) {
        const Int128 tokens = Int128{call.in} * 4 + Int128{call.out} * quarters;
        if (tokens == 0) continue;
        const std::int64_t in = roundRate(Int128{call.logged.value()} * million * 4, tokens);
        const TokenRates rates{Pico::of(in), Pico::of(in / 4 * quarters)};
        if (in > 0 && explains(rates, call)) return rates;
    }
    return std::nullopt;
}

/// Cramer's rule on two calls.
std::optional<TokenRates> commonRates(const PricedCall& a, const PricedCall& b) {
    const Int128 determinant = Int128{a.in} * b.out - Int128{b.in} * a.out;
    if (determinant == 0) return std::nullopt;
    const Int128 in = (Int128{a.logged.value()} * b.out - Int128{b.logged.value()} * a.out) * million;
    const Int128 out = (Int128{a.in} * b.logged.value() - Int128{b.in} * a.logged.value()) * million;
    const TokenRates rates{Pico::of(roundRate(in, determinant)), Pico::of(roundRate(out, determinant))};
    if (rates.in.value() < 0 || rates.out.value() < 0 || !explains(rates, a) || !explains(rates, b))
        return std::nullopt;
    return rates;
}

std::string ratesText(const TokenRates& rates) {
    return fmt::format("${} in and ${} out per million", rates.in.toString(), rates.out.toString());
}

} // namespace

std::optional<TokenRates> PriceCheck::explain(const PricedCall& call) const {
    if (auto round = roundRates(call)) return round;
    const auto before = before_.find(call.model);
    return before == before_.end() ? std::nullopt : commonRates(before->second, call);
}

std::optional<Alert> PriceCheck::feed(const PricedCall& call, const GuardConfig& config) {
    if (config.price == Reaction::off || !call.list || call.in < 0 || call.out < 0 ||
        call.in + call.out == 0 || explains(*call.list, call))
        return std::nullopt;
    const auto rates = explain(call);
    before_[call.model] = call;
    const auto expected =
        Pico::narrow(scaledCost(call.in, call.out, call.list->in, call.list->out) / million);
    Alert alert;
    alert.detector = "cost.price_mismatch";
    alert.action = config.price == Reaction::stop ? AlertAction::stop : AlertAction::warn;
    alert.sentence = fmt::format(
        "{} tokens in and {} out of {} were logged at {}; the list ({}) gives {}. {}", call.in, call.out,
        call.model, shortDollars(call.logged), ratesText(*call.list),
        expected ? shortDollars(*expected) : "a sum out of range",
        rates ? "Exactly this would be charged at " + ratesText(*rates) + "."
              : fmt::format(
                    "No usual pair of rates gives it; on average a million tokens cost {}.",
                    shortDollars(PicoSum::of(Int128{call.logged.value()} * million / (call.in + call.out)))));
    alert.evidence = {
        {"model", call.model}, {"in", call.in}, {"out", call.out}, {"logged", call.logged.toString()}};
    alert.evidence["list"] = {{"in", call.list->in.toString()}, {"out", call.list->out.toString()}};
    alert.evidence["explained"] = rates.has_value();
    if (rates) alert.evidence["rate"] = {{"in", rates->in.toString()}, {"out", rates->out.toString()}};
    return alert;
}

} // namespace tally::guard
