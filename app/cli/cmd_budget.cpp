#include "app/cli/context.h"
#include "app/cli/table.h"
#include "core/api/codec.h"
#include "core/base/encoding.h"

namespace tally::cli {
namespace {
using nlohmann::json;

struct BudgetArgs {
    std::string id, scope = "org", window = "total", meter = "cost", policy = "hard", limit, reason, label;
    std::vector<int> warn = {80};
};

Result<Budget> budgetOf(const Context& context, const BudgetArgs& args) {
    json in = {{"scope", args.scope}, {"window", args.window}, {"meter", args.meter}, {"policy", args.policy}, {"warn_percent", args.warn},
               {"reason", args.reason}, {"label", args.label}, {"by", context.by.empty() ? "operator" : context.by}};
    if (!args.id.empty()) in["id"] = args.id;
    in["limit"] = args.limit;
    if (args.meter != "cost") {
        in["limit"] = json::parse(args.limit, nullptr, false);
        if (!in["limit"].is_number_integer()) return fail("budget.limit", "a limit of " + args.meter + " must be an integer, not '" + args.limit + "'");
    }
    return budgetFromJson(in);
}

std::string amount(PicoSum value, LimitMeter meter) {
    return meter == LimitMeter::cost ? "$" + value.toString() : thousands(static_cast<std::int64_t>(value.value()));
}

void list(Context& context) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto views = api::wait<std::vector<api::BudgetView>>([&](auto reply) { (*workspace)->budgets(reply); });
    if (!views) return context.failed(views.error());
    if (context.printJson({{"budgets", *views}})) return;
    Table table({"Id", "Scope", "Window", "Meter", "Policy", ">Limit", ">Spent", ">Reserved", ">Headroom", "Forecast"});
    for (const auto& view : *views) {
        const BudgetState& s = view.state;
        table.row({s.budget.id.str(), s.budget.scope.str(), std::string(toString(s.budget.window)) + (s.window_key.empty() ? "" : " " + s.window_key),
                   std::string(toString(s.budget.meter)), std::string(toString(s.budget.policy)), amount(s.budget.limit, s.budget.meter),
                   amount(s.spent, s.budget.meter), amount(s.reserved, s.budget.meter), amount(s.headroom(), s.budget.meter),
                   s.last_refusal.empty() ? view.forecast.sentence : s.last_refusal});
    }
    table.print();
    if (views->empty()) std::printf("no budgets; set one with: tally budget set --scope org --window month --limit 100\n");
}

void set(Context& context, const BudgetArgs& args, bool only_ask) {
    const auto budget = budgetOf(context, args);
    if (!budget) return context.failed(budget.error());
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    if (only_ask) {
        const auto what_if = api::wait<api::WhatIf>([&](auto reply) { (*workspace)->whatIf(*budget, reply); });
        if (!what_if) return context.failed(what_if.error());
        if (!context.printJson(*what_if)) std::printf("%s\n", what_if->sentence.c_str());
        return;
    }
    const auto id = api::wait<BudgetId>([&](auto reply) { (*workspace)->setBudget(*budget, reply); });
    if (!id) return context.failed(id.error(), exit_not_ok);
    if (!context.printJson({{"id", id->str()}})) std::printf("%s\n", id->str().c_str());
}

void remove(Context& context, const BudgetArgs& args) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto done = api::wait<bool>([&](auto reply) {
        (*workspace)->removeBudget(BudgetId(args.id), context.by.empty() ? "operator" : context.by, args.reason, [reply](const Status& status) {
            if (status) reply(true);
            else reply(fail(status.error()));
        });
    });
    if (!done) return context.failed(done.error(), exit_not_ok);
    if (!context.printJson({{"ok", true}})) std::printf("removed\n");
}

void addDefinition(CLI::App& command, const std::shared_ptr<BudgetArgs>& args) {
    command.add_option("--scope", args->scope, "org, or process|workflow|run|model|user:NAME (run alone: every run for itself)");
    command.add_option("--window", args->window, "run, hour, day, week, month or total (UTC)");
    command.add_option("--meter", args->meter, "cost, tokens, calls, wall_ms, compute_ms, concurrent or state_bytes");
    command.add_option("--limit", args->limit, "Currency units as decimal text, or an integer for other meters")->required();
    command.add_option("--policy", args->policy, "hard (refuse), wait (hold) or warn");
    command.add_option("--warn", args->warn, "Percentages that raise a warning, comma separated")->delimiter(',');
    command.add_option("--reason", args->reason, "Why, for the log");
    command.add_option("--label", args->label, "A label for lists");
}
} // namespace

void addBudgetCommands(CLI::App& app, Context& context) {
    auto* budget = app.add_subcommand("budget", "Limits that cannot be exceeded");
    budget->require_subcommand(1);
    budget->add_subcommand("list", "Spent, reserved and headroom of every budget")->callback([&context] { list(context); });
    auto args = std::make_shared<BudgetArgs>();
    auto* set_command = budget->add_subcommand("set", "Add a budget, or change one with --id");
    set_command->add_option("--id", args->id, "Change this budget");
    addDefinition(*set_command, args);
    set_command->callback([args, &context] { set(context, *args, false); });
    auto* what_if = budget->add_subcommand("what-if", "What a budget would have done over the recorded history");
    addDefinition(*what_if, args);
    what_if->callback([args, &context] { set(context, *args, true); });
    auto* remove_command = budget->add_subcommand("remove", "Remove a budget");
    remove_command->add_option("id", args->id, "Budget id")->required();
    remove_command->add_option("--reason", args->reason, "Why, for the log");
    remove_command->callback([args, &context] { remove(context, *args); });
}

} // namespace tally::cli
