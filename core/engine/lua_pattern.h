// Lua's patterns (%a, [a-z], *, -, ?, captures, %b, %f, %1), matched by us: every step is counted and paid
// for, so that a pattern of a workflow on a text of a model ends after a known number of steps. Lua's own
// matcher runs inside one instruction of its machine and cannot be interrupted.
//
// The language is the one of the reference manual of Lua 5.4, section 6.4.1. Pure, no allocation, no
// exception: it is called from Lua functions, whose errors are longjmps. Any thread.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tally::engine {

/// Where the steps are paid. Asked for every few hundred steps; false ends the match.
struct StepMeter {
    bool (*pay)(void* user, std::int64_t steps) = nullptr;
    void* user = nullptr;
};

class LuaPattern {
public:
    static constexpr int max_captures = 32;
    // Lengths that say something else: a "()" capture, and one whose ")" is missing.
    static constexpr std::size_t position = static_cast<std::size_t>(-1);
    static constexpr std::size_t unfinished = static_cast<std::size_t>(-2);

    struct Capture {
        std::size_t begin = 0;
        std::size_t length = 0;
    };

    LuaPattern(std::string_view subject, std::string_view pattern, StepMeter meter)
        : subject_(subject)
        , pattern_(pattern)
        , meter_(meter) {}

    /// The whole pattern from exactly `at` on; true: end() and the captures are set. After false look at
    /// problem().
    [[nodiscard]] bool matchAt(std::size_t at);
    [[nodiscard]] std::size_t end() const { return end_; }
    [[nodiscard]] int captures() const { return level_; }
    [[nodiscard]] const Capture& capture(int index) const {
        return captures_[static_cast<std::size_t>(index)];
    }
    /// Null: none. Else the pattern is malformed, too deep, or its steps were not paid for (stopped()).
    [[nodiscard]] const char* problem() const { return problem_; }
    [[nodiscard]] bool stopped() const { return stopped_; }
    /// Steps that somebody else took for this match (a search of plain text).
    bool spend(std::int64_t steps);

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::size_t walk(std::size_t at, std::size_t item);
    std::size_t longest(std::size_t at, std::size_t item, std::size_t next);
    std::size_t shortest(std::size_t at, std::size_t item, std::size_t next);
    std::size_t begin(std::size_t at, std::size_t next, std::size_t length);
    std::size_t close(std::size_t at, std::size_t next);
    std::size_t balanced(std::size_t at, std::size_t item);
    std::size_t repeated(std::size_t at, char digit);
    bool atFrontier(std::size_t at, std::size_t set, std::size_t set_end);
    [[nodiscard]] std::size_t itemEnd(std::size_t item);
    bool fits(std::size_t at, std::size_t item, std::size_t next);
    bool inSet(unsigned char c, std::size_t set, std::size_t set_end);
    static bool inClass(unsigned char c, unsigned char cls);
    std::size_t stop(const char* why);
    [[nodiscard]] unsigned char text(std::size_t at) const {
        return static_cast<unsigned char>(subject_[at]);
    }
    [[nodiscard]] unsigned char sign(std::size_t at) const {
        return at < pattern_.size() ? static_cast<unsigned char>(pattern_[at]) : 0;
    }

    std::string_view subject_, pattern_;
    StepMeter meter_;
    std::array<Capture, max_captures> captures_{};
    int level_ = 0;
    int depth_ = 0;
    std::int64_t unpaid_ = 0;
    std::size_t end_ = 0;
    const char* problem_ = nullptr;
    bool stopped_ = false;
};

} // namespace tally::engine
