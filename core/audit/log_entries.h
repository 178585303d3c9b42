// The entries of the trace log as typed values: who records something fills one of these, and never a field
// map. Which fields are required, and what they mean: TRACE_LOG section 4. Texts hold roles, ids and neutral
// words, never prompts, answers or names of people.
#pragma once
#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/model/rate.h"
#include "core/model/usage.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally::audit {

/// A payload that is committed to, and kept beside its nonce: slot in, out, args, docs or user.
struct Payload {
    std::string slot;
    std::string bytes;
};

struct StepEntry {
    RunId run; ///< started and not ended
    SpanId span;
    SpanId parent; ///< empty at top level
    std::string name;
    std::string path;            ///< StepRecord::path; further field
    std::string step_kind;       ///< model tool retrieve filter check route code human
    std::string provider, model; ///< required for model
    std::string status;          ///< ok error killed unknown refused cached
    int attempt = 1;
    std::int64_t price_seq = -1;  ///< required with usage; from ensurePrice
    Usage usage;                  ///< empty for unknown
    Pico cost;                    ///< checked against usage x rate; for unknown equal to reserved
    std::optional<Pico> reserved; ///< required for unknown
    std::int64_t latency_us = 0;
    std::optional<std::int64_t> ttft_us, queue_us;
    bool simulated = false; ///< further field `sim`, written when true
    std::vector<Payload> payloads;
    std::string detail; ///< sentence for pages; kept beside the log, not in it
};

struct SettleEntry {
    std::int64_t target = -1; ///< a step of status unknown, not settled before
    Usage usage;
    Pico cost;                   ///< checked
    std::string by;              ///< provider, invoice, estimate …
    std::int64_t price_seq = -1; ///< -1: the target's
};

struct RunStartEntry {
    RunId run;
    std::string workflow, process;
    std::string workflow_sha256; ///< hex64
    std::string label;           ///< empty: none
    RunId resumes;               ///< the ended run that this one continues; empty: none
};

struct RunEndEntry {
    RunId run;
    std::string status; ///< ok error killed; steps_n and cost_pico come from the log itself
};

struct BudgetEntry {
    std::string op; ///< set change remove exhausted warn
    std::string scope, window, by, reason;
    std::optional<Pico> limit_cost;          ///< set and change: this …
    std::optional<std::int64_t> limit_units; ///< … or this with `meter`
    std::string meter;
    /// Whether simulated calls count in an amount of money; further field `sim`, written with limit_cost.
    std::optional<bool> simulated{};
};

struct KillEntry {
    std::string scope, target, by, reason;
    std::int64_t inflight = 0, stopped = 0, stop_us = 0;
    Pico tail;
};

/// Nothing of the scope was begun since its kill entry; from here on it may be. A `policy` entry.
struct KillLiftedEntry {
    std::string scope, target, by;
};

struct AlertEntry {
    std::string detector;
    RunId run;
    std::int64_t about = 0; ///< seq of the step
    std::string action;     ///< warn stop
    std::string detail;
};

/// A sum as one amount of the log: the largest there is when it does not fit; `reason` says then what it
/// really was.
Pico tailOf(PicoSum sum, std::string& reason);

struct ApproveEntry {
    RunId run;
    std::string name, by;
    std::string decision; ///< approve reject timeout
};

struct PolicyEntry {
    std::string name;
    std::string sha256;
    std::string by;
};

struct EraseEntry {
    std::int64_t target = -1;
    std::string slot, reason, by;
};

struct ChallengeEntry {
    std::string nonce, by;
};

/// Digest (hex) of what a `price` entry records of a rate line: equal lines share one entry.
std::string rateDigest(const RateLine& line);

} // namespace tally::audit
