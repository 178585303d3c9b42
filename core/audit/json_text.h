// A JSON text as it was written: order of the members, duplicate keys and the texts of numbers are kept, so
// that it can be written again in the forms over which other tools compute their hashes, RFC 8785 (JCS) among
// them. Only for logs of others; our own format has its strict reader (cfp.h). Thread-safe; nesting is
// bounded.
#pragma once
#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

struct JsonMember;

struct JsonNode {
    enum class Type { null, boolean, number, string, array, object };
    Type type = Type::null;
    std::string text; ///< content of a string, source text of a number, "true" or "false"
    std::vector<JsonNode> items;
    std::vector<JsonMember> members;
    /// Where it stands in the text that was read; for a member of an object the value only.
    std::size_t from = 0, to = 0;
    std::size_t key_from = 0; ///< of a member: its quote

    [[nodiscard]] const JsonNode* find(std::string_view key) const;
};
struct JsonMember {
    std::string key;
    JsonNode value;
};

/// Error json.syntax with the place; json.depth.
Result<JsonNode> readJson(std::string_view text);

struct JsonForm {
    enum class Order { written, code_points, utf16 } order = Order::written;
    bool spaces = false;                                     ///< ", " and ": "
    enum class Text { utf8, ascii, html } text = Text::utf8; ///< ascii: \uXXXX; html: also < > & and U+2028/9
    bool es6_numbers = false;                                ///< numbers as ECMAScript writes a double
    bool operator==(const JsonForm&) const = default;
};
/// RFC 8785.
inline constexpr JsonForm jcs_form{JsonForm::Order::utf16, false, JsonForm::Text::utf8, true};
std::string writeJson(const JsonNode& node, const JsonForm& form);
/// A double as ECMAScript's Number::toString writes it; not for infinities.
std::string es6Number(double value);

} // namespace tally::audit
