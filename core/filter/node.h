// Syntax tree of an expression; private to core/filter.
#pragma once
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tally::filter {

struct Node {
    enum class Kind { literal, path, array, call, unary, binary } kind = Kind::literal;
    nlohmann::json literal;
    std::string name; ///< path root, function or operator
    std::vector<std::shared_ptr<const Node>>
        children;       ///< operands; for a path: literal names or index expressions
    std::size_t at = 0; ///< byte offset in the text
};

Result<std::shared_ptr<const Node>> parseExpression(std::string_view text);
Result<nlohmann::json> evaluateNode(const Node& node, const nlohmann::json& scope);
/// Number of arguments that a function takes; {1, 1} for len. Null for an unknown name.
struct Arity {
    std::size_t least, most;
};
const Arity* functionArity(std::string_view name);
Result<nlohmann::json> callFunction(std::string_view name, const std::vector<nlohmann::json>& args);

} // namespace tally::filter
