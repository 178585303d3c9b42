// Waits for runs to end and shows how they go: a progress line on a terminal, nothing else otherwise.
#pragma once
#include "app/cli/context.h"

namespace tally::cli {

/// Returns the summaries in the order of `runs` once all have ended or stopped. Ctrl+C stops them (a kill of scope run) and goes
/// on waiting for their end; a second Ctrl+C ends the program.
std::vector<RunSummary> follow(Context& context, api::Workspace& workspace, const std::vector<RunId>& runs);
void printRun(const RunSummary& run);

} // namespace tally::cli
