// The disposable query tables, made again from the entries, and compared with them (TRACE_LOG section 8).
#pragma once
#include "core/model/verdict.h"
#include "core/store/trace_index.h"

#include <vector>

namespace tally::audit {

/// Forgets the query tables and fills them from the entries, inside one op. What is not in the log (sentences
/// of step_notes, why a rate line applied) stays as it is.
Status rebuildIndex(store::Tx& tx, store::TraceIndex& index);

/// INDEX_MISMATCH for every step whose query columns differ from its entry, with both values; at most
/// `limit`.
Result<std::vector<Finding>> checkIndex(store::Connection& db, std::size_t limit = 1'000);

} // namespace tally::audit
