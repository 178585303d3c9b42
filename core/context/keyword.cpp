#include "core/context/keyword.h"

#include <fmt/format.h>

namespace tally::context {
namespace {

double scoreWords(const std::string& padded, const std::vector<std::string>& needles,
                  const std::vector<Keyword>& keywords, std::string* why) {
    double score = 0;
    for (std::size_t i = 0; i < keywords.size(); ++i) {
        if (needles[i].size() <= 2 || padded.find(needles[i]) == std::string::npos) continue;
        score += keywords[i].weight;
        if (why) *why += fmt::format("{}{}", why->empty() ? "" : ", ", keywords[i].phrase);
    }
    return score;
}

std::vector<std::string> needlesOf(const std::vector<Keyword>& keywords) {
    std::vector<std::string> out;
    out.reserve(keywords.size());
    for (const auto& k : keywords)
        out.push_back(' ' + normaliseWords(k.phrase) + ' ');
    return out;
}

} // namespace

double keywordScore(std::string_view text, const std::vector<Keyword>& keywords, std::string* why) {
    return scoreWords(' ' + normaliseWords(text) + ' ', needlesOf(keywords), keywords, why);
}

Passages filterByKeyword(Passages passages, const KeywordOptions& options) {
    const auto needles = needlesOf(options.keywords);
    Passages kept;
    for (auto& p : passages) {
        std::string found;
        const auto padded = ' ' + normaliseWords(p.text) + ' ';
        const double score = scoreWords(padded, needles, options.keywords, &found);
        if (score < options.min_score) continue;
        if (options.density_per_100 > 0) {
            double count = -1;
            for (const char c : padded)
                count += c == ' ' ? 1 : 0;
            if (score * 100 < options.density_per_100 * count) continue;
        }
        p.score = score;
        p.why += fmt::format("{}keyword {:.1f}: {}", p.why.empty() ? "" : "; ", score, found);
        kept.push_back(std::move(p));
    }
    return kept;
}

} // namespace tally::context
