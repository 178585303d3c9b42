// Checks shown sorting of words: letters and their places in the alphabet, groups by letter, the order within
// each chain "a < b < [c ? d]", that every step sorts a group that is still open (the first one) and keeps
// all others, that no word is lost, doubled or changed, and that the answer is the chain reached. Pure.
#pragma once
#include "core/guard/reasoning/finding.h"

namespace tally::guard::reasoning {

std::optional<Finding> checkOrdering(std::string_view task, const Steps& steps);

} // namespace tally::guard::reasoning
