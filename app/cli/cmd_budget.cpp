#include "app/cli/context.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/api/budget_admin.h"
#include "core/api/codec.h"
#include "core/base/encoding.h"

namespace tally::cli {
namespace {
using nlohmann::json;

struct BudgetArgs {
    std::string id, scope = "org", window = "total", meter = "cost", policy = "hard", limit, reason, label,
                    simulated;
    std::vector<int> warn = {80};
    bool all = false;
};

std::string orderer(const Context& context) {
    return context.by.empty() ? "operator" : context.by;
}

/// The definition `in` with what was named on the command line; of a new budget everything, defaults too.
Result<Budget> budgetOf(const Context& context, const CLI::App& command, const BudgetArgs& args, json in) {
    const bool fresh = in.empty();
    const auto given = [&](const char* option) { return fresh || command.count(option) > 0; };
    if (given("--scope")) in["scope"] = args.scope;
    if (given("--window")) in["window"] = args.window;
    if (given("--policy")) in["policy"] = args.policy;
    if (given("--warn")) in["warn_percent"] = args.warn;
    if (given("--label")) in["label"] = args.label;
    if (!args.simulated.empty()) in["simulated"] = args.simulated == "yes";
    const bool limit_given = command.count("--limit") > 0;
    if (fresh && !limit_given)
        return fail("cli.usage", "--limit is required",
                    "--limit 10 for an amount of money, or an integer for other meters");
    if (!fresh && !limit_given && given("--meter") && in.value("meter", "") != args.meter)
        return fail("cli.usage", "another meter needs another limit", "say --limit as well");
    if (given("--meter")) in["meter"] = args.meter;
    if (limit_given) {
        in["limit"] = args.limit;
        if (in["meter"] != "cost") {
            in["limit"] = json::parse(args.limit, nullptr, false);
            if (!in["limit"].is_number_integer())
                return fail("cli.usage", "a limit of " + in["meter"].get<std::string>() +
                                             " must be an integer, not '" + args.limit + "'");
        }
    }
    in["reason"] = args.reason;
    in["by"] = orderer(context);
    return budgetFromJson(in);
}

Result<Budget> existing(api::Workspace& workspace, const std::string& id) {
    TALLY_ASSIGN(auto views,
                 api::wait<std::vector<api::BudgetView>>([&](auto reply) { workspace.budgets(reply); }));
    for (auto& view : views)
        if (view.state.budget.id.str() == id) return std::move(view.state.budget);
    return fail("budget.unknown", "there is no budget '" + id + "'", "run: tally budget list --all");
}

/// A new budget that says nothing about simulated calls: what fits the providers of this workspace.
Status chooseSimulated(api::Workspace& workspace, BudgetArgs& args) {
    if (!args.simulated.empty() || args.meter != "cost") return {};
    TALLY_ASSIGN(const auto providers,
                 api::wait<std::vector<api::ProviderInfo>>([&](auto reply) { workspace.providers(reply); }));
    args.simulated = api::countsSimulated(providers) ? "yes" : "no";
    return {};
}

std::string amount(PicoSum value, LimitMeter meter) {
    return meter == LimitMeter::cost ? "$" + value.toString()
                                     : thousands(static_cast<std::int64_t>(value.value()));
}

/// "$1.20", and what of it nobody is billed for.
std::string spentText(const BudgetState& state) {
    const LimitMeter meter = state.budget.meter;
    std::string out = amount(state.spent, meter);
    if (state.simulated.value() != 0) out += " (simulated " + amount(state.simulated, meter) + ")";
    return out;
}

/// Empty for meters that count every call.
std::string simulatedText(const Budget& budget) {
    if (budget.meter != LimitMeter::cost) return {};
    return budget.count_simulated ? "count" : "not counted";
}

/// A limit that was given to one run: it ends with the run and is not the operator's to look after.
bool ofOneRun(const Budget& budget) {
    return budget.scope.type == ScopeType::run && !budget.scope.name.empty();
}

void list(Context& context, bool all) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto views =
        api::wait<std::vector<api::BudgetView>>([&](auto reply) { (*workspace)->budgets(reply); });
    if (!views) return context.failed(views.error());
    if (context.printJson({{"budgets", *views}})) return;
    Table table({"Id", "Scope", "Window", "Meter", "Policy", ">Limit", ">Spent", ">Reserved", ">Headroom",
                 "Simulated calls", "Label", "Forecast"});
    std::size_t left_out = 0;
    for (const auto& view : *views) {
        const BudgetState& s = view.state;
        if (!all && ofOneRun(s.budget) && s.reserved.value() == 0) {
            ++left_out;
            continue;
        }
        table.row({s.budget.id.str(), s.budget.scope.str(),
                   std::string(toString(s.budget.window)) + (s.window_key.empty() ? "" : " " + s.window_key),
                   std::string(toString(s.budget.meter)), std::string(toString(s.budget.policy)),
                   amount(s.budget.limit, s.budget.meter), spentText(s), amount(s.reserved, s.budget.meter),
                   amount(s.headroom(), s.budget.meter), simulatedText(s.budget), s.budget.label,
                   s.last_refusal.empty() ? view.forecast.sentence : s.last_refusal});
    }
    if (left_out < views->size()) table.print();
    if (left_out > 0)
        print("%zu limits of single runs that hold nothing now are not listed; see them with: tally budget "
              "list --all\n",
              left_out);
    if (views->empty())
        print("no budgets; set one with: tally budget set --scope org --window month --limit 100\n");
}

/// What is different, for people: "limit $3 -> $5".
json changes(const Budget& before, const Budget& after) {
    json was = before, is = after, out = json::object();
    for (const auto& [key, value] : is.items())
        if (key != "by" && key != "reason" && was.value(key, json()) != value)
            out[key] = {{"from", was.value(key, json())}, {"to", value}};
    return out;
}

std::string plain(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

void set(Context& context, const CLI::App& command, BudgetArgs args) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    if (args.id.empty())
        if (const auto chosen = chooseSimulated(**workspace, args); !chosen)
            return context.failed(chosen.error());
    std::optional<Budget> before;
    if (!args.id.empty()) {
        auto found = existing(**workspace, args.id);
        if (!found) return context.failed(found.error());
        before = std::move(*found);
    }
    const auto budget = budgetOf(context, command, args, before ? json(*before) : json::object());
    if (!budget) return context.failed(budget.error());
    const auto id = api::wait<BudgetId>([&](auto reply) { (*workspace)->setBudget(*budget, reply); });
    if (!id) return context.failed(id.error());
    const json changed = before ? changes(*before, *budget) : json::object();
    if (context.printJson(before ? json{{"id", id->str()}, {"changed", changed}} : json{{"id", id->str()}}))
        return;
    print("%s\n", id->str().c_str());
    if (!before && budget->meter == LimitMeter::cost)
        print("  simulated calls %s; --simulated yes or no says otherwise\n",
              budget->count_simulated ? "count" : "do not count");
    for (const auto& [key, change] : changed.items())
        print("  %s: %s -> %s\n", key.c_str(), escapeForDisplay(plain(change["from"])).c_str(),
              escapeForDisplay(plain(change["to"])).c_str());
    if (before && changed.empty()) print("  nothing is different\n");
}

void whatIf(Context& context, const CLI::App& command, BudgetArgs args) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    if (const auto chosen = chooseSimulated(**workspace, args); !chosen)
        return context.failed(chosen.error());
    const auto budget = budgetOf(context, command, args, json::object());
    if (!budget) return context.failed(budget.error());
    const auto what_if = api::wait<api::WhatIf>([&](auto reply) { (*workspace)->whatIf(*budget, reply); });
    if (!what_if) return context.failed(what_if.error());
    if (!context.printJson(*what_if)) print("%s\n", what_if->sentence.c_str());
}

