// Does a result say that the call itself failed? A tool that answers "nothing found" has answered; one that
// answers "Error executing query: no such column" or with a traceback has not. Looks at the beginning of the
// text only and only at words, so it works for any tool; a mention of "no error" or of an empty list of
// errors is not a failure. Pure.
#pragma once
#include <string_view>

namespace tally::guard {

[[nodiscard]] bool saysFailed(std::string_view result);

} // namespace tally::guard
