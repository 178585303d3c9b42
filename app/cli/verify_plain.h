// `tally verify` of plain JSONL logs of other tools (core/audit/plain_log.h).
#pragma once
#include "app/cli/context.h"

namespace tally::cli {

/// Verifies if the file is a plain log, or a dialect file says so (empty: the way of chaining is found out).
/// `pin`: hash of the last record, from elsewhere. False: nothing was done.
bool verifyPlain(Context& context, const std::string& path, const std::string& pin,
                 const std::string& dialect);

} // namespace tally::cli
