// What the database says of batches; the same for owner and viewers. Reader threads.
#pragma once
#include "core/api/values.h"
#include "core/store/connection.h"

namespace tally::api {

/// Oldest first; `reason` also says what a running one waits for.
Result<std::vector<Batch>> readBatches(store::Connection& db);
/// Errors: batch.unknown.
Result<std::vector<BatchItem>> readBatchItems(store::Connection& db, const BatchItemQuery& query);
Result<std::vector<BatchCause>> readBatchCauses(store::Connection& db, const BatchId& id);

} // namespace tally::api
