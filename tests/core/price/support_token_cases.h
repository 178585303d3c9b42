// Judges token counts against the reference vectors; shared by the eval_tokenizer program and its Qt test.
#pragma once
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tally::test {
/// Keys: cases, exact, vectors, plans, contracts, wrong_cases (at most 20); with `speed` also mb_per_s and
/// its parts.
Result<nlohmann::json> judgeTokenCases(const std::string& folder, const std::vector<std::string>& text_files,
                                       bool speed);
} // namespace tally::test
