#include "tests/ui/fake_api.h"
#include "tests/ui/fake_data.h"
#include "tests/ui/fake_numbers.h"

#include <fmt/format.h>

#include <array>

namespace tally::test {

RunSummary fakeRun(int i, bool long_names) {
    static const std::array<RunStatus, 7> states = {RunStatus::running, RunStatus::ok,      RunStatus::ok,
                                                    RunStatus::stopped, RunStatus::waiting, RunStatus::ok,
                                                    RunStatus::error};
    static const std::array<const char*, 4> names = {"licence-triage", "brute-force-triage",
                                                     "contract-review", "claims-inbox"};
    RunSummary r;
    r.id = RunId(uuid(i));
    r.workflow = names[static_cast<std::size_t>(i) % names.size()];
    if (long_names && i % 5 == 2)
        r.workflow = "underwriting-evidence-collection-with-second-reading-for-reinsurance";
    if (long_names && i % 11 == 3)
        r.workflow = "invoice\xE2\x80\xAE"
                     "gpj.exe";
    r.process = i % 4 < 2 ? "compliance" : "operations";
    r.status = states[static_cast<std::size_t>(i) % states.size()];
    r.started_us = FakeWorkspace::now_us - 168 * second - i * 360 * second;
    r.ended_us = r.status == RunStatus::running || r.status == RunStatus::waiting
                     ? 0
                     : r.started_us + (100 + noise(i)) * second;
    r.items_total = i % 4 == 3 ? 0 : i % 4 == 1 ? 391 : 214;
    r.items_done = r.status == RunStatus::ok ? r.items_total : r.items_total * 118 / 214;
    r.steps = i % 4 == 3 ? 79 + i : r.items_done * 5 - i;
    r.failed_steps = i % 7 == 6 ? 3 : 0;
    r.usage.add("in", 412'330 / (i % 7 + 1));
    r.usage.add("out", 20'118 / (i % 7 + 1));
    if (i % 4 == 0) {
        // The triage is cheap and near its limit; its figures are those of the steps that the page shows.
        const std::vector<StepRecord> steps = fakeSteps(r.id, long_names ? 3000 : 60);
        for (const StepRecord& step : steps)
            r.cost += step.cost;
        r.steps = static_cast<std::int64_t>(steps.size());
        r.items_done = r.steps / 5;
        r.items_total = long_names ? 900 : 18;
        r.limit = microDollars(long_names ? 7'500'000 : 150'000);
    } else {
        if (i % 4 == 1) r.steps = r.items_done * 1'966 / 391;
        r.cost = microDollars(i % 4 == 1 ? 2'690'710 / (i / 4 + 1) : 9'412'033 / (i % 9 + 1));
    }
    if (r.status == RunStatus::running) r.reserved = microDollars(11'200);
    r.simulated = i % 4 < 2;
    if (r.status == RunStatus::stopped)
        r.status_detail = "Budget of the workflow per day is used up: $25.00 of $25.00.";
    if (r.status == RunStatus::error)
        r.status_detail = "check \"valid\" failed twice: /licences/0 is not a string";
    if (r.status == RunStatus::waiting) r.status_detail = "Waits for approval: 3 packages name no licence.";
    return r;
}

std::vector<StepRecord> fakeSteps(const RunId& run, int count) {
    struct Kind {
        const char* name;
        StepKind kind;
        const char* model;
        std::int64_t in, out, cost_pico;
    };
    static const std::array<Kind, 5> kinds = {
        {{"passages", StepKind::filter, "", 0, 0, 0},
         {"classify", StepKind::model, "local/licence-linear", 312, 12, 0},
         {"read", StepKind::model, "sim/gpt-4.1-nano", 1480, 96, 186'400'000},
         {"reread", StepKind::model, "sim/gpt-4.1", 3920, 140, 8'960'000'000},
         {"valid", StepKind::check, "", 0, 0, 0}}};
    std::vector<StepRecord> out;
    std::int64_t at = FakeWorkspace::now_us - 168 * second;
    for (int i = 0; i < count; ++i) {
        const Kind& k = kinds[static_cast<std::size_t>(i) % kinds.size()];
        StepRecord s;
        s.run = run;
        s.name = k.name;
        s.path = fmt::format("triage[{}]/{}", i / 5, k.name);
        s.kind = k.kind;
        s.status = i == count - 1 ? StepStatus::running
                   : i % 23 == 22 ? StepStatus::error
                   : i % 31 == 30 ? StepStatus::refused
                                  : StepStatus::ok;
        const std::string model = k.model;
        if (!model.empty()) {
            s.provider = model.substr(0, model.find('/'));
            s.model = model.substr(model.find('/') + 1);
            s.simulated = s.provider == "sim";
            s.usage.add("in", k.in + noise(i));
            s.usage.add("out", k.out + noise(i, 7) / 20);
            s.cost = Pico::of(k.cost_pico + (k.cost_pico > 0 ? noise(i, 3) * 1'000'000 : 0));
            s.ttft_us = k.cost_pico > 0 ? (180 + noise(i, 5) / 3) * 1000 : 0;
            s.latency_us = (k.cost_pico > 0 ? 700 + noise(i, 9) * 2 : 2) * 1000;
        } else {
            s.latency_us = 900 + noise(i);
        }
        s.started_us = at;
        at += 168 * second / count;
        s.log_seq = 12'000 + i;
        if (s.status == StepStatus::error) s.detail = "the answer is not JSON: expected '{' at character 0";
        if (s.status == StepStatus::refused)
            s.detail = "Budget of this run: $0.0090 would exceed the headroom of $0.0071.";
        if (s.status == StepStatus::running) s.latency_us = 0;
        out.push_back(std::move(s));
    }
    return out;
}

StepDetail fakeDetail(const StepRecord& s) {
    StepDetail d;
    d.step = s;
    d.step.reserved = Pico::of(s.cost.value() * 2);
    if (!s.model.empty()) {
        RateLine line;
        line.provider = "openai";
        line.model = s.model;
        line.rates["in"] = Pico::of(100'000);
        line.rates["out"] = Pico::of(400'000);
        line.source = "builtin 2026-11";
        line.effective_from = "2025-04-14";
        line.why = "List price of the model that this simulation borrows its price from.";
        line.simulated = s.simulated;
        for (const auto& [meter, n] : s.usage.qty)
            d.items.push_back({meter, n, line.rates[meter], multiply(n, line.rates[meter])});
        d.rate = line;
    }
    d.input = nlohmann::json{{"passages", "License: MIT\nPermission is hereby granted \xE2\x80\xAE"
                                          "tset"}};
    d.output = nlohmann::json{{"licences", {"MIT"}}, {"copyleft", false}};
    d.log_line = R"({"v":1,"seq":12041,"kind":"step","name":"read","cost_pico":186400000})";
    d.leaf_hash = "9f3c5f0a7c19be6db1c6d8f8d0e7f8f1e0a53c6b9a2e4d70e2d3d9f4a1c0a1e0";
    return d;
}

} // namespace tally::test
