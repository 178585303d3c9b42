// Judges usage reports against expected prices; shared by the eval_cost program and its Qt test.
#pragma once
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace tally::test {
/// Keys: cases, covered, exact, wrong, not_covered {reason: n}, full_refused, full_differs, wrong_cases (at
/// most 20).
Result<nlohmann::json> judgeCostCases(std::string_view usages_json, const std::string& day);
} // namespace tally::test
