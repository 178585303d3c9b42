// Stays with a batch until it has ended or is paused: a progress line on a terminal, nothing else otherwise.
#pragma once
#include "app/cli/context.h"
#include "core/model/batch.h"

namespace tally::cli {

/// The batch that `name` means: its id, the beginning or end of it, its number, or its name when only one has
/// it. Errors: batch.unknown, batch.ambiguous.
Result<Batch> findBatch(api::Workspace& workspace, const std::string& name);
/// Works on it in this process, or waits while another process owns the workspace and takes over when that
/// ends. The first Ctrl+C drains the batch; SIGTERM, SIGHUP or a second Ctrl+C stop what is under way in
/// order, and it goes on with the next `tally batch follow`. Errors: engine.halted and those of opening.
Result<Batch> followBatch(Context& context, Opened& workspace, const BatchId& id);

} // namespace tally::cli
