// What the scripted values are made of: units, a fixed noise, ids.
#pragma once
#include "core/base/money.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace tally::test {

inline constexpr std::int64_t second = 1'000'000;
inline constexpr std::int64_t hour = 3600 * second;
inline constexpr std::int64_t day = 24 * hour;

inline PicoSum microDollars(std::int64_t n) {
    return PicoSum::of(Int128{n} * 1'000'000);
}

/// A small fixed noise: 0…999.
inline std::int64_t noise(std::int64_t a, std::int64_t b = 0) {
    auto x = static_cast<std::uint64_t>(a) * 0x9E3779B97F4A7C15ULL +
             static_cast<std::uint64_t>(b) * 0xBF58476D1CE4E5B9ULL + 12345;
    x ^= x >> 29;
    x *= 0x94D049BB133111EBULL;
    x ^= x >> 32;
    return static_cast<std::int64_t>(x % 1000);
}

inline std::string uuid(int n) {
    return fmt::format("0193f0a2-0000-7000-8000-0000{:08x}", 0x4c00 + n * 7919);
}

} // namespace tally::test
