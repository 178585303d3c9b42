// BM25 over a handful of passages, without an index. Source: Robertson and Zaragoza, "The Probabilistic
// Relevance Framework: BM25 and Beyond" (2009), with idf = ln(1 + (N - n + 0.5) / (n + 0.5)), k1 = 1.2, b =
// 0.75. Pure; any thread.
#pragma once
#include "core/context/passage.h"

namespace tally::context {

/// One score per text, in the same order.
std::vector<double> bm25(const std::vector<std::string_view>& texts, std::string_view query);

struct RelevanceOptions {
    std::string query;
    std::int64_t top_k = 0; ///< 0: all
    double min_score = 0;   ///< passages below are dropped
    std::int64_t max_tokens =
        0; ///< budget of the whole result (estimateTokens); 0: none. The best come first into it.
    std::int64_t passage_tokens = 0; ///< longer passages are trimmed to their best sentences; 0: none
};

/// Third layer: keeps the most relevant passages within the budget, in document order, scored by BM25. The
/// score of the layers before breaks ties. A passage that does not fit whole is trimmed to its best sentences
/// when at least 32 tokens are left, else dropped, and `why` says so.
Passages filterByRelevance(Passages passages, const RelevanceOptions& options);

} // namespace tally::context
