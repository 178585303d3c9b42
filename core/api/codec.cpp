#include "core/api/codec.h"

#include "core/api/fields.h"

namespace tally::api {
namespace {
using nlohmann::json;

json seriesToJson(const std::vector<SeriesPoint>& points) {
    json out = json::array();
    for (const auto& p : points)
        out.push_back({{"at_us", p.at_us}, {"value", p.value.picoString()}});
    return out;
}
json seriesToJson(const std::vector<Series>& series) {
    json out = json::array();
    for (const auto& s : series)
        out.push_back({{"name", s.name}, {"points", seriesToJson(s.points)}});
    return out;
}
template <class T>
json list(const std::vector<T>& values) {
    json out = json::array();
    for (const auto& value : values)
        out.push_back(value);
    return out;
}
Result<PicoSum> amount(const json& in, const char* key) {
    const auto* it = fieldOf(in, key);
    if (it == nullptr) return PicoSum();
    if (it->is_number_integer()) return PicoSum::of(it->get<std::int64_t>());
    if (!it->is_string()) return fail("api.syntax", std::string("'") + key + "' is no amount");
    return PicoSum::parse(it->get<std::string>());
}
} // namespace

void to_json(json& out, const WorkspaceInfo& v) {
    out = {{"folder", v.folder},
           {"origin", v.origin},
           {"fingerprint", v.fingerprint},
           {"vkey", v.vkey},
           {"currency", v.currency},
           {"app_version", v.app_version},
           {"schema_version", v.schema_version},
           {"log_size", v.log_size},
           {"log_sealed", v.log_sealed},
           {"key_storage", v.key_storage},
           {"owner", v.owner},
           {"notice", v.notice},
           {"problem", v.problem},
           {"engine_runs", v.engine_runs}};
}

void to_json(json& out, const WorkflowInfo& v) {
    json inputs = json::array();
    for (const auto& i : v.inputs)
        inputs.push_back({{"name", i.name},
                          {"type", i.type},
                          {"description", i.description},
                          {"default", i.fallback},
                          {"required", i.required}});
    json roles = json::object();
    for (const auto& [role, model] : v.roles)
        roles[role] = model;
    out = {{"name", v.name},
           {"process", v.process},
           {"version", v.version},
           {"description", v.description},
           {"sha256", v.sha256},
           {"source", v.source},
           {"inputs", inputs},
           {"roles", roles},
           {"limits", v.limits},
           {"steps", v.steps},
           {"runs", v.runs},
           {"last_run_us", v.last_run_us},
           {"cost", v.cost.toString()},
           {"simulated", v.simulated},
           {"diagnostics", list(v.diagnostics)}};
}

void to_json(json& out, const StartRun& v) {
    json roles = json::object();
    for (const auto& [role, model] : v.roles)
        roles[role] = model.str();
    out = {
        {"workflow", v.workflow}, {"inputs", v.inputs}, {"roles", roles}, {"label", v.label}, {"by", v.by}};
    if (v.limits) out["limits"] = *v.limits;
}

Result<StartRun> startRunFromJson(const json& in) {
    StartRun out;
    out.workflow = textOf(in, "workflow");
    out.label = textOf(in, "label");
    out.by = textOf(in, "by");
    if (const auto it = in.find("inputs"); it != in.end()) out.inputs = *it;
    if (const auto it = in.find("limits"); it != in.end()) {
        TALLY_ASSIGN(out.limits, runLimitsFromJson(*it));
    }
    if (const auto it = in.find("roles"); it != in.end() && it->is_object())
        for (const auto& [role, model] : it->items()) {
            TALLY_ASSIGN(ModelRef ref, ModelRef::parse(model.is_string() ? model.get<std::string>() : ""));
            out.roles.emplace_back(role, std::move(ref));
        }
    return out;
}

void to_json(json& out, const OpenApproval& v) {
    out = {{"run", v.run.str()}, {"workflow", v.workflow}, {"status", toString(v.status)},
           {"path", v.path},     {"question", v.question}, {"asked_us", v.asked_us}};
}
void to_json(json& out, const DoubtfulCall& v) {
    out = {{"run", v.run.str()},     {"path", v.path},   {"attempt", v.attempt},
           {"provider", v.provider}, {"model", v.model}, {"booked", v.booked.toString()},
           {"at_us", v.at_us}};
}
void to_json(json& out, const SettleCall& v) {
    out = {{"run", v.run.str()}, {"path", v.path}, {"attempt", v.attempt}, {"by", v.by}, {"usage", v.usage}};
    if (v.cost) out["cost"] = v.cost->toString();
}
Result<SettleCall> settleCallFromJson(const json& in) {
    SettleCall out;
    out.run = RunId(textOf(in, "run"));
    out.path = textOf(in, "path");
    out.attempt = static_cast<int>(numberOf(in, "attempt"));
    out.by = textOf(in, "by");
    if (const std::string cost = textOf(in, "cost"); !cost.empty()) {
        TALLY_ASSIGN(out.cost, Pico::parse(cost));
    }
    if (const auto it = in.find("usage"); it != in.end() && it->is_object())
        for (const auto& [meter, quantity] : it->items()) {
            if (!quantity.is_number_integer())
                return fail("api.syntax", "a quantity is not an integer", {}, "/usage/" + meter);
            out.usage.add(meter, quantity.get<std::int64_t>());
        }
    return out;
}

void to_json(json& out, const RunPage& v) {
    out = {{"runs", list(v.runs)}, {"total", v.total}};
}
void to_json(json& out, const StepPage& v) {
    out = {{"steps", list(v.steps)}, {"total", v.total}};
}

void to_json(json& out, const CostTable& v) {
    json rows = json::array();
    for (const auto& r : v.rows) {
        json row = {
            {"usage", r.usage}, {"cost", r.cost.toString()}, {"steps", r.steps}, {"failed", r.failed}};
        for (std::size_t i = 0; i < v.by.size() && i < r.key.size(); ++i)
            row[v.by[i]] = r.key[i];
        rows.push_back(std::move(row));
    }
    out = {
        {"by", v.by}, {"rows", rows}, {"total", v.total.toString()}, {"simulated", v.simulated.toString()}};
}

void to_json(json& out, const SampleComparison& v) {
    json samples = json::array();
    for (const auto& s : v.samples)
        samples.push_back({{"workflow", s.workflow},
                           {"run", s.run.str()},
                           {"files", s.files},
                           {"steps", s.steps},
                           {"usage", s.usage},
                           {"cost", s.cost.toString()},
                           {"micro_f1_permille", s.micro_f1_permille},
                           {"ms", s.seconds_ms},
                           {"simulated", s.simulated}});
    out = {{"samples", samples},
           {"cost_ratio_permille", v.cost_ratio_permille},
           {"median_file_ratio_permille", v.median_file_ratio_permille},
           {"free_files", v.free_files}};
}

void to_json(json& out, const Overview& v) {
    out = {{"now_us", v.now_us},
           {"spend_today", v.spend_today.toString()},
           {"spend_today_simulated", v.spend_today_simulated.toString()},
           {"spend_mean_7d", v.spend_mean_7d.toString()},
           {"burn_per_hour", v.burn_per_hour.toString()},
           {"latency_p50_us", v.latency_p50_us},
           {"latency_p95_us", v.latency_p95_us},
           {"steps_today", v.steps_today},
           {"failed_today", v.failed_today},
           {"retried_today", v.retried_today},
           {"spend_by_day", seriesToJson(v.spend_by_day)},
           {"tokens_by_model", seriesToJson(v.tokens_by_model)},
           {"spend_by_model", seriesToJson(v.spend_by_model)},
           {"latency", seriesToJson(v.latency)},
           {"bucket_us", v.bucket_us},
           {"samples", v.samples}};
    out["tightest"] = v.tightest ? json(*v.tightest) : json();
}

void to_json(json& out, const BudgetView& v) {
    tally::to_json(out, v.state);
    const bool money = v.state.budget.meter == LimitMeter::cost;
    out["forecast"] = {{"at_window_end",
                        money ? v.forecast.at_window_end.toString() : v.forecast.at_window_end.picoString()},
                       {"used_up_us", v.forecast.used_up_us},
                       {"sentence", v.forecast.sentence}};
    out["history"] = seriesToJson(v.history);
}

void to_json(json& out, const WhatIf& v) {
    out = {{"steps_blocked", v.steps_blocked},
           {"runs_touched", v.runs_touched},
           {"cost_blocked", v.cost_blocked.toString()},
           {"first_block_us", v.first_block_us},
           {"steps_seen", v.steps_seen},
           {"sentence", v.sentence}};
}

Result<WhatIf> whatIfFromJson(const json& in) {
    WhatIf out{numberOf(in, "steps_blocked"),  numberOf(in, "runs_touched"), {},
               numberOf(in, "first_block_us"), numberOf(in, "steps_seen"),   textOf(in, "sentence")};
    TALLY_ASSIGN(out.cost_blocked, amount(in, "cost_blocked"));
    return out;
}

void to_json(json& out, const ProviderInfo& v) {
    out = {{"name", v.name},
           {"kind", v.kind},
           {"base_url", v.base_url},
           {"key_source", v.key_source},
           {"key_present", v.key_present},
           {"requests_per_minute", v.requests_per_minute},
           {"tokens_per_minute", v.tokens_per_minute},
           {"concurrent", v.concurrent},
           {"proxy", v.proxy},
           {"ca_file", v.ca_file},
           {"price_as", v.price_as},
           {"models", v.models},
           {"simulated", v.simulated},
           {"health", v.health}};
}

void to_json(json& out, const PriceRow& v) {
    tally::to_json(out, v.line);
    out["note"] = v.note;
}

void to_json(json& out, const ReplayReport& v) {
    out = {{"run", v.run.str()},
           {"identical", v.identical},
           {"steps", v.steps},
           {"divergence_path", v.divergence_path},
           {"divergence", v.divergence},
           {"recorded_cost", v.recorded_cost.toString()},
           {"replayed_cost", v.replayed_cost.toString()}};
}

Result<ReplayReport> replayFromJson(const json& in) {
    ReplayReport out;
    out.run = RunId(textOf(in, "run"));
    out.identical = flagOf(in, "identical");
    out.steps = numberOf(in, "steps");
    out.divergence_path = textOf(in, "divergence_path");
    out.divergence = textOf(in, "divergence");
    TALLY_ASSIGN(out.recorded_cost, amount(in, "recorded_cost"));
    TALLY_ASSIGN(out.replayed_cost, amount(in, "replayed_cost"));
    return out;
}

void to_json(json& out, const ContractInfo& v) {
    out = {{"source", v.source},
           {"name", v.name},
           {"models", v.models},
           {"lines", v.lines},
           {"set_us", v.set_us}};
}
void to_json(json& out, const WorkspaceSettings& v) {
    out = {{"proxy", v.network.proxy}, {"ca_file", v.network.ca_file}, {"contract", v.contract}};
}

Result<ContractInfo> contractFromJson(const json& in) {
    return ContractInfo{textOf(in, "source"), textOf(in, "name"), numberOf(in, "models"),
                        numberOf(in, "lines"), numberOf(in, "set_us")};
}
Result<WorkspaceSettings> settingsFromJson(const json& in) {
    TALLY_ASSIGN(auto contract, contractFromJson(objectOf(in, "contract")));
    return WorkspaceSettings{{textOf(in, "proxy"), textOf(in, "ca_file")}, std::move(contract)};
}

Result<ProviderInfo> providerFromJson(const json& in) {
    ProviderInfo out;
    out.name = textOf(in, "name");
    out.kind = textOf(in, "kind");
    out.base_url = textOf(in, "base_url");
    out.key_source = textOf(in, "key_source");
    out.key_present = flagOf(in, "key_present");
    out.requests_per_minute = numberOf(in, "requests_per_minute");
    out.tokens_per_minute = numberOf(in, "tokens_per_minute");
    out.concurrent = numberOf(in, "concurrent");
    out.proxy = textOf(in, "proxy");
    out.ca_file = textOf(in, "ca_file");
    out.price_as = textOf(in, "price_as");
    if (const auto it = in.find("models"); it != in.end() && it->is_array())
        for (const auto& model : *it)
            if (model.is_string()) out.models.push_back(model.get<std::string>());
    out.simulated = flagOf(in, "simulated");
    out.health = textOf(in, "health");
    return out;
}
Result<std::vector<ProviderInfo>> providersFromJson(const json& in) {
    std::vector<ProviderInfo> out;
    for (const auto& item : in) {
        TALLY_ASSIGN(auto info, providerFromJson(item));
        out.push_back(std::move(info));
    }
    return out;
}

nlohmann::json killOrderToJson(const KillOrder& order) {
    return {{"id", order.id.str()},
            {"scope", toString(order.scope)},
            {"target", order.target},
            {"by", order.by},
            {"reason", order.reason}};
}

Result<KillOrder> killOrderFromJson(const json& in) {
    KillOrder order;
    order.id = KillId(textOf(in, "id"));
    TALLY_ASSIGN(order.scope, parseKillScope(textOf(in, "scope")));
    order.target = textOf(in, "target");
    order.by = textOf(in, "by");
    order.reason = textOf(in, "reason");
    return order;
}

json errorToJson(const Error& error) {
    return {{"code", error.code}, {"message", error.message}, {"hint", error.hint}, {"where", error.where}};
}
Error errorFromJson(const json& in) {
    return {textOf(in, "code"), textOf(in, "message"), textOf(in, "hint"), textOf(in, "where")};
}

Result<BudgetState> budgetStateFromJson(const json& in) {
    if (!in.is_object()) return fail("api.syntax", "a budget is an object");
    json definition = in;
    for (const char* key : {"window_key", "window_end_us", "spent", "spent_simulated", "reserved", "headroom",
                            "exhausted", "last_refusal", "forecast", "history"})
        definition.erase(key);
    BudgetState out;
    TALLY_ASSIGN(out.budget, budgetFromJson(definition));
    out.window_key = textOf(in, "window_key");
    out.window_end_us = numberOf(in, "window_end_us");
    out.exhausted = flagOf(in, "exhausted");
    out.last_refusal = textOf(in, "last_refusal");
    TALLY_ASSIGN(out.spent, amount(in, "spent"));
    TALLY_ASSIGN(out.simulated, amount(in, "spent_simulated"));
    TALLY_ASSIGN(out.reserved, amount(in, "reserved"));
    return out;
}

} // namespace tally::api
