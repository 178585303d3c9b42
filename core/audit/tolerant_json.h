// Reads a line that is known to be changed (TRACE_LOG.md 10.5): any RFC 8259 object, with duplicate keys and
// their order kept and numbers as source text. Never converts a number to floating point; does not
// recurse; a text nested deeper than 750 levels cannot be read. Thread-safe.
#pragma once
#include "core/audit/cfp.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tally::audit {

/// A JSON number that is no canonical integer: its source text.
struct NumberText {
    std::string text;
    bool operator==(const NumberText&) const = default;
};
/// null, an array or an object: its source text.
struct OtherJson {
    std::string text;
    bool operator==(const OtherJson&) const = default;
};
using TolerantValue = std::variant<std::string, std::int64_t, bool, NumberText, OtherJson>;
using TolerantFields = std::vector<std::pair<std::string, TolerantValue>>;

struct TolerantParse {
    enum class Outcome { object, unparseable, not_object } outcome = Outcome::unparseable;
    TolerantFields fields;
    bool cut = false; ///< an object with more fields than a search could use: those behind are not kept
};
TolerantParse parseTolerant(std::string_view line);

/// Text for `stored` and `original`: string content, source text of anything else.
std::string show(const TolerantValue& value);
std::string show(const Value& value);
/// The value as CFP would hold it; nothing for number texts, null, arrays and objects.
std::optional<Value> asCanonical(const TolerantValue& value);
/// Exact integer value of a number text like "5.0" or "1e3", if it is one in CFP's range.
std::optional<std::int64_t> exactInteger(std::string_view number);

} // namespace tally::audit
