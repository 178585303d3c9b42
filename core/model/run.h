// Runs and steps as everybody outside the engine sees them.
#pragma once
#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/model/rate.h"
#include "core/model/usage.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tally {

enum class StepKind { model, tool, retrieve, filter, check, route, map, loop, branch, approve, call, code };
std::string_view toString(StepKind v);
std::optional<StepKind> parseStepKind(std::string_view text);

enum class RunStatus {
    queued,
    running,
    waiting, ///< for a budget window, an approval or a policy decision
    stopped, ///< killed or stopped by a limit; can be resumed
    ok,
    error,
    abandoned ///< stopped and given up
};
std::string_view toString(RunStatus v);
std::optional<RunStatus> parseRunStatus(std::string_view text);
/// Ended for good: ok, error, abandoned.
bool isEnded(RunStatus v);

/// Same words as the `status` of a step entry in the trace log, plus the two that are not written yet.
enum class StepStatus { waiting, running, ok, error, killed, unknown, refused, cached };
std::string_view toString(StepStatus v);
std::optional<StepStatus> parseStepStatus(std::string_view text);

struct RunSummary {
    RunId id;
    std::string workflow;
    std::string workflow_sha256;
    std::string process;
    std::string label;
    RunStatus status = RunStatus::queued;
    std::string status_detail; ///< sentence: what it waits for, why it stopped or failed
    std::int64_t started_us = 0;
    std::int64_t ended_us = 0; ///< 0 while it runs or waits; of a stopped run when it stopped
    std::int64_t steps = 0;    ///< step entries written
    std::int64_t items_done = 0;
    std::int64_t items_total = 0; ///< of its top-level map; 0 without one
    std::int64_t failed_steps = 0;
    Usage usage;
    PicoSum cost;
    PicoSum reserved;
    PicoSum limit;          ///< tightest hard cost limit of this run; 0: none
    bool simulated = false; ///< at least one sim model answered
    RunId resumes;          ///< the ended run that this one continues
    bool operator==(const RunSummary&) const = default;
};
void to_json(nlohmann::json& out, const RunSummary& run);

struct StepRecord {
    RunId run;
    SpanId span;
    SpanId parent;
    std::string name; ///< step id in the workflow
    std::string path; ///< unique place in the run: "triage[12]/classify#2" (item 12, second attempt)
    StepKind kind = StepKind::code;
    StepStatus status = StepStatus::waiting;
    int attempt = 1;
    std::string provider;
    std::string model;
    bool simulated = false;
    Usage usage;
    Pico cost;
    Pico reserved;
    std::int64_t started_us = 0; ///< wall clock
    std::int64_t queue_us = 0;
    std::int64_t ttft_us = 0; ///< 0: not streamed
    std::int64_t latency_us = 0;
    std::int64_t log_seq = -1; ///< seq of its trace entry
    std::string detail;        ///< error, refusal or decision in a sentence
    bool operator==(const StepRecord&) const = default;
};
void to_json(nlohmann::json& out, const StepRecord& step);

/// One line of the arithmetic behind an amount: quantity x rate = amount.
struct LineItem {
    std::string meter;
    std::int64_t quantity = 0;
    Pico rate;
    PicoSum amount;
    bool operator==(const LineItem&) const = default;
};

struct StepDetail {
    StepRecord step;
    std::optional<RateLine> rate;
    std::vector<LineItem> items;
    nlohmann::json input;  ///< null if erased or none
    nlohmann::json output; ///< null if erased or none
    std::string log_line;  ///< the canonical trace entry, empty if none
    std::string leaf_hash; ///< hex
};
void to_json(nlohmann::json& out, const StepDetail& detail);

} // namespace tally
