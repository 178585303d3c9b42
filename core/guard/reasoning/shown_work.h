// The first step of shown work that does not follow from the task and the steps before it: arithmetic, stacks
// of brackets, sorting, exchanges, orders under constraints. Each checker recomputes the steps itself and is
// silent about work that it cannot read; a finding is therefore evidence of a mistake, silence is no evidence
// of truth. What they read is English prose in common forms (core/README.md says which). Pure; linear in the
// text.
#pragma once
#include "core/guard/reasoning/finding.h"

namespace tally::guard::reasoning {

std::optional<Finding> firstMistake(std::string_view task, const Steps& steps);
/// Lines of an answer that hold something; fenced code is left out.
Steps stepsOf(std::string_view answer);

} // namespace tally::guard::reasoning
