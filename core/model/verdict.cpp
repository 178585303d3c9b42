#include "core/model/verdict.h"

#include "core/model/enum_names.h"
#include "core/model/observation.h"

#include <nlohmann/json.hpp>

namespace tally {
namespace {
using nlohmann::json;
constexpr EnumNames<VerdictLevel, 7> levels{{{VerdictLevel::malformed, "MALFORMED"},
                                             {VerdictLevel::altered, "ALTERED"},
                                             {VerdictLevel::self_consistent, "SELF_CONSISTENT"},
                                             {VerdictLevel::is_signed, "SIGNED"},
                                             {VerdictLevel::pinned, "PINNED"},
                                             {VerdictLevel::continuous, "CONTINUOUS"},
                                             {VerdictLevel::witnessed, "WITNESSED"}}};

template <class T>
json orNull(const std::optional<T>& value) {
    return value ? json(*value) : json();
}

json findingToJson(const Finding& f) {
    return {{"code", f.code},
            {"severity", f.warning ? "warn" : "fail"},
            {"seq", orNull(f.seq)},
            {"to_seq", orNull(f.to_seq)},
            {"pos", orNull(f.pos)},
            {"field", orNull(f.field)},
            {"stored", orNull(f.stored)},
            {"original", orNull(f.original)},
            {"expected", orNull(f.expected)},
            {"proven", f.proven},
            {"derived", f.derived},
            {"message", f.message}};
}

json totalsToJson(const VerdictTotals& t) {
    json out = {{"basis", t.authentic ? "authentic" : "as_stored"},
                {"complete", t.complete},
                {"cost_pico", t.cost.picoString()},
                {"booked_pico", t.booked.picoString()},
                {"unsealed_cost_pico", t.unsealed_cost.picoString()},
                {"steps", t.steps},
                {"runs", t.runs},
                {"unknown_steps", t.unknown_steps},
                {"settled_steps", t.settled_steps},
                {"status", t.status},
                {"payloads",
                 {{"ok", t.payloads_ok}, {"erased", t.payloads_erased}, {"withheld", t.payloads_withheld}}}};
    auto& qty = out["qty"] = json::object();
    for (const auto& [name, quantity] : t.qty)
        qty[name] = quantity.picoString();
    return out;
}
} // namespace

std::string_view toString(VerdictLevel v) {
    return levels.name(v);
}

std::int64_t provenTo(const Verdict& v) {
    return v.pin == "mismatch" || v.memory == "mismatch" ? -1 : v.signed_to;
}

bool isObservation(std::string_view code) {
    for (const char* each : {"W_PRICE_OTHER", "W_KILL_COUNTS", "W_RUN_UNKNOWN", "W_BUDGET_UNKNOWN",
                             "W_BUDGET_OVERRUN", "W_ALERT_ABOUT", "W_ERASED_TWICE", "W_KEY_REUSED",
                             "W_SPAN_TWICE", "W_PARENT_UNKNOWN", "W_AFTER_KILL", "W_TIMESTAMP_UNCHECKED"})
        if (code == each) return true;
    return false;
}

bool isAboutRecord(const Finding& f) {
    if (!f.seq) return false;
    for (const char* code :
         {"BAD_SIGNATURE", "HANDOVER_MISSING", "CHECKPOINT_ORDER", "CHECKPOINT_INCONSISTENT", "CONTEXT_PROOF",
          "WRONG_LOG", "FORK", "ROLLBACK", "PAYLOAD_MISMATCH", "ERASED_BUT_PRESENT", "HASHES_SECTION_ALTERED",
          "W_UNSEALED", "W_TORN_TAIL", "W_PAYLOAD_UNCHECKED", "BAD_TIMESTAMP", "W_TIMESTAMP_UNCHECKED",
          "BAD_ORG_SIGNATURE"})
        if (f.code == code) return false;
    return f.field != "checkpoint" && f.field != "origin";
}

void to_json(json& out, const Verdict& v) {
    json witnesses = json::array();
    for (const auto& w : v.witnesses)
        witnesses.push_back({{"name", w.name}, {"time", w.time}});
    json findings = json::array();
    for (const auto& f : v.findings)
        findings.push_back(findingToJson(f));
    out = {{"schema", "tally-verify/v1"},
           {"verdict", toString(v.level)},
           {"ok", v.ok},
           {"intact", orNull(v.intact)},
           {"log", orNull(v.log)},
           {"origin", orNull(v.origin)},
           {"fingerprint", orNull(v.fingerprint)},
           {"root", orNull(v.root)},
           {"first", v.first},
           {"entries", v.entries},
           {"sealed_to", v.sealed_to},
           {"sealed_ts_us", orNull(v.sealed_ts_us)},
           {"unsealed", v.unsealed},
           {"checkpoints", v.checkpoints},
           {"epochs", v.epochs},
           {"compared",
            {{"pin", orNull(v.pin)},
             {"memory", orNull(v.memory)},
             {"memory_size", orNull(v.memory_size)},
             {"witnesses", witnesses}}},
           {"findings", findings},
           {"totals", v.totals ? totalsToJson(*v.totals) : json()}};
    if (v.organisation) out["compared"]["organisation"] = *v.organisation;
    for (const TimestampSeen& t : v.timestamps)
        out["compared"]["timestamps"].push_back(
            {{"size", t.size}, {"time", t.time}, {"authority", t.authority}, {"checked", t.checked}});
}

} // namespace tally
