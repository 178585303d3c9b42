// `tally`: the core on the command line. Everything the window can do, a script can do.
#include "app/cli/context.h"

#include <csignal>

int main(int argc, char** argv) {
    // A peer that closes its socket or a pipe that ends is an error value, not the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    using namespace tally::cli;
    CLI::App app("Runs, prices, stops and verifies LLM workflows.", "tally");
    app.set_version_flag("--version", "tally 0.1.0");
    app.require_subcommand(1);
    app.fallthrough();
    app.option_defaults()->always_capture_default(false);
    Context context;
    app.add_option("-w,--workspace", context.workspace, "Folder of the workspace (default: $TALLYSTICK_WORKSPACE or the user's data folder)");
    app.add_flag("--json", context.json, "Print one JSON object instead of text");
    app.add_option("--by", context.by, "Who gives the order, for the log (a role or account, never a name)");
    app.add_option("--contract", context.contract, "File of contract rates, laid over the price catalogue");
    app.add_option("--resources", context.resources, "Folder of the program's resource files");
    app.add_option("--sim-speed", context.sim_time_scale, "Simulated latencies are multiplied by this; 0: none")->check(CLI::Range(0.0, 1000.0));
    for (const auto& add : {addRunCommands, addReadCommands, addBudgetCommands, addKillCommands, addWorkflowCommands, addPriceCommands,
                            addProviderCommands, addLogCommands, addDemoCommands, addDoctorCommands, addShellCommands})
        add(app, context);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? exit_ok : exit_usage;
    }
    return context.exit_code;
}
