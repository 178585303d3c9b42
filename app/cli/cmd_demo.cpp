#include "app/cli/context.h"
#include "app/cli/follow.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/api/codec.h"

#include <fmt/format.h>

namespace tally::cli {
namespace {
std::string permille(std::int64_t value, int places) {
    return places == 3 ? fmt::format("{}.{:03}", value / 1000, value % 1000)
                       : fmt::format("{}.{}", value / 1000, value % 1000 / 100);
}

/// "meter": {quantity, cost} of one run; a cost of no meter is what was booked at
/// a reservation.
Result<nlohmann::json> metersOf(api::Workspace& workspace, const RunId& run) {
    api::CostQuery query;
    query.by = {"meter"};
    query.run = run;
    TALLY_ASSIGN(const auto table,
                 api::wait<api::CostTable>([&](auto reply) { workspace.costs(query, reply); }));
    nlohmann::json out = nlohmann::json::object();
    for (const api::CostRow& row : table.rows) {
        const std::string meter = row.key.empty() ? std::string() : row.key.front();
        const auto quantity = row.usage.qty.find(meter);
        out[meter.empty() ? "reserved" : meter] = {
            {"quantity", quantity == row.usage.qty.end() ? 0 : quantity->second},
            {"cost", row.cost.toString()}};
    }
    return out;
}

void demo(Context& context) {
    auto workspace = context.open(Opening::hosting);
    if (!workspace) return context.failed(workspace.error());
    const auto runs = api::wait<std::vector<RunId>>([&](auto reply) { (*workspace)->startDemo(reply); });
    if (!runs) return context.failed(runs.error());
    const auto summaries = follow(context, **workspace, *runs);
    if (!summaries) return context.failed(summaries.error());
    for (const auto& run : *summaries)
        if (run.status != RunStatus::ok) {
            if (!context.json) printRun(run);
            return context.failed({"demo.run",
                                   "the sample '" + run.workflow + "' ended with status " +
                                       std::string(toString(run.status)) + ": " + run.status_detail,
                                   {},
                                   {}});
        }
    const auto result =
        api::wait<api::SampleComparison>([&](auto reply) { (*workspace)->demoResult(reply); });
    if (!result) return context.failed(result.error());
    nlohmann::json out = *result;
    out["files"] = result->samples.empty() ? 0 : result->samples.front().files;
    out["cost_ratio"] = permille(result->cost_ratio_permille, 3);
    out["median_file_ratio"] = permille(result->median_file_ratio_permille, 3);
    for (std::size_t i = 0; i < result->samples.size(); ++i) {
        const api::SampleResult& sample = result->samples[i];
        auto meters = metersOf(**workspace, sample.run);
        if (!meters) return context.failed(meters.error());
        out["samples"][i]["meters"] = std::move(*meters);
        out["samples"][i]["micro_f1"] = permille(sample.micro_f1_permille, 3);
        out["samples"][i]["seconds"] = permille(sample.seconds_ms, 3);
    }
    if (context.printJson(out)) return;
    Table table({"Sample", ">Files", ">Steps", ">Tokens in", ">Out", ">Cost", ">Micro-F1", ">Time"});
    for (const auto& s : result->samples)
        table.row({s.workflow + (s.simulated ? " (simulated)" : ""), thousands(s.files), thousands(s.steps),
                   thousands(s.usage.inputTokens()), thousands(s.usage.outputTokens()),
                   "$" + s.cost.toString(), permille(s.micro_f1_permille, 3), duration(s.seconds_ms * 1000)});
    table.print();
    Table meters({"Sample", "Meter", ">Quantity", ">Cost"});
    for (const auto& sample : out["samples"])
        for (const auto& [meter, line] : sample["meters"].items())
            meters.row({sample["workflow"].get<std::string>(), meter,
                        thousands(line["quantity"].get<std::int64_t>()),
                        "$" + line["cost"].get<std::string>()});
    meters.print();
    print("brute force costs %s times as much in total; the triage decided %s of %s files locally for "
          "nothing, and for the median of the others brute force costs %s times as much\n",
          permille(result->cost_ratio_permille, 1).c_str(), thousands(result->free_files).c_str(),
          thousands(result->samples.empty() ? 0 : result->samples.front().files).c_str(),
          permille(result->median_file_ratio_permille, 1).c_str());
}
} // namespace

void addDemoCommands(CLI::App& app, Context& context) {
    app.add_subcommand("demo",
                       "Licence triage over this machine's copyright files, layered against brute force")
        ->callback([&context] { demo(context); });
}

} // namespace tally::cli
