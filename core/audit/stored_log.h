// Questions to the tables of a stored trace log while it is being opened. Reads only; any connection.
// Failure: log.corrupt says at which entry the log contradicts itself, and how to set it aside.
#pragma once
#include "core/audit/merkle.h"
#include "core/audit/note.h"
#include "core/store/connection.h"

namespace tally::audit {

struct NewestCheckpoint {
    std::int64_t size = 0; ///< 0: no checkpoint
    std::string note;
};

Result<std::string> entryText(store::Connection& db, std::int64_t seq);
Result<NewestCheckpoint> newestCheckpoint(store::Connection& db);
Result<std::int64_t> countEntries(store::Connection& db);
tl::unexpected<Error> corrupt(const store::Connection& db, std::int64_t seq, std::string_view what);
/// The compact range of the leaves below `size`, from the leaves themselves.
Result<CompactRange> rebuildEdge(store::Connection& db, std::int64_t size);
/// The edge at the newest checkpoint: as remembered if it gives the signed root, else rebuilt.
Result<CompactRange> sealedEdge(store::Connection& db, const Checkpoint& checkpoint);

} // namespace tally::audit
