// The conditions and regular expressions of a workflow definition, judged before anything runs.
#pragma once
#include "core/model/workflow.h"

#include <string>
#include <vector>

namespace tally::engine {

/// One diagnostic per condition or regular expression that cannot be read, placed in the definition `text`.
std::vector<Diagnostic> checkExpressions(const std::string& text);

} // namespace tally::engine
