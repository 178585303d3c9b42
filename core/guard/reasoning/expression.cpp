#include "core/guard/reasoning/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace tally::guard::reasoning {
namespace {

constexpr int deepest = 64;
constexpr std::size_t longest_expression = 512;
constexpr double largest = 9e15; ///< beyond it a double does not hold every whole number

class Parser {
public:
    Parser(std::string_view text, const Letters& letters)
        : text_(text)
        , letters_(letters) {}

    std::optional<Value> read() {
        const auto value = sum(0);
        if (!value || std::abs(*value) > largest) return std::nullopt;
        if (end_ < text_.size() && partOfWord(text_[end_])) return std::nullopt;
        return Value{*value, decimals_, operators_ == 0, exact_, end_};
    }

private:
    static bool digit(char c) { return c >= '0' && c <= '9'; }
    static bool partOfWord(char c) {
        return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%' || c == '_' ||
               c == '^';
    }
    void skip() {
        while (at_ < text_.size() && text_[at_] == ' ')
            ++at_;
    }
    bool take(std::string_view token) {
        skip();
        if (text_.substr(at_, token.size()) != token) return false;
        at_ += token.size();
        return true;
    }
    std::optional<double> sum(int depth) {
        auto left = product(depth);
        while (left) {
            const std::size_t before = at_;
            const bool plus = take("+");
            if (!plus && !take("-") && !take("−")) break;
            const auto right = product(depth);
            if (!right) return at_ = before, left; // "3 - the rest"
            left = plus ? *left + *right : *left - *right;
            ++operators_;
        }
        return left;
    }
    std::optional<double> product(int depth) {
        auto left = unary(depth);
        while (left) {
            const std::size_t before = at_;
            const bool times = take("*") || take("×") || take("·");
            if (!times && !take("/") && !take("÷")) break;
            const auto right = unary(depth);
            if (!right || (!times && *right == 0)) return at_ = before, left;
            left = times ? *left * *right : *left / *right;
            exact_ = exact_ && times;
            ++operators_;
        }
        return left;
    }
    std::optional<double> unary(int depth) {
        if (depth > deepest) return std::nullopt;
        if (take("-") || take("−")) {
            const auto value = unary(depth + 1);
            return value ? std::optional(-*value) : std::nullopt;
        }
        if (take("+")) return unary(depth + 1);
        if (take("(")) {
            const auto value = sum(depth + 1);
            if (!value || !take(")")) return std::nullopt;
            return end_ = at_, value;
        }
        return number();
    }
    std::optional<double> number() {
        skip();
        if (at_ >= text_.size()) return std::nullopt;
        if (text_[at_] >= 'A' && text_[at_] <= 'Z') {
            const auto known = letters_.find(text_[at_]);
            if (known == letters_.end() || (at_ + 1 < text_.size() && partOfWord(text_[at_ + 1])))
                return std::nullopt;
            return end_ = ++at_, known->second;
        }
        const std::size_t from = at_;
        std::string digits;
        while (at_ < text_.size() && (digit(text_[at_]) || thousands(from))) {
            if (text_[at_] != ',') digits.push_back(text_[at_]);
            ++at_;
        }
        if (digits.empty()) return std::nullopt;
        decimals_ = 0;
        if (at_ + 1 < text_.size() && text_[at_] == '.' && digit(text_[at_ + 1])) {
            digits.push_back(text_[at_++]);
            for (; at_ < text_.size() && digit(text_[at_]); ++at_, ++decimals_)
                digits.push_back(text_[at_]);
        }
        if (at_ < text_.size() && partOfWord(text_[at_])) return at_ = from, std::nullopt; // "3rd", "5 %"
        return end_ = at_, std::strtod(digits.c_str(), nullptr);
    }
    /// A comma between groups of three digits.
    bool thousands(std::size_t from) const {
        if (text_[at_] != ',' || at_ == from || at_ + 3 >= text_.size() + 0) return false;
        for (std::size_t i = 1; i <= 3; ++i)
            if (!digit(text_[at_ + i])) return false;
        return at_ + 4 >= text_.size() || !digit(text_[at_ + 4]);
    }

    std::string_view text_;
    const Letters& letters_;
    std::size_t at_ = 0, end_ = 0;
    int decimals_ = 0, operators_ = 0;
    bool exact_ = true;
};

bool mayStand(char c) {
    return (c >= '0' && c <= '9') || std::string_view(" +-*/().,").find(c) != std::string_view::npos ||
           (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

} // namespace

std::optional<Value> expressionAt(std::string_view text, const Letters& letters) {
    return Parser(text.substr(0, longest_expression), letters).read();
}

std::optional<Value> expressionBefore(std::string_view text, const Letters& letters) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '"'))
        text.remove_suffix(1);
    std::size_t from = text.size();
    while (from > 0 && text.size() - from < longest_expression && mayStand(text[from - 1]))
        --from;
    for (std::size_t i = from; i < text.size(); ++i) {
        const char before = i > 0 ? text[i - 1] : ' ';
        if (text[i] == ' ' || (before != ' ' && before != '(' && before != '"' && before != '$')) continue;
        const auto value = expressionAt(text.substr(i), letters);
        if (value && value->length + i == text.size()) return value;
    }
    return std::nullopt;
}

bool sameValue(const Value& a, const Value& b) {
    const double difference = std::abs(a.number - b.number);
    if (a.exact && b.exact && a.decimals == 0 && b.decimals == 0) return difference < 0.5e-6;
    const int shown = std::min(a.plain ? a.decimals : 9, b.plain ? b.decimals : 9);
    return difference <= 0.5000001 * std::pow(10.0, -shown) + 1e-9 * std::abs(a.number);
}

std::string numberText(double value) {
    if (value == std::floor(value)) return fmt::format("{:.0f}", value);
    return fmt::format("{:.6g}", value);
}

} // namespace tally::guard::reasoning
