// Sentences about budgets: which one, how much is spent, reserved and missing, what would release it.
#pragma once
#include "core/engine/budget_index.h"

namespace tally::engine {

/// "the hard cost budget of workflow:triage per day".
std::string budgetName(const Budget& budget);
/// Why an attempt that could need `wanted` does not fit this book now.
std::string blockSentence(const Book& book, PicoSum wanted);
/// A budget that was just set: what was spent before it is not counted yet.
std::string openingSentence(const Book& book);
/// "The … has used 80 % of $5.00: $4.01 spent, $0.12 reserved."
std::string warnSentence(const Book& book, int percent);
/// "The … is used up: …", for what cannot be reserved.
std::string breachSentence(const Book& book);

} // namespace tally::engine
