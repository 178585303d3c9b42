// The one expression language: workflow conditions, table filters and search.
//
//   expr   := or ;  or := and { ("or" | "||") and } ;  and := not { ("and" | "&&") not } ;  not := ["not" |
//   "!"] compare compare:= sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "contains" | "in") sum ] sum
//   := product { ("+" | "-") product } ;  product := unary { ("*" | "/" | "%") unary } ;  unary := ["-"]
//   primary primary:= number | string | "true" | "false" | "null" | path | call | "(" expr ")" | "[" [expr
//   {"," expr}] "]" path   := name { "." name | "[" expr "]" } ;  call := name "(" [expr {"," expr}] ")"
//
// A name may contain "-" after its first letter, so a subtraction is written with spaces. Strings stand in
// single or double quotes. "~" matches a text that contains the right side, ignoring ASCII case. A path that
// names nothing is null; null equals only null and orders before everything. Integers stay 64-bit integers
// through + - * and comparison; an overflow or division by zero is an error, never a wrapped number.
// Functions: len, lower, upper, min, max, abs, round, exists, number, string, any, all, count.
//
// Values in, values out; any thread.
#pragma once
#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tally::filter {

struct Node;

class Expression {
public:
    /// Errors: filter.syntax, with `where` = "character N" (1-based, bytes) and a hint.
    static Result<Expression> parse(std::string_view text);
    /// Errors: filter.type, filter.overflow, filter.divide.
    [[nodiscard]] Result<nlohmann::json> evaluate(const nlohmann::json& scope) const;
    /// Truth of the result: false, null, 0, "" and empty arrays and objects are false.
    [[nodiscard]] Result<bool> test(const nlohmann::json& scope) const;
    /// The paths that it reads, as written ("steps.classify.output.label"), for checking references.
    [[nodiscard]] std::vector<std::string> paths() const;
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
    std::shared_ptr<const Node> root_;
};

/// Looks up "steps.a.output[2].label" in a JSON value; null when it names nothing.
const nlohmann::json& lookup(const nlohmann::json& scope, std::string_view path);
bool truthy(const nlohmann::json& value);

} // namespace tally::filter
