// Small readings of prose that the checkers share. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::guard::reasoning {

/// Lower-case words of letters, digits, hyphens and apostrophes.
std::vector<std::string> wordsOf(std::string_view text);
/// Parts between separators, without spaces around them; empty parts are kept.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
/// "first" 0, "second" 1, … "tenth" 9; also "3rd".
std::optional<std::size_t> ordinal(std::string_view word);
/// What stands between the next two quotation marks at or after `from`; `from` moves behind them.
std::optional<std::string> quoted(std::string_view text, std::size_t& from);
/// Text up to the next sentence end (a full stop before a space or the end).
std::string_view sentenceAt(std::string_view text, std::size_t from);
/// What follows "answer is", without its full stop.
std::optional<std::string_view> answerOf(std::string_view step);
/// Texts of the options "(A) …" of a task, in order.
std::vector<std::pair<char, std::string>> optionsOf(std::string_view task);

} // namespace tally::guard::reasoning
