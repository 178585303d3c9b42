#include "tests/ui/fake_api.h"
#include "tests/ui/fake_data.h"
#include "tests/ui/fake_numbers.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace tally::test {
namespace {

Budget budgetOf(const char* id, ScopeType type, const char* name, Window window, std::int64_t limit_micro,
                BudgetPolicy policy) {
    Budget b;
    b.id = BudgetId(id);
    b.scope = {type, name};
    b.window = window;
    b.limit = microDollars(limit_micro);
    b.policy = policy;
    b.by = "ana";
    return b;
}

api::BudgetView viewOf(Budget budget, std::int64_t spent_micro, std::int64_t reserved_micro,
                       const char* sentence) {
    api::BudgetView v;
    v.state.budget = std::move(budget);
    v.state.spent = microDollars(spent_micro);
    v.state.reserved = microDollars(reserved_micro);
    v.forecast.sentence = sentence;
    for (int i = 0; i < 14; ++i)
        v.history.push_back({i * day, microDollars(spent_micro * (600 + noise(i, spent_micro) / 2) / 1000)});
    return v;
}

std::vector<api::Series> bucketSeries(const std::vector<const char*>& names, std::int64_t now,
                                      std::int64_t scale) {
    std::vector<api::Series> out;
    for (std::size_t s = 0; s < names.size(); ++s) {
        api::Series series{names[s], {}};
        for (int i = 0; i < 180; ++i) {
            const std::int64_t slow = noise(i / 18, static_cast<std::int64_t>(s));
            const std::int64_t fast = noise(i, static_cast<std::int64_t>(s) + 40);
            series.points.push_back(
                {now - (179 - i) * 20 * second,
                 PicoSum::of(scale * (600 + slow / 2 + fast / 3) / 1000 / static_cast<std::int64_t>(s + 1))});
        }
        out.push_back(std::move(series));
    }
    return out;
}

} // namespace

std::vector<api::WorkflowInfo> fakeWorkflows(bool much) {
    std::vector<api::WorkflowInfo> out;
    const int n = much ? 60 : 3;
    for (int i = 0; i < n; ++i) {
        api::WorkflowInfo w;
        w.name = i == 0   ? "licence-triage"
                 : i == 1 ? "brute-force-triage"
                 : i == 2 ? "contract-review"
                          : fmt::format("process-{:02}-monthly-report", i);
        w.process = i < 2 ? "compliance" : "operations";
        w.version = "1.0.0";
        w.description = "Reads copyright files, keeps the passages that matter, and asks a large model only "
                        "when in doubt.";
        w.sha256 = "4f1be4a2b0c1d2e3f405162738495a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5";
        w.source = i < 2 ? "sample" : "contract-review.json";
        w.inputs = {
            {"files", "array", "Paths of the documents", nlohmann::json::array({"/usr/share/doc"}), true},
            {"second_reading", "boolean", "Read doubtful ones twice", false, false}};
        w.roles = {{"small", "sim/sim-small"}, {"large", "sim/sim-large"}};
        w.limits.cost = Pico::of(150'000'000'000);
        w.steps = 3;
        w.runs = 41 - i % 40;
        w.last_run_us = FakeWorkspace::now_us - i * hour;
        w.cost = microDollars(9'412'033 / (i + 1));
        w.simulated = i < 2;
        if (i == 2) w.diagnostics = fakeDiagnostics("broken");
        out.push_back(std::move(w));
    }
    return out;
}

std::string fakeWorkflowText(const std::string& name) {
    const bool broken = name == "contract-review";
    return fmt::format(R"({{
  "schema": "tallystick-workflow/v1",
  "name": "{}",
  "process": "compliance",
  "version": "1.0.0",
  "inputs": {{"files": {{"type": "array", "description": "Texts to read", "default": []}}}},
  "models": {{
    "small": ["sim/sim-small"],
    "large": ["sim/sim-large"]
  }},
  "limits": {{"cost": "0.15"}},
  "steps": [
    {{"id": "triage", "kind": "map", "over": "{{{{inputs.files}}}}", "concurrency": 8, "steps": [
      {{"id": "passages", "kind": "filter", "input": "{{{{item}}}}", "layers": [
        {{"layer": "keyword", "keywords": [{{"phrase": "license", "weight": 1}}]}}
      ]}},
      {{"id": "read", "kind": "model", "role": "small", "max_tokens": 256,
       "{}": "Which licences?\n{{{{steps.passages.output}}}}"}}
    ]}}
  ],
  "output": "{{{{steps.triage.output}}}}"
}}
)",
                       name, broken ? "broken" : "prompt");
}

