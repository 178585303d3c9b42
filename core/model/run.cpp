#include "core/model/run.h"

#include "core/model/enum_names.h"

namespace tally {
namespace {
constexpr EnumNames<StepKind, 12> kinds{{{StepKind::model, "model"},
                                         {StepKind::tool, "tool"},
                                         {StepKind::retrieve, "retrieve"},
                                         {StepKind::filter, "filter"},
                                         {StepKind::check, "check"},
                                         {StepKind::route, "route"},
                                         {StepKind::map, "map"},
                                         {StepKind::loop, "loop"},
                                         {StepKind::branch, "branch"},
                                         {StepKind::approve, "approve"},
                                         {StepKind::call, "call"},
                                         {StepKind::code, "code"}}};
constexpr EnumNames<RunStatus, 7> runStates{{{RunStatus::queued, "queued"},
                                             {RunStatus::running, "running"},
                                             {RunStatus::waiting, "waiting"},
                                             {RunStatus::stopped, "stopped"},
                                             {RunStatus::ok, "ok"},
                                             {RunStatus::error, "error"},
                                             {RunStatus::abandoned, "abandoned"}}};
constexpr EnumNames<StepStatus, 8> stepStates{{{StepStatus::waiting, "waiting"},
                                               {StepStatus::running, "running"},
                                               {StepStatus::ok, "ok"},
                                               {StepStatus::error, "error"},
                                               {StepStatus::killed, "killed"},
                                               {StepStatus::unknown, "unknown"},
                                               {StepStatus::refused, "refused"},
                                               {StepStatus::cached, "cached"}}};
} // namespace

std::string_view toString(StepKind v) {
    return kinds.name(v);
}
std::optional<StepKind> parseStepKind(std::string_view text) {
    return kinds.find(text);
}
std::string_view toString(RunStatus v) {
    return runStates.name(v);
}
std::optional<RunStatus> parseRunStatus(std::string_view text) {
    return runStates.find(text);
}
bool isEnded(RunStatus v) {
    return v == RunStatus::ok || v == RunStatus::error || v == RunStatus::abandoned;
}
std::string_view toString(StepStatus v) {
    return stepStates.name(v);
}
std::optional<StepStatus> parseStepStatus(std::string_view text) {
    return stepStates.find(text);
}

void to_json(nlohmann::json& out, const RunSummary& r) {
    out = {{"id", r.id.str()},
           {"workflow", r.workflow},
           {"workflow_sha256", r.workflow_sha256},
           {"process", r.process},
           {"label", r.label},
           {"status", toString(r.status)},
           {"status_detail", r.status_detail},
           {"started_us", r.started_us},
           {"ended_us", r.ended_us},
           {"steps", r.steps},
           {"items_done", r.items_done},
           {"items_total", r.items_total},
           {"failed_steps", r.failed_steps},
           {"usage", r.usage},
           {"cost", r.cost.toString()},
           {"reserved", r.reserved.toString()},
           {"limit", r.limit.toString()},
           {"simulated", r.simulated},
           {"resumes", r.resumes.str()}};
}

void to_json(nlohmann::json& out, const StepRecord& s) {
    out = {{"run", s.run.str()},
           {"span", s.span.str()},
           {"parent", s.parent.str()},
           {"name", s.name},
           {"path", s.path},
           {"kind", toString(s.kind)},
           {"status", toString(s.status)},
           {"attempt", s.attempt},
           {"provider", s.provider},
           {"model", s.model},
           {"simulated", s.simulated},
           {"usage", s.usage},
           {"cost", s.cost.toString()},
           {"reserved", s.reserved.toString()},
           {"started_us", s.started_us},
           {"queue_us", s.queue_us},
           {"ttft_us", s.ttft_us},
           {"latency_us", s.latency_us},
           {"log_seq", s.log_seq},
           {"detail", s.detail}};
}

void to_json(nlohmann::json& out, const StepDetail& d) {
    out = {{"step", d.step},
           {"input", d.input},
           {"output", d.output},
           {"log_line", d.log_line},
           {"leaf_hash", d.leaf_hash}};
    out["rate"] = d.rate ? nlohmann::json(*d.rate) : nlohmann::json();
    auto& items = out["items"] = nlohmann::json::array();
    for (const auto& item : d.items)
        items.push_back({{"meter", item.meter},
                         {"quantity", item.quantity},
                         {"rate", item.rate.toString()},
                         {"amount", item.amount.toString()}});
}

} // namespace tally
