// Is a report what it says? Its form, its words against its own verdict, its signature, and, with the bundle,
// everything that a new verification says (REPORT.md).
//
// With a bundle as long as a verification. Any thread. Errors: file.*, key.*, report.format is an answer, not
// an error; verify.cancelled.
#pragma once
#include "core/audit/report.h"
#include "core/base/cancel.h"

namespace tally::audit {

Result<ReportCheck> checkReport(const CheckReport& request, const CancelToken& cancel = {});

} // namespace tally::audit
