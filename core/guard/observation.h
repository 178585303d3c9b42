// What the detectors see of a finished step, and how they are set. Plain values.
#pragma once
#include "core/base/result.h"
#include "core/model/alert.h"
#include "core/model/usage.h"

#include <optional>

namespace tally::guard {

struct StepObservation {
    RunId run;
    std::string workflow;
    std::string path;    ///< StepRecord::path, unique place in the run
    std::string name;    ///< step or tool name: what is done
    std::string model;   ///< "provider/model"; empty when none
    std::string args;    ///< input of the step, text or canonical JSON: the action
    std::string result;  ///< what came back: the observation
    bool failed = false; ///< the engine knows that the step failed; the text may say so as well
    std::string output;  ///< model text of the step, for growth; may be empty
    /// Where repeats of this step are looked for; steps of different items of a map are different threads of
    /// work and must not be mixed. Empty: the run.
    std::string thread;
    std::string item; ///< key of the map item; empty when none
    Usage usage;
    Pico cost;
    std::optional<bool> check_passed;     ///< only for check steps
    std::string check_problem;            ///< why it failed, one line
    std::optional<std::int64_t> progress; ///< the workflow's own measure (loop steps); larger = further
    std::int64_t at_us = 0;               ///< wall clock
};

/// One detector's setting: off, or what it does when it fires.
enum class Reaction { off, warn, stop };
std::string_view toString(Reaction v);
std::optional<Reaction> parseReaction(std::string_view text);

/// Per workflow; the defaults are the measured ones (core/README.md).
struct GuardConfig {
    Reaction stuck = Reaction::stop;
    int stuck_points = 44; ///< repeats of failed calls and the like since something new came (StuckScore)
    Reaction identical = Reaction::warn;
    int identical_repeats =
        3; ///< calls that only repeat an earlier call with its result, nothing new between them
    int identical_total = 5; ///< the same call and result anywhere in the last `history` calls
    Reaction cycle = Reaction::warn;
    int cycle_repeats = 3; ///< full periods of period 2..16
    int cycle_max_period = 16;
    Reaction counter = Reaction::warn; ///< only a counter or a time changes; the own measure stands still
    int counter_repeats = 8;
    int history = 256;
    Reaction growth = Reaction::warn;
    int growth_steps =
        5; ///< outputs of one step, each longer than the one before that it repeats, without progress
    Reaction tail = Reaction::stop; ///< a raw repeat inside one stream; digits folded only ever warns
    int tail_repeats = 8;
    int tail_min_bytes = 400;        ///< the repeated part is at least this long in total
    Reaction check = Reaction::stop; ///< failing again for the same reason
    int check_repeats = 3;
    Reaction cost = Reaction::warn;
    int cost_min_items = 20;         ///< items before a baseline exists
    int cost_mads = 8;               ///< robust deviations of log cost above the median …
    int cost_min_ratio_pct = 300;    ///< … and at least this many percent of the median item
    Reaction price = Reaction::warn; ///< logged cost is not tokens x list
    Reaction usage = Reaction::warn; ///< tokens far above their like, cache hits gone, storms of retries
    int usage_min_pct = 500;         ///< tokens: at least this many percent of the median step
    int retry_storm = 20;            ///< failed attempts of one run within a minute, more than half of all
    Reaction reasoning = Reaction::warn; ///< shown work that does not follow
    Reaction answer = Reaction::warn;    ///< empty, cut off, refused, or ignoring a failed tool
    bool operator==(const GuardConfig&) const = default;
};
void to_json(nlohmann::json& out, const GuardConfig& config);
/// {"loop.identical": "stop", "loop.identical_repeats": 3, …}; unknown keys and bad values carry their JSON
/// pointer.
Result<GuardConfig> guardConfigFromJson(const nlohmann::json& in);

} // namespace tally::guard
