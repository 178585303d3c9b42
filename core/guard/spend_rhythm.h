// What a whole run and what a whole hour cost, against their like: finished runs of the same workflow, and
// the same hour of the week (at least four weeks known), else all hours (at least a day). Memory: one
// RobustSeries per workflow and 168 for the week. The hour is UTC of the observation; no clock of its own.
#pragma once
#include "core/guard/observation.h"
#include "core/guard/robust_series.h"

#include <array>
#include <map>
#include <unordered_map>

namespace tally::guard {

class SpendRhythm {
public:
    /// At most one alert per run and one per hour.
    std::vector<Alert> feed(const StepObservation& step, const GuardConfig& config);
    void runEnded(const RunId& run);

private:
    struct Run {
        std::string workflow;
        std::int64_t pico = 0;
        bool reported = false;
    };
    std::optional<Alert> hour(const StepObservation& step, const GuardConfig& config);
    std::optional<Alert> run(const StepObservation& step, const GuardConfig& config);

    std::map<std::string, RobustSeries> runs_of_;
    std::unordered_map<RunId, Run> runs_;
    std::array<RobustSeries, 168> week_;
    RobustSeries hours_;
    std::int64_t hour_ = -1, hour_pico_ = 0;
    bool hour_reported_ = false;
};

} // namespace tally::guard
