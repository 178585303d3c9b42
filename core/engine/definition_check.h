// The conditions of a workflow definition, judged by the filter language before anything runs.
#pragma once
#include "core/model/workflow.h"

#include <string>
#include <vector>

namespace tally::engine {

/// One diagnostic per condition that cannot be parsed, placed in the definition `text`.
std::vector<Diagnostic> checkExpressions(const std::string& text);

} // namespace tally::engine
