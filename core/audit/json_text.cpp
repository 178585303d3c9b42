#include "core/audit/json_text.h"

#include "core/audit/unicode.h"
#include "core/base/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace tally::audit {
namespace {
constexpr int max_depth = 200;

class Reader {
public:
    explicit Reader(std::string_view text)
        : text_(text) {}
    Result<JsonNode> run() {
        JsonNode out;
        if (!isUtf8(text_)) return fail("json.syntax", "the text is not UTF-8");
        space();
        if (!value(out, 0)) return wrong();
        space();
        if (at_ != text_.size()) return wrong();
        return out;
    }

private:
    tl::unexpected<Error> wrong() const {
        return deep_ ? fail("json.depth", "the text is nested too deeply")
                     : fail("json.syntax", fmt::format("no JSON from byte {} on", at_));
    }
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void space() {
        while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_]) != nullptr && text_[at_] != '\0')
            ++at_;
    }
    bool word(std::string_view w) {
        if (text_.substr(at_, w.size()) != w) return false;
        at_ += w.size();
        return true;
    }
    bool value(JsonNode& out, int depth) {
        if (depth > max_depth) {
            deep_ = true;
            return false;
        }
        out.from = at_;
        const bool good = content(out, depth);
        out.to = at_;
        return good;
    }
    bool content(JsonNode& out, int depth) {
        switch (peek()) {
        case '{':
            out.type = JsonNode::Type::object;
            return object(out, depth);
        case '[':
            out.type = JsonNode::Type::array;
            return array(out, depth);
        case '"':
            out.type = JsonNode::Type::string;
            return string(out.text);
        case 'n':
            return word("null");
        case 't':
            out.type = JsonNode::Type::boolean;
            out.text = "true";
            return word("true");
        case 'f':
            out.type = JsonNode::Type::boolean;
            out.text = "false";
            return word("false");
        default:
            out.type = JsonNode::Type::number;
            return number(out.text);
        }
    }
    bool object(JsonNode& out, int depth) {
        ++at_;
        for (space(); peek() != '}'; space()) {
            if (!out.members.empty()) {
                if (peek() != ',') return false;
                ++at_;
                space();
            }
            auto& member = out.members.emplace_back();
            const std::size_t key_from = at_;
            if (peek() != '"' || !string(member.key)) return false;
            space();
            if (peek() != ':') return false;
            ++at_;
            space();
            if (!value(member.value, depth + 1)) return false;
            member.value.key_from = key_from;
        }
        ++at_;
        return true;
    }
    bool array(JsonNode& out, int depth) {
        ++at_;
        for (space(); peek() != ']'; space()) {
            if (!out.items.empty()) {
                if (peek() != ',') return false;
                ++at_;
                space();
            }
            if (!value(out.items.emplace_back(), depth + 1)) return false;
        }
        ++at_;
        return true;
    }
    bool digits() {
        const std::size_t from = at_;
        while (peek() >= '0' && peek() <= '9')
            ++at_;
        return at_ > from;
    }
    bool number(std::string& out) {
        const std::size_t from = at_;
        if (peek() == '-') ++at_;
        if (peek() == '0')
            ++at_;
        else if (!digits())
            return false;
        if (peek() == '.') {
            ++at_;
            if (!digits()) return false;
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (!digits()) return false;
        }
        out = std::string(text_.substr(from, at_ - from));
        return true;
    }
    std::optional<unsigned> unit() {
        unsigned n = 0;
        const char* const begin = text_.data() + at_;
        if (at_ + 4 > text_.size()) return std::nullopt;
        const auto [end, error] = std::from_chars(begin, begin + 4, n, 16);
        if (error != std::errc() || end != begin + 4) return std::nullopt;
        at_ += 4;
        return n;
    }
    bool string(std::string& out) {
        for (++at_; at_ < text_.size();) {
            const char c = text_[at_++];
            if (c == '"') return true;
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c != '\\') {
                out += c;
                continue;
            }
            const char e = peek();
            ++at_;
            if (e == 'u') {
                auto n = unit();
                if (!n || (*n >= 0xdc00 && *n < 0xe000)) return false;
                char32_t cp = *n;
                if (*n >= 0xd800 && *n < 0xdc00) {
                    if (!word("\\u")) return false;
                    const auto low = unit();
                    if (!low || *low < 0xdc00 || *low >= 0xe000) return false;
                    cp = 0x10000 + ((*n - 0xd800) << 10) + (*low - 0xdc00);
                }
                appendUtf8(out, cp);
                continue;
            }
            static constexpr std::string_view names = "\"\\/bfnrt", values = "\"\\/\b\f\n\r\t";
            const std::size_t which = names.find(e);
            if (e == '\0' || which == std::string_view::npos) return false;
            out += values[which];
        }
        return false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool deep_ = false;
};

