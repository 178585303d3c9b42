// Validates a value against a subset of JSON Schema (draft 2020-12 keywords): type (also as an array),
// properties, required, additionalProperties (false or a schema), items, enum, const, minimum, maximum,
// exclusiveMinimum, exclusiveMaximum, minLength, maxLength, pattern, minItems, maxItems, uniqueItems, anyOf,
// oneOf, allOf, not. Other keywords say nothing about validity here ("title", "description" …). Lengths count
// code points. Pure; any thread.
#pragma once
#include "core/base/result.h"

#include <nlohmann/json.hpp>

namespace tally::engine {

/// The first violation in words that a model can act on ("/licences/0: must be one of …"); empty: valid.
std::string schemaViolation(const nlohmann::json& schema, const nlohmann::json& value);
/// ECMAScript regular expression anywhere in the text; texts above 64 KiB are refused (std::regex recurses).
Result<bool> regexFinds(const std::string& pattern, const std::string& text);

} // namespace tally::engine
