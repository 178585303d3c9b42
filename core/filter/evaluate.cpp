#include "core/filter/expression.h"
#include "core/filter/node.h"

#include <fmt/format.h>

#include <cmath>

namespace tally::filter {
namespace {
using nlohmann::json;

tl::unexpected<Error> typeError(const std::string& what, const json& value) {
    return fail("filter.type", fmt::format("{} a {}", what, value.type_name()),
                "compare values of one type; number(x) and string(x) convert");
}

bool isInteger(const json& v) {
    return v.is_number_integer();
}

/// -1, 0, 1; null orders before everything.
Result<int> compare(const json& a, const json& b) {
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null() ? 0 : a.is_null() ? -1 : 1;
    if (a.is_number() && b.is_number()) {
        if (isInteger(a) && isInteger(b)) {
            const auto x = a.get<std::int64_t>();
            const auto y = b.get<std::int64_t>();
            return x < y ? -1 : x > y ? 1 : 0;
        }
        const auto x = a.get<double>();
        const auto y = b.get<double>();
        return x < y ? -1 : x > y ? 1 : 0;
    }
    if (a.type() != b.type())
        return fail("filter.type", fmt::format("cannot order a {} and a {}", a.type_name(), b.type_name()),
                    "number(x) and string(x) convert");
    if (a.is_string()) return a.get_ref<const std::string&>().compare(b.get_ref<const std::string&>());
    return a < b ? -1 : b < a ? 1 : 0;
}

bool equal(const json& a, const json& b) {
    if (a.is_number() && b.is_number() && isInteger(a) && isInteger(b))
        return a.get<std::int64_t>() == b.get<std::int64_t>();
    return a == b;
}

char lowered(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
std::string asciiLower(std::string text) {
    for (char& c : text)
        c = lowered(c);
    return text;
}

Result<json> contains(const json& whole, const json& part, bool ignore_case) {
    if (whole.is_null()) return json(false);
    if (whole.is_array()) {
        for (const auto& item : whole)
            if (equal(item, part)) return json(true);
        return json(false);
    }
    if (whole.is_object() && part.is_string())
        return json(whole.contains(part.get_ref<const std::string&>()));
    if (!whole.is_string() || !part.is_string())
        return typeError("cannot search in", whole.is_string() ? part : whole);
    if (ignore_case)
        return json(asciiLower(whole.get<std::string>()).find(asciiLower(part.get<std::string>())) !=
                    std::string::npos);
    return json(whole.get_ref<const std::string&>().find(part.get_ref<const std::string&>()) !=
                std::string::npos);
}

Result<json> integerArithmetic(char op, std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    bool overflow = false;
    if (op == '+')
        overflow = __builtin_add_overflow(a, b, &out);
    else if (op == '-')
        overflow = __builtin_sub_overflow(a, b, &out);
    else if (op == '*')
        overflow = __builtin_mul_overflow(a, b, &out);
    else if (b == 0)
        return fail("filter.divide", "division by zero", "test the divisor first");
    else if (b == -1)
        overflow = op == '/' ? __builtin_sub_overflow(std::int64_t{0}, a, &out) : false;
    else if (op == '%')
        out = a % b;
    else if (a % b == 0)
        out = a / b;
    else
        return json(static_cast<double>(a) / static_cast<double>(b));
    if (overflow) return fail("filter.overflow", fmt::format("{} {} {} does not fit 64 bits", a, op, b));
    return json(out);
}

Result<json> arithmetic(char op, const json& a, const json& b) {
    if (op == '+' && a.is_string() && b.is_string()) return json(a.get<std::string>() + b.get<std::string>());
    if (!a.is_number()) return typeError(fmt::format("'{}' needs numbers, not", op), a);
    if (!b.is_number()) return typeError(fmt::format("'{}' needs numbers, not", op), b);
    if (isInteger(a) && isInteger(b))
        return integerArithmetic(op, a.get<std::int64_t>(), b.get<std::int64_t>());
    const auto x = a.get<double>();
    const auto y = b.get<double>();
    if ((op == '/' || op == '%') && y == 0)
        return fail("filter.divide", "division by zero", "test the divisor first");
    const double out = op == '+'   ? x + y
                       : op == '-' ? x - y
                       : op == '*' ? x * y
                       : op == '/' ? x / y
                                   : std::fmod(x, y);
    if (!std::isfinite(out)) return fail("filter.overflow", "the result is not a finite number");
    return json(out);
}

Result<json> binary(const Node& node, const json& scope) {
    const std::string& op = node.name;
    TALLY_ASSIGN(const json left, evaluateNode(*node.children[0], scope));
    if (op == "and" && !truthy(left)) return json(false);
    if (op == "or" && truthy(left)) return json(true);
    TALLY_ASSIGN(const json right, evaluateNode(*node.children[1], scope));
    if (op == "and" || op == "or") return json(truthy(right));
    if (op == "==") return json(equal(left, right));
    if (op == "!=") return json(!equal(left, right));
    if (op == "~") return contains(left, right, true);
    if (op == "contains") return contains(left, right, false);
    if (op == "in") return contains(right, left, false);
    if (op.size() == 1 && std::string_view("+-*/%").find(op[0]) != std::string_view::npos)
        return arithmetic(op[0], left, right);
    TALLY_ASSIGN(const int order, compare(left, right));
    if (op == "<") return json(order < 0);
    if (op == "<=") return json(order <= 0);
    if (op == ">") return json(order > 0);
    return json(order >= 0);
}

const json& member(const json& value, const json& key) {
    static const json nothing;
    if (value.is_object() && key.is_string()) {
        const auto it = value.find(key.get_ref<const std::string&>());
        return it == value.end() ? nothing : *it;
    }
    if (value.is_array() && key.is_number_integer()) {
        const auto i = key.get<std::int64_t>();
        const auto n = static_cast<std::int64_t>(value.size());
        const std::int64_t at = i < 0 ? n + i : i; // -1 is the last one
        return at >= 0 && at < n ? value[static_cast<std::size_t>(at)] : nothing;
    }
    return nothing;
}

Result<json> path(const Node& node, const json& scope) {
    const json* value = &member(scope, json(node.name));
    for (const auto& part : node.children) {
        if (part->kind == Node::Kind::literal) {
            value = &member(*value, part->literal);
            continue;
        }
        TALLY_ASSIGN(const json key, evaluateNode(*part, scope));
        value = &member(*value, key);
    }
    return *value;
}

void collectPaths(const Node& node, std::vector<std::string>& out) {
    if (node.kind == Node::Kind::path) {
        std::string text = node.name;
        for (const auto& part : node.children) {
            if (part->kind != Node::Kind::literal || !part->literal.is_string()) break;
            text += "." + part->literal.get<std::string>();
        }
        out.push_back(std::move(text));
    }
    for (const auto& child : node.children)
        collectPaths(*child, out);
}
} // namespace

bool truthy(const json& value) {
    switch (value.type()) {
    case json::value_t::boolean:
        return value.get<bool>();
    case json::value_t::string:
        return !value.get_ref<const std::string&>().empty();
    case json::value_t::array:
    case json::value_t::object:
        return !value.empty();
    case json::value_t::number_integer:
    case json::value_t::number_unsigned:
        return value.get<std::int64_t>() != 0;
    case json::value_t::number_float:
        return value.get<double>() != 0.0;
    default:
        return false;
    }
}

Result<json> evaluateNode(const Node& node, const json& scope) {
    switch (node.kind) {
    case Node::Kind::literal:
        return node.literal;
    case Node::Kind::path:
        return path(node, scope);
    case Node::Kind::binary:
        return binary(node, scope);
    case Node::Kind::unary: {
        TALLY_ASSIGN(const json value, evaluateNode(*node.children[0], scope));
        if (node.name == "not") return json(!truthy(value));
        return arithmetic('-', json(0), value);
    }
    case Node::Kind::array:
    case Node::Kind::call:
        break;
    }
    json items = json::array();
    for (const auto& child : node.children) {
        TALLY_ASSIGN(json item, evaluateNode(*child, scope));
        items.push_back(std::move(item));
    }
    if (node.kind == Node::Kind::array) return items;
    return callFunction(node.name, items.get_ref<const json::array_t&>());
}

Result<Expression> Expression::parse(std::string_view text) {
    Expression out;
    out.text_ = std::string(text);
    TALLY_ASSIGN(out.root_, parseExpression(out.text_));
    return out;
}

Result<json> Expression::evaluate(const json& scope) const {
    return evaluateNode(*root_, scope);
}

Result<bool> Expression::test(const json& scope) const {
    TALLY_ASSIGN(const json value, evaluate(scope));
    return truthy(value);
}

std::vector<std::string> Expression::paths() const {
    std::vector<std::string> out;
    collectPaths(*root_, out);
    return out;
}

const json& lookup(const json& scope, std::string_view text) {
    const json* value = &scope;
    while (!text.empty()) {
        const std::size_t end = text.find_first_of(".[");
        if (end != 0) value = &member(*value, json(std::string(text.substr(0, end))));
        if (end == std::string_view::npos) break;
        if (text[end] == '[') {
            const std::size_t close = text.find(']', end);
            const std::string index(
                text.substr(end + 1, close == std::string_view::npos ? close : close - end - 1));
            const bool number = !index.empty() && index.size() < 18 &&
                                index.find_first_not_of("-0123456789") == std::string::npos;
            value = &member(*value, number ? json(std::strtoll(index.c_str(), nullptr, 10)) : json(index));
            text.remove_prefix(close == std::string_view::npos ? text.size() : close + 1);
            if (!text.empty() && text.front() == '.') text.remove_prefix(1);
        } else {
            text.remove_prefix(end + 1);
        }
    }
    return *value;
}

} // namespace tally::filter
