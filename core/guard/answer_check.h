// What is wrong with a model's answer by itself and against what it was given: nothing in it, cut off in the
// middle of JSON or code, a refusal, a failed tool passed over as a success, a number given under a name and
// returned changed under the same name, a passage quoted that the text does not hold. Silent where it cannot
// tell. Owner: one thread of work; remembers the newest tool failure only. No IO, no clock.
#pragma once
#include "core/guard/observation.h"

namespace tally::guard {

class AnswerCheck {
public:
    std::vector<Alert> feed(const StepObservation& step, const GuardConfig& config);

private:
    std::string failed_tool_;   ///< path of the tool step before, if it failed
    std::string failed_result_; ///< the beginning of what it said
};

} // namespace tally::guard
