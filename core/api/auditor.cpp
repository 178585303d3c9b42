#include "core/api/log_admin.h"
#include "core/api/open.h"
#include "core/api/payload_list.h"
#include "core/api/payload_reader.h"
#include "core/api/record_fields.h"
#include "core/audit/cfp.h"
#include "core/audit/compare.h"
#include "core/audit/log_figures.h"
#include "core/audit/memory_file.h"
#include "core/audit/pin_book.h"
#include "core/audit/report_check.h"
#include "core/audit/report_write.h"
#include "core/base/hash.h"
#include "core/base/task_pool.h"

#include <fmt/format.h>

#include <set>

namespace tally::api {
namespace {

std::string shortText(const audit::EntryView& entry, std::string_view kind) {
    const auto text = [&](const char* key) { return entry.text(key).value_or(""); };
    if (kind == "step") return text("name") + " · " + text("status");
    if (kind == "run") return text("op") + " " + text("run");
    if (kind == "price") return text("provider") + "/" + text("model") + " " + text("tier");
    if (kind == "budget") return text("op") + " " + text("scope") + " " + text("window");
    if (kind == "kill") return text("scope") + " " + text("target");
    if (kind == "alert") return text("detector");
    if (kind == "policy" || kind == "approve") return text("name");
    if (kind == "key") return text("op");
    if (kind == "erase") return text("slot");
    return {};
}

/// One byte more than a record can have, so that what is cut is not taken for one.
constexpr std::size_t most_shown = audit::max_entry_bytes + 1;

class VerifiedFile final : public AuditFile {
public:
    VerifiedFile(std::string path, audit::AuditDone done)
        : path_(std::move(path))
        , done_(std::move(done))
        , verification_(done_.verification)
        , payloads_(path_, verification_.records) {
        for (const auto& finding : verification_.verdict.findings)
            if (!finding.warning && !finding.derived && isAboutRecord(finding))
                for (std::int64_t seq = *finding.seq;
                     seq <= finding.to_seq.value_or(*finding.seq) && bad_.size() < 100'000; ++seq)
                    bad_.insert(seq);
    }
    [[nodiscard]] const Verdict& verdict() const override { return verification_.verdict; }
    [[nodiscard]] std::string path() const override { return path_; }
    [[nodiscard]] std::int64_t records() const override {
        return verification_.records ? static_cast<std::int64_t>(verification_.records->lines()) : 0;
    }
    [[nodiscard]] Result<AuditRecord> record(std::int64_t pos) const override {
        if (!verification_.records)
            return fail("audit.malformed", "the file is not readable as a bundle, so it has no records");
        TALLY_ASSIGN(const auto stored, verification_.records->record(static_cast<std::uint64_t>(pos)));
        AuditRecord out;
        out.pos = pos;
        out.seq = stored.record ? static_cast<std::int64_t>(*stored.record) : pos;
        out.stored_line = std::string(stored.line.substr(0, most_shown));
        out.left_out = static_cast<std::int64_t>(stored.line.size() - out.stored_line.size());
        out.leaf_computed = toHex(stored.computed);
        if (stored.authentic)
            out.leaf_stored = toHex(*stored.authentic);
        else if (stored.listed)
            out.leaf_stored = toHex(*stored.listed);
        out.canonical_line = stored.place == Place::changed ? stored.original.value_or("") : out.stored_line;
        out.state = stateOf(stored);
        describe(out);
        return out;
    }
    [[nodiscard]] RecordFields fields(const AuditRecord& record) const override {
        if (record.left_out > 0) {
            RecordFields none;
            none.unreadable =
                fmt::format("the line has {} bytes, a record at most {}",
                            record.left_out + static_cast<std::int64_t>(record.stored_line.size()),
                            audit::max_entry_bytes);
            return none;
        }
        return recordFields(record.stored_line,
                            record.canonical_line == record.stored_line ? "" : record.canonical_line);
    }
    [[nodiscard]] MemoryAnswer memory() const override { return done_.memory; }
    [[nodiscard]] const std::shared_ptr<const audit::BundleRecords>& bundle() const {
        return verification_.records;
    }
    [[nodiscard]] const audit::AuditDone& done() const { return done_; }
    /// For the auditor's thread only.
    [[nodiscard]] PayloadReader& payloads() const { return payloads_; }

    [[nodiscard]] std::optional<std::int64_t> positionOf(std::int64_t seq) const override {
        const auto line = verification_.records && seq >= 0
                              ? verification_.records->lineOf(static_cast<std::uint64_t>(seq))
                              : std::nullopt;
        return line ? std::optional(static_cast<std::int64_t>(*line)) : std::nullopt;
    }

private:
    using Place = audit::BundleRecords::Place;

    [[nodiscard]] AuditRecord::State stateOf(const audit::BundleRecords::Record& stored) const {
        switch (stored.place) {
        case Place::unsealed:
            return AuditRecord::State::unsealed;
        case Place::changed:
        case Place::moved:
        case Place::copy:
        case Place::inserted:
            return AuditRecord::State::altered;
        case Place::in_place:
        case Place::unknown:
            break;
        }
        if (!stored.proven) return AuditRecord::State::unproven;
        return bad_.count(static_cast<std::int64_t>(*stored.record)) == 0 ? AuditRecord::State::proven
                                                                          : AuditRecord::State::wrong;
    }
    static void describe(AuditRecord& out) {
        std::vector<audit::CfpField> fields;
        const std::string& line = out.canonical_line.empty() ? out.stored_line : out.canonical_line;
        if (!audit::parseCfp(line, fields).ok()) {
            if (&line == &out.canonical_line) out.canonical_line.clear();
            return;
        }
        const audit::EntryView entry(line, fields.data(), fields.size());
        out.ts_us = entry.integer("ts_us").value_or(0);
        out.kind = entry.text("kind").value_or("");
        out.prev = entry.text("prev").value_or("");
        out.what = shortText(entry, out.kind);
    }
    std::string path_;
    audit::AuditDone done_;
    const audit::Verification& verification_;
    mutable PayloadReader payloads_; ///< used by one thread: the auditor's
    std::set<std::int64_t> bad_;     ///< records with a failing finding
};

class FileAuditor final : public Auditor {
public:
    void verify(VerifyRequest request, std::function<void(VerifyProgress)> progress, CancelToken cancel,
                Reply<std::shared_ptr<AuditFile>> reply) override {
        pool_.post([this, request = std::move(request), progress = std::move(progress), cancel,
                    reply = std::move(reply)] { reply(run(request, progress, cancel)); });
    }
    void payloads(std::shared_ptr<AuditFile> file, CancelToken cancel, Reply<PayloadList> reply) override {
        pool_.post([file = std::move(file), cancel = std::move(cancel), reply = std::move(reply)] {
            const auto* verified = dynamic_cast<const VerifiedFile*>(file.get());
            if (verified == nullptr || !verified->bundle()) return reply(PayloadList{});
            reply(listPayloads(file->path(), *verified->bundle(), cancel));
        });
    }
    void payload(std::shared_ptr<AuditFile> file, PayloadRequest request, CancelToken cancel,
                 Reply<PayloadText> reply) override {
        pool_.post([file = std::move(file), request = std::move(request), cancel = std::move(cancel),
                    reply = std::move(reply)] {
            const auto* verified = dynamic_cast<const VerifiedFile*>(file.get());
            if (verified == nullptr || !verified->bundle())
                return reply(fail("api.file", "the file has no records that a payload could belong to"));
            reply(verified->payloads().read(request, cancel));
        });
    }
    void checkProofs(ProofRequest request, Reply<std::vector<ProofCheck>> reply) override {
        pool_.post(
            [request = std::move(request), reply = std::move(reply)] { reply(checkProofText(request)); });
    }
    void signingKey(std::string path, Reply<std::string> reply) override {
        pool_.post([path = std::move(path), reply = std::move(reply)] { reply(api::signingKey(path)); });
    }
    void figures(std::shared_ptr<AuditFile> file, CancelToken cancel, Reply<LogFigures> reply) override {
        pool_.post([file = std::move(file), cancel = std::move(cancel), reply = std::move(reply)] {
            const auto* verified = dynamic_cast<const VerifiedFile*>(file.get());
            if (verified == nullptr || !verified->bundle()) return reply(LogFigures{});
            reply(audit::logFigures(*verified->bundle(), cancel));
        });
    }
    void compare(VerifyRequest a, std::string b, CancelToken cancel, Reply<Comparison> reply) override {
        pool_.post([this, a = std::move(a), b = std::move(b), cancel = std::move(cancel),
                    reply = std::move(reply)] { reply(compareFiles(a, b, cancel)); });
    }
    void writeReport(std::shared_ptr<AuditFile> file, ReportRequest request,
                     Reply<ReportInfo> reply) override {
        pool_.post([this, file = std::move(file), request = std::move(request), reply = std::move(reply)] {
            const auto* verified = dynamic_cast<const VerifiedFile*>(file.get());
            if (verified == nullptr) return reply(fail("api.file", "the file was verified by somebody else"));
            reply(audit::writeReport(verified->done(), verified->path(), request, clock_));
        });
    }
    void checkReport(CheckReport request, CancelToken cancel, Reply<ReportCheck> reply) override {
        pool_.post([request = std::move(request), cancel = std::move(cancel), reply = std::move(reply)] {
            reply(audit::checkReport(request, cancel));
        });
    }
    void seenLogs(Reply<std::vector<SeenLog>> reply) override {
        pool_.post([reply = std::move(reply)] { reply(allSeen()); });
    }
    void forgetLog(std::string log, Done done) override {
        pool_.post([log = std::move(log), done = std::move(done)] {
            const auto gone = audit::MemoryFile(audit::MemoryFile::defaultPath()).forget(log);
            done(gone ? Status() : fail(gone.error()));
        });
    }
    void pins(Reply<std::vector<StoredPin>> reply) override {
        pool_.post([reply = std::move(reply)] { reply(pinBook().list()); });
    }
    void savePin(StoredPin pin, Reply<StoredPin> reply) override {
        pool_.post([this, pin = std::move(pin), reply = std::move(reply)]() mutable {
            pin.added_us = clock_.wallUs();
            reply(pinBook().save(std::move(pin)));
        });
    }
    void removePin(std::string name, Done done) override {
        pool_.post([name = std::move(name), done = std::move(done)] { done(pinBook().remove(name)); });
    }

private:
    static audit::PinBook pinBook() { return audit::PinBook(audit::PinBook::defaultPath()); }
    static Result<std::vector<SeenLog>> allSeen() {
        TALLY_ASSIGN(const auto memory, audit::MemoryFile(audit::MemoryFile::defaultPath()).load());
        std::vector<SeenLog> out;
        for (const auto& [log, state] : memory.logs)
            out.push_back({log, state});
        return out;
    }
    static audit::AuditInputs inputsOf(const VerifyRequest& request, const CancelToken& cancel) {
        audit::AuditInputs inputs;
        inputs.path = request.path;
        inputs.pin = request.pin;
        inputs.vkeys = request.vkeys;
        inputs.memory_file = request.own_memory ? audit::MemoryFile::defaultPath() : request.memory;
        inputs.memory_optional = request.own_memory;
        inputs.pin_file = audit::PinBook::defaultPath();
        inputs.tsa_ca = request.tsa_ca;
        inputs.org_key = request.org_key;
        inputs.cancel = cancel;
        return inputs;
    }
    Result<std::shared_ptr<AuditFile>> run(const VerifyRequest& request,
                                           const std::function<void(VerifyProgress)>& progress,
                                           const CancelToken& cancel) {
        audit::AuditInputs inputs = inputsOf(request, cancel);
        if (progress)
            inputs.progress = [&](const audit::VerifyProgressInfo& info) {
                progress({static_cast<std::int64_t>(info.bytes), static_cast<std::int64_t>(info.total_bytes),
                          static_cast<std::int64_t>(info.entries), info.stage});
            };
        TALLY_ASSIGN(auto done, audit::auditFile(inputs, clock_));
        return std::make_shared<VerifiedFile>(request.path, std::move(done));
    }
    Result<Comparison> compareFiles(VerifyRequest request, const std::string& other,
                                    const CancelToken& cancel) {
        // Two states of one log are compared with each other, not with a third one.
        request.own_memory = false;
        request.memory.clear();
        TALLY_ASSIGN(const auto a, audit::auditFile(inputsOf(request, cancel), clock_));
        const std::string first = std::exchange(request.path, other);
        TALLY_ASSIGN(const auto b, audit::auditFile(inputsOf(request, cancel), clock_));
        return audit::compareBundles({first, a.data, &a.verification}, {other, b.data, &b.verification},
                                     cancel);
    }
    SystemClock clock_;
    // One at a time: verification itself uses every core.
    TaskPool pool_{1};
};
} // namespace

std::unique_ptr<Auditor> makeAuditor() {
    return std::make_unique<FileAuditor>();
}

} // namespace tally::api