void remove(Context& context, const BudgetArgs& args) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto done = api::wait<bool>([&](auto reply) {
        (*workspace)
            ->removeBudget(BudgetId(args.id), orderer(context), args.reason, [reply](const Status& status) {
                if (status)
                    reply(true);
                else
                    reply(fail(status.error()));
            });
    });
    if (!done) return context.failed(done.error());
    if (!context.printJson({{"ok", true}})) print("removed\n");
}

struct SettleArgs {
    std::string run, step, source = "provider", cost;
    int attempt = 0;
    std::vector<std::string> usage;
    bool nothing = false;
};

void listDoubtful(Context& context, api::Workspace& workspace) {
    const auto calls =
        api::wait<std::vector<api::DoubtfulCall>>([&](auto reply) { workspace.doubtfulCalls(reply); });
    if (!calls) return context.failed(calls.error());
    if (context.printJson({{"calls", *calls}})) return;
    Table table({"Run", "Step", ">Attempt", "Model", ">Booked", "Sent"});
    for (const auto& call : *calls)
        table.row({call.run.str(), call.path, std::to_string(call.attempt), call.provider + "/" + call.model,
                   "$" + call.booked.toString(), localTime(call.at_us)});
    table.print();
    if (calls->empty()) print("no call is in doubt\n");
}

