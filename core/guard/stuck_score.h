// Points for calls that lead nowhere, until something new is learned.
//
// A call that repeats an earlier one with its result earns points: many when that result says that the call
// failed (saysFailed), few when it does not (looking twice is common). Another call that fails in exactly the
// same way earns as much when it is nearly the same call (Shingles), little otherwise. As long as no call of
// the thread has ever worked, every failure counts more. A new result that is not a failure sets the points
// to zero. The weights were chosen on one half of the InterCode runs and confirmed on the other
// (core/README.md). Memory: at most 64 sketches of failed calls. No IO, no clock.
#pragma once
#include "core/guard/observation.h"
#include "core/guard/shingles.h"

#include <deque>

namespace tally::guard {

class StuckScore {
public:
    /// What the loop detector knows about the newest call.
    struct Call {
        std::uint64_t result = 0;  ///< digest
        bool repeat = false;       ///< the same call gave the same result before
        bool at_once = false;      ///< … and that was the call before this one
        bool known_result = false; ///< some call gave this result before
        bool failed = false;
    };
    /// Fires once until something new is learned.
    std::optional<Alert> feed(const StepObservation& step, const Call& call, const GuardConfig& config);

private:
    struct Failed {
        std::uint64_t result = 0;
        Shingles shingles;
    };
    [[nodiscard]] bool nearlyFailedBefore(const Shingles& now, std::uint64_t result) const;
    [[nodiscard]] int pointsOf(const StepObservation& step, const Call& call);
    [[nodiscard]] Alert alert(const StepObservation& step, const GuardConfig& config) const;

    std::deque<Failed> failed_;
    int points_ = 0;
    int failed_repeats_ = 0, near_ = 0, same_failure_ = 0, repeats_ = 0; ///< what made the points
    std::string first_;                                                  ///< path of the first of them
    bool worked_ = false;                                                ///< some call gave something
    bool reported_ = false;
};

} // namespace tally::guard
