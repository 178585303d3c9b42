#include "core/context/bm25.h"

#include "core/context/sentences.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <unordered_map>

namespace tally::context {

std::vector<double> bm25(const std::vector<std::string_view>& texts, std::string_view query) {
    constexpr double k1 = 1.2, b = 0.75;
    const auto asked = words(query);
    const std::set<std::string> terms(asked.begin(), asked.end());
    std::vector<std::unordered_map<std::string, int>> counts(texts.size());
    std::vector<double> length(texts.size());
    std::unordered_map<std::string, int> documents;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (auto& w : words(texts[i])) {
            length[i] += 1;
            if (terms.count(w) > 0) ++counts[i][std::move(w)];
        }
        for (const auto& [w, n] : counts[i])
            documents[w] += n > 0;
    }
    const double total = std::accumulate(length.begin(), length.end(), 0.0);
    const double mean = texts.empty() || total <= 0 ? 1 : total / static_cast<double>(texts.size());
    std::vector<double> scores(texts.size(), 0.0);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (const auto& term : terms) { // a fixed order keeps the sum the same on every machine
            const auto found = counts[i].find(term);
            if (found == counts[i].end()) continue;
            const double n = documents[term];
            const double idf = std::log(1 + (static_cast<double>(texts.size()) - n + 0.5) / (n + 0.5));
            const double tf = found->second;
            scores[i] += idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length[i] / mean));
        }
    }
    return scores;
}

Passages filterByRelevance(Passages passages, const RelevanceOptions& options) {
    std::vector<std::string_view> texts;
    texts.reserve(passages.size());
    for (const auto& p : passages)
        texts.push_back(p.text);
    const auto scores = bm25(texts, options.query);

    std::vector<std::size_t> order(passages.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
        if (scores[x] != scores[y]) return scores[x] > scores[y];
        if (passages[x].score != passages[y].score) return passages[x].score > passages[y].score;
        return x < y;
    });

    std::vector<std::size_t> chosen;
    std::int64_t left = options.max_tokens;
    for (const auto i : order) {
        if (options.top_k > 0 && static_cast<std::int64_t>(chosen.size()) >= options.top_k) break;
        auto& p = passages[i];
        if (scores[i] < options.min_score) continue;
        p.score = scores[i];
        p.why += fmt::format("{}relevance {:.2f}", p.why.empty() ? "" : "; ", scores[i]);
        if (options.passage_tokens > 0 && estimateTokens(p.text) > options.passage_tokens) {
            p.text = trimToBudget(p.text, options.query, options.passage_tokens);
            p.why += ", trimmed";
        }
        if (options.max_tokens > 0) {
            if (estimateTokens(p.text) > left) {
                if (left < 32) continue;
                p.text = trimToBudget(p.text, options.query, left);
                p.why += ", trimmed to the budget";
            }
            left -= estimateTokens(p.text);
        }
        chosen.push_back(i);
    }
    std::sort(chosen.begin(), chosen.end());
    Passages kept;
    kept.reserve(chosen.size());
    for (const auto i : chosen)
        kept.push_back(std::move(passages[i]));
    return kept;
}

} // namespace tally::context
