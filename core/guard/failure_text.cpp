#include "core/guard/failure_text.h"

#include <algorithm>
#include <array>
#include <string>

namespace tally::guard {
namespace {

constexpr std::size_t looked_at = 160; ///< a failure says so at its beginning

constexpr std::array<std::string_view, 11> words = {"errors",  "traceback", "fatal",      "failed",
                                                    "failure", "refused",   "invalid",    "illegal",
                                                    "aborted", "syntax",    "unsupported"};
/// The call itself could not be carried out.
constexpr std::array<std::string_view, 4> phrases = {"command not found", "permission denied",
                                                     "not permitted", "timed out"};
/// "error", but also "SyntaxError" and "ValueException".
constexpr std::array<std::string_view, 2> endings = {"error", "exception"};
constexpr std::array<std::string_view, 5> negations = {"no", "0", "without", "not", "zero"};

bool inWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool endsWith(std::string_view word, std::string_view end) {
    return word.size() >= end.size() && word.substr(word.size() - end.size()) == end;
}

/// `"errors": []`, `error=null`, `error: none`, `failed: 0`.
bool deniedAfter(std::string_view rest) {
    const auto at = rest.find_first_not_of("\"' \t:=");
    if (at == std::string_view::npos || at == 0 ||
        rest.substr(0, at).find_first_of(":=") == std::string_view::npos)
        return false;
    rest.remove_prefix(at);
    for (const std::string_view none : {"[]", "{}", "null", "none", "false", "0"})
        if (rest.substr(0, none.size()) == none) return true;
    return false;
}

} // namespace

bool saysFailed(std::string_view result) {
    std::string text(result.substr(0, looked_at));
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const std::string_view phrase : phrases)
        if (text.find(phrase) != std::string::npos) return true;
    std::string_view before;
    for (std::size_t i = 0; i < text.size();) {
        if (!inWord(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && inWord(text[end]))
            ++end;
        const std::string_view word = std::string_view(text).substr(i, end - i);
        const bool says = std::find(words.begin(), words.end(), word) != words.end() ||
                          std::any_of(endings.begin(), endings.end(),
                                      [&](std::string_view each) { return endsWith(word, each); });
        const bool denied = std::find(negations.begin(), negations.end(), before) != negations.end();
        if (says && !denied && !deniedAfter(std::string_view(text).substr(end))) return true;
        before = word;
        i = end;
    }
    return false;
}

} // namespace tally::guard
