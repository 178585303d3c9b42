// Private to core/price: the tokenizers' pre-splitting, written by hand after the published patterns of
// tiktoken (openai/tiktoken, tiktoken_ext/openai_public.py: cl100k_base, o200k_base). No regular-expression
// engine: the patterns need Unicode classes and look-ahead, and this is the hot path of counting.
#pragma once
#include "core/price/unicode_classes.h"

#include <array>
#include <string_view>

namespace tally::price {

enum class Pattern { cl100k, o200k };

class WordSplitter {
public:
    WordSplitter(std::string_view text, Pattern pattern)
        : text_(text)
        , pattern_(pattern)
        , classes_(CharClasses::get()) {
        for (std::uint32_t c = 0; c < 128; ++c)
            ascii_[c] = classes_.of(c);
    }
    /// End of the piece that starts at `at` (< size); always > at.
    [[nodiscard]] std::size_t next(std::size_t at) const {
        return pattern_ == Pattern::o200k ? nextO200k(at) : nextCl100k(at);
    }

private:
    struct Char {
        CharClass kind;
        std::size_t end;
    };
    [[nodiscard]] Char charAt(std::size_t at) const {
        const auto byte = static_cast<unsigned char>(text_[at]);
        if (byte < 0x80) return {ascii_[byte], at + 1};
        const auto kind = classes_.of(decodeUtf8(text_, at));
        return {kind, at};
    }
    static bool isLetter(CharClass c) { return c == upper_char || c == lower_char || c == letter_char; }
    static bool isSpace(CharClass c) { return c == space_char || c == newline_char; }
    /// [^\s\p{L}\p{N}]
    static bool isSymbol(CharClass c) { return c == other_char || c == mark_char; }

    template <class Accept>
    [[nodiscard]] std::size_t run(std::size_t at, Accept accept) const {
        while (at < text_.size()) {
            const auto c = charAt(at);
            if (!accept(c.kind)) break;
            at = c.end;
        }
        return at;
    }
    [[nodiscard]] std::size_t digits(std::size_t at) const { ///< \p{N}{1,3}, the first is known to be one
        for (int i = 0; i < 3 && at < text_.size(); ++i) {
            const auto c = charAt(at);
            if (c.kind != number_char) break;
            at = c.end;
        }
        return at;
    }
    [[nodiscard]] std::size_t symbols(std::size_t at, bool slash) const { ///< [^\s\p{L}\p{N}]+[\r\n/]*
        at = run(at, isSymbol);
        while (at < text_.size() && (text_[at] == '\r' || text_[at] == '\n' || (slash && text_[at] == '/')))
            ++at;
        return at;
    }
    [[nodiscard]] std::size_t spaces(std::size_t at) const { ///< \s*[\r\n]+ | \s+(?!\S) | \s+
        std::size_t end = at, last_start = at, after_newline = 0;
        while (end < text_.size()) {
            const auto c = charAt(end);
            if (!isSpace(c.kind)) break;
            last_start = end;
            end = c.end;
            if (c.kind == newline_char) after_newline = end;
        }
        if (after_newline != 0) return after_newline;
        return end == text_.size() || last_start == at ? end : last_start;
    }
    /// 's 't 're 've 'm 'll 'd in any case (with the long s U+017F, which folds to s); `at` if there is none.
    [[nodiscard]] std::size_t contraction(std::size_t at) const {
        if (at + 1 >= text_.size() || text_[at] != '\'') return at;
        const auto low = [&](std::size_t i) {
            return i < text_.size() ? static_cast<char>(text_[i] | 0x20) : '\0';
        };
        const char a = low(at + 1), b = low(at + 2);
        if (a == 's' || a == 't' || a == 'm' || a == 'd') return at + 2;
        if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l')) return at + 3;
        if (text_.substr(at + 1, 2) == "\xC5\xBF") return at + 3;
        return at;
    }

    /// [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+ as a backtracking matcher finds it
    /// (`lower`), or else the second alternative, upper-case letters only.
    struct Word {
        std::size_t end;
        bool lower;
    };
    [[nodiscard]] Word word(std::size_t at) const {
        std::size_t p = at, both = 0; // `both`: end of the last character that either class takes
        while (p < text_.size()) {
            const auto c = charAt(p);
            if (c.kind == lower_char)
                return {
                    run(c.end,
                        [](CharClass k) { return k == lower_char || k == letter_char || k == mark_char; }),
                    true};
            if (c.kind != upper_char && c.kind != letter_char && c.kind != mark_char) break;
            p = c.end;
            if (c.kind != upper_char) both = p;
        }
        return both != 0 ? Word{both, true} : Word{p, false};
    }
    [[nodiscard]] std::size_t nextO200k(std::size_t at) const {
        const auto first = charAt(at);
        if (isLetter(first.kind)) return contraction(word(at).end);
        if (first.kind == number_char) return digits(at);
        if (first.kind != newline_char) { // may stand in front of a word
            const auto after = first.end < text_.size() ? word(first.end) : Word{first.end, false};
            if (after.lower) return contraction(after.end);
            if (first.kind == mark_char) return contraction(word(at).end);
            if (after.end > first.end) return contraction(after.end);
        }
        if (isSymbol(first.kind)) return symbols(at, true);
        if (text_[at] == ' ' && at + 1 < text_.size() && isSymbol(charAt(at + 1).kind))
            return symbols(at + 1, true);
        return spaces(at);
    }
    [[nodiscard]] std::size_t nextCl100k(std::size_t at) const {
        const auto first = charAt(at);
        if (const auto end = contraction(at); end != at) return end;
        if (isLetter(first.kind)) return run(first.end, isLetter);
        if (first.kind == number_char) return digits(at);
        if (first.kind != newline_char && first.end < text_.size()) {
            if (const auto c = charAt(first.end); isLetter(c.kind)) return run(c.end, isLetter);
        }
        if (isSymbol(first.kind)) return symbols(at, false);
        if (text_[at] == ' ' && at + 1 < text_.size() && isSymbol(charAt(at + 1).kind))
            return symbols(at + 1, false);
        return spaces(at);
    }

    std::string_view text_;
    Pattern pattern_;
    const CharClasses& classes_;
    std::array<CharClass, 128> ascii_{};
};

} // namespace tally::price
