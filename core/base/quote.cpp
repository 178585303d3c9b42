#include "core/base/quote.h"

#include "core/base/encoding.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally {

std::string quoteForDisplay(std::string_view text, std::size_t limit) {
    std::size_t n = std::min(limit, text.size());
    while (n > 0 && n < text.size() && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80)
        --n; // not in the middle of a character
    std::string plain;
    for (const char c : text.substr(0, n)) {
        if (c == '\\' || c == '"') plain += '\\';
        plain += c;
    }
    std::string out = '"' + escapeForDisplay(plain, plain.size() + 1) + '"';
    if (n < text.size()) out += fmt::format(" and {} more bytes", text.size() - n);
    return out;
}

} // namespace tally
