// The same call with only another counter, and the same result apart from times of day: "page 7", "attempt
// 8", a time stamp in the answer. A number that changes in the result is progress and resets. Steps that are
// told the workflow's own measure of progress are also watched for it standing still. Memory: two digests and
// a count per step name. No IO, no clock.
#pragma once
#include "core/guard/observation.h"

#include <map>

namespace tally::guard {

class CounterRepeat {
public:
    std::vector<Alert> feed(const StepObservation& step, const GuardConfig& config);

private:
    struct Last {
        std::uint64_t call = 0, exact = 0, result = 0;
        int times = 1;
        std::string first; ///< path
        std::optional<std::int64_t> progress;
        int still = 0; ///< steps since the measure rose
    };
    std::map<std::string, Last> steps_;
};

} // namespace tally::guard
