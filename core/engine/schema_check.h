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
/// Regular expression anywhere in the text, in time linear in it and without recursion (RE2): the text is a
/// stranger's. The syntax is that of JSON Schema patterns without look-around and references back. Error
/// check.regex.
Result<bool> regexFinds(const std::string& pattern, const std::string& text);
/// Why the expression cannot be used. Error check.regex.
Status checkRegex(const std::string& pattern);

} // namespace tally::engine
