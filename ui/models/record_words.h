// One record of an audited file in words: for its panel and for the clipboard. Everything foreign is escaped,
// except in JSON, which keeps every byte.
#pragma once
#include "core/api/auditor.h"

#include <QString>

namespace tally::ui {

/// Offset, sixteen bytes, and the same as text, a line each. Bytes that are no printable ASCII show as dots;
/// beyond `most` bytes the rest is counted.
/// `left_out`: bytes behind those, which were not read.
QString hexDump(const std::string& bytes, std::size_t most = 65'536, std::int64_t left_out = 0);
/// The line in the file, escaped; what is not there of a line that is too long is counted.
QString storedText(const api::AuditRecord& record);
/// What SHA-256 is computed of: one zero byte, then the line.
std::string hashInput(const api::AuditRecord& record);
/// Failing findings about this record first; those that say nothing about it are left out.
std::vector<const Finding*> findingsOf(const api::AuditRecord& record, const std::vector<Finding>& findings);
/// How the original became known, or why it is not known; empty when the record was not altered.
QString howProven(const api::AuditRecord& record, const std::vector<const Finding*>& findings);
/// For the clipboard.
QString recordText(const api::AuditRecord& record, const api::RecordFields& fields,
                   const std::vector<Finding>& findings);
QString recordJson(const api::AuditRecord& record, const api::RecordFields& fields,
                   const std::vector<Finding>& findings);

} // namespace tally::ui
