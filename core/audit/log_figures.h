// Costs of a verified file by run, model and budget (TRACE_LOG.md 5, 11.4), from the same view as the totals
// of its verdict: authentic lines, restored originals, or, where nothing is authentic, the lines as they
// stand. Every cost is counted once; a run's own total is a check beside it, never added.
//
// Reads and hashes the file once more. Any thread. Errors file.changed, verify.cancelled.
#pragma once
#include "core/audit/verifier.h"
#include "core/base/cancel.h"
#include "core/model/audit_values.h"

namespace tally::audit {

Result<LogFigures> logFigures(const BundleRecords& records, const CancelToken& cancel = {});

} // namespace tally::audit
