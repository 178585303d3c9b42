// The pages of a verification report for a manager and an auditor: the verdict in one sentence, what was and
// was not checked, inputs, findings, figures, signature.
#pragma once
#include "core/base/result.h"
#include "ui/report/paper.h"
#include "ui/report/report_document.h"

#include <QImage>

#include <vector>

namespace tally::ui {

/// Rows that are printed; the report itself has all, and the page says how many are left out.
inline constexpr int most_printed_findings = 200, most_printed_runs = 60;

/// Returns how many sheets were filled; `sheets` is printed as their number.
int paintReport(Paper& paper, const ReportDocument& report, int sheets);

/// Error report.write.
Result<int> writeReportPdf(const ReportDocument& report, const QString& path);
std::vector<QImage> reportPictures(const ReportDocument& report, int dots_per_inch = 110);
/// By the name of `out`: a PDF, or OUT-1.png, OUT-2.png …
Result<int> renderReport(std::string_view text, const QString& out);

} // namespace tally::ui
