// What a detector found. The sentence carries the evidence; details are for the page and for scripts.
#pragma once
#include "core/base/ids.h"
#include "core/base/money.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace tally {

enum class AlertAction { warn, stop };
std::string_view toString(AlertAction v);

struct Alert {
    std::string
        detector; ///< "loop.identical", "loop.cycle", "loop.growing_output", "check.repeated", "cost.item"
    RunId run;
    std::string path; ///< StepRecord::path of the step it is about
    std::string workflow;
    AlertAction action = AlertAction::warn;
    std::string sentence; ///< "The call fetch(url=…) gave the same result 4 times in a row (steps 12 to 15)."
    nlohmann::json evidence; ///< object, detector specific
    std::int64_t at_us = 0;  ///< wall clock
    std::int64_t log_seq = -1;
    bool operator==(const Alert&) const = default;
};
void to_json(nlohmann::json& out, const Alert& alert);

} // namespace tally
