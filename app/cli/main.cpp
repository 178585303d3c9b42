// `tally`: the core on the command line. Everything the window can do, a script can do.
#include "app/cli/context.h"
#include "app/cli/signals.h"

#include <algorithm>
#include <csignal>
#include <cstring>

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
    app.add_option("-w,--workspace", context.workspace,
                   "Folder of the workspace (default: $TALLYSTICK_WORKSPACE or the user's data folder)");
    app.add_flag("--json", context.json, "Print one JSON object instead of text");
    app.add_option("--by", context.by, "Who gives the order, for the log (a role or account, never a name)");
    app.add_option("--contract", context.contract, "File of contract rates, laid over the price catalogue");
    app.add_option("--resources", context.resources, "Folder of the program's resource files");
    app.add_option("--sim-speed", context.sim_time_scale,
                   "Simulated latencies are multiplied by this; 0: none")
        ->check(CLI::Range(0.0, 1000.0));
    for (const auto& add :
         {addRunCommands, addBatchCommands, addReadCommands, addBudgetCommands, addKillCommands,
          addWorkflowCommands, addPriceCommands, addProviderCommands, addLogCommands, addOrgKeyCommands,
          addVerifyCommands, addReportCommands, addCosignCommand, addEraseCommands, addDemoCommands,
          addDoctorCommands, addShellCommands})
        add(app, context);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error), exit_ok; // --help, --version
        // What CLI11 says first is not always what is wrong.
        const auto left = app.remaining();
        const std::string message = app.get_subcommands().empty() && !left.empty()
                                        ? "there is no command '" + left.front() + "'"
                                        : error.what();
        context.json = context.json || std::any_of(argv + 1, argv + argc, [](const char* each) {
                           return std::strcmp(each, "--json") == 0;
                       });
        context.failed({"cli.usage", message, "see: tally --help, or --help after a command", {}});
    }
    if (const int number = Signals::end(); number != 0) return 128 + number;
    return context.exit_code;
}
