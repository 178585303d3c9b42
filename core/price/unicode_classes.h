// Private to core/price: character classes for the tokenizers' word splitting (Unicode 16.0) and the growth
// of text under normalisation, for upper bounds. Tables are built once, on first use; read-only and
// thread-safe afterwards.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace tally::price {

enum CharClass : std::uint8_t {
    other_char,   ///< punctuation, symbols, controls, unassigned, ill-formed bytes
    space_char,   ///< White_Space except the two below
    newline_char, ///< CR, LF
    upper_char,   ///< Lu, Lt
    lower_char,   ///< Ll
    letter_char,  ///< Lm, Lo
    mark_char,    ///< M
    number_char   ///< N
};

class CharClasses {
public:
    static const CharClasses& get();
    [[nodiscard]] CharClass of(std::uint32_t code_point) const {
        if (code_point >= 0x110000) return other_char;
        return static_cast<CharClass>(blocks_[index_[code_point >> 7]][code_point & 127]);
    }

private:
    CharClasses();
    std::array<std::uint16_t, 0x110000 / 128> index_{};
    std::array<std::array<std::uint8_t, 128>, 512> blocks_{};
};

/// Decodes the code point at `at` and moves past it. Ill-formed: one byte, 0x110000.
inline std::uint32_t decodeUtf8(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
    const std::uint32_t first = byte(at);
    if (first < 0x80) return ++at, first;
    if (first >= 0xC2 && first < 0xE0 && follows(at + 1)) {
        at += 2;
        return (first & 0x1F) << 6 | (byte(at - 1) & 0x3FU);
    }
    if (first >= 0xE0 && first < 0xF0 && follows(at + 1) && follows(at + 2)) {
        const std::uint32_t c = (first & 0x0F) << 12 | (byte(at + 1) & 0x3FU) << 6 | (byte(at + 2) & 0x3FU);
        if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) return at += 3, c;
    }
    if (first >= 0xF0 && first < 0xF5 && follows(at + 1) && follows(at + 2) && follows(at + 3)) {
        const std::uint32_t c = (first & 0x07) << 18 | (byte(at + 1) & 0x3FU) << 12 |
                                (byte(at + 2) & 0x3FU) << 6 | (byte(at + 3) & 0x3FU);
        if (c >= 0x10000 && c < 0x110000) return at += 4, c;
    }
    return ++at, 0x110000;
}

/// UTF-8 bytes of the longest of the text itself, its NFC and its NFKC form, or more. Bound for tokenizers
/// that normalise before they split.
std::int64_t normalisedBytesBound(std::string_view text);

} // namespace tally::price
