// Erasing prompts and answers (TRACE_LOG 6.2): what is asked for, what it would reach, what was done; the
// standing rule of a workspace; an auditor's challenge. Plain values.
#pragma once
#include "core/base/ids.h"
#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tally {

/// Which runs; everything that is given must fit. Only runs that have ended are reached: one that is open
/// still needs its answers.
struct ErasePolicy {
    std::int64_t ended_before_us = 0; ///< wall clock; 0: whenever
    std::string process, workflow, run;
    /// A user or customer id: who started the run, its label, or a value anywhere in its inputs. Prompts are
    /// not searched.
    std::string subject;
    [[nodiscard]] bool empty() const;
    bool operator==(const ErasePolicy&) const = default;
};
void to_json(nlohmann::json& out, const ErasePolicy& v);
Result<ErasePolicy> erasePolicyFromJson(const nlohmann::json& in);

struct EraseOrder {
    ErasePolicy policy;
    std::string reason; ///< neutral words: they are in the log for good
    std::string by;     ///< role or account
    /// The file is written anew, so that no unused part of a page keeps a copy. Takes as long as copying it,
    /// and nothing else is written meanwhile.
    bool compact = true;
};
void to_json(nlohmann::json& out, const EraseOrder& v);
Result<EraseOrder> eraseOrderFromJson(const nlohmann::json& in);

/// What a policy reaches now.
struct ErasePlan {
    std::int64_t runs = 0, steps = 0, payloads = 0;
    std::int64_t bytes = 0; ///< of payloads, inputs and outputs
    std::int64_t oldest_end_us = 0, last_end_us = 0;
    std::vector<RunId> examples;      ///< of `runs`, at most 20
    std::int64_t open_runs = 0;       ///< would be reached if they had ended
    std::vector<RunId> open_examples; ///< at most 20
};
void to_json(nlohmann::json& out, const ErasePlan& v);
Result<ErasePlan> erasePlanFromJson(const nlohmann::json& in);

struct ErasureDone {
    ErasePlan erased;
    std::int64_t first_seq = -1, last_seq = -1; ///< of the `erase` entries; -1: none
    bool wiped = true;                          ///< nothing is left in the database's files
    std::string notice;                         ///< why not, or what else is to be known; mostly empty
};
void to_json(nlohmann::json& out, const ErasureDone& v);
Result<ErasureDone> erasureDoneFromJson(const nlohmann::json& in);

/// The standing rule: payloads of runs that ended more than `days` ago are erased when the workspace is
/// opened to work, and daily.
struct Retention {
    std::int64_t days = 0;         ///< 0: no rule
    std::string process, workflow; ///< empty: any
    std::string reason, by;
    std::int64_t set_us = 0;
    std::int64_t applied_us = 0; ///< last time; 0: never
};
void to_json(nlohmann::json& out, const Retention& v);
Result<Retention> retentionFromJson(const nlohmann::json& in);

struct ChallengeDone {
    std::int64_t seq = -1;
    std::int64_t sealed = 0; ///< entries under a signature now
    std::string nonce, origin;
};
void to_json(nlohmann::json& out, const ChallengeDone& v);
Result<ChallengeDone> challengeDoneFromJson(const nlohmann::json& in);

} // namespace tally
