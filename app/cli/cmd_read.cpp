#include "app/cli/context.h"
#include "app/cli/follow.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/api/codec.h"
#include "core/api/log_admin.h"
#include "core/base/encoding.h"

namespace tally::cli {
namespace {
using nlohmann::json;

/// A process that was ended by force, or whose disk is full, cannot say so in the store: its runs are called
/// there what they were last. The next one that has the workspace will find them stopped, so that is what
/// they are.
void nameInterrupted(api::Workspace& workspace, std::vector<RunSummary*> runs) {
    std::erase_if(runs, [](const RunSummary* run) {
        return run->status != RunStatus::running && run->status != RunStatus::queued;
    });
    if (runs.empty()) return;
    const auto info = api::wait<api::WorkspaceInfo>([&](auto reply) { workspace.info(reply); });
    if (!info || info->engine_runs) return;
    for (RunSummary* run : runs) {
        run->status = RunStatus::stopped;
        run->status_detail = "Interrupted: the process that ran it has ended";
    }
}

void runs(Context& context, const api::RunQuery& query) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    auto page = api::wait<api::RunPage>([&](auto reply) { (*workspace)->runs(query, reply); });
    if (!page) return context.failed(page.error());
    std::vector<RunSummary*> listed;
    for (RunSummary& run : page->runs)
        listed.push_back(&run);
    nameInterrupted(**workspace, std::move(listed));
    if (context.printJson(*page)) return;
    Table table({"Run", "Workflow", "Status", ">Steps", ">Tokens", ">Cost", "Started", "Label"});
    for (const auto& run : page->runs)
        table.row({run.id.str(), run.workflow + (run.simulated ? " (simulated)" : ""),
                   std::string(toString(run.status)), thousands(run.steps), thousands(run.usage.tokens()),
                   shortDollars(run.cost), localTime(run.started_us), run.label});
    table.print();
    const auto shown = static_cast<std::int64_t>(page->runs.size());
    if (shown + query.offset < page->total)
        print("%s of %s runs; more with --offset %lld\n", thousands(shown).c_str(),
              thousands(page->total).c_str(), static_cast<long long>(query.offset + shown));
}

void showStep(Context& context, api::Workspace& workspace, const std::string& run, const std::string& path,
              int attempt) {
    const auto detail =
        api::wait<StepDetail>([&](auto reply) { workspace.step(RunId(run), path, attempt, reply); });
    if (!detail) return context.failed(detail.error());
    if (context.printJson(*detail)) return;
    const StepRecord& step = detail->step;
    print("%s  attempt %d  %s  %s%s\n", escapeForDisplay(step.path).c_str(), step.attempt,
          std::string(toString(step.status)).c_str(),
          step.model.empty() ? "" : (step.provider + "/" + step.model).c_str(),
          step.simulated ? " (simulated)" : "");
    if (!step.detail.empty()) print("  %s\n", escapeForDisplay(step.detail).c_str());
    Table table({"Meter", ">Quantity", ">Rate", ">Amount"});
    for (const auto& item : detail->items)
        table.row(
            {item.meter, thousands(item.quantity), "$" + item.rate.toString(), "$" + item.amount.toString()});
    table.row({"total", "", "", "$" + step.cost.toString()});
    table.print();
    if (detail->rate)
        print("  rate: %s/%s, tier %s%s%s, %s\n", detail->rate->provider.c_str(), detail->rate->model.c_str(),
              detail->rate->tier.c_str(), detail->rate->effective_from.empty() ? "" : ", from ",
              detail->rate->effective_from.c_str(), detail->rate->source.c_str());
    print("  log entry %lld, leaf %s\n", static_cast<long long>(step.log_seq), detail->leaf_hash.c_str());
    printText("input:\n" + payloadText(detail->input) + "\noutput:\n" + payloadText(detail->output) + "\n");
}

void printApprovals(const std::vector<api::OpenApproval>& open) {
    for (const auto& each : open)
        print("%s  %s  %s  waits for a person since %s%s: %s\n", each.run.str().c_str(),
              escapeForDisplay(each.workflow).c_str(), escapeForDisplay(each.path).c_str(),
              localTime(each.asked_us).c_str(),
              each.status == RunStatus::stopped ? " (its run is stopped)" : "",
              escapeForDisplay(each.question).c_str());
}

void approvals(Context& context) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto open = api::wait<std::vector<api::OpenApproval>>(
        [&](auto reply) { (*workspace)->approvals(std::nullopt, reply); });
    if (!open) return context.failed(open.error());
    if (context.printJson({{"approvals", *open}})) return;
    printApprovals(*open);
    if (open->empty()) print("nobody is asked anything\n");
}

