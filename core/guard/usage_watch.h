// Usage that is unlike what the same step used before: tokens far above their like, cache hits that are gone,
// and runs whose attempts mostly fail and come again at once. Baselines are per (workflow, step, model)
// (RobustSeries). Memory: bounded per key and per run. No IO, no clock of its own.
#pragma once
#include "core/guard/cost_baseline.h"

#include <deque>
#include <map>
#include <unordered_map>

namespace tally::guard {

class UsageWatch {
public:
    std::vector<Alert> feed(const StepObservation& step, const GuardConfig& config);
    void runEnded(const RunId& run) { attempts_.erase(run); }

private:
    struct Attempt {
        std::int64_t at_us = 0;
        bool failed = false;
    };
    struct Attempts {
        std::deque<Attempt> last; ///< of one minute
        int failed = 0;
        bool reported = false;
    };
    struct Step {
        RobustSeries tokens;
        RobustSeries hit_pct;      ///< share of the input that came from the cache
        std::deque<int> last_hits; ///< newest shares, not yet in the series
        bool cold = false;         ///< collapse was said
    };
    std::optional<Alert> tokens(Step& known, const StepObservation& step, const GuardConfig& config) const;
    std::optional<Alert> cache(Step& known, const StepObservation& step) const;
    std::optional<Alert> retries(const StepObservation& step, const GuardConfig& config);

    std::map<CostKey, Step> steps_;
    std::unordered_map<RunId, Attempts> attempts_;
};

} // namespace tally::guard
