// What every sub-command of `tally` shares: the workspace, the form of its output, its exit code.
//
// Exit codes: 0 done; 1 the thing asked for did not come out well (verification not ok, run failed or
// stopped, definition with errors, no such run, a refusal); 2 usage or input and output (arguments, files,
// workspace, the process that owns it); 128 + n ended by signal n. The verdict itself is in the output, not
// in the code.
#pragma once
#include "core/api/open.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tally::cli {

enum ExitCode { exit_ok = 0, exit_not_ok = 1, exit_usage = 2 };
/// 1 or 2, by the error's code.
int exitCodeOf(const Error& error);

/// What a command opens the workspace for.
enum class Opening {
    brief,   ///< to give an order; nobody else's run is taken in
    look,    ///< to look: nothing is written, so that a script may ask as often as it likes
    hosting, ///< to let runs run; those that other processes start here are waited for at the end
    loading, ///< to let the sources of batches be read
    batches, ///< to let batches run, and other runs as hosting does; items under way are waited for too
    stop     ///< to give a stop order: does not wait for a process that is starting or ending
};
/// Ends with the last run that somebody else started here.
struct Leave {
    bool hosting = false;
    void operator()(api::Workspace* workspace) const;
};
using Opened = std::unique_ptr<api::Workspace, Leave>;

/// Default folder: $TALLYSTICK_WORKSPACE, else $XDG_DATA_HOME/tallystick/workspace.
std::string defaultWorkspace();

struct Context {
    std::string workspace;
    bool json = false;
    std::string by; ///< who gives orders; empty: "operator"
    double sim_time_scale = 1;
    std::string contract; ///< contract price file
    std::string resources;
    bool retire_damaged = false;        ///< opening begins a new log when the old one contradicts itself
    bool rebuild_index = false;         ///< opening makes the query tables again
    std::optional<std::string> org_key; ///< opening sets this key of an organisation; empty: removes it
    int exit_code = exit_ok;

    [[nodiscard]] std::string folder() const { return workspace.empty() ? defaultWorkspace() : workspace; }
    /// The workspace as owner, or as viewer when another process owns it.
    [[nodiscard]] Result<Opened> open(Opening how = Opening::brief) const;
    /// Prints the error (as JSON to stdout with --json, else to stderr) and sets the exit code.
    void failed(const Error& error);
    /// With --json the value on one line; returns whether it was printed.
    bool printJson(const nlohmann::json& value) const;
};

/// A payload as people read it: text as it is, anything else as indented JSON.
std::string payloadText(const nlohmann::json& value);

using Command = std::function<void(CLI::App& app, Context& context)>;
void addRunCommands(CLI::App& app, Context& context);      ///< run, resume, abandon, approve, reject, replay
void addBatchCommands(CLI::App& app, Context& context);    ///< batch add|list|show|items|dead|follow|…
void addReadCommands(CLI::App& app, Context& context);     ///< runs, show, costs, approvals, alerts
void addBudgetCommands(CLI::App& app, Context& context);   ///< budget list|set|remove|what-if, settle
void addKillCommands(CLI::App& app, Context& context);     ///< kill, receipts, resume-kill
void addWorkflowCommands(CLI::App& app, Context& context); ///< workflow list|check|add|show
void addPriceCommands(CLI::App& app, Context& context); ///< price list, price contract show|check|set|remove
void addProviderCommands(CLI::App& app,
                         Context& context); ///< provider list|add|set|remove|test, network show|set
void addCosignCommand(CLI::App& app, Context& context);  ///< cosign
void addEraseCommands(CLI::App& app, Context& context);  ///< erase, retention show|set|remove, challenge
void addLogCommands(CLI::App& app, Context& context);    ///< export, consistency, tiles, new-log
void addOrgKeyCommands(CLI::App& app, Context& context); ///< log org-key set|show|remove
void addVerifyCommands(CLI::App& app, Context& context); ///< verify, verify memory|pin, compare
void addReportCommands(CLI::App& app, Context& context); ///< report make|check|show|pdf|key
void addDemoCommands(CLI::App& app, Context& context);   ///< demo
void addDoctorCommands(CLI::App& app, Context& context); ///< doctor
void addShellCommands(CLI::App& app, Context& context);  ///< completion, man

} // namespace tally::cli
