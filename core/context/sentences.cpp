#include "core/context/sentences.h"

#include "core/context/bm25.h"

#include <algorithm>
#include <numeric>

namespace tally::context {
namespace {

constexpr std::size_t longest = 600;

bool space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// A code point must not be cut: moves back to its first byte.
std::size_t wholeCharacters(std::string_view text, std::size_t at) {
    while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
        --at;
    return at;
}

void add(std::string_view text, std::size_t from, std::size_t to, Passages& out) {
    while (from < to && space(text[from]))
        ++from;
    while (to > from && space(text[to - 1]))
        --to;
    if (from == to) return;
    Passage p;
    p.start = from;
    p.end = to;
    p.text = std::string(text.substr(from, to - from));
    p.kind = "sentence";
    out.push_back(std::move(p));
}

} // namespace

Passages sentences(std::string_view text) {
    Passages out;
    std::size_t from = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '\n';
        bool cut = (c == '.' || c == ';' || c == ':' || c == '!' || c == '?') && space(next) && i - from > 20;
        if (c == '\n' && (next == '\n' || next == '*' || next == '-')) cut = true;
        if (!cut && i - from >= longest) cut = space(c) || i - from >= longest + 100;
        if (!cut) continue;
        const auto to = i - from >= longest + 100 ? wholeCharacters(text, i + 1) : i + 1;
        add(text, from, to, out);
        from = to;
    }
    add(text, from, text.size(), out);
    return out;
}

std::string trimToBudget(std::string_view text, std::string_view query, std::int64_t tokens) {
    if (estimateTokens(text) <= tokens) return std::string(text);
    const auto all = sentences(text);
    std::vector<std::string_view> texts;
    for (const auto& s : all)
        texts.push_back(s.text);
    const auto scores = bm25(texts, query);
    std::vector<std::size_t> order(all.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if ((a == 0) != (b == 0)) return a == 0;
        return scores[a] > scores[b];
    });
    constexpr std::size_t joint = 5; // " … " in UTF-8
    const auto room = static_cast<std::size_t>(std::max<std::int64_t>(tokens, 0)) * 4;
    std::size_t used = 0;
    std::vector<std::size_t> chosen;
    for (const auto i : order) {
        if (used + all[i].text.size() + joint > room) continue;
        used += all[i].text.size() + joint;
        chosen.push_back(i);
    }
    if (chosen.empty())
        return std::string(text.substr(0, wholeCharacters(text, std::min(room, text.size()))));
    std::sort(chosen.begin(), chosen.end());
    std::string out;
    for (std::size_t k = 0; k < chosen.size(); ++k) {
        if (k > 0) out += chosen[k] == chosen[k - 1] + 1 ? " " : " \xE2\x80\xA6 ";
        out += all[chosen[k]].text;
    }
    return out;
}

} // namespace tally::context
