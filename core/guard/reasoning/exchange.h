// Checks who has what while pairs exchange: the start is read from the task ("Alice has a red ball, …"), each
// exchange must be the task's next one, and the state stated after it ("Alice: blue, Bob: red") must follow
// from the one before. The answer and the option named must be what is held. Pure.
#pragma once
#include "core/guard/reasoning/finding.h"

namespace tally::guard::reasoning {

std::optional<Finding> checkExchange(std::string_view task, const Steps& steps);

} // namespace tally::guard::reasoning
