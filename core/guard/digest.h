// 64-bit digests for the detectors' tables: no security, only "the same text or not" within one run.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace tally::guard {

/// FNV-1a with a final mix (Fowler, Noll, Vo; finaliser of MurmurHash3). `seed` chains parts.
inline std::uint64_t digest(std::string_view text, std::uint64_t seed = 0xcbf29ce484222325ULL) {
    std::uint64_t h = seed;
    for (const char c : text)
        h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdULL;
    return h ^ (h >> 33);
}

/// Text for a sentence: one line, at most `limit` bytes, cut at a character.
inline std::string brief(std::string_view text, std::size_t limit = 80) {
    std::string out;
    for (const char c : text.substr(0, limit))
        out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
    if (text.size() <= limit) return out;
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80)
        out.pop_back();
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0) out.pop_back();
    return out + "…";
}

} // namespace tally::guard
