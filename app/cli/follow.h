// Waits for runs to end and shows how they go: a progress line on a terminal, nothing else otherwise.
#pragma once
#include "app/cli/context.h"

namespace tally::cli {

/// Returns the summaries in the order of `runs` once all have ended or stopped. Ctrl+C stops them (a kill of
/// scope run) and goes on waiting for their end; SIGTERM and SIGHUP end the waiting (see Signals::end()), so
/// that the workspace is closed in order. Errors: engine.halted (the engine that runs them stands still and
/// says why), run.owner_gone (its process has ended).
Result<std::vector<RunSummary>> follow(Context& context, api::Workspace& workspace,
                                       const std::vector<RunId>& runs);
void printRun(const RunSummary& run);
/// Says how much of a run's cost is no reported usage but what was reserved for it; nothing when there is
/// none.
void printBooked(api::Workspace& workspace, const RunId& run);
/// Stops them, each with an order of its own.
void stopRuns(Context& context, api::Workspace& workspace, const std::vector<RunId>& runs);
/// The command that continues a stopped run: a stop in force has to be lifted, everything else is resumed.
std::string nextStep(api::Workspace& workspace, const RunSummary& run);

} // namespace tally::cli
