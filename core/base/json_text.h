// JSON from outside. A value may be at most 200 levels deep: copying, comparing and printing it recurse, so
// that a few hundred thousand brackets in an answer or a file would end the program. Pure; any thread.
#pragma once
#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace tally {

inline constexpr int max_json_depth = 200;

/// True when the brackets outside strings nest deeper than max_json_depth; the text need not be valid.
bool isJsonTooDeep(std::string_view text);
/// Errors json.depth, json.syntax.
Result<nlohmann::json> parseJson(std::string_view text);

} // namespace tally
