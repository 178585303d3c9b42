// A stop order and its receipt.
#pragma once
#include "core/base/ids.h"
#include "core/base/money.h"
#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

namespace tally {

enum class KillScope { run, workflow, process, all };
std::string_view toString(KillScope v);
Result<KillScope> parseKillScope(std::string_view text);

struct KillOrder {
    KillId id; ///< made by the engine when empty
    KillScope scope = KillScope::all;
    std::string target; ///< run id, workflow or process name; empty for all
    std::string by;     ///< role or account
    std::string reason;
    bool operator==(const KillOrder&) const = default;
};

struct KillReceipt {
    KillOrder order;
    std::int64_t ordered_us = 0;          ///< wall clock
    std::int64_t admission_closed_us = 0; ///< microseconds after the order
    std::int64_t stop_us = 0;             ///< microseconds from the order to the last stop
    std::int64_t inflight = 0;            ///< calls under way at the order
    std::int64_t stopped = 0;             ///< calls ended by it
    std::int64_t retries_cancelled = 0;
    std::int64_t children_ended = 0;
    std::int64_t runs_stopped = 0;
    std::int64_t unknown_outcome = 0; ///< booked at their reservation, to be settled
    PicoSum tail;                     ///< cost that still arose after the order
    std::int64_t log_seq = -1;        ///< seq of the signed `kill` entry; -1 until written
    bool complete = false;
    bool resumed = false;
    std::string confirmation; ///< what is confirmed and what is not, one sentence
    bool operator==(const KillReceipt&) const = default;
};
void to_json(nlohmann::json& out, const KillReceipt& receipt);

} // namespace tally
