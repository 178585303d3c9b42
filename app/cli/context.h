// What every sub-command of `tally` shares: the workspace, the form of its output, its exit code.
//
// Exit codes: 0 done, 1 the thing asked for did not come out well (verification not ok, run failed or stopped, definition with
// errors), 2 usage or I/O. The verdict itself is in the output, not in the code.
#pragma once
#include "core/api/open.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace tally::cli {

enum ExitCode { exit_ok = 0, exit_not_ok = 1, exit_usage = 2 };

struct Context {
    std::string workspace;
    bool json = false;
    std::string by;         ///< who gives orders; default: the account's name
    double sim_time_scale = 1;
    std::string contract;   ///< contract price file
    std::string resources;
    int exit_code = exit_ok;

    /// The workspace as owner, or as viewer when another process owns it.
    [[nodiscard]] Result<std::unique_ptr<api::Workspace>> open() const;
    /// Prints the error (as JSON to stdout with --json, else to stderr) and sets the exit code.
    void failed(const Error& error, int code = exit_usage);
    /// With --json the value on one line; returns whether it was printed.
    bool printJson(const nlohmann::json& value) const;
};

using Command = std::function<void(CLI::App& app, Context& context)>;
void addRunCommands(CLI::App& app, Context& context);      ///< run, resume, abandon, approve, reject, replay
void addReadCommands(CLI::App& app, Context& context);     ///< runs, show, costs, alerts
void addBudgetCommands(CLI::App& app, Context& context);   ///< budget list|set|remove|what-if
void addKillCommands(CLI::App& app, Context& context);     ///< kill, receipts, resume-kill
void addWorkflowCommands(CLI::App& app, Context& context); ///< workflow list|check|add|show
void addPriceCommands(CLI::App& app, Context& context);    ///< price list, price contract show|check|set|remove
void addProviderCommands(CLI::App& app, Context& context); ///< provider list|add|set|remove|test, network show|set
void addLogCommands(CLI::App& app, Context& context);      ///< export, verify
void addDemoCommands(CLI::App& app, Context& context);     ///< demo
void addDoctorCommands(CLI::App& app, Context& context);   ///< doctor
void addShellCommands(CLI::App& app, Context& context);    ///< completion, man

/// Default folder: $TALLYSTICK_WORKSPACE, else $XDG_DATA_HOME/tallystick/workspace.
std::string defaultWorkspace();

} // namespace tally::cli
