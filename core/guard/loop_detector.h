// Identical repeats and cycles in the sequence of (name, args, result) of one thread of work.
//
// Two keys per call: (name, args) and (name, args, result hash). Same call and same result is a loop; same
// call with a new result is polling and never counts. Cycles: the shortest period of the newest calls by the
// prefix function of the reversed sequence (Knuth, Morris, Pratt 1977), period 2 to 16 over at most the last
// 256 calls. A new call with a result that was seen before neither counts as a repeat nor as something new.
// One call costs O(history); memory O(history) digests. No IO, no clock.
#pragma once
#include "core/guard/observation.h"
#include "core/guard/stuck_score.h"

#include <deque>
#include <unordered_map>

namespace tally::guard {

class LoopDetector {
public:
    /// An alert without run, workflow and path (the owner knows them). Fires once per repeated call or cycle.
    std::optional<Alert> feed(const StepObservation& step, const GuardConfig& config);

private:
    struct Call {
        std::uint64_t action = 0; ///< digest of (name, args)
        std::uint64_t full = 0;   ///< digest of (name, args, result)
        std::uint64_t result = 0; ///< digest of the result alone
        std::string path;
    };
    struct Cycle {
        int period = 0;
        int repeats = 0;
    };
    [[nodiscard]] Cycle newestCycle(int max_period) const;
    [[nodiscard]] Alert identical(const StepObservation& step, const Call& call, int same,
                                  const GuardConfig& config) const;
    [[nodiscard]] Alert cycle(const StepObservation& step, const Cycle& found,
                              const GuardConfig& config) const;

    StuckScore stuck_;
    std::deque<Call> calls_;
    std::unordered_map<std::uint64_t, int> counts_;            ///< of `full` within calls_
    std::unordered_map<std::uint64_t, int> results_;           ///< of results within calls_
    int stale_ = 0;                                            ///< repeats since the last new result
    bool identical_reported_ = false, cycle_reported_ = false; ///< until something new happens
};

} // namespace tally::guard
