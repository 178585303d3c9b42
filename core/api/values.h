// Values that the window and `tally` exchange with the core, beyond those of core/model.
#pragma once
#include "core/model/batch.h"
#include "core/model/budget.h"
#include "core/model/kill.h"
#include "core/model/run.h"
#include "core/model/verdict.h"
#include "core/model/workflow.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tally::api {

struct WorkspaceInfo {
    std::string folder;
    std::string origin;      ///< of the trace log
    std::string fingerprint; ///< leaf hash of entry 0, what an auditor pins
    std::string vkey;        ///< genesis key, what an auditor pins instead
    std::string currency = "USD";
    std::string app_version;
    int schema_version = 0;
    std::int64_t log_size = 0;
    std::int64_t log_sealed = 0;
    std::string key_storage; ///< "keychain" or "file, mode 0600"
    bool owner = true;   ///< false: another process owns the engine, this one is a viewer through its socket
    std::string notice;  ///< sentence for the status bar, empty when well
    std::string problem; ///< why the engine stands still, a sentence; empty when well
    bool engine_runs = true; ///< false: nobody owns the workspace; what is open rests until somebody does
};

struct WorkflowInfo {
    std::string name;
    std::string process;
    std::string version;
    std::string description;
    std::string sha256;
    std::string source; ///< file, or "sample"
    std::vector<WorkflowInput> inputs;
    std::vector<std::pair<std::string, std::string>> roles; ///< role -> first candidate "provider/model"
    RunLimits limits;
    std::int64_t steps = 0; ///< step definitions, nested ones included
    std::int64_t runs = 0;
    std::int64_t last_run_us = 0;
    PicoSum cost; ///< of all its runs
    bool simulated = false;
    std::vector<Diagnostic> diagnostics; ///< of the stored text; empty when well
};

struct StartRun {
    std::string workflow;
    nlohmann::json inputs = nlohmann::json::object();
    std::optional<RunLimits> limits; ///< replaces those of the workflow where set (non-zero)
    std::vector<std::pair<std::string, ModelRef>> roles; ///< role -> model, instead of the first candidate
    std::string label;
    std::string by; ///< who starts it, a role or account; user budgets count for them. Empty: operator
};

/// A question to a person that nobody has decided yet.
struct OpenApproval {
    RunId run;
    std::string workflow;
    RunStatus status = RunStatus::waiting; ///< of the run; a stopped one has to be resumed first
    std::string path;                      ///< of the step, what decide() takes
    std::string question;
    std::int64_t asked_us = 0;
};

/// A call whose outcome was lost, booked at its reservation until somebody settles it.
struct DoubtfulCall {
    RunId run;
    std::string path;
    int attempt = 1;
    std::string provider, model;
    Pico booked;
    std::int64_t at_us = 0;
};
/// What became known about one. Without usage the cost is one amount (an invoice); without a cost it is
/// computed from usage and the rate of the step; neither: the call never happened.
struct SettleCall {
    RunId run;
    std::string path;
    int attempt = 0; ///< 0: the last one in doubt
    std::string by;  ///< source: provider, invoice or estimate
    std::optional<Pico> cost;
    Usage usage;
};

struct RunQuery {
    std::string workflow, process, text; ///< empty: any
    std::vector<RunStatus> status;       ///< empty: any
    std::int64_t offset = 0;
    std::int64_t limit = 100;
};
struct RunPage {
    std::vector<RunSummary> runs; ///< newest first
    std::int64_t total = 0;       ///< without offset and limit
};
struct BatchItemQuery {
    BatchId batch;
    std::optional<ItemState> state;
    std::string code;       ///< of dead letters; empty: any
    std::int64_t after = 0; ///< only items with a larger number
    std::int64_t limit = 100;
};
struct StepQuery {
    RunId run;
    std::int64_t offset = 0;
    std::int64_t limit = 200;
};
struct StepPage {
    std::vector<StepRecord> steps; ///< in order of the log
    std::int64_t total = 0;
};

/// A point of a series: bucket start (wall clock) and value. Money series are exact sums in picos.
struct SeriesPoint {
    std::int64_t at_us = 0;
    PicoSum value; ///< picos, tokens, microseconds or counts, as the series says
    bool operator==(const SeriesPoint&) const = default;
};
struct Series {
    std::string name; ///< model, meter or "p50"
    std::vector<SeriesPoint> points;
};

/// One sample workflow of the demo over the same files.
struct SampleResult {
    std::string workflow;
    RunId run;
    std::int64_t files = 0;
    std::int64_t steps = 0;
    Usage usage;
    PicoSum cost;
    int micro_f1_permille = 0; ///< of 1000, against the files' own gold
    std::int64_t seconds_ms = 0;
    bool simulated = true;
};
struct SampleComparison {
    std::vector<SampleResult> samples;    ///< triage, then brute force; empty: never run
    std::int64_t cost_ratio_permille = 0; ///< brute / triage in total, x1000
    std::int64_t median_file_ratio_permille =
        0; ///< median over the files that cost the triage something, x1000
    std::int64_t free_files =
        0; ///< files that the triage decided with local models alone, for nothing: they have no ratio
};