/// Well-formed UTF-8 only.
char32_t nextCodePoint(std::string_view s, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    const unsigned char c = byte(at);
    const std::size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    char32_t cp = n == 1 ? c : c & (0xffU >> (n + 1));
    for (std::size_t i = 1; i < n; ++i)
        cp = cp << 6 | (byte(at + i) & 0x3fU);
    at += n;
    return cp;
}

std::u16string utf16(std::string_view s) {
    std::u16string out;
    for (std::size_t at = 0; at < s.size();) {
        const char32_t cp = nextCodePoint(s, at);
        if (cp < 0x10000) {
            out += static_cast<char16_t>(cp);
        } else {
            out += static_cast<char16_t>(0xd800 + ((cp - 0x10000) >> 10));
            out += static_cast<char16_t>(0xdc00 + ((cp - 0x10000) & 0x3ff));
        }
    }
    return out;
}

void appendString(std::string& out, std::string_view s, JsonForm::Text form) {
    out += '"';
    for (std::size_t at = 0; at < s.size();) {
        const std::size_t from = at;
        const char32_t cp = nextCodePoint(s, at);
        static constexpr std::string_view special = "\"\\\b\f\n\r\t", names = "\"\\bfnrt";
        const std::size_t which = cp < 0x80 ? special.find(static_cast<char>(cp)) : std::string_view::npos;
        const bool html = form == JsonForm::Text::html &&
                          (cp == '<' || cp == '>' || cp == '&' || cp == 0x2028 || cp == 0x2029);
        if (which != std::string_view::npos) {
            out += '\\';
            out += names[which];
        } else if (cp < 0x20 || html || (form == JsonForm::Text::ascii && cp > 0x7e)) {
            for (const char16_t unit : utf16(s.substr(from, at - from)))
                out += fmt::format("\\u{:04x}", static_cast<unsigned>(unit));
        } else {
            out += s.substr(from, at - from);
        }
    }
    out += '"';
}

void append(std::string& out, const JsonNode& node, const JsonForm& form) {
    const char* const comma = form.spaces ? ", " : ",";
    switch (node.type) {
    case JsonNode::Type::null:
        out += "null";
        return;
    case JsonNode::Type::string:
        return appendString(out, node.text, form.text);
    case JsonNode::Type::boolean:
        out += node.text;
        return;
    case JsonNode::Type::number: {
        double value = 0;
        const char* const end = node.text.data() + node.text.size();
        const bool exact =
            form.es6_numbers && std::from_chars(node.text.data(), end, value).ec == std::errc();
        out += exact ? es6Number(value) : node.text;
        return;
    }
    case JsonNode::Type::array:
        out += '[';
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (i > 0) out += comma;
            append(out, node.items[i], form);
        }
        out += ']';
        return;
    case JsonNode::Type::object:
        break;
    }
    std::vector<const JsonMember*> members;
    for (const auto& member : node.members)
        members.push_back(&member);
    if (form.order == JsonForm::Order::code_points) // the order of UTF-8 bytes is that of code points
        std::stable_sort(members.begin(), members.end(), [](auto* a, auto* b) { return a->key < b->key; });
    else if (form.order == JsonForm::Order::utf16)
        std::stable_sort(members.begin(), members.end(),
                         [](auto* a, auto* b) { return utf16(a->key) < utf16(b->key); });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out += comma;
        appendString(out, members[i]->key, form.text);
        out += form.spaces ? ": " : ":";
        append(out, members[i]->value, form);
    }
    out += '}';
}
} // namespace

const JsonNode* JsonNode::find(std::string_view key) const {
    const auto at = std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.key == key; });
    return at == members.end() ? nullptr : &at->value;
}

Result<JsonNode> readJson(std::string_view text) {
    return Reader(text).run();
}

std::string writeJson(const JsonNode& node, const JsonForm& form) {
    std::string out;
    append(out, node, form);
    return out;
}

std::string es6Number(double value) {
    if (value == 0) return "0"; // also for -0
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    std::string text(buffer, end);
    std::string sign;
    if (text[0] == '-') {
        sign = "-";
        text.erase(0, 1);
    }
    const std::size_t e = text.find('e');
    const int exponent = std::stoi(text.substr(e + 1));
    std::string digits = text.substr(0, e);
    std::erase(digits, '.');
    const int n = exponent + 1, k = static_cast<int>(digits.size()); // value = 0.digits x 10^n
    if (k <= n && n <= 21) return sign + digits + std::string(static_cast<std::size_t>(n - k), '0');
    if (0 < n && n <= 21)
        return sign + digits.substr(0, static_cast<std::size_t>(n)) + "." +
               digits.substr(static_cast<std::size_t>(n));
    if (-6 < n && n <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-n), '0') + digits;
    const std::string power = fmt::format("e{}{}", n - 1 < 0 ? '-' : '+', std::abs(n - 1));
    return sign + (k == 1 ? digits : digits.substr(0, 1) + "." + digits.substr(1)) + power;
}

} // namespace tally::audit
