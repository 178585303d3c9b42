#include "core/model/verdict_read.h"

#include <nlohmann/json.hpp>

namespace tally {
namespace {
using nlohmann::json;

const json& member(const json& object, const char* key) {
    static const json none;
    if (!object.is_object()) return none;
    const auto at = object.find(key);
    return at == object.end() ? none : *at;
}
std::int64_t number(const json& object, const char* key) {
    const json& v = member(object, key);
    return v.is_number_integer() ? v.get<std::int64_t>() : 0;
}
bool yes(const json& object, const char* key) {
    const json& v = member(object, key);
    return v.is_boolean() && v.get<bool>();
}
std::string text(const json& object, const char* key) {
    const json& v = member(object, key);
    return v.is_string() ? v.get<std::string>() : std::string();
}
std::optional<std::string> maybeText(const json& object, const char* key) {
    const json& v = member(object, key);
    return v.is_string() ? std::optional(v.get<std::string>()) : std::nullopt;
}
std::optional<std::int64_t> maybeNumber(const json& object, const char* key) {
    const json& v = member(object, key);
    return v.is_number_integer() ? std::optional(v.get<std::int64_t>()) : std::nullopt;
}
PicoSum sum(const json& object, const char* key) {
    return PicoSum::parsePico(text(object, key)).value_or(PicoSum());
}

Finding finding(const json& j) {
    Finding f;
    f.code = text(j, "code");
    f.warning = text(j, "severity") == "warn";
    f.seq = maybeNumber(j, "seq");
    f.to_seq = maybeNumber(j, "to_seq");
    f.pos = maybeNumber(j, "pos");
    f.field = maybeText(j, "field");
    f.stored = maybeText(j, "stored");
    f.original = maybeText(j, "original");
    f.expected = maybeText(j, "expected");
    f.proven = yes(j, "proven");
    f.derived = yes(j, "derived");
    f.message = text(j, "message");
    return f;
}

VerdictTotals totals(const json& j) {
    VerdictTotals t;
    t.authentic = text(j, "basis") == "authentic";
    t.complete = yes(j, "complete");
    t.cost = sum(j, "cost_pico");
    t.booked = sum(j, "booked_pico");
    t.unsealed_cost = sum(j, "unsealed_cost_pico");
    t.steps = number(j, "steps");
    t.runs = number(j, "runs");
    t.unknown_steps = number(j, "unknown_steps");
    t.settled_steps = number(j, "settled_steps");
    for (const auto& item : member(j, "status").items())
        t.status[item.key()] = item.value().is_number_integer() ? item.value().get<std::int64_t>() : 0;
    for (const auto& item : member(j, "qty").items())
        t.qty[item.key()] = sum(member(j, "qty"), item.key().c_str());
    const json& payloads = member(j, "payloads");
    t.payloads_ok = number(payloads, "ok");
    t.payloads_erased = number(payloads, "erased");
    t.payloads_withheld = number(payloads, "withheld");
    return t;
}
} // namespace

Result<Verdict> verdictFromJson(const json& j) {
    Verdict v;
    for (const auto level :
         {VerdictLevel::malformed, VerdictLevel::altered, VerdictLevel::self_consistent,
          VerdictLevel::is_signed, VerdictLevel::pinned, VerdictLevel::continuous, VerdictLevel::witnessed})
        if (toString(level) == text(j, "verdict")) v.level = level;
    v.ok = yes(j, "ok");
    if (const json& intact = member(j, "intact"); intact.is_boolean()) v.intact = intact.get<bool>();
    v.log = maybeText(j, "log");
    v.origin = maybeText(j, "origin");
    v.fingerprint = maybeText(j, "fingerprint");
    v.root = maybeText(j, "root");
    v.first = number(j, "first");
    v.entries = number(j, "entries");
    v.sealed_to = number(j, "sealed_to");
    v.sealed_ts_us = maybeNumber(j, "sealed_ts_us");
    v.unsealed = number(j, "unsealed");
    v.checkpoints = number(j, "checkpoints");
    v.epochs = number(j, "epochs");
    const json& compared = member(j, "compared");
    v.pin = maybeText(compared, "pin");
    v.memory = maybeText(compared, "memory");
    v.memory_size = maybeNumber(compared, "memory_size");
    for (const auto& item : member(compared, "witnesses").items())
        v.witnesses.push_back({text(item.value(), "name"), number(item.value(), "time")});
    for (const auto& item : member(j, "findings").items())
        v.findings.push_back(finding(item.value()));
    if (const json& t = member(j, "totals"); t.is_object()) v.totals = totals(t);
    // Further keys of `compared` are allowed: what newer verifiers compare with.
    json again = v;
    for (const auto& item : compared.items())
        if (!again["compared"].contains(item.key())) again["compared"][item.key()] = item.value();
    if (again != j) return fail("verdict.format", "this is not a verdict as tally-verify/v1 writes it");
    return v;
}

} // namespace tally