void show(Context& context, const std::string& id, const std::string& path, int attempt, std::int64_t offset,
          std::int64_t limit) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    if (!path.empty()) return showStep(context, **workspace, id, path, attempt);
    auto run = api::wait<RunSummary>([&](auto reply) { (*workspace)->run(RunId(id), reply); });
    if (!run) return context.failed(run.error());
    nameInterrupted(**workspace, {&*run});
    const auto page = api::wait<api::StepPage>([&](auto reply) {
        (*workspace)->steps({RunId(id), offset, limit}, reply);
    });
    if (!page) return context.failed(page.error());
    const auto open = api::wait<std::vector<api::OpenApproval>>(
        [&](auto reply) { (*workspace)->approvals(RunId(id), reply); });
    if (!open) return context.failed(open.error());
    if (context.printJson(
            {{"run", *run}, {"steps", json(*page)["steps"]}, {"total", page->total}, {"approvals", *open}}))
        return;
    printRun(*run);
    printBooked(**workspace, run->id);
    if (run->status == RunStatus::stopped) print("  go on with: %s\n", nextStep(**workspace, *run).c_str());
    Table table({"Step", "Kind", "Status", ">Attempt", "Model", ">Tokens", ">Cost", ">Time"});
    for (const auto& step : page->steps)
        table.row({step.path, std::string(toString(step.kind)), std::string(toString(step.status)),
                   std::to_string(step.attempt), step.model,
                   step.usage.tokens() == 0 ? "" : thousands(step.usage.tokens()),
                   step.cost.isZero() ? "" : shortDollars(step.cost), duration(step.latency_us)});
    table.print();
    printApprovals(*open);
    const auto shown = static_cast<std::int64_t>(page->steps.size());
    if (offset + shown < page->total)
        print("%s of %s steps; more with --offset %lld\n", thousands(shown).c_str(),
              thousands(page->total).c_str(), static_cast<long long>(offset + shown));
}

void costs(Context& context, const api::CostQuery& query) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto table = api::wait<api::CostTable>([&](auto reply) { (*workspace)->costs(query, reply); });
    if (!table) return context.failed(table.error());
    if (context.printJson(*table)) return;
    std::vector<std::string> headings = table->by;
    headings.insert(headings.end(), {">steps", ">failed", ">tokens in", ">out", ">cost"});
    Table out(headings);
    for (const auto& row : table->rows) {
        std::vector<std::string> cells = row.key;
        cells.insert(cells.end(),
                     {thousands(row.steps), thousands(row.failed), thousands(row.usage.inputTokens()),
                      thousands(row.usage.outputTokens()), "$" + row.cost.toString()});
        out.row(std::move(cells));
    }
    out.print();
    const auto wrong = api::checkQueryTables(context.folder());
    if (table->simulated.value() != 0)
        print("$%s of it is simulated: nobody is billed for that\n", table->simulated.toString().c_str());
    const std::string total = table->total.toString();
    if (!wrong)
        print("total $%s, not compared with the log: %s\n", total.c_str(),
              escapeForDisplay(wrong.error().message).c_str());
    else if (!wrong->empty()) {
        context.exit_code = exit_not_ok;
        print("total $%s, which is NOT what the log says: %s\n  tally doctor --rebuild makes these figures "
              "again from the log\n",
              total.c_str(), escapeForDisplay(wrong->front().message).c_str());
    } else
        print("total $%s, every cost counted once, compared with every entry of the log\n", total.c_str());
}

