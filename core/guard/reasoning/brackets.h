// Checks a shown stack of open brackets: each step that takes a bracket and states the stack must follow from
// the stack stated before and from the next bracket of the task; the final stack, what is popped and the
// answer must follow too. Pure.
#pragma once
#include "core/guard/reasoning/finding.h"

namespace tally::guard::reasoning {

std::optional<Finding> checkBrackets(std::string_view task, const Steps& steps);

} // namespace tally::guard::reasoning
