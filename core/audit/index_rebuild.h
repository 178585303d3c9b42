// The disposable query tables, made again from the entries, and compared with them (TRACE_LOG section 8).
#pragma once
#include "core/model/verdict.h"
#include "core/store/store.h"
#include "core/store/trace_index.h"

#include <vector>

namespace tally::audit {

/// Forgets the query tables and fills them from the entries, inside one op. What is not in the log (sentences
/// of step_notes, why a rate line applied) stays as it is.
Status rebuildIndex(store::Tx& tx, store::TraceIndex& index);
/// The same in a transaction of its own, before the store's threads start; the cost of ended runs too.
Status rebuildIndex(store::Store& store);

/// INDEX_MISMATCH for every step from `from` on whose query columns differ from its entry, with both values;
/// with `from` 0 also for rows without an entry, for roll-ups that are not the sum of their steps, and for
/// ended runs whose cost is not that of their end entry. At most `limit`.
Result<std::vector<Finding>> checkIndex(store::Connection& db, std::size_t limit = 1'000,
                                        std::int64_t from = 0);

} // namespace tally::audit
