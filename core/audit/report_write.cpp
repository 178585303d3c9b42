#include "core/audit/report_write.h"

#include "core/audit/log_figures.h"

namespace tally::audit {

Result<ReportInfo> writeReport(const AuditDone& done, const std::string& path, const ReportRequest& request,
                               const Clock& clock, const CancelToken& cancel) {
    constexpr std::size_t most_note = 10'000;
    if (request.note.size() > most_note || !isUtf8(request.note))
        return fail("report.note", "the note is longer than 10,000 characters, or no text");
    std::optional<ReportKey> key;
    if (!request.key.empty()) {
        TALLY_ASSIGN(key, loadReportKey(request.key, request.passphrase, request.name));
    }
    std::optional<LogFigures> figures;
    if (done.verification.records) {
        TALLY_ASSIGN(figures, logFigures(*done.verification.records, cancel));
    }
    ReportInfo out;
    if (key) out.vkey = key->verifier().text();
    out.text = reportText(
        reportBody(done, figures ? &*figures : nullptr, {path, request.note, out.vkey, clock.wallUs()}));
    // The digest must be that of the file that was judged.
    if (done.data->changed())
        return fail("file.changed", "the file was changed after it was verified", "Verify it again.", path);
    if (key) {
        TALLY_ASSIGN(out.text, signReport(out.text, *key));
    }
    out.sha256 = sha256Hex(out.text);
    if (!request.out.empty()) {
        DiskFileSystem disk;
        TALLY_TRY(disk.writeAtomic(request.out, out.text, 0644));
    }
    return out;
}

} // namespace tally::audit
