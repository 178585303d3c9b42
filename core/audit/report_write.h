// Writes the report of a verification that is still at hand.
//
// Reads the file once more. Any thread. Errors: those of report.h and log_figures.h, file.changed.
#pragma once
#include "core/audit/report.h"
#include "core/base/cancel.h"

namespace tally::audit {

/// `request.out` empty: the text is only returned.
Result<ReportInfo> writeReport(const AuditDone& done, const std::string& path, const ReportRequest& request,
                               const Clock& clock, const CancelToken& cancel = {});

} // namespace tally::audit
