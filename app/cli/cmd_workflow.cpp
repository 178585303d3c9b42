#include "app/cli/context.h"
#include "app/cli/print.h"
#include "app/cli/table.h"
#include "core/api/codec.h"
#include "core/api/provider_admin.h"
#include "core/base/encoding.h"
#include "core/base/file.h"

#include <fmt/format.h>

namespace tally::cli {
namespace {
void list(Context& context) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto all =
        api::wait<std::vector<api::WorkflowInfo>>([&](auto reply) { (*workspace)->workflows(reply); });
    if (!all) return context.failed(all.error());
    if (context.printJson({{"workflows", *all}})) return;
    Table table({"Workflow", "Process", "Version", ">Steps", ">Runs", ">Cost", "Last run", "Description"});
    for (const auto& w : *all)
        table.row({w.name + (w.simulated ? " (simulated)" : ""), w.process, w.version, thousands(w.steps),
                   thousands(w.runs), shortDollars(w.cost), localTime(w.last_run_us),
                   w.description.substr(0, 60)});
    table.print();
}

void check(Context& context, const std::string& path) {
    const auto text = DiskFileSystem().read(path, 16 << 20);
    if (!text) return context.failed(text.error());
    const auto found = api::checkDefinition(*text);
    const bool bad = std::any_of(found.begin(), found.end(), [](const Diagnostic& d) {
        return d.severity == Diagnostic::Severity::error;
    });
    if (bad) context.exit_code = exit_not_ok;
    if (context.printJson({{"ok", !bad}, {"diagnostics", found}})) return;
    for (const auto& d : found)
        print("%s:%d:%d: %s: %s%s\n  fix: %s\n", path.c_str(), d.line, d.column,
              d.severity == Diagnostic::Severity::error ? "error" : "warning",
              escapeForDisplay(d.message).c_str(),
              d.pointer.empty() ? "" : (" (" + escapeForDisplay(d.pointer) + ")").c_str(),
              escapeForDisplay(d.fix).c_str());
    if (!bad) print("%s: well\n", path.c_str());
}

void add(Context& context, const std::string& path) {
    auto text = DiskFileSystem().read(path, 16 << 20);
    if (!text) return context.failed(text.error());
    auto workspace = context.open();
    if (!workspace) return context.failed(workspace.error());
    const auto name =
        api::wait<std::string>([&](auto reply) { (*workspace)->saveWorkflow(std::move(*text), reply); });
    if (!name) return context.failed(name.error().at(path));
    if (!context.printJson({{"name", *name}})) print("%s\n", name->c_str());
}

void show(Context& context, const std::string& name) {
    auto workspace = context.open(Opening::look);
    if (!workspace) return context.failed(workspace.error());
    const auto text = api::wait<std::string>([&](auto reply) { (*workspace)->workflowText(name, reply); });
    if (!text) return context.failed(text.error());
    print("%s", text->c_str());
}
} // namespace

void addWorkflowCommands(CLI::App& app, Context& context) {
    auto* workflow = app.add_subcommand("workflow", "Workflow definitions");
    workflow->require_subcommand(1);
    workflow->add_subcommand("list", "List the workflows of the workspace")->callback([&context] {
        list(context);
    });
    auto arg = std::make_shared<std::string>();
    auto* check_command =
        workflow->add_subcommand("check", "Check a definition: every error with line, place and fix");
    check_command->add_option("file", *arg, "Definition file")->required();
    check_command->callback([arg, &context] { check(context, *arg); });
    auto* add_command =
        workflow->add_subcommand("add", "Add a definition (a new version if the name exists)");
    add_command->add_option("file", *arg, "Definition file")->required();
    add_command->callback([arg, &context] { add(context, *arg); });
    auto* show_command = workflow->add_subcommand("show", "Print the newest definition of a workflow");
    show_command->add_option("name", *arg, "Name")->required();
    show_command->callback([arg, &context] { show(context, *arg); });
}

} // namespace tally::cli
