#include "core/model/erasure.h"

#include <nlohmann/json.hpp>

namespace tally {
namespace {
using nlohmann::json;

/// Fields of another type read as absent.
std::string text(const json& in, const char* key) {
    const auto it = in.find(key);
    return it != in.end() && it->is_string() ? it->get<std::string>() : std::string();
}
std::int64_t number(const json& in, const char* key, std::int64_t fallback = 0) {
    const auto it = in.find(key);
    return it != in.end() && it->is_number_integer() ? it->get<std::int64_t>() : fallback;
}
bool flag(const json& in, const char* key, bool fallback) {
    const auto it = in.find(key);
    return it != in.end() && it->is_boolean() ? it->get<bool>() : fallback;
}
json ids(const std::vector<RunId>& runs) {
    json out = json::array();
    for (const auto& run : runs)
        out.push_back(run.str());
    return out;
}
std::vector<RunId> ids(const json& in, const char* key) {
    std::vector<RunId> out;
    if (const auto it = in.find(key); it != in.end() && it->is_array())
        for (const auto& id : *it)
            if (id.is_string()) out.emplace_back(id.get<std::string>());
    return out;
}
Status isObject(const json& in) {
    if (in.is_object()) return {};
    return fail("erase.syntax", "an object is expected");
}
} // namespace

bool ErasePolicy::empty() const {
    return *this == ErasePolicy();
}

void to_json(json& out, const ErasePolicy& v) {
    out = {{"ended_before_us", v.ended_before_us},
           {"process", v.process},
           {"workflow", v.workflow},
           {"run", v.run},
           {"subject", v.subject}};
}
Result<ErasePolicy> erasePolicyFromJson(const json& in) {
    TALLY_TRY(isObject(in));
    return ErasePolicy{number(in, "ended_before_us"), text(in, "process"), text(in, "workflow"),
                       text(in, "run"), text(in, "subject")};
}

void to_json(json& out, const EraseOrder& v) {
    out = {{"policy", v.policy}, {"reason", v.reason}, {"by", v.by}, {"compact", v.compact}};
}
Result<EraseOrder> eraseOrderFromJson(const json& in) {
    TALLY_TRY(isObject(in));
    const auto policy = in.find("policy");
    if (policy == in.end()) return fail("erase.syntax", "an order says what to erase");
    EraseOrder out;
    TALLY_ASSIGN(out.policy, erasePolicyFromJson(*policy));
    out.reason = text(in, "reason");
    out.by = text(in, "by");
    out.compact = flag(in, "compact", true);
    return out;
}

void to_json(json& out, const ErasePlan& v) {
    out = {{"runs", v.runs},
           {"steps", v.steps},
           {"payloads", v.payloads},
           {"bytes", v.bytes},
           {"oldest_end_us", v.oldest_end_us},
           {"last_end_us", v.last_end_us},
           {"examples", ids(v.examples)},
           {"open_runs", v.open_runs},
           {"open_examples", ids(v.open_examples)}};
}
Result<ErasePlan> erasePlanFromJson(const json& in) {
    TALLY_TRY(isObject(in));
    return ErasePlan{number(in, "runs"),  number(in, "steps"),         number(in, "payloads"),
                     number(in, "bytes"), number(in, "oldest_end_us"), number(in, "last_end_us"),
                     ids(in, "examples"), number(in, "open_runs"),     ids(in, "open_examples")};
}

void to_json(json& out, const ErasureDone& v) {
    out = {{"erased", v.erased},
           {"first_seq", v.first_seq},
           {"last_seq", v.last_seq},
           {"wiped", v.wiped},
           {"notice", v.notice}};
}
Result<ErasureDone> erasureDoneFromJson(const json& in) {
    TALLY_TRY(isObject(in));
    ErasureDone out;
    TALLY_ASSIGN(out.erased, erasePlanFromJson(in.value("erased", json::object())));
    out.first_seq = number(in, "first_seq", -1);
    out.last_seq = number(in, "last_seq", -1);
    out.wiped = flag(in, "wiped", false);
    out.notice = text(in, "notice");
    return out;
}

void to_json(json& out, const Retention& v) {
    out = {{"days", v.days}, {"process", v.process}, {"workflow", v.workflow},    {"reason", v.reason},
           {"by", v.by},     {"set_us", v.set_us},   {"applied_us", v.applied_us}};
}
Result<Retention> retentionFromJson(const json& in) {
    TALLY_TRY(isObject(in));
    return Retention{number(in, "days"), text(in, "process"),  text(in, "workflow"),    text(in, "reason"),
                     text(in, "by"),     number(in, "set_us"), number(in, "applied_us")};
}

void to_json(json& out, const ChallengeDone& v) {
    out = {{"seq", v.seq}, {"sealed", v.sealed}, {"nonce", v.nonce}, {"origin", v.origin}};
}
Result<ChallengeDone> challengeDoneFromJson(const json& in) {
    TALLY_TRY(isObject(in));
    return ChallengeDone{number(in, "seq", -1), number(in, "sealed"), text(in, "nonce"), text(in, "origin")};
}

} // namespace tally
