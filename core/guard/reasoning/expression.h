// Reads and evaluates sums and products as they are written in a text: numbers, + - * / and their typographic
// forms, brackets, and single capital letters that were given a value before. Pure.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string_view>

namespace tally::guard::reasoning {

struct Value {
    double number = 0;      ///< not money
    int decimals = 0;       ///< digits shown after the point, when it is a single number
    bool plain = false;     ///< a single number or letter: nothing was computed
    bool exact = true;      ///< no division in it
    std::size_t length = 0; ///< bytes of the text that it takes
};

using Letters = std::map<char, double>;

/// The longest expression that `text` begins with; none where there is none, or where a letter, a unit or a
/// percent sign follows directly.
std::optional<Value> expressionAt(std::string_view text, const Letters& letters);
/// The longest expression that `text` ends with (spaces aside).
std::optional<Value> expressionBefore(std::string_view text, const Letters& letters);
/// The same number, as far as it is written out: a quotient may be rounded to the digits shown.
bool sameValue(const Value& a, const Value& b);
/// "-14", "2.5"
std::string numberText(double value);

} // namespace tally::guard::reasoning
