#include "core/audit/unicode.h"

#include <algorithm>
#include <iterator>

namespace tally::audit {
namespace {
#include "core/audit/unicode_tables.inc"

// Hangul syllables are composed by arithmetic (Unicode standard 3.12).
constexpr char32_t hangul = 0xac00, lead = 0x1100, vowel = 0x1161, tail = 0x11a7;
constexpr char32_t vowels = 21, tails = 28, syllables = 11172;

unsigned combiningClass(char32_t cp) {
    const auto* at = std::upper_bound(std::begin(combining_classes), std::end(combining_classes), cp,
                                      [](char32_t c, const ClassRange& r) { return c < r.from; });
    return at != std::begin(combining_classes) && cp <= std::prev(at)->to ? std::prev(at)->ccc : 0;
}

void decompose(char32_t cp, std::u32string& out) {
    if (cp >= hangul && cp < hangul + syllables) {
        const char32_t s = cp - hangul;
        out.push_back(lead + s / (vowels * tails));
        out.push_back(vowel + s % (vowels * tails) / tails);
        if (s % tails != 0) out.push_back(tail + s % tails);
        return;
    }
    const auto* at = std::lower_bound(std::begin(decompositions), std::end(decompositions), cp,
                                      [](const Decomposition& d, char32_t c) { return d.cp < c; });
    if (at == std::end(decompositions) || at->cp != cp) {
        out.push_back(cp);
        return;
    }
    decompose(at->a, out); // at most four levels in the database
    if (at->b != 0) decompose(at->b, out);
}

char32_t compose(char32_t a, char32_t b) {
    if (a >= lead && a < lead + 19 && b >= vowel && b < vowel + vowels)
        return hangul + ((a - lead) * vowels + (b - vowel)) * tails;
    if (a >= hangul && a < hangul + syllables && (a - hangul) % tails == 0 && b > tail && b < tail + tails)
        return a + (b - tail);
    if (b < 0x300) return 0; // nothing below the first combining mark joins
    for (const Decomposition& d : decompositions) {
        if (d.composes && d.a == a && d.b == b) return d.cp;
    }
    return 0;
}

std::u32string decode(std::string_view s) {
    std::u32string out;
    for (std::size_t i = 0; i < s.size();) {
        const auto c = static_cast<unsigned char>(s[i]);
        const std::size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        char32_t cp = n == 1 ? c : c & (0xff >> (n + 1));
        for (std::size_t k = 1; k < n && i + k < s.size(); ++k)
            cp = cp << 6 | (static_cast<unsigned char>(s[i + k]) & 0x3f);
        out.push_back(cp);
        i += n;
    }
    return out;
}

std::string encode(const std::u32string& text) {
    std::string out;
    for (const char32_t cp : text)
        appendUtf8(out, cp);
    return out;
}

std::u32string nfd(std::string_view text) {
    std::u32string out;
    for (const char32_t cp : decode(text))
        decompose(cp, out);
    for (std::size_t i = 0; i < out.size();) { // runs of combining marks in order of their class
        std::size_t end = i;
        while (end < out.size() && combiningClass(out[end]) != 0)
            ++end;
        std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(i),
                         out.begin() + static_cast<std::ptrdiff_t>(end),
                         [](char32_t a, char32_t b) { return combiningClass(a) < combiningClass(b); });
        i = end + 1;
    }
    return out;
}
} // namespace

std::string toNfd(std::string_view text) {
    return encode(nfd(text));
}

std::string toNfc(std::string_view text) {
    std::u32string out;
    std::size_t starter = std::u32string::npos;
    unsigned last_class = 0;
    for (const char32_t cp : nfd(text)) {
        const unsigned ccc = combiningClass(cp);
        const bool adjacent = starter != std::u32string::npos && starter + 1 == out.size();
        if (starter != std::u32string::npos && (adjacent || (last_class < ccc && last_class != 0))) {
            if (const char32_t joined = compose(out[starter], cp)) {
                out[starter] = joined;
                continue;
            }
        }
        if (ccc == 0) starter = out.size();
        last_class = ccc;
        out.push_back(cp);
    }
    return encode(out);
}

void appendUtf8(std::string& out, char32_t cp) {
    const auto byte = [&](char32_t b) { out.push_back(static_cast<char>(b)); };
    if (cp < 0x80) {
        byte(cp);
    } else if (cp < 0x800) {
        byte(0xc0 | cp >> 6), byte(0x80 | (cp & 0x3f));
    } else if (cp < 0x10000) {
        byte(0xe0 | cp >> 12), byte(0x80 | (cp >> 6 & 0x3f)), byte(0x80 | (cp & 0x3f));
    } else {
        byte(0xf0 | cp >> 18), byte(0x80 | (cp >> 12 & 0x3f)), byte(0x80 | (cp >> 6 & 0x3f)),
            byte(0x80 | (cp & 0x3f));
    }
}

} // namespace tally::audit
