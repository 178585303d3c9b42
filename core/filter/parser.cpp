#include "core/filter/node.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace tally::filter {
namespace {
using NodePtr = std::shared_ptr<const Node>;

// Foreign text must not exhaust the stack: nested brackets do while it is read, long chains ("a or b or c"
// leans to the left) when it is evaluated and freed.
constexpr int maxDepth = 64;
constexpr int maxOperators = 1000;

class Parser {
public:
    explicit Parser(std::string_view text)
        : text_(text) {}

    Result<NodePtr> whole() {
        TALLY_ASSIGN(NodePtr root, parseOr());
        skip();
        if (at_ < text_.size())
            return error(fmt::format("unexpected '{}'", text_.substr(at_, 1)),
                         "join conditions with 'and' or 'or'");
        return root;
    }

private:
    tl::unexpected<Error> error(std::string what, std::string hint = {}) const {
        return fail("filter.syntax", fmt::format("{} in \"{}\"", what, text_), std::move(hint),
                    fmt::format("character {}", at_ + 1));
    }
    void skip() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
    }
    static bool nameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
    static bool nameChar(char c) { return nameStart(c) || (c >= '0' && c <= '9') || c == '-'; }

    /// Takes the operator or word if it stands here. Words end at a word border.
    bool take(std::string_view token) {
        skip();
        if (text_.substr(at_, token.size()) != token) return false;
        const std::size_t end = at_ + token.size();
        if (nameStart(token[0]) && end < text_.size() && nameChar(text_[end])) return false;
        at_ = end;
        return true;
    }
    std::string_view takeName() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && nameChar(text_[at_]))
            ++at_;
        return text_.substr(begin, at_ - begin);
    }
    NodePtr make(Node::Kind kind, std::string name, std::vector<NodePtr> children, std::size_t at) const {
        auto node = std::make_shared<Node>();
        node->kind = kind;
        node->name = std::move(name);
        node->children = std::move(children);
        node->at = at;
        return node;
    }
    static NodePtr literal(nlohmann::json value, std::size_t at) {
        auto node = std::make_shared<Node>();
        node->literal = std::move(value);
        node->at = at;
        return node;
    }

    struct Spelling {
        std::string_view token;
        std::string_view name;
    };
    /// One level of left-associative binary operators.
    template <std::size_t n, class Next>
    Result<NodePtr> leftAssociative(const Spelling (&operators)[n], Next next) {
        TALLY_ASSIGN(NodePtr left, (this->*next)());
        for (;;) {
            skip();
            const std::size_t at = at_;
            const Spelling* found = nullptr;
            for (const auto& op : operators)
                if (take(op.token)) {
                    found = &op;
                    break;
                }
            if (found == nullptr) return left;
            if (++operators_ > maxOperators)
                return error("more than 1,000 operators", "split the condition, or use 'in' with a list");
            TALLY_ASSIGN(NodePtr right, (this->*next)());
            left = make(Node::Kind::binary, std::string(found->name), {left, right}, at);
        }
    }

    Result<NodePtr> parseOr() {
        if (++depth_ > maxDepth) return error("nested too deeply", "split the condition");
        static constexpr Spelling ops[] = {{"or", "or"}, {"||", "or"}};
        auto result = leftAssociative(ops, &Parser::parseAnd);
        --depth_;
        return result;
    }
    Result<NodePtr> parseAnd() {
        static constexpr Spelling ops[] = {{"and", "and"}, {"&&", "and"}};
        return leftAssociative(ops, &Parser::parseNot);
    }
    Result<NodePtr> parseNot() {
        skip();
        const std::size_t at = at_;
        const bool bang = text_.substr(at_, 1) == "!" && text_.substr(at_, 2) != "!=" && take("!");
        if (bang || take("not")) {
            if (++depth_ > maxDepth) return error("nested too deeply", "split the condition");
            TALLY_ASSIGN(NodePtr operand, parseNot());
            --depth_;
            return make(Node::Kind::unary, "not", {operand}, at);
        }
        return parseCompare();
    }
    Result<NodePtr> parseCompare() {
        TALLY_ASSIGN(NodePtr left, parseSum());
        skip();
        const std::size_t at = at_;
        for (const std::string_view op : {"==", "!=", "<=", ">=", "<", ">", "~", "contains", "in"})
            if (take(op)) {
                TALLY_ASSIGN(NodePtr right, parseSum());
                return make(Node::Kind::binary, std::string(op), {left, right}, at);
            }
        if (take("=")) return error("a single '='", "write '==' to compare");
        return left;
    }
    Result<NodePtr> parseSum() {
        static constexpr Spelling ops[] = {{"+", "+"}, {"-", "-"}};
        return leftAssociative(ops, &Parser::parseProduct);
    }
    Result<NodePtr> parseProduct() {
        static constexpr Spelling ops[] = {{"*", "*"}, {"/", "/"}, {"%", "%"}};
        return leftAssociative(ops, &Parser::parseUnary);
    }
    Result<NodePtr> parseUnary() {
        skip();
        const std::size_t at = at_;
        if (!take("-")) return parsePrimary();
        if (++depth_ > maxDepth) return error("nested too deeply", "split the condition");
        TALLY_ASSIGN(NodePtr operand, parseUnary());
        --depth_;
        return make(Node::Kind::unary, "-", {operand}, at);
    }

    Result<NodePtr> parsePrimary() {
        skip();
        const std::size_t at = at_;
        if (at_ >= text_.size()) return error("the expression ends where a value is expected", "add a value");
        const char c = text_[at_];
        if (c == '(') {
            ++at_;
            TALLY_ASSIGN(NodePtr inner, parseOr());
            if (!take(")")) return error("')' is missing", "close the bracket");
            return inner;
        }
        if (c == '[') {
            ++at_;
            TALLY_ASSIGN(auto items, parseList("]"));
            return make(Node::Kind::array, "", std::move(items), at);
        }
        if (c == '"' || c == '\'') return parseString(c);
        if (c >= '0' && c <= '9') return parseNumber();
        if (!nameStart(c))
            return error(fmt::format("unexpected '{}'", c),
                         "a value is a number, a quoted text, a name or a bracket");
        for (const auto& [word, value] :
             {std::pair<std::string_view, nlohmann::json>{"true", true}, {"false", false}, {"null", nullptr}})
            if (take(word)) return literal(value, at);
        const std::string_view name = takeName();
        if (at_ < text_.size() && text_[at_] == '(') return parseCall(std::string(name), at);
        return parsePath(std::string(name), at);
    }
    Result<std::vector<NodePtr>> parseList(std::string_view close) {
        std::vector<NodePtr> items;
        if (take(close)) return items;
        for (;;) {
            TALLY_ASSIGN(NodePtr item, parseOr());
            items.push_back(std::move(item));
            if (take(close)) return items;
            if (!take(",")) return error(fmt::format("',' or '{}' is missing", close));
        }
    }
    Result<NodePtr> parseCall(std::string name, std::size_t at) {
        const Arity* arity = functionArity(name);
        if (arity == nullptr) {
            at_ = at;
            return error(
                fmt::format("unknown function '{}'", name),
                "known are len, lower, upper, min, max, abs, round, exists, number, string, any, all, count");
        }
        ++at_;
        TALLY_ASSIGN(auto args, parseList(")"));
        if (args.size() < arity->least || args.size() > arity->most) {
            at_ = at;
            return error(fmt::format("'{}' takes {} argument(s), not {}", name, arity->least, args.size()));
        }
        return make(Node::Kind::call, std::move(name), std::move(args), at);
    }
    Result<NodePtr> parsePath(std::string name, std::size_t at) {
        std::vector<NodePtr> parts;
        for (;;) {
            if (at_ < text_.size() && text_[at_] == '.') {
                ++at_;
                const std::string_view part = takeName();
                if (part.empty()) return error("a name is missing after '.'");
                parts.push_back(literal(std::string(part), at_));
            } else if (at_ < text_.size() && text_[at_] == '[') {
                ++at_;
                TALLY_ASSIGN(NodePtr index, parseOr());
                if (!take("]")) return error("']' is missing", "close the bracket");
                parts.push_back(std::move(index));
            } else {
                return make(Node::Kind::path, std::move(name), std::move(parts), at);
            }
        }
    }
    Result<NodePtr> parseString(char quote) {
        const std::size_t at = at_++;
        std::string value;
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
                ++at_;
                const char c = text_[at_];
                value.push_back(c == 'n' ? '\n' : c == 't' ? '\t' : c);
            } else {
                value.push_back(text_[at_]);
            }
            ++at_;
        }
        if (at_ >= text_.size()) {
            at_ = at;
            return error("the text is not closed", fmt::format("add the closing {}", quote));
        }
        ++at_;
        return literal(std::move(value), at);
    }
    Result<NodePtr> parseNumber() {
        const std::size_t at = at_;
        const char* begin = text_.data() + at_;
        const char* end = text_.data() + text_.size();
        std::int64_t integer = 0;
        auto [after, failed] = std::from_chars(begin, end, integer);
        const bool real = after != end && (*after == '.' || *after == 'e' || *after == 'E');
        if (!real) {
            if (failed != std::errc()) return error("the number is too large", "integers have 64 bits");
            at_ += static_cast<std::size_t>(after - begin);
            return literal(integer, at);
        }
        double number = 0;
        const auto [last, bad] = std::from_chars(begin, end, number);
        if (bad != std::errc()) return error("the number is too large");
        at_ += static_cast<std::size_t>(last - begin);
        return literal(number, at);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    int operators_ = 0;
};
} // namespace

Result<NodePtr> parseExpression(std::string_view text) {
    return Parser(text).whole();
}

} // namespace tally::filter
