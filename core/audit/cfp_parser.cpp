// The strict reader. Written for speed (keys and unescaped strings take one pass, 16 bytes at a time where
// the machine has SSE2); every deviation leaves the fast path and is judged by the slow one, which knows the
// exact code.
#include "core/audit/cfp_scan.h"

#include <bit>
#include <cstring>

namespace tally::audit {
namespace {

bool isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
bool isKeyChar(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

class Reader {
public:
    Reader(std::string_view line, std::vector<CfpField>& out)
        : s_(line)
        , out_(out) {}

    CfpStatus run() {
        if (s_.empty() || s_[0] != '{') return bad(CfpCode::syntax, 0);
        i_ = 1;
        if (peek() == '}') {
            ++i_;
        } else {
            std::string_view last;
            std::uint64_t last_word = 0;
            for (;;) {
                CfpField f;
                if (!key(f, last, last_word)) return status_;
                last = s_.substr(f.key_at, f.key_len);
                last_word = f.key_word;
                if (peek() != ':') return bad(atSpace() ? CfpCode::ws : CfpCode::syntax, i_);
                ++i_;
                if (!value(f)) return status_;
                out_.push_back(f);
                if (peek() == ',') {
                    ++i_;
                    continue;
                }
                if (peek() == '}') {
                    ++i_;
                    break;
                }
                return bad(atSpace() ? CfpCode::ws : CfpCode::syntax, i_);
            }
        }
        if (i_ != s_.size()) return bad(CfpCode::trail, i_);
        return {};
    }

private:
    /// The byte at the cursor; '\x01' (in no token) at the end.
    [[nodiscard]] char peek() const { return i_ < s_.size() ? s_[i_] : '\x01'; }
    [[nodiscard]] bool atSpace() const { return i_ < s_.size() && isSpace(s_[i_]); }
    CfpStatus bad(CfpCode code, std::size_t at) { return status_ = CfpStatus{code, at}; }

    bool key(CfpField& f, std::string_view last, std::uint64_t last_word) {
        const char c = peek();
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return bad(CfpCode::ws, i_), false;
        if (c != '"') return bad(CfpCode::syntax, i_), false;
        const std::size_t open = i_;
        std::size_t j = open + 1;
        while (j < s_.size() && isKeyChar(s_[j]))
            ++j;
        if (j >= s_.size() || s_[j] != '"') {
            // Not a plain name: read it as a string, so that errors inside of the string come first.
            bool escaped = false;
            i_ = open + 1;
            if (!string(escaped)) return false;
            return bad(CfpCode::key, open), false;
        }
        const std::string_view name = s_.substr(open + 1, j - open - 1);
        if (name.empty() || name.size() > 32 || name[0] < 'a' || name[0] > 'z')
            return bad(CfpCode::key, open), false;
        f.key_word = wordAt(open + 1, name);
        const int order = compareKeys(f.key_word, name, last_word, last);
        if (order == 0) return bad(CfpCode::dupkey, open), false;
        if (order < 0) return bad(CfpCode::keyorder, open), false;
        f.key_at = static_cast<std::uint32_t>(open + 1);
        f.key_len = static_cast<std::uint8_t>(name.size());
        i_ = j + 1;
        return true;
    }

    /// keyWord() by one load where the line is long enough.
    [[nodiscard]] std::uint64_t wordAt(std::size_t at, std::string_view name) const {
        if (at + 8 > s_.size()) return keyWord(name);
        std::uint64_t word = 0;
        std::memcpy(&word, s_.data() + at, 8);
        if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
        return name.size() >= 8 ? word : word & ~(~std::uint64_t{0} >> (8 * name.size()));
    }

    /// Cursor behind the opening quote; afterwards behind the closing one.
    bool string(bool& escaped) {
        const CfpCode code = scanString(s_, i_, escaped);
        return code == CfpCode::ok || (bad(code, i_), false);
    }

    bool value(CfpField& f) {
        const char c = peek();
        if (c == '"') {
            ++i_;
            f.value_at = static_cast<std::uint32_t>(i_);
            if (!string(f.escaped)) return false;
            f.value_len = static_cast<std::uint32_t>(i_ - 1 - f.value_at);
            return true;
        }
        f.value_at = static_cast<std::uint32_t>(i_);
        if (c == '-' || (c >= '0' && c <= '9')) return number(f);
        const bool yes = s_.compare(i_, 4, "true") == 0;
        if (yes || s_.compare(i_, 5, "false") == 0) {
            f.type = CfpType::boolean;
            f.number = yes ? 1 : 0;
            f.value_len = yes ? 4 : 5;
            i_ += f.value_len;
            return true;
        }
        if (c == '{' || c == '[' || c == 'n') return bad(CfpCode::type, i_), false;
        return bad(atSpace() ? CfpCode::ws : CfpCode::num, i_), false;
    }

    bool number(CfpField& f) {
        const std::size_t begin = i_;
        std::size_t j = i_;
        const bool negative = s_[j] == '-';
        if (negative) ++j;
        const std::size_t digits = j;
        std::int64_t n = 0;
        if (!negative && s_[j] == '0') {
            ++j;
        } else {
            if (j >= s_.size() || s_[j] < '1' || s_[j] > '9') return bad(CfpCode::num, begin), false;
            for (; j < s_.size() && s_[j] >= '0' && s_[j] <= '9'; ++j) {
                if (j - digits < 17) n = n * 10 + (s_[j] - '0');
            }
        }
        if (j >= s_.size() || (s_[j] != ',' && s_[j] != '}')) return bad(CfpCode::num, j), false;
        // Sixteen digits hold the limit; a longer text is out of range whatever it says.
        if (j - digits > 16 || n > max_cfp_int) return bad(CfpCode::range, begin), false;
        f.type = CfpType::integer;
        f.number = negative ? -n : n;
        f.value_len = static_cast<std::uint32_t>(j - begin);
        i_ = j;
        return true;
    }

    std::string_view s_;
    std::vector<CfpField>& out_;
    std::size_t i_ = 0;
    CfpStatus status_;
};

} // namespace

CfpStatus parseCfp(std::string_view line, std::vector<CfpField>& out, std::size_t limit) {
    if (limit != 0 && line.size() > limit) return {CfpCode::len, 0};
    // Offsets are 32 bits wide; a text beyond that cannot be a line of anything.
    if (line.size() > 0xffff'fff0U) return {CfpCode::len, 0};
    return Reader(line, out).run();
}

} // namespace tally::audit