struct Overview {
    std::int64_t now_us = 0;
    PicoSum spend_today;
    PicoSum spend_today_simulated;                       ///< of it: what nobody is billed for
    PicoSum spend_mean_7d;                               ///< mean of the 7 full days before today
    PicoSum burn_per_hour;                               ///< over the last 5 minutes
    std::optional<BudgetState> tightest;                 ///< budget with the least share of headroom
    std::int64_t latency_p50_us = 0, latency_p95_us = 0; ///< of today's model steps
    std::int64_t steps_today = 0, failed_today = 0, retried_today = 0;
    std::vector<SeriesPoint> spend_by_day; ///< 14 days
    std::vector<Series> tokens_by_model;   ///< per bucket of the last hour
    std::vector<Series> spend_by_model;    ///< per bucket of the last hour
    std::vector<Series> latency;           ///< "p50", "p95" per bucket
    std::int64_t bucket_us = 0;
    SampleComparison samples;
};

struct CostQuery {
    std::vector<std::string>
        by; ///< process, workflow, step, model, provider, meter, status, run, batch, day; in this order
    std::optional<RunId> run;
    std::string workflow, process;       ///< empty: any
    std::int64_t from_us = 0, to_us = 0; ///< 0: open
};
struct CostRow {
    std::vector<std::string> key; ///< one per dimension asked for
    Usage usage;
    PicoSum cost;
    std::int64_t steps = 0;
    std::int64_t failed = 0;
};
struct CostTable {
    std::vector<std::string> by;
    std::vector<CostRow> rows; ///< dearest first
    PicoSum total;             ///< every cost once
    PicoSum simulated;         ///< of it: by simulated calls, which nobody is billed for
};

struct BudgetForecast {
    PicoSum at_window_end;       ///< on this pace
    std::int64_t used_up_us = 0; ///< wall clock; 0: not in this window
    std::string sentence;
};
struct BudgetView {
    BudgetState state;
    BudgetForecast forecast;
    std::vector<SeriesPoint> history; ///< spent per window, newest last
};
/// What a budget would have done over the recorded history.
struct WhatIf {
    std::int64_t steps_blocked = 0;
    std::int64_t runs_touched = 0;
    PicoSum cost_blocked;
    std::int64_t first_block_us = 0; ///< 0: never
    std::int64_t steps_seen = 0;
    std::string sentence;
};

struct ProviderInfo {
    std::string name;
    std::string kind; ///< openai, anthropic, gemini, local, sim
    std::string base_url;
    std::string key_source; ///< "keychain", "env:NAME", "none"
    bool key_present = false;
    std::int64_t requests_per_minute = 0, tokens_per_minute = 0, concurrent = 0; ///< 0: no limit
    std::string proxy, ca_file;
    std::string price_as; ///< provider name in the price book, when it differs
    std::vector<std::string> models;
    bool simulated = false;
    std::string health; ///< sentence; empty: not used yet
};
/// Whether a cost budget that says nothing about simulated calls counts them: yes while nothing else can
/// answer, so that a budget can be tried without a bill; no as soon as a provider is there that sends one.
inline bool countsSimulated(const std::vector<ProviderInfo>& providers) {
    return std::all_of(providers.begin(), providers.end(),
                       [](const ProviderInfo& each) { return each.simulated || each.kind == "local"; });
}

struct AddProvider {
    ProviderInfo info;
    std::string key; ///< goes to the keychain and nowhere else; empty: none
};

/// Contract rates that lie over the catalogue in this workspace.
struct ContractInfo {
    std::string source; ///< the file they were read from; empty: none are laid over
    std::string name;   ///< its own name and version
    std::int64_t models = 0;
    std::int64_t lines = 0;  ///< rate lines
    std::int64_t set_us = 0; ///< wall clock; 0: only checked
};
/// For providers and tools that say nothing of their own.
struct NetworkSettings {
    std::string proxy;   ///< URL; "none": none; empty: the environment's proxy variables
    std::string ca_file; ///< PEM file of certificates to trust; empty: the system's
};
struct WorkspaceSettings {
    NetworkSettings network;
    ContractInfo contract;
};

struct PriceRow {
    RateLine line;
    std::string note;
};

struct ReplayReport {
    RunId run;
    bool identical = false;
    std::int64_t steps = 0;
    std::string divergence_path;          ///< empty when identical
    std::string divergence;               ///< sentence
    PicoSum recorded_cost, replayed_cost; ///< re-derived, nothing is spent
};

struct ExportRequest {
    std::string path;
    bool openings = true;   ///< with prompts and answers
    std::int64_t first = 0; ///< from this entry on
    std::int64_t last = -1; ///< to the first checkpoint that covers this entry; -1: the newest
    std::string log; ///< one that was set aside, by its id or the beginning of it; empty: the current one
    bool damaged = false; ///< unchecked, as it is
};

} // namespace tally::api