void alerts(Context& context, const std::string& run) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    if (!run.empty()) {
        const auto known = api::wait<RunSummary>([&](auto reply) { (*workspace)->run(RunId(run), reply); });
        if (!known) return context.failed(known.error());
    }
    const auto list = api::wait<std::vector<Alert>>([&](auto reply) {
        (*workspace)->alerts(run.empty() ? std::nullopt : std::optional(RunId(run)), reply);
    });
    if (!list) return context.failed(list.error());
    if (context.printJson({{"alerts", *list}})) return;
    for (const auto& alert : *list)
        print("%s  %s  %s  %s: %s\n", localTime(alert.at_us).c_str(),
              std::string(toString(alert.action)).c_str(), alert.detector.c_str(),
              escapeForDisplay(alert.path).c_str(), escapeForDisplay(alert.sentence).c_str());
    if (list->empty()) print("no alerts\n");
}
} // namespace

void addReadCommands(CLI::App& app, Context& context) {
    auto query = std::make_shared<api::RunQuery>();
    auto status = std::make_shared<std::vector<std::string>>();
    auto* list = app.add_subcommand("runs", "List runs, newest first");
    list->add_option("--workflow", query->workflow, "Only of this workflow");
    list->add_option("--process", query->process, "Only of this process");
    list->add_option("--status", *status, "Only with this status; repeatable")
        ->check(CLI::IsMember({"queued", "running", "waiting", "stopped", "ok", "error", "abandoned"}));
    list->add_option("--text", query->text, "Only where id, workflow or label contain this");
    list->add_option("--offset", query->offset, "Skip so many");
    list->add_option("--limit", query->limit, "Show so many (default 100)");
    list->callback([query, status, &context] {
        for (const auto& word : *status)
            query->status.push_back(*parseRunStatus(word));
        runs(context, *query);
    });

    struct ShowArgs {
        std::string run, step;
        int attempt = 1;
        std::int64_t offset = 0, limit = 200;
    };
    auto args = std::make_shared<ShowArgs>();
    auto* show_command =
        app.add_subcommand("show", "Show a run with its steps, or one step with its arithmetic");
    show_command->add_option("run", args->run, "Run id")->required();
    show_command->add_option("step", args->step, "Path of a step, as listed");
    show_command->add_option("--attempt", args->attempt, "Which attempt of the step (default 1)");
    show_command->add_option("--offset", args->offset, "Skip so many steps");
    show_command->add_option("--limit", args->limit, "Show so many steps (default 200)");
    show_command->callback(
        [args, &context] { show(context, args->run, args->step, args->attempt, args->offset, args->limit); });

    auto costs_query = std::make_shared<api::CostQuery>();
    auto run = std::make_shared<std::string>();
    auto* costs_command = app.add_subcommand("costs", "Break costs down by any dimensions");
    costs_command
        ->add_option("--by", costs_query->by,
                     "Dimensions, comma separated: process, workflow, step, model, provider, meter, status, "
                     "run, batch, hour, day")
        ->delimiter(',');
    costs_command->add_option("--run", *run, "Only of this run");
    costs_command->add_option("--workflow", costs_query->workflow, "Only of this workflow");
    costs_command->add_option("--process", costs_query->process, "Only of this process");
    costs_command->callback([costs_query, run, &context] {
        if (!run->empty()) costs_query->run = RunId(*run);
        if (costs_query->by.empty()) costs_query->by = {"workflow", "step", "model"};
        costs(context, *costs_query);
    });

    app.add_subcommand("approvals", "List steps that wait for a person")->callback([&context] {
        approvals(context);
    });

    auto* alerts_command = app.add_subcommand("alerts", "List what the detectors found");
    alerts_command->add_option("run", *run, "Only of this run");
    alerts_command->callback([run, &context] { alerts(context, *run); });
}

} // namespace tally::cli
