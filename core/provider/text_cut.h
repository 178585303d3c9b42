// Cutting well-formed UTF-8 without splitting a code point.
#pragma once
#include <cstddef>
#include <string_view>

namespace tally::provider {

/// The largest position <= `at` that does not lie inside a code point.
inline std::size_t codePointFloor(std::string_view text, std::size_t at) {
    if (at >= text.size()) return text.size();
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U)
        --at;
    return at;
}

} // namespace tally::provider
