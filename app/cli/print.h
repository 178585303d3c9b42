// The only way to standard output. What `tally` prints quotes models, documents and files of others: on a
// terminal control, bidirectional and invisible characters are escaped (line feeds and tabs stay), so that no
// text can move the cursor, set a title or hide a word. Into a file or pipe the bytes go as they are.
#pragma once
#include <string>
#include <string_view>

namespace tally::cli {

[[gnu::format(printf, 1, 2)]] void print(const char* format, ...);
/// Text as it is, zero bytes included; a payload, for example.
void printText(std::string_view text);
/// What print() would write to a terminal.
std::string terminalText(std::string_view text);

} // namespace tally::cli
