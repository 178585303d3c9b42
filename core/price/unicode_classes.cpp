#include "core/price/unicode_classes.h"

#include <algorithm>
#include <iterator>

namespace tally::price {
namespace {
constexpr std::uint32_t class_runs[] = {
#include "core/price/unicode_classes.inc"
};
struct Growth {
    std::uint32_t first, last;
    std::uint8_t bytes;
};
constexpr Growth growth[] = {
#include "core/price/unicode_growth.inc"
};
} // namespace

const CharClasses& CharClasses::get() {
    static const CharClasses classes;
    return classes;
}

CharClasses::CharClasses() {
    // Runs -> blocks of 128; equal neighbours share one block, which leaves about 260 of them.
    std::size_t run = 0;
    std::uint8_t current = other_char;
    std::uint16_t used = 0;
    for (std::uint32_t block = 0; block < index_.size(); ++block) {
        std::array<std::uint8_t, 128> content{};
        for (std::uint32_t i = 0; i < 128; ++i) {
            if (run < std::size(class_runs) && class_runs[run] >> 3 == block * 128 + i)
                current = class_runs[run++] & 7;
            content[i] = current;
        }
        const auto* found = std::find(blocks_.begin(), blocks_.begin() + used, content);
        if (found == blocks_.begin() + used) blocks_.at(used++) = content;
        index_[block] = static_cast<std::uint16_t>(found - blocks_.begin());
    }
}

std::int64_t normalisedBytesBound(std::string_view text) {
    auto bytes = static_cast<std::int64_t>(text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0xC2) {                  // ASCII or ill-formed
            bytes += static_cast<unsigned char>(text[at++]) < 0x80 ? 0 : 2; // becomes U+FFFD at worst
            continue;
        }
        const auto before = at;
        const auto c = decodeUtf8(text, at);
        if (c >= 0x110000) {
            bytes += 2;
            continue;
        }
        // Reordered marks can end in a longer composition than each character alone.
        if (CharClasses::get().of(c) == mark_char) bytes += 3;
        const auto* entry = std::upper_bound(std::begin(growth), std::end(growth), c,
                                             [](std::uint32_t v, const Growth& g) { return v < g.first; });
        if (entry != std::begin(growth) && c <= (--entry)->last)
            bytes += entry->bytes - static_cast<std::int64_t>(at - before);
    }
    return bytes;
}

} // namespace tally::price
