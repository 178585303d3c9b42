// The log of a workspace, verified where it lies (TRACE_LOG section 8): the entries by the rules of a bundle,
// the payloads by their commitments, the query tables by the entries. Reads only; any thread; takes the time
// of an export and as much disk as one without payloads, for as long as it runs.
#pragma once
#include "core/base/cancel.h"
#include "core/model/verdict.h"

#include <string>
#include <vector>

namespace tally::audit {

struct StoreCheck {
    Verdict verdict;               ///< of the entries; its payload counts mean nothing here
    std::vector<Finding> queries;  ///< INDEX_MISMATCH
    std::vector<Finding> payloads; ///< PAYLOAD_MISMATCH
    std::int64_t payloads_checked = 0;
    [[nodiscard]] bool ok() const { return verdict.ok && queries.empty() && payloads.empty(); }
};
/// `log`: as StoreSource::open; the query tables belong to the current one only.
Result<StoreCheck> checkStore(const std::string& dir, const std::string& log = {}, CancelToken cancel = {});

} // namespace tally::audit
