#include "core/base/money.h"

#include <algorithm>

namespace tally {
namespace {
constexpr int exponent = 12;
constexpr Int128 unit = 1'000'000'000'000;

std::string decimal(Int128 pico) {
    const bool negative = pico < 0;
    const Int128 magnitude = negative ? -pico : pico;
    std::string fraction = toString(magnitude % unit);
    fraction.insert(0, static_cast<size_t>(exponent) - fraction.size(), '0');
    while (!fraction.empty() && fraction.back() == '0')
        fraction.pop_back();
    std::string out = (negative ? "-" : "") + toString(magnitude / unit);
    if (!fraction.empty()) out += "." + fraction;
    return out;
}
} // namespace

std::string toString(Int128 value) {
    if (value == 0) return "0";
    const bool negative = value < 0;
    // Work on the unsigned magnitude: -INT128_MIN does not exist.
    auto rest = negative ? -static_cast<unsigned __int128>(value) : static_cast<unsigned __int128>(value);
    std::string out;
    for (; rest > 0; rest /= 10)
        out.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
    if (negative) out.push_back('-');
    std::reverse(out.begin(), out.end());
    return out;
}

Result<Pico> Pico::narrow(Int128 pico) {
    if (pico > max_value || pico < -max_value)
        return fail("money.range",
                    "amount " + decimal(pico) +
                        " is above the largest single amount (about 9,007 currency units)",
                    "split the amount; only sums may be larger");
    return of(static_cast<std::int64_t>(pico));
}

namespace {
/// Decimal text to picos; above 2^90 it stops reading, which is beyond any sum that occurs.
Result<Int128> parseDecimal(std::string_view text) {
    std::string_view rest = text;
    const auto syntax = [&] {
        return fail("money.syntax", "'" + std::string(text.substr(0, 40)) + "' is not a decimal amount",
                    "write digits with an optional point, for example 0.15");
    };
    const bool negative = !rest.empty() && rest.front() == '-';
    if (negative) rest.remove_prefix(1);
    Int128 value = 0;
    int places = -1;
    size_t digits = 0;
    for (const char c : rest) {
        if (c == '.') {
            if (places >= 0 || digits == 0) return syntax();
            places = 0;
            continue;
        }
        if (c < '0' || c > '9') return syntax();
        ++digits;
        if (places == exponent) {
            if (c != '0')
                return fail("money.precision",
                            "'" + std::string(text.substr(0, 40)) + "' has more than 12 decimal places",
                            "one trillionth of a currency unit is the smallest amount");
            continue;
        }
        if (places >= 0) ++places;
        value = value * 10 + (c - '0');
        if (value > Int128{1} << 80)
            return fail("money.range", "'" + std::string(text.substr(0, 40)) + "' is too large an amount");
    }
    if (digits == 0 || places == 0) return syntax();
    for (int i = std::max(places, 0); i < exponent; ++i)
        value *= 10;
    return negative ? -value : value;
}
} // namespace

Result<Pico> Pico::parse(std::string_view text) {
    TALLY_ASSIGN(const Int128 value, parseDecimal(text));
    return narrow(value);
}

Result<PicoSum> PicoSum::parse(std::string_view decimal) {
    TALLY_ASSIGN(const Int128 value, parseDecimal(decimal));
    return of(value);
}

std::string Pico::toString() const {
    return decimal(pico_);
}
std::string PicoSum::toString() const {
    return decimal(pico_);
}
std::string PicoSum::picoString() const {
    return tally::toString(pico_);
}

Result<PicoSum> PicoSum::parsePico(std::string_view text) {
    std::string_view rest = text;
    const bool negative = !rest.empty() && rest.front() == '-';
    if (negative) rest.remove_prefix(1);
    if (rest.empty() || rest.size() > 37 || rest.find_first_not_of("0123456789") != std::string_view::npos)
        return fail("money.syntax",
                    "'" + std::string(text.substr(0, 40)) + "' is not an integer number of picos");
    Int128 value = 0;
    for (const char c : rest)
        value = value * 10 + (c - '0');
    return of(negative ? -value : value);
}

std::string shortDollars(PicoSum sum, int places) {
    const bool negative = sum.value() < 0;
    const Int128 magnitude = negative ? -sum.value() : sum.value();
    // A small amount keeps three digits that count: $0.00006 is not $0.0001.
    const auto at_least = static_cast<std::size_t>(places);
    const auto digits_before = static_cast<int>(toString(magnitude).size());
    if (magnitude != 0) places = std::min(exponent, std::max(places, exponent + 3 - digits_before));
    Int128 step = 1;
    for (int i = places; i < exponent; ++i)
        step *= 10;
    const Int128 below = magnitude % step;
    Int128 rounded = magnitude / step;
    if (below * 2 > step || (below * 2 == step && rounded % 2 != 0)) ++rounded;
    std::string digits = toString(rounded);
    auto decimals = static_cast<std::size_t>(places);
    if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
    for (; decimals > at_least && digits.back() == '0'; --decimals)
        digits.pop_back();
    if (decimals > 0) digits.insert(digits.size() - decimals, ".");
    return (negative ? "-$" : "$") + digits;
}

} // namespace tally
