#include "core/engine/lua_pattern.h"

namespace tally::engine {
namespace {
constexpr int max_depth = 200;          ///< of captures and repetitions inside each other
constexpr std::int64_t pay_every = 256; ///< steps

// The classes of the C locale, whatever the process is set to.
bool isLower(unsigned char c) {
    return c >= 'a' && c <= 'z';
}
bool isUpper(unsigned char c) {
    return c >= 'A' && c <= 'Z';
}
bool isDigit(unsigned char c) {
    return c >= '0' && c <= '9';
}
bool isAlpha(unsigned char c) {
    return isLower(c) || isUpper(c);
}
bool isGraph(unsigned char c) {
    return c > ' ' && c < 0x7F;
}
} // namespace

std::size_t LuaPattern::stop(const char* why) {
    if (problem_ == nullptr) problem_ = why;
    return none;
}

bool LuaPattern::spend(std::int64_t steps) {
    unpaid_ += steps;
    if (unpaid_ < pay_every) return true;
    const std::int64_t due = unpaid_;
    unpaid_ = 0;
    if (meter_.pay == nullptr || meter_.pay(meter_.user, due)) return true;
    stopped_ = true;
    stop("the match was stopped");
    return false;
}

bool LuaPattern::matchAt(std::size_t at) {
    level_ = depth_ = 0;
    if (problem_ != nullptr) return false;
    end_ = walk(at, 0);
    return end_ != none && problem_ == nullptr;
}

/// Matches the pattern from `item` on against the text from `at` on; the end of the match, or none.
std::size_t LuaPattern::walk(std::size_t at, std::size_t item) {
    if (depth_ >= max_depth) return stop("pattern too complex");
    ++depth_;
    const auto leave = [this](std::size_t result) {
        --depth_;
        return result;
    };
    while (item < pattern_.size()) {
        if (!spend(1)) return leave(none);
        const unsigned char c = sign(item);
        if (c == '(') {
            const bool here = sign(item + 1) == ')';
            return leave(begin(at, item + (here ? 2 : 1), here ? position : unfinished));
        }
        if (c == ')') return leave(close(at, item + 1));
        if (c == '$' && item + 1 == pattern_.size()) return leave(at == subject_.size() ? at : none);
        if (c == '%' && sign(item + 1) == 'b') {
            at = balanced(at, item);
            if (at == none) return leave(none);
            item += 4;
            continue;
        }
        if (c == '%' && sign(item + 1) == 'f') {
            const std::size_t set = item + 2;
            if (sign(set) != '[') return leave(stop("missing '[' after '%f' in pattern"));
            const std::size_t after = itemEnd(set);
            if (after == none || !atFrontier(at, set, after - 1)) return leave(none);
            item = after;
            continue;
        }
        if (c == '%' && isDigit(sign(item + 1))) {
            at = repeated(at, pattern_[item + 1]);
            if (at == none) return leave(none);
            item += 2;
            continue;
        }
        const std::size_t next = itemEnd(item);
        if (next == none) return leave(none);
        switch (sign(next)) {
        case '*':
            return leave(longest(at, item, next));
        case '+':
            return leave(fits(at, item, next) ? longest(at + 1, item, next) : none);
        case '-':
            return leave(shortest(at, item, next));
        case '?':
            if (fits(at, item, next)) {
                const std::size_t with = walk(at + 1, next + 1);
                if (with != none || problem_ != nullptr) return leave(with);
            }
            item = next + 1;
            continue;
        default:
            if (!fits(at, item, next)) return leave(none);
            ++at;
            item = next;
        }
    }
    return leave(at);
}

/// As many as there are, then fewer and fewer until the rest fits.
std::size_t LuaPattern::longest(std::size_t at, std::size_t item, std::size_t next) {
    std::size_t count = 0;
    while (fits(at + count, item, next))
        ++count;
    for (;; --count) {
        if (problem_ != nullptr || !spend(1)) return none;
        const std::size_t rest = walk(at + count, next + 1);
        if (rest != none || problem_ != nullptr) return rest;
        if (count == 0) return none;
    }
}

/// As few as possible, then more and more until the rest fits.
std::size_t LuaPattern::shortest(std::size_t at, std::size_t item, std::size_t next) {
    for (;; ++at) {
        const std::size_t rest = walk(at, next + 1);
        if (rest != none || problem_ != nullptr) return rest;
        if (!fits(at, item, next)) return none;
    }
}

std::size_t LuaPattern::begin(std::size_t at, std::size_t next, std::size_t length) {
    if (level_ >= max_captures) return stop("too many captures");
    captures_[static_cast<std::size_t>(level_++)] = {at, length};
    const std::size_t rest = walk(at, next);
    if (rest == none) --level_;
    return rest;
}

std::size_t LuaPattern::close(std::size_t at, std::size_t next) {
    int last = level_ - 1;
    while (last >= 0 && capture(last).length != unfinished)
        --last;
    if (last < 0) return stop("invalid pattern capture");
    Capture& closed = captures_[static_cast<std::size_t>(last)];
    closed.length = at - closed.begin;
    const std::size_t rest = walk(at, next);
    if (rest == none) closed.length = unfinished;
    return rest;
}

/// %bxy: from an x to the y that closes it.
std::size_t LuaPattern::balanced(std::size_t at, std::size_t item) {
    if (item + 3 >= pattern_.size()) return stop("missing arguments to '%b'");
    const unsigned char opens = sign(item + 2), closes = sign(item + 3);
    if (at >= subject_.size() || text(at) != opens) return none;
    std::int64_t level = 1;
    for (++at; at < subject_.size(); ++at) {
        if (!spend(1)) return none;
        if (text(at) == closes) {
            if (--level == 0) return at + 1;
        } else if (text(at) == opens) {
            ++level;
        }
    }
    return none;
}

/// %1: the same text as a capture before.
std::size_t LuaPattern::repeated(std::size_t at, char digit) {
    const int index = digit - '1';
    if (index < 0 || index >= level_ || capture(index).length == unfinished)
        return stop("invalid capture index in pattern");
    const Capture& before = capture(index);
    const std::size_t length = before.length;
    if (length == position) return none; // a place has no text that could come again
    if (!spend(1 + static_cast<std::int64_t>(length / 8))) return none;
    if (subject_.size() - at < length) return none;
    return subject_.substr(before.begin, length) == subject_.substr(at, length) ? at + length : none;
}

/// Between a character outside the set and one inside it; before and behind the text stands a 0.
bool LuaPattern::atFrontier(std::size_t at, std::size_t set, std::size_t set_end) {
    const unsigned char before = at == 0 ? 0 : text(at - 1);
    const unsigned char here = at < subject_.size() ? text(at) : 0;
    return !inSet(before, set, set_end) && inSet(here, set, set_end);
}

/// Behind the single-character item that begins at `item`.
std::size_t LuaPattern::itemEnd(std::size_t item) {
    const unsigned char c = sign(item++);
    if (c == '%') {
        if (item >= pattern_.size()) return stop("malformed pattern (ends with '%')");
        return item + 1;
    }
    if (c != '[') return item;
    if (sign(item) == '^') ++item;
    bool first = true; // a ']' right at the beginning stands for itself
    while (first || sign(item) != ']') {
        first = false;
        if (!spend(1)) return none;
        if (item >= pattern_.size()) return stop("malformed pattern (missing ']')");
        item += pattern_[item] == '%' ? 2U : 1U;
    }
    return item < pattern_.size() ? item + 1 : stop("malformed pattern (missing ']')");
}

bool LuaPattern::fits(std::size_t at, std::size_t item, std::size_t next) {
    if (at >= subject_.size() || !spend(1)) return false;
    const unsigned char c = text(at);
    switch (sign(item)) {
    case '.':
        return true;
    case '%':
        return inClass(c, sign(item + 1));
    case '[':
        return inSet(c, item, next - 1);
    default:
        return sign(item) == c;
    }
}

/// `set` is the place of '[', `set_end` that of its ']'.
bool LuaPattern::inSet(unsigned char c, std::size_t set, std::size_t set_end) {
    std::size_t at = set + 1;
    const bool inverted = sign(at) == '^';
    if (inverted) ++at;
    if (!spend(static_cast<std::int64_t>((set_end - at) / 4))) return false;
    while (at < set_end) {
        if (sign(at) == '%') {
            if (inClass(c, sign(at + 1))) return !inverted;
            at += 2;
        } else if (at + 2 < set_end && sign(at + 1) == '-') {
            if (sign(at) <= c && c <= sign(at + 2)) return !inverted;
            at += 3;
        } else {
            if (sign(at) == c) return !inverted;
            ++at;
        }
    }
    return inverted;
}

bool LuaPattern::inClass(unsigned char c, unsigned char cls) {
    const unsigned char lower = isUpper(cls) ? static_cast<unsigned char>(cls + ('a' - 'A')) : cls;
    bool in = false;
    switch (lower) {
    case 'a':
        in = isAlpha(c);
        break;
    case 'c':
        in = c < ' ' || c == 0x7F;
        break;
    case 'd':
        in = isDigit(c);
        break;
    case 'g':
        in = isGraph(c);
        break;
    case 'l':
        in = isLower(c);
        break;
    case 'p':
        in = isGraph(c) && !isAlpha(c) && !isDigit(c);
        break;
    case 's':
        in = c == ' ' || (c >= '\t' && c <= '\r');
        break;
    case 'u':
        in = isUpper(c);
        break;
    case 'w':
        in = isAlpha(c) || isDigit(c);
        break;
    case 'z':
        in = c == 0;
        break;
    case 'x':
        in = isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        break;
    default:
        return cls == c; // %. and the like stand for themselves
    }
    return isUpper(cls) ? !in : in;
}

} // namespace tally::engine
