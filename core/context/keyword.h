// Second filter layer: weighted phrases. A phrase matches whole words, whatever the case, punctuation and
// line breaks between them; a passage scores the sum of the weights of the phrases it contains (each counted
// once). Pure; any thread.
#pragma once
#include "core/context/passage.h"

namespace tally::context {

struct Keyword {
    std::string phrase; ///< words: "redistribution and use"
    double weight = 1;  ///< may be negative
};

struct KeywordOptions {
    std::vector<Keyword> keywords;
    double min_score = 1;       ///< passages below are dropped
    double density_per_100 = 0; ///< and those with less weight per 100 words, 0: not judged
};

/// Sum of weights; `why` (when given) gets the phrases that were found.
double keywordScore(std::string_view text, const std::vector<Keyword>& keywords, std::string* why = nullptr);
Passages filterByKeyword(Passages passages, const KeywordOptions& options);

} // namespace tally::context
