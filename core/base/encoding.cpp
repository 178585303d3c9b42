#include "core/base/encoding.h"

#include <fmt/format.h>

#include <array>

namespace tally {
namespace {
constexpr char hexDigits[] = "0123456789abcdef";
constexpr char base64Digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

constexpr std::array<std::int8_t, 256> base64Values() {
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    for (int i = 0; i < 64; ++i)
        table[static_cast<std::uint8_t>(base64Digits[i])] = static_cast<std::int8_t>(i);
    return table;
}
constexpr auto base64Table = base64Values();

/// Length of the well-formed sequence at the front of `s`, 0 if ill-formed; the code point goes to `cp`.
std::size_t sequence(std::string_view s, char32_t& cp) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(s[i]); };
    const std::uint8_t first = byte(0);
    if (first < 0x80) return cp = first, 1;
    std::size_t n = 0;
    char32_t low = 0;
    if (first >= 0xc2 && first <= 0xdf)
        n = 2, low = 0x80, cp = first & 0x1f;
    else if ((first & 0xf0) == 0xe0)
        n = 3, low = 0x800, cp = first & 0x0f;
    else if (first >= 0xf0 && first <= 0xf4)
        n = 4, low = 0x10000, cp = first & 0x07;
    else
        return 0;
    if (s.size() < n) return 0;
    for (std::size_t i = 1; i < n; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
        cp = (cp << 6) | (byte(i) & 0x3f);
    }
    if (cp < low || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) return 0;
    return n;
}

bool unsafeToShow(char32_t cp) {
    return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || cp == 0xad || cp == 0x34f || cp == 0x61c ||
           (cp >= 0x115f && cp <= 0x1160) || (cp >= 0x17b4 && cp <= 0x17b5) ||
           (cp >= 0x180b && cp <= 0x180f) || (cp >= 0x200b && cp <= 0x200f) ||
           (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) || cp == 0x3164 ||
           (cp >= 0xfe00 && cp <= 0xfe0f) || cp == 0xfeff || cp == 0xffa0 || (cp >= 0xfff0 && cp <= 0xfffb) ||
           (cp >= 0x1d173 && cp <= 0x1d17a) || (cp >= 0xe0000 && cp <= 0xe0fff);
}
} // namespace

std::string toHex(std::span<const std::uint8_t> bytes) {
    std::string out(bytes.size() * 2, '0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        out[2 * i] = hexDigits[bytes[i] >> 4];
        out[2 * i + 1] = hexDigits[bytes[i] & 15];
    }
    return out;
}

std::optional<Bytes> fromHex(std::string_view hex) {
    if (hex.size() % 2 != 0) return std::nullopt;
    Bytes out(hex.size() / 2);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = hexValue(hex[2 * i]);
        const int low = hexValue(hex[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return out;
}

std::string toBase64(std::span<const std::uint8_t> bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t word = std::uint32_t{bytes[i]} << 16;
        if (have > 1) word |= std::uint32_t{bytes[i + 1]} << 8;
        if (have > 2) word |= bytes[i + 2];
        out.push_back(base64Digits[word >> 18]);
        out.push_back(base64Digits[(word >> 12) & 63]);
        out.push_back(have > 1 ? base64Digits[(word >> 6) & 63] : '=');
        out.push_back(have > 2 ? base64Digits[word & 63] : '=');
    }
    return out;
}

std::optional<Bytes> fromBase64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    Bytes out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const bool last = i + 4 == text.size();
        const int pad = !last ? 0 : text[i + 2] == '=' ? 2 : text[i + 3] == '=' ? 1 : 0;
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            const bool padding = static_cast<int>(k) >= 4 - pad;
            if (padding && text[i + k] != '=') return std::nullopt;
            const int value = padding ? 0 : base64Table[static_cast<std::uint8_t>(text[i + k])];
            if (value < 0) return std::nullopt;
            word = (word << 6) | static_cast<std::uint32_t>(value);
        }
        // Bits that padding throws away must be zero, or two texts would mean the same bytes.
        if ((pad == 1 && (word & 0xff) != 0) || (pad == 2 && (word & 0xffff) != 0)) return std::nullopt;
        out.push_back(static_cast<std::uint8_t>(word >> 16));
        if (pad < 2) out.push_back(static_cast<std::uint8_t>(word >> 8));
        if (pad < 1) out.push_back(static_cast<std::uint8_t>(word));
    }
    return out;
}

bool isUtf8(std::string_view text) {
    while (!text.empty()) {
        char32_t cp = 0;
        const std::size_t n = sequence(text, cp);
        if (n == 0) return false;
        text.remove_prefix(n);
    }
    return true;
}

std::string scrubUtf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        char32_t cp = 0;
        const std::size_t n = sequence(text, cp);
        if (n == 0)
            out += "\xef\xbf\xbd";
        else
            out.append(text.substr(0, n));
        text.remove_prefix(n == 0 ? 1 : n);
    }
    return out;
}

std::string escapeForDisplay(std::string_view text, std::size_t limit) {
    std::string out;
    std::string_view rest = text;
    while (!rest.empty()) {
        if (text.size() - rest.size() >= limit) return out + "…";
        char32_t cp = 0;
        const std::size_t n = sequence(rest, cp);
        if (n == 0)
            out += fmt::format("\\x{{{:02x}}}", static_cast<std::uint8_t>(rest[0]));
        else if (cp == '\n')
            out += "\\n";
        else if (cp == '\t')
            out += "\\t";
        else if (cp == '\r')
            out += "\\r";
        else if (unsafeToShow(cp))
            out += fmt::format("\\u{{{:04x}}}", static_cast<std::uint32_t>(cp));
        else
            out.append(rest.substr(0, n));
        rest.remove_prefix(n == 0 ? 1 : n);
    }
    return out;
}

} // namespace tally
