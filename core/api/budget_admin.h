// Whether the budgets of a workspace folder hold what their calls come to; needs no owner and no engine.
//
// Synchronous; any thread but the window's. Errors: those of the store.
#pragma once
#include "core/api/values.h"

#include <string>
#include <vector>

namespace tally::api {

/// Budgets whose stored sum is not what their calls come to, a sentence each; empty: all are right. The next
/// start of an engine corrects them, and says so in an alert and in the log.
Result<std::vector<std::string>> wrongBudgets(const std::string& dir, std::int64_t now_us);

} // namespace tally::api
