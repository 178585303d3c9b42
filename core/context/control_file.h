// The Debian control syntax (paragraphs of "Field: value" lines with indented continuation lines), read
// leniently: text that is not in that form is kept as a field without a name, nothing is dropped. Source:
// Debian Policy 5.1 and the machine-readable copyright format 1.0. Pure; any thread. Views point into the
// text that was parsed.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tally::context {

struct Field {
    std::string_view name;  ///< as written; empty for free text
    std::string_view first; ///< the rest of the first line, trimmed
    std::string_view body;  ///< the continuation lines with their line ends, may be empty
    std::size_t start = 0;  ///< byte range of the whole field, first line to last continuation line
    std::size_t end = 0;
    [[nodiscard]] bool is(std::string_view lower_name) const; ///< case-insensitive
};
using Paragraph = std::vector<Field>;

std::vector<Paragraph> parseControl(std::string_view text);
/// The first paragraph has a Format (or the older Format-Specification) field.
bool isMachineReadable(std::string_view text);
/// Continuation lines as the author meant them: one leading blank removed, a lone "." is an empty line.
std::string unfold(std::string_view body);

} // namespace tally::context
