// Checks orders that are derived from statements ("- The crow is to the right of the owl.", "- Eve finished
// third."): all orders that the statements allow are tried (at most eight things), and a step that writes an
// order down
// ("from left to right: first is the owl, then second can be any bird, …") must leave at each place whatever
// the statements still allow there. Silent when a statement cannot be read or nothing is allowed. Pure.
#pragma once
#include "core/guard/reasoning/finding.h"

namespace tally::guard::reasoning {

std::optional<Finding> checkConstraints(std::string_view task, const Steps& steps);

} // namespace tally::guard::reasoning
