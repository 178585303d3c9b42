// Which prompts and answers of a verified file are there, erased, withheld, or not what was committed to
// (TRACE_LOG.md 6.2). Reads the records and openings once more; takes the time of a check. Blocking; any
// thread but the window's. Memory: two bytes per record, and what is listed.
#pragma once
#include "core/api/audit_detail.h"
#include "core/audit/verifier.h"
#include "core/base/cancel.h"
#include "core/base/result.h"

namespace tally::api {

/// Records count as in the verdict: by their proven original where there is one. Error file.*,
/// verify.cancelled.
Result<PayloadList> listPayloads(const std::string& path, const audit::BundleRecords& records,
                                 const CancelToken& cancel);

} // namespace tally::api