void settle(Context& context, const SettleArgs& args) {
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    if (args.run.empty()) return listDoubtful(context, **workspace);
    if (args.step.empty() || (args.cost.empty() && args.usage.empty() && !args.nothing))
        return context.failed({"cli.usage",
                               "say which step it is and what it cost",
                               "tally settle RUN STEP --from invoice --cost 0.0123, or --usage "
                               "in=100,out=20, or --never-happened",
                               {}});
    api::SettleCall call{RunId(args.run), args.step, args.attempt, args.source, {}, {}};
    if (!args.cost.empty()) {
        const auto cost = Pico::parse(args.cost);
        if (!cost) return context.failed(cost.error());
        call.cost = *cost;
    }
    for (const auto& text : args.usage) {
        const auto equals = text.find('=');
        const json quantity =
            equals == std::string::npos ? json() : json::parse(text.substr(equals + 1), nullptr, false);
        if (!quantity.is_number_integer())
            return context.failed(
                {"cli.usage", "'" + text + "' is not meter=quantity", "for example in=100", {}});
        call.usage.add(text.substr(0, equals), quantity.get<std::int64_t>());
    }
    const auto booked = api::wait<Pico>([&](auto reply) { (*workspace)->settleCall(call, reply); });
    if (!booked) return context.failed(booked.error());
    if (!context.printJson({{"booked", booked->toString()}}))
        print("settled: $%s\n", booked->toString().c_str());
}

void addDefinition(CLI::App& command, const std::shared_ptr<BudgetArgs>& args) {
    command.add_option("--scope", args->scope,
                       "org, or process|workflow|run|model|user:NAME (run alone: every run for itself)");
    command.add_option("--window", args->window, "run, hour, day, week, month or total (UTC)");
    command.add_option("--meter", args->meter,
                       "cost, tokens, calls, wall_ms, compute_ms, concurrent or state_bytes");
    command.add_option("--limit", args->limit,
                       "Currency units as decimal text, or an integer for other meters");
    command.add_option("--policy", args->policy, "hard (refuse), wait (hold) or warn");
    command.add_option("--warn", args->warn, "Percentages that raise a warning, comma separated")
        ->delimiter(',');
    command
        .add_option("--simulated", args->simulated,
                    "yes or no: whether the price of simulated calls counts in a cost budget (default: yes "
                    "while the workspace has no other provider)")
        ->check(CLI::IsMember({"yes", "no"}));
    command.add_option("--reason", args->reason, "Why, for the log");
    command.add_option("--label", args->label, "A label for lists");
}
} // namespace

void addBudgetCommands(CLI::App& app, Context& context) {
    auto* budget = app.add_subcommand("budget", "Limits that cannot be exceeded");
    budget->require_subcommand(1);
    auto args = std::make_shared<BudgetArgs>();
    auto* list_command = budget->add_subcommand("list", "Spent, reserved and headroom of every budget");
    list_command->add_flag("--all", args->all, "Also the limits of single runs that hold nothing now");
    list_command->callback([args, &context] { list(context, args->all); });
    auto* set_command =
        budget->add_subcommand("set", "Add a budget, or change what is named of one with --id");
    set_command->add_option("--id", args->id, "Change this budget: only what is named");
    addDefinition(*set_command, args);
    set_command->callback([set_command, args, &context] { set(context, *set_command, *args); });
    auto* what_if =
        budget->add_subcommand("what-if", "What a budget would have done over the recorded history");
    addDefinition(*what_if, args);
    what_if->callback([what_if, args, &context] { whatIf(context, *what_if, *args); });
    auto late = std::make_shared<SettleArgs>();
    auto* settle_command = app.add_subcommand("settle", "Correct a call of unknown outcome, or list them");
    settle_command->add_option("run", late->run, "Run id; without it the calls in doubt are listed");
    settle_command->add_option("step", late->step, "Path of the step");
    settle_command->add_option("--attempt", late->attempt, "Which attempt (default: the last one in doubt)");
    settle_command
        ->add_option("--from", late->source, "Where the figure comes from: provider, invoice or estimate")
        ->check(CLI::IsMember({"provider", "invoice", "estimate"}));
    settle_command->add_option("--cost", late->cost, "What it cost, in currency units");
    settle_command
        ->add_option("--usage", late->usage,
                     "meter=quantity, comma separated: priced at the rate of the step")
        ->delimiter(',');
    settle_command->add_flag("--never-happened", late->nothing,
                             "The provider has no record of it: it cost nothing");
    settle_command->callback([late, &context] { settle(context, *late); });
    auto* remove_command = budget->add_subcommand("remove", "Remove a budget");
    remove_command->add_option("id", args->id, "Budget id")->required();
    remove_command->add_option("--reason", args->reason, "Why, for the log");
    remove_command->callback([args, &context] { remove(context, *args); });
}

} // namespace tally::cli
