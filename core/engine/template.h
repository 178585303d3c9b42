// References in double braces, and what their names mean at one place of a run.
//
// A text that is exactly one reference keeps the JSON type of what it names; otherwise values are put into
// the text: strings as they are, null as nothing, everything else as JSON. A reference that names nothing is
// an error, because a prompt with a silent hole is paid for and wrong; only memory, previous and repair may
// be empty, since they start that way.
//
// Pure; no state is kept. Thread: any, one at a time per Names.
#pragma once
#include "core/base/result.h"
#include "core/filter/expression.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace tally::engine {

/// Outputs are shared, never copied, once they are made.
using Value = std::shared_ptr<const nlohmann::json>;

/// What names mean at one place.
class Names {
public:
    virtual ~Names() = default;
    /// The value that the longest known head of `path` names ("steps.a.output" of "steps.a.output.label");
    /// `rest` is what is left to walk ("label"). Null: nothing is known by that name. A pointer to JSON null
    /// is an empty value.
    [[nodiscard]] virtual const nlohmann::json* find(std::string_view path, std::string_view& rest) const = 0;
};

/// Walks ".name", "[3]" and "[\"key\"]"; nullptr when something is missing on the way.
const nlohmann::json* walk(const nlohmann::json& from, std::string_view path);
/// The value of a whole path; nullptr when it names nothing.
const nlohmann::json* resolve(const Names& names, std::string_view path);

/// Renders into text. Errors: template.syntax, template.unknown_name (where = the reference).
Result<std::string> renderText(const Names& names, std::string_view text);
/// One reference keeps its type, else text.
Result<nlohmann::json> renderValue(const Names& names, std::string_view text);
/// A reference with or without braces: "{{steps.a.output}}" or "steps.a.output".
Result<nlohmann::json> renderReference(const Names& names, const std::string& text);
/// Every string inside, at any depth.
Result<nlohmann::json> renderJson(const Names& names, const nlohmann::json& pattern);
/// The value as it stands in a text.
std::string asText(const nlohmann::json& value);

/// A scope that holds only what the expression reads; unknown names stay absent (null for the expression).
nlohmann::json scopeFor(const Names& names, const filter::Expression& expression);

} // namespace tally::engine