std::vector<Diagnostic> fakeDiagnostics(const std::string& text) {
    const std::size_t at = text.find("broken");
    if (at == std::string::npos) return {};
    const int line =
        1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    return {{Diagnostic::Severity::error, "/steps/0/steps/1/prompt", line, 8,
             "The model step has neither a prompt nor messages.",
             "add \"prompt\": \"…{{steps.passages.output}}…\""},
            {Diagnostic::Severity::warning, "/limits/tokens", 11, 3, "There is no limit on tokens.",
             "add \"tokens\": 2000000"}};
}

api::Overview fakeOverview(int amount, std::int64_t now) {
    api::Overview o;
    o.now_us = now;
    if (amount == 0) return o;
    const std::int64_t big = amount == 2 ? 1000 : 1;
    o.spend_today = microDollars(41'870'000 * big);
    o.spend_mean_7d = microDollars(37'380'000 * big);
    o.burn_per_hour = microDollars(3'120'000 * big);
    o.latency_p50_us = 910'000;
    o.latency_p95_us = 2'410'000;
    o.steps_today = 2'031 * big;
    o.failed_today = 14 * big;
    o.retried_today = 9 * big;
    o.bucket_us = 20 * second;
    o.tightest =
        viewOf(budgetOf("b1", ScopeType::org, "", Window::month, 1'914'000'000 * big, BudgetPolicy::hard),
               1'301'600'000 * big, 12'000'000 * big, "")
            .state;
    for (int i = 0; i < 14; ++i)
        o.spend_by_day.push_back(
            {now - (13 - i) * day, microDollars((30'000'000 + noise(i, 77) * 18'000) * big)});
    std::vector<const char*> models = {"sim/gpt-4.1", "sim/gpt-4.1-nano", "local/licence-linear",
                                       "openai/gpt-4.1-mini"};
    if (amount == 2)
        models.insert(models.end(), {"anthropic/claude-sonnet-with-a-long-name", "gemini/flash",
                                     "llama/local-8b", "vllm/mixtral"});
    o.tokens_by_model = bucketSeries(models, now, 24'000 * big);
    o.spend_by_model = bucketSeries(models, now, 40'000'000'000 * big);
    o.latency = bucketSeries({"p95", "p50"}, now, 2'600'000);
    api::SampleResult triage;
    triage.workflow = "licence-triage";
    triage.run = RunId(uuid(0));
    // As measured; see "What it saves" in the README.
    triage.files = 391;
    triage.steps = 2'011;
    triage.usage.add("in", 81'885);
    triage.usage.add("out", 6'839);
    triage.cost = PicoSum::of(58'800'300'000);
    triage.micro_f1_permille = 812;
    triage.seconds_ms = 6'470;
    triage.simulated = true;
    api::SampleResult brute = triage;
    brute.workflow = "brute-force-triage";
    brute.run = RunId(uuid(1));
    brute.steps = 1'966;
    brute.usage = {};
    brute.usage.add("in", 1'298'687);
    brute.usage.add("out", 12'507);
    brute.cost = PicoSum::of(Int128{2'690'710'000'000});
    brute.micro_f1_permille = 800;
    brute.seconds_ms = 6'310;
    o.samples.samples = {triage, brute};
    o.samples.cost_ratio_permille = 45'760;
    o.samples.median_file_ratio_permille = 62'000;
    o.samples.free_files = 225;
    return o;
}

api::CostTable fakeCosts(const api::CostQuery& query) {
    api::CostTable t;
    t.by = query.by;
    const std::vector<const char*> first =
        query.by.size() > 0 && query.by[0] == "model"
            ? std::vector<const char*>{"sim/gpt-4.1", "sim/gpt-4.1-nano"}
            : std::vector<const char*>{"reread", "read", "classify", "embed"};
    for (std::size_t i = 0; i < first.size(); ++i)
        for (const char* second_key : {"in", "out", "cache_read"}) {
            api::CostRow row;
            row.key = {first[i], second_key};
            row.steps = 118 - static_cast<std::int64_t>(i) * 20;
            row.usage.add(second_key, 40'000);
            row.cost =
                microDollars(i == 2 ? 0
                                    : (noise(static_cast<std::int64_t>(i), second_key[0]) * 60 + 8'000) /
                                          static_cast<std::int64_t>(i * i + 1));
            t.total += row.cost;
            t.rows.push_back(std::move(row));
        }
    return t;
}

std::vector<api::BudgetView> fakeBudgets(bool much, std::int64_t now) {
    std::vector<api::BudgetView> out;
    out.push_back(viewOf(budgetOf("b1", ScopeType::org, "", Window::month, 1'914'000'000, BudgetPolicy::hard),
                         1'301'600'000, 12'000'000, "On this pace it is used up on 29 November."));
    out.push_back(viewOf(
        budgetOf("b2", ScopeType::workflow, "licence-triage", Window::run, 10'000'000, BudgetPolicy::hard),
        9'120'000, 620'000, "1 run is near its limit. The next step may cost $0.41 and would be refused."));
    out.push_back(
        viewOf(budgetOf("b3", ScopeType::process, "compliance", Window::day, 25'000'000, BudgetPolicy::hard),
               25'000'000, 0, ""));
    out.back().state.exhausted = true;
    out.back().state.last_refusal =
        "Stopped at 02:14:31 after step 812. 3 calls in flight were cancelled, $0.06 arrived after the stop.";
    out.push_back(viewOf(
        budgetOf("b4", ScopeType::model, "sim/gpt-4.1", Window::month, 200'000'000, BudgetPolicy::warn),
        44'100'000, 0, ""));
    if (much)
        for (int i = 0; i < 20; ++i)
            out.push_back(viewOf(budgetOf(fmt::format("m{}", i).c_str(), ScopeType::user,
                                          "somebody.with.a.long.name@subsidiary.example", Window::week,
                                          50'000'000, BudgetPolicy::wait),
                                 noise(i) * 50'000, noise(i, 4) * 4'000,
                                 "No limit is reached on this pace."));
    for (auto& v : out)
        v.state.window_end_us = now + 8 * day;
    return out;
}

std::vector<api::ProviderInfo> fakeProviders(bool much) {
    std::vector<api::ProviderInfo> out(much ? 4 : 2);
    out[0].name = "local";
    out[0].kind = "local";
    out[0].key_source = "none";
    out[0].models = {"licence-linear", "extractive-reader"};
    out[0].health = "runs in this process";
    out[1].name = "sim";
    out[1].kind = "sim";
    out[1].key_source = "none";
    out[1].models = {"sim-small", "sim-large"};
    out[1].simulated = true;
    out[1].health = "deterministic by seed";
    if (!much) return out;
    out[2].name = "openai";
    out[2].kind = "openai";
    out[2].base_url = "https://api.openai.com/v1";
    out[2].key_source = "keychain";
    out[2].key_present = true;
    out[2].requests_per_minute = 500;
    out[2].tokens_per_minute = 200'000;
    out[2].models = {"gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano"};
    out[2].health = "answered 41 calls today, 1 retried";
    out[3].name = "gemini";
    out[3].kind = "gemini";
    out[3].base_url = "https://generativelanguage.googleapis.com";
    out[3].key_source = "env:GEMINI_KEY";
    out[3].proxy = "http://proxy.corp.example:3128";
    return out;
}

} // namespace tally::test
