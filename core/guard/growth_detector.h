// Growing output without progress: a step's answers get longer and longer while each mostly repeats the one
// before and the workflow's own measure of progress (if it has one) stands still. Memory: one line set per
// step name. No IO, no clock.
#pragma once
#include "core/guard/observation.h"

#include <map>
#include <set>

namespace tally::guard {

class GrowthDetector {
public:
    std::optional<Alert> feed(const StepObservation& step, const GuardConfig& config);

private:
    struct Last {
        std::size_t bytes = 0;
        std::size_t first_bytes = 0;
        std::set<std::uint64_t> lines; ///< digests of its lines
        std::optional<std::int64_t> progress;
        int grown = 0;
        bool reported = false;
    };
    std::map<std::string, Last> steps_;
};

} // namespace tally::guard
