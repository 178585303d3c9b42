// The window's program, which lies beside `tally` and does what needs Qt.
#pragma once
#include "core/base/result.h"

#include <string>

namespace tally::cli {

/// tallystick beside this program; empty when only `tally` is installed.
std::string helperProgram();
/// A report as PDF (or PNG pictures, by the name). Waits for it. Error report.render.
Status renderReport(const std::string& report, const std::string& out, const std::string& language);

} // namespace tally::cli
