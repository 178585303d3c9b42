// The result of verifying a trace log: trace-log specification, section 11. Keys and meanings are those of
// its JSON.
#pragma once
#include "core/base/money.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tally {

enum class VerdictLevel { malformed, altered, self_consistent, is_signed, pinned, continuous, witnessed };
std::string_view toString(VerdictLevel v); ///< "MALFORMED" … "WITNESSED"

struct Finding {
    std::string code;
    bool warning = false; ///< severity "warn", else "fail"
    std::optional<std::int64_t> seq;
    std::optional<std::int64_t> to_seq;
    std::optional<std::int64_t> pos;
    std::optional<std::string> field;
    std::optional<std::string> stored;
    std::optional<std::string> original;
    std::optional<std::string> expected;
    bool proven = false;
    bool derived = false;
    std::string message;
    bool operator==(const Finding&) const = default;
};

struct VerdictTotals {
    bool authentic = false; ///< basis: authentic, else as_stored
    bool complete = false;
    PicoSum cost;
    PicoSum booked;
    PicoSum unsealed_cost;
    std::int64_t steps = 0, runs = 0, unknown_steps = 0, settled_steps = 0;
    std::map<std::string, std::int64_t> status;
    std::map<std::string, PicoSum> qty; ///< meter -> quantity (units, not picos)
    std::int64_t payloads_ok = 0, payloads_erased = 0, payloads_withheld = 0;
    bool operator==(const VerdictTotals&) const = default;
};

struct Witness {
    std::string name;
    std::int64_t time = 0; ///< seconds since 1970
    bool operator==(const Witness&) const = default;
};

/// An RFC 3161 token over a checkpoint (trace-log specification, 16.2).
struct TimestampSeen {
    std::int64_t size = 0; ///< of the checkpoint
    std::int64_t time = 0; ///< seconds since 1970: the tree existed then
    std::string authority;
    bool checked = false; ///< leads to an authority that the verifier's user trusts; else it only says so
    bool operator==(const TimestampSeen&) const = default;
};

struct Verdict {
    VerdictLevel level = VerdictLevel::malformed;
    bool ok = false;
    std::optional<bool> intact;
    std::optional<std::string> log, origin, fingerprint, root;
    std::optional<std::string> currency;  ///< of the amounts; not in the JSON
    std::optional<std::string> continues; ///< "origin size root" of the log before this one; not in the JSON
    std::int64_t first = 0, entries = 0, sealed_to = -1;
    std::optional<std::int64_t> sealed_ts_us;
    /// Last record under a signature whose key follows, handover by handover, from the genesis key. Not above
    /// sealed_to; below it when a handover is missing or forged. Not in the JSON, whose keys are fixed.
    std::int64_t signed_to = -1;
    std::int64_t unsealed = 0, checkpoints = 0, epochs = 0;
    std::optional<std::string> pin;    ///< match, mismatch
    std::optional<std::string> memory; ///< match, mismatch, unchecked, unknown log
    std::optional<std::int64_t> memory_size;
    std::vector<Witness> witnesses;
    std::vector<TimestampSeen> timestamps; ///< in the JSON only if there are any
    std::optional<std::string>
        organisation; ///< match, missing, mismatch; in the JSON only if a key was given
    std::vector<Finding> findings;
    std::optional<VerdictTotals> totals;
    bool operator==(const Verdict&) const = default;
};
/// Last record that may be called proven: signed_to, or -1 when this is not the log that was agreed on or
/// seen before.
std::int64_t provenTo(const Verdict& verdict);
/// The finding says something about what stands in the record itself, not about checkpoints, pins or
/// payloads.
bool isAboutRecord(const Finding& finding);
/// Exactly the object of section 11.2.
void to_json(nlohmann::json& out, const Verdict& verdict);

} // namespace tally
