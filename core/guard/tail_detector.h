// Text that repeats itself inside one stream: a model stuck on a phrase.
//
// The newest text is searched for a period: the shortest p such that the tail is p-periodic (prefix function
// of the reversed tail). A raw repeat stops; a repeat that only exists after folding digits (a counter)
// raises suspicion, never more. Code, tables, lists and JSON repeat structure, not content: periods of a few
// bytes or without letters (rules, padding, indentation, brackets) do not count, and a unit must come back in
// full many times. Memory: at most 8 KiB per stream; the search runs once per 256 new bytes. No IO, no clock.
#pragma once
#include "core/guard/observation.h"

namespace tally::guard {

class TailDetector {
public:
    /// An alert without run, workflow and path; each kind once per stream.
    std::optional<Alert> feed(std::string_view text, const GuardConfig& config);
    [[nodiscard]] std::size_t seen() const { return seen_; }

private:
    std::string tail_;
    std::size_t seen_ = 0;
    std::size_t unsearched_ = 0;
    bool raw_reported_ = false;
    bool folded_reported_ = false;
};

} // namespace tally::guard
