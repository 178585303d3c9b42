// The report of one verification: what was verified, with which options, what was checked and what not, the
// verdict, its findings, the figures re-derived. Format and how to check it without Tallystick: REPORT.md.
//
// A report is text: one line of canonical JSON (RFC 8785), and, when signed, a C2SP signature block under it.
// Pure; any thread. Errors: report.format, report.large, note.*, key.*.
#pragma once
#include "core/audit/audit_session.h"
#include "core/audit/report_key.h"
#include "core/model/audit_values.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace tally::audit {

inline constexpr std::string_view report_schema = "tally-report/v1";
inline constexpr std::string_view report_app = "tallystick 0.1.0";
inline constexpr std::size_t most_report_bytes = std::size_t{256} << 20;
/// Runs in a report's figures; those that cost most. How many are left out is in the report.
inline constexpr std::size_t most_report_runs = 10'000;

struct ReportParts {
    std::string path; ///< only the name of the file goes into the report
    std::string note;
    std::string auditor; ///< verifier key of the one who signs; empty: not signed
    std::int64_t made_us = 0;
};
/// The report's object. `figures` null: the file has no readable records.
nlohmann::json reportBody(const AuditDone& done, const LogFigures* figures, const ReportParts& parts);
/// Its one canonical line, with the line feed: what is signed.
std::string reportText(const nlohmann::json& body);
/// A report with one signature more.
Result<std::string> signReport(std::string_view report, const ReportKey& key);

struct ParsedReport {
    nlohmann::json body;
    std::string text; ///< the line, with its line feed
    std::vector<NoteSignature> signatures;
    Verdict verdict; ///< with what its JSON leaves out
};
/// Error report.format when it is not a report in canonical form.
Result<ParsedReport> parseReport(std::string_view report);
/// The same values from another verification of the file; what a new one cannot know is copied from `body`.
nlohmann::json reportAgain(const nlohmann::json& body, const AuditDone& done, const LogFigures* figures);

} // namespace tally::audit
