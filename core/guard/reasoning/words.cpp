#include "core/guard/reasoning/words.h"

#include <algorithm>
#include <array>

namespace tally::guard::reasoning {
namespace {
bool inWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '\'' || static_cast<unsigned char>(c) >= 0x80;
}
} // namespace

std::vector<std::string> wordsOf(std::string_view text) {
    std::vector<std::string> out;
    std::string word;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && inWord(text[i])) {
            const char c = text[i];
            word.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
        } else if (!word.empty()) {
            out.push_back(std::move(word));
            word.clear();
        }
    }
    return out;
}

std::string_view trim(std::string_view text) {
    const auto from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    while (true) {
        const auto end = text.find(separator);
        out.push_back(trim(text.substr(0, end)));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::size_t> ordinal(std::string_view word) {
    constexpr std::array<std::string_view, 10> names = {"first", "second",  "third",  "fourth", "fifth",
                                                        "sixth", "seventh", "eighth", "ninth",  "tenth"};
    for (std::size_t i = 0; i < names.size(); ++i)
        if (word == names[i]) return i;
    if (word.size() == 3 && word[0] >= '1' && word[0] <= '9' &&
        (word.substr(1) == "st" || word.substr(1) == "nd" || word.substr(1) == "rd" ||
         word.substr(1) == "th"))
        return static_cast<std::size_t>(word[0] - '1');
    return std::nullopt;
}

std::optional<std::string> quoted(std::string_view text, std::size_t& from) {
    const auto open = text.find('"', from);
    const auto close = open == std::string_view::npos ? open : text.find('"', open + 1);
    if (close == std::string_view::npos) return std::nullopt;
    from = close + 1;
    return std::string(text.substr(open + 1, close - open - 1));
}

std::string_view sentenceAt(std::string_view text, std::size_t from) {
    std::size_t end = from;
    while (end < text.size() &&
           (text[end] != '.' || (end + 1 < text.size() && text[end + 1] != ' ' && text[end + 1] != '\n')))
        ++end;
    return text.substr(from, end - from);
}

std::optional<std::string_view> answerOf(std::string_view step) {
    constexpr std::string_view says = "answer is";
    const auto at = step.rfind(says);
    if (at == std::string_view::npos) return std::nullopt;
    std::string_view out = trim(step.substr(at + says.size()));
    if (!out.empty() && out.front() == ':') out = trim(out.substr(1));
    if (!out.empty() && out.back() == '.') out.remove_suffix(1);
    return out;
}

std::vector<std::pair<char, std::string>> optionsOf(std::string_view task) {
    std::vector<std::pair<char, std::string>> out;
    for (const std::string_view line : split(task, '\n'))
        if (line.size() > 4 && line[0] == '(' && line[1] >= 'A' && line[1] <= 'Z' && line[2] == ')')
            out.emplace_back(line[1], std::string(trim(line.substr(3))));
    return out;
}

} // namespace tally::guard::reasoning
