// The detectors of one workspace behind one door. Pure and streaming: feed what happened, get alerts with
// their evidence in a sentence. They see actions, observations, usage and cost; never rewards, outcomes or
// model quality.
//
// Owner and thread: engine thread (or one evaluation); no IO, no clock. Memory is bounded per run and freed
// by runEnded(). An alert with action `stop` is for the runtime to carry out: stop the step's run.
#pragma once
#include "core/guard/answer_check.h"
#include "core/guard/check_repeat.h"
#include "core/guard/cost_baseline.h"
#include "core/guard/counter_repeat.h"
#include "core/guard/growth_detector.h"
#include "core/guard/loop_detector.h"
#include "core/guard/price_check.h"
#include "core/guard/spend_rhythm.h"
#include "core/guard/tail_detector.h"
#include "core/guard/usage_watch.h"

#include <map>
#include <unordered_map>

namespace tally::guard {

class Guard {
public:
    /// Setting of one workflow; those without one use the default.
    void configure(const std::string& workflow, const GuardConfig& config);
    [[nodiscard]] const GuardConfig& config(const std::string& workflow) const;

    /// A step ended. At most one alert per detector.
    [[nodiscard]] std::vector<Alert> observe(const StepObservation& step);
    /// Text of a running model step as it arrives (answer or reasoning). At most one alert per detector and
    /// stream.
    [[nodiscard]] std::optional<Alert> streamText(const RunId& run, const std::string& workflow,
                                                  const std::string& path, std::string_view text,
                                                  std::int64_t at_us);
    void streamEnded(const RunId& run, const std::string& path);
    /// Before a reservation: an item that has already cost far more than its like gets no more. Alert action
    /// stop: deny.
    [[nodiscard]] std::optional<Alert> admitCost(const CostKey& key, const RunId& run,
                                                 const std::string& path, const std::string& item,
                                                 std::int64_t at_us) const;
    /// A cost that somebody else computed (a provider, an imported log) against tokens x list price.
    [[nodiscard]] std::optional<Alert> checkPrice(const std::string& workflow, const PricedCall& call);
    /// Past costs of single items, oldest first, from the store on start.
    void learnCost(const CostKey& key, Pico cost);
    /// A map item is done: its cost joins the baseline, its thread of work is forgotten.
    void itemEnded(const RunId& run, const std::string& thread, const std::string& item);
    void runEnded(const RunId& run);
    [[nodiscard]] std::size_t runs() const { return runs_.size(); }

private:
    struct Thread {
        LoopDetector loop;
        GrowthDetector growth;
        CheckRepeat checks;
        AnswerCheck answers;
        CounterRepeat counters;
    };
    struct Run {
        std::map<std::string, Thread> threads;
        std::map<std::string, TailDetector> streams; ///< by path
    };
    std::unordered_map<RunId, Run> runs_;
    std::unordered_map<std::string, GuardConfig> configs_;
    GuardConfig default_;
    CostBaseline costs_;
    UsageWatch usage_;
    SpendRhythm rhythm_;
    PriceCheck prices_;
};

} // namespace tally::guard
