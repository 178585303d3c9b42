#include "core/audit/tolerant_json.h"

#include "core/audit/unicode.h"
#include "core/base/encoding.h"

#include <fmt/format.h>

namespace tally::audit {
namespace {

/// Readers that recurse give up somewhere around a thousand; so that all name the same finding, this one does
/// too (TRACE_LOG.md 10.5).
constexpr std::size_t most_levels = 750;
constexpr std::size_t most_fields = 50'000; ///< a longer line holds at most 65,535 bytes of record anyway

class Reader {
public:
    explicit Reader(std::string_view text)
        : s_(text) {}

    TolerantParse run() {
        TolerantParse out;
        space();
        const bool object = peek() == '{';
        TolerantValue ignored;
        if (!(object ? this->object(out) : value(ignored))) return {};
        space();
        if (i_ != s_.size()) return {};
        out.outcome = object ? TolerantParse::Outcome::object : TolerantParse::Outcome::not_object;
        return out;
    }

private:
    [[nodiscard]] char peek() const { return i_ < s_.size() ? s_[i_] : '\0'; }
    [[nodiscard]] bool at(char c) const { return i_ < s_.size() && s_[i_] == c; }
    bool take(char c) { return at(c) ? (++i_, true) : false; }
    void space() {
        while (i_ < s_.size() && (s_[i_] == ' ' || s_[i_] == '\t' || s_[i_] == '\n' || s_[i_] == '\r'))
            ++i_;
    }
    bool word(std::string_view w) {
        if (s_.compare(i_, w.size(), w) != 0) return false;
        i_ += w.size();
        return true;
    }

    bool key(std::string& out) {
        space();
        if (!string(out)) return false;
        space();
        return take(':');
    }

    bool object(TolerantParse& out) {
        take('{');
        space();
        if (take('}')) return true;
        for (;;) {
            std::string name;
            TolerantValue value;
            if (!key(name)) return false;
            space();
            if (!this->value(value)) return false;
            if (out.fields.size() < most_fields)
                out.fields.emplace_back(std::move(name), std::move(value));
            else
                out.cut = true;
            space();
            if (take(',')) continue;
            return take('}');
        }
    }

    /// An array or object inside: only whether it is well-formed.
    bool nested() {
        std::string open; // what is not closed yet: '{' and '['
        std::string ignored_key;
        TolerantValue ignored;
        for (;;) {
            space();
            bool complete = false; // a value has just ended
            if (at('{') || at('[')) {
                if (open.size() == most_levels) return false;
                open.push_back(s_[i_++]);
                space();
                if (take(open.back() == '{' ? '}' : ']')) {
                    open.pop_back();
                    complete = true;
                } else if (open.back() == '{' && !key(ignored_key.erase())) {
                    return false;
                }
            } else {
                if (!scalar(ignored)) return false;
                complete = true;
            }
            while (complete) {
                if (open.empty()) return true;
                space();
                if (take(',')) {
                    if (open.back() == '{' && !key(ignored_key.erase())) return false;
                    complete = false;
                } else if (take(open.back() == '{' ? '}' : ']')) {
                    open.pop_back();
                } else {
                    return false;
                }
            }
        }
    }

    bool value(TolerantValue& out) {
        const std::size_t begin = i_;
        if (!at('{') && !at('[')) return scalar(out);
        if (!nested()) return false;
        out = OtherJson{std::string(s_.substr(begin, i_ - begin))};
        return true;
    }

    bool scalar(TolerantValue& out) {
        switch (peek()) {
        case '"': {
            std::string text;
            if (!string(text)) return false;
            out = std::move(text);
            return true;
        }
        case 't':
            out = true;
            return word("true");
        case 'f':
            out = false;
            return word("false");
        case 'n':
            out = OtherJson{"null"};
            return word("null");
        default:
            return number(out);
        }
    }

    bool digits() {
        const std::size_t begin = i_;
        while (i_ < s_.size() && s_[i_] >= '0' && s_[i_] <= '9')
            ++i_;
        return i_ > begin;
    }

    bool number(TolerantValue& out) {
        const std::size_t begin = i_;
        const bool negative = take('-');
        const bool zero = at('0');
        const std::size_t from = i_;
        if (!digits() || (zero && i_ - from > 1)) return false;
        const std::size_t length = i_ - from;
        bool integer = !(zero && negative);
        if (take('.')) {
            integer = false;
            if (!digits()) return false;
        }
        if (at('e') || at('E')) {
            integer = false;
            ++i_;
            if (at('+') || at('-')) ++i_;
            if (!digits()) return false;
        }
        const std::string_view text = s_.substr(begin, i_ - begin);
        if (integer && length <= 16) {
            std::int64_t n = 0;
            for (const char c : s_.substr(from, length))
                n = n * 10 + (c - '0');
            if (n <= max_cfp_int) {
                out = negative ? -n : n;
                return true;
            }
        }
        out = NumberText{std::string(text)};
        return true;
    }

