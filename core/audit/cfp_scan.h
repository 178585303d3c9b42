// Strings of canonical lines, byte by byte: the part of the strict grammar (TRACE_LOG.md 3.1 rule 5, 3.2)
// that both readers of it share. Internal to core/audit; include cfp.h instead.
#pragma once
#include "core/audit/cfp.h"
#include "core/base/encoding.h"

#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tally::audit {

/// `i` at a backslash; afterwards behind the escape, or where the line is wrong.
inline CfpCode scanEscape(std::string_view s, std::size_t& i) {
    if (i + 1 >= s.size()) return CfpCode::eof;
    const char e = s[i + 1];
    if (e == '"' || e == '\\' || e == 'b' || e == 't' || e == 'n' || e == 'f' || e == 'r') {
        i += 2;
        return CfpCode::ok;
    }
    // \u00xx for the control characters that have no short form, lowercase.
    if (e == 'u' && i + 6 <= s.size() && s[i + 2] == '0' && s[i + 3] == '0' &&
        (s[i + 4] == '0' || s[i + 4] == '1')) {
        const char d = s[i + 5];
        const bool hex = (d >= '0' && d <= '9') || (d >= 'a' && d <= 'f');
        const bool has_short = s[i + 4] == '0' && (d == '8' || d == '9' || d == 'a' || d == 'c' || d == 'd');
        if (hex && !has_short) {
            i += 6;
            return CfpCode::ok;
        }
    }
    return CfpCode::esc;
}

/// `i` behind the opening quote; afterwards behind the closing one, or where the line is wrong.
inline CfpCode scanString(std::string_view s, std::size_t& i, bool& escaped) {
    constexpr std::size_t none = ~std::size_t{0};
    std::size_t high = none; // from where on not everything is ASCII
    for (;;) {
#if defined(__SSE2__)
        // Stops at quotes, backslashes, control characters and, the first time, at a byte beyond ASCII.
        const __m128i beyond = _mm_set1_epi8(high == none ? -1 : 0);
        while (i + 16 <= s.size()) {
            const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s.data() + i));
            const __m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
            const __m128i slash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
            const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
            const auto stop = static_cast<unsigned>(_mm_movemask_epi8(
                _mm_or_si128(_mm_or_si128(quote, slash), _mm_or_si128(low, _mm_and_si128(v, beyond)))));
            if (stop != 0) {
                i += static_cast<unsigned>(std::countr_zero(stop));
                break;
            }
            i += 16;
        }
#endif
        if (i >= s.size()) return CfpCode::eof;
        const char c = s[i];
        if (c == '"') break;
        if (c == '\\') {
            escaped = true;
            if (const CfpCode code = scanEscape(s, i); code != CfpCode::ok) return code;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            return CfpCode::ctrl;
        } else {
            if (static_cast<unsigned char>(c) >= 0x80 && high == none) high = i;
            ++i;
        }
    }
    ++i;
    return high != none && !isUtf8(s.substr(high, i - 1 - high)) ? CfpCode::utf8 : CfpCode::ok;
}

} // namespace tally::audit
