// Checks every equation that a text shows: both sides of each '=' are computed and compared, with letters
// that the text itself gives values to, and an announced answer must be the value computed last. Sides that
// are not plain arithmetic (words, units, code) are left alone. Where the task is one expression, a rewriting
// of it in letters must have its value. Pure.
#pragma once
#include "core/guard/reasoning/finding.h"

namespace tally::guard::reasoning {

std::optional<Finding> checkArithmetic(std::string_view task, const Steps& steps);

} // namespace tally::guard::reasoning