    bool hex4(unsigned& out) {
        if (i_ + 4 > s_.size()) return false;
        out = 0;
        for (int k = 0; k < 4; ++k) {
            const char c = s_[i_++];
            const int d = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
            if (d < 0) return false;
            out = out * 16 + static_cast<unsigned>(d);
        }
        return true;
    }

    bool escape(std::string& out) {
        if (i_ >= s_.size()) return false;
        switch (const char c = s_[i_++]; c) {
        case '"':
        case '\\':
        case '/':
            out.push_back(c);
            return true;
        case 'b':
            out.push_back('\b');
            return true;
        case 'f':
            out.push_back('\f');
            return true;
        case 'n':
            out.push_back('\n');
            return true;
        case 'r':
            out.push_back('\r');
            return true;
        case 't':
            out.push_back('\t');
            return true;
        case 'u':
            break;
        default:
            return false;
        }
        unsigned cp = 0;
        if (!hex4(cp)) return false;
        if (cp >= 0xdc00 && cp <= 0xdfff) return false;
        if (cp >= 0xd800 && cp <= 0xdbff) { // must be followed by its other half
            unsigned low = 0;
            if (!word("\\u") || !hex4(low) || low < 0xdc00 || low > 0xdfff) return false;
            cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
        }
        appendUtf8(out, cp);
        return true;
    }

    bool string(std::string& out) {
        if (!take('"')) return false;
        while (i_ < s_.size()) {
            const char c = s_[i_++];
            if (c == '"') return true;
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c != '\\')
                out.push_back(c);
            else if (!escape(out))
                return false;
        }
        return false;
    }

    std::string_view s_;
    std::size_t i_ = 0;
};

} // namespace

TolerantParse parseTolerant(std::string_view line) {
    if (line.substr(0, 3) == "\xef\xbb\xbf") line.remove_prefix(3);
    if (!isUtf8(line)) return {};
    return Reader(line).run();
}

std::string show(const TolerantValue& value) {
    if (const auto* n = std::get_if<NumberText>(&value)) return n->text;
    if (const auto* o = std::get_if<OtherJson>(&value)) return o->text;
    if (const auto* s = std::get_if<std::string>(&value)) return *s;
    if (const auto* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
    return fmt::format_int(std::get<std::int64_t>(value)).str();
}

std::string show(const Value& value) {
    if (const auto* s = std::get_if<std::string>(&value)) return *s;
    return encodeValue(value);
}

std::optional<Value> asCanonical(const TolerantValue& value) {
    if (const auto* s = std::get_if<std::string>(&value)) return Value(*s);
    if (const auto* b = std::get_if<bool>(&value)) return Value(*b);
    if (const auto* n = std::get_if<std::int64_t>(&value)) return Value(*n);
    return std::nullopt;
}

std::optional<std::int64_t> exactInteger(std::string_view number) {
    if (number.empty() || number.size() > 400) return std::nullopt;
    const bool negative = number[0] == '-';
    if (negative) number.remove_prefix(1);
    std::string digits;
    long exponent = 0;
    std::size_t i = 0;
    bool fraction = false;
    for (; i < number.size() && number[i] != 'e' && number[i] != 'E'; ++i) {
        if (number[i] == '.')
            fraction = true;
        else if (number[i] < '0' || number[i] > '9')
            return std::nullopt;
        else
            digits.push_back(number[i]), exponent -= fraction ? 1 : 0;
    }
    if (i < number.size()) {
        ++i;
        const bool minus = i < number.size() && number[i] == '-';
        if (i < number.size() && (number[i] == '-' || number[i] == '+')) ++i;
        long e = 0;
        for (; i < number.size(); ++i) {
            if (number[i] < '0' || number[i] > '9' || e > 100000) return std::nullopt;
            e = e * 10 + (number[i] - '0');
        }
        exponent += minus ? -e : e;
    }
    while (!digits.empty() && digits.front() == '0')
        digits.erase(digits.begin());
    while (exponent < 0 && !digits.empty()) {
        if (digits.back() != '0') return std::nullopt;
        digits.pop_back();
        ++exponent;
    }
    if (digits.empty()) return 0;
    if (static_cast<long>(digits.size()) + exponent > 16) return std::nullopt;
    digits.append(static_cast<std::size_t>(exponent), '0');
    std::int64_t n = 0;
    for (const char c : digits)
        n = n * 10 + (c - '0');
    if (n > max_cfp_int) return std::nullopt;
    return negative ? -n : n;
}

} // namespace tally::audit
