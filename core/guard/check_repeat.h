// The same check fails for the same reason again and again: another attempt would only buy the same failure.
#pragma once
#include "core/guard/observation.h"

#include <map>

namespace tally::guard {

class CheckRepeat {
public:
    std::optional<Alert> feed(const StepObservation& step, const GuardConfig& config);

private:
    struct Failures {
        std::string problem;
        int count = 0;
    };
    std::map<std::string, Failures> checks_;
};

} // namespace tally::guard
