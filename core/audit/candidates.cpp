#include "core/audit/candidates.h"

#include "core/audit/cfp.h"
#include "core/audit/unicode.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

namespace tally::audit {
namespace {

/// The integer that `text` is the canonical form of.
std::optional<std::int64_t> canonicalInteger(std::string_view text) {
    const bool negative = !text.empty() && text[0] == '-';
    const std::string_view digits = text.substr(negative ? 1 : 0);
    if (digits.empty() || digits.size() > 16 || (digits[0] == '0' && (digits.size() > 1 || negative)))
        return std::nullopt;
    std::int64_t n = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        n = n * 10 + (c - '0');
    }
    if (n > max_cfp_int) return std::nullopt;
    return negative ? -n : n;
}

bool useText(std::string_view text, const UseInteger& use) {
    const auto n = canonicalInteger(text);
    return n && use(*n);
}

bool digitEdits(const std::string& text, const UseInteger& use) {
    std::string t;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        for (char c = '0'; c <= '9'; ++c) {
            t = text;
            t.insert(i, 1, c);
            if (useText(t, use)) return true;
            if (i < text.size()) {
                t = text;
                t[i] = c;
                if (useText(t, use)) return true;
            }
        }
        if (i < text.size()) {
            t = text;
            t.erase(i, 1);
            if (useText(t, use)) return true;
        }
        if (i + 1 < text.size()) {
            t = text;
            std::swap(t[i], t[i + 1]);
            if (useText(t, use)) return true;
        }
    }
    return false;
}

bool scaled(std::int64_t value, const UseInteger& use) {
    const auto tryProduct = [&](std::int64_t factor) {
        const __int128 product = static_cast<__int128>(value) * factor;
        return product <= max_cfp_int && product >= -max_cfp_int && use(static_cast<std::int64_t>(product));
    };
    const auto tryQuotient = [&](std::int64_t divisor) {
        return value % divisor == 0 && use(value / divisor);
    };
    for (std::int64_t ten = 10; ten <= 1'000'000; ten *= 10) {
        if (tryProduct(ten) || tryQuotient(ten)) return true;
    }
    if (value != 0 && use(-value)) return true;
    for (std::int64_t k = 2; k <= 100; ++k) {
        if (tryProduct(k) || tryQuotient(k)) return true;
    }
    return false;
}

bool twoDigits(const std::string& text, const UseInteger& use) {
    std::string t = text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (std::size_t j = i + 1; j < text.size(); ++j) {
            for (char a = '0'; a <= '9'; ++a) {
                for (char b = '0'; b <= '9'; ++b) {
                    t[i] = a;
                    t[j] = b;
                    if (useText(t, use)) return true;
                }
            }
            t[i] = text[i];
            t[j] = text[j];
        }
    }
    return false;
}

} // namespace

bool integerCandidates(std::int64_t value, const IntegerReach& reach, const UseInteger& use) {
    const std::string text = fmt::format_int(value).str();
    if (scaled(value, use) || digitEdits(text, use)) return true;
    for (std::int64_t d = 1; d <= reach.distance; ++d) {
        if (value + d <= max_cfp_int && use(value + d)) return true;
        if (value - d >= -max_cfp_int && use(value - d)) return true;
    }
    return reach.two_digits && twoDigits(text, use);
}

bool longNumberCandidates(std::string_view text, const UseInteger& use) {
    const std::size_t sign = !text.empty() && text[0] == '-' ? 1 : 0;
    std::size_t digits = sign;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9')
        ++digits;
    constexpr std::size_t most_edited = 64; // what is longer is no number with one digit too many
    if (digits == text.size() && digits <= most_edited && digitEdits(std::string(text), use)) return true;
    if (digits - sign < 15) return false;
    const auto n = canonicalInteger(text.substr(0, 15));
    return n && integerCandidates(*n, {}, use);
}

bool stringCandidates(std::string_view value, const UseString& use) {
    // A value that no edit makes short enough for a record was never one.
    if (value.size() > 3 * max_entry_bytes) return false;
    if (use(toNfc(value)) || use(toNfd(value))) return true;
    if (value.size() > max_entry_bytes) return false;
    // Positions between characters, not between the bytes of one.
    std::vector<std::size_t> at;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if ((static_cast<unsigned char>(value[i]) & 0xc0) != 0x80) at.push_back(i);
    }
    at.push_back(value.size());
    std::string t;
    for (std::size_t i = 0; i < at.size(); ++i) {
        const std::string_view before = value.substr(0, at[i]);
        const bool end = i + 1 == at.size();
        const std::string_view after = end ? std::string_view() : value.substr(at[i + 1]);
        for (int c = 0x20; c < 0x7f; ++c) {
            t.assign(before).append(1, static_cast<char>(c)).append(value.substr(at[i]));
            if (use(t)) return true;
            if (end) continue;
            t.assign(before).append(1, static_cast<char>(c)).append(after);
            if (use(t)) return true;
        }
        if (end) continue;
        t.assign(before).append(after);
        if (use(t)) return true;
    }
    return false;
}

} // namespace tally::audit
