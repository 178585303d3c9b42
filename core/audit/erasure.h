// Erases the prompts and answers of runs by a policy (TRACE_LOG 6.2): one `erase` entry for each payload, in
// the transaction that deletes it with its nonce; then everything else the database holds of the run; then
// the old pages. The log verifies as before, and says who erased what, when and why.
//
// Any thread but the writer's. Cancelled or killed in between, what is erased is erased and logged; the same
// order again does the rest. Errors: erase.everything, erase.reason, those of store and log.
#pragma once
#include "core/audit/trace_log_writer.h"
#include "core/base/cancel.h"
#include "core/model/erasure.h"

namespace tally::audit {

/// Reads only.
Result<ErasePlan> planErasure(store::Connection& db, const ErasePolicy& policy);
Result<ErasureDone> erasePayloads(store::Store& store, TraceLogWriter& log, const EraseOrder& order,
                                  const CancelToken& cancel = {});

/// Writes an auditor's words into the log and seals it. Errors: challenge.nonce.
Result<ChallengeDone> answerChallenge(store::Store& store, TraceLogWriter& log, const std::string& nonce,
                                      const std::string& by);

} // namespace tally::audit
