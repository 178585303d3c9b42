// Money is an integer count of 10^-12 currency units ("pico"). There is no way in or out through a
// floating-point number: the constructors from double are deleted, decimal text is parsed and printed digit
// by digit.
//
// Pico     one step, one rate, one limit: |value| <= 2^53-1 (so that the trace log can hold it as a JSON
// integer). PicoSum  any sum of those: 128 bits, cannot overflow in practice (2^127 / 2^53 = 10^22 addends).
#pragma once
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace tally {

using Int128 = __int128;

class PicoSum;

template <class T>
inline constexpr bool isExactInteger = std::is_integral_v<T> || std::is_same_v<T, Int128>;

class Pico {
public:
    static constexpr std::int64_t max_value = (std::int64_t{1} << 53) - 1;

    constexpr Pico() = default;
    /// The caller knows that the value is in range (constants, values read back from our own store).
    template <class T>
    static constexpr Pico of(T pico) {
        static_assert(isExactInteger<T>, "money has no way in from a floating-point number");
        Pico p;
        p.pico_ = static_cast<std::int64_t>(pico);
        return p;
    }
    /// Whole currency units, for tests and constants.
    template <class T>
    static constexpr Pico units(T whole) {
        static_assert(isExactInteger<T>, "money has no way in from a floating-point number");
        return of(std::int64_t{whole} * 1'000'000'000'000);
    }
    /// "0.15", "12", "-0.000001": at most 12 decimal places; error money.syntax, money.precision,
    /// money.range.
    static Result<Pico> parse(std::string_view decimal);
    /// 128 bits down to one step; error money.range above 2^53-1.
    static Result<Pico> narrow(Int128 pico);
    static Result<Pico> narrow(double) = delete;
    static Result<Pico> narrow(std::int64_t pico) { return narrow(static_cast<Int128>(pico)); }

    [[nodiscard]] constexpr std::int64_t value() const { return pico_; }
    [[nodiscard]] constexpr bool isZero() const { return pico_ == 0; }
    /// Exact decimal, no trailing zeros, locale-free: "0.0415778".
    [[nodiscard]] std::string toString() const;
    constexpr auto operator<=>(const Pico&) const = default;

private:
    std::int64_t pico_ = 0;
};

class PicoSum {
public:
    constexpr PicoSum() = default;
    constexpr PicoSum(Pico p)
        : pico_(p.value()) {} // NOLINT: a step's cost is a sum of one
    template <class T>
    static constexpr PicoSum of(T pico) {
        static_assert(isExactInteger<T>, "money has no way in from a floating-point number");
        PicoSum s;
        s.pico_ = pico;
        return s;
    }
    /// As Pico::parse, for sums: "41234.5".
    static Result<PicoSum> parse(std::string_view decimal);
    /// Integer text of picos ("4442323820526"), as in the verdict JSON.
    static Result<PicoSum> parsePico(std::string_view integer);

    [[nodiscard]] constexpr Int128 value() const { return pico_; }
    [[nodiscard]] Result<Pico> narrow() const { return Pico::narrow(pico_); }
    [[nodiscard]] std::string toString() const;   ///< exact decimal of currency units
    [[nodiscard]] std::string picoString() const; ///< integer of picos
    constexpr PicoSum& operator+=(PicoSum o) { return pico_ += o.pico_, *this; }
    constexpr PicoSum& operator-=(PicoSum o) { return pico_ -= o.pico_, *this; }
    friend constexpr PicoSum operator+(PicoSum a, PicoSum b) { return a += b; }
    friend constexpr PicoSum operator-(PicoSum a, PicoSum b) { return a -= b; }
    friend constexpr bool operator==(PicoSum a, PicoSum b) { return a.pico_ == b.pico_; }
    friend constexpr std::strong_ordering operator<=>(PicoSum a, PicoSum b) {
        return a.pico_ < b.pico_   ? std::strong_ordering::less
               : a.pico_ > b.pico_ ? std::strong_ordering::greater
                                   : std::strong_ordering::equal;
    }

private:
    Int128 pico_ = 0;
};

/// quantity x rate, exact.
constexpr PicoSum multiply(std::int64_t quantity, Pico rate) {
    return PicoSum::of(static_cast<Int128>(quantity) * rate.value());
}

/// Digits of a 128-bit integer.
std::string toString(Int128 value);

/// For people in a terminal: "$0.0416", "$41.8660", "$0.00006"; rounds half-even to `places` decimals, of
/// small amounts to three digits that count. The window formats with QLocale instead.
std::string shortDollars(PicoSum sum, int places = 4);

} // namespace tally
