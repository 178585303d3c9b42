#include "core/api/open.h"
#include "core/audit/cfp.h"
#include "core/audit/verifier.h"
#include "core/base/hash.h"
#include "core/base/task_pool.h"

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

class VerifiedFile final : public AuditFile {
public:
    VerifiedFile(std::string path, audit::Verification verification)
        : path_(std::move(path))
        , verification_(std::move(verification)) {
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
        out.stored_line = std::string(stored.line);
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
    audit::Verification verification_;
    std::set<std::int64_t> bad_; ///< records with a failing finding
};

class FileAuditor final : public Auditor {
public:
    void verify(VerifyRequest request, std::function<void(VerifyProgress)> progress, CancelToken cancel,
                Reply<std::shared_ptr<AuditFile>> reply) override {
        pool_.post([this, request = std::move(request), progress = std::move(progress), cancel,
                    reply = std::move(reply)] { reply(run(request, progress, cancel)); });
    }

private:
    static Result<std::shared_ptr<AuditFile>> run(const VerifyRequest& request,
                                                  const std::function<void(VerifyProgress)>& progress,
                                                  const CancelToken& cancel) {
        DiskFileSystem disk;
        audit::VerifyOptions options;
        if (!request.pin.empty()) options.pin = request.pin;
        options.vkeys = request.vkeys;
        options.cancel = cancel;
        if (!request.memory.empty()) {
            TALLY_ASSIGN(options.memory, audit::VerifierMemory::load(disk, request.memory));
        }
        if (progress)
            options.progress = [&](const audit::VerifyProgressInfo& info) {
                progress({static_cast<std::int64_t>(info.bytes), static_cast<std::int64_t>(info.total_bytes),
                          static_cast<std::int64_t>(info.entries), info.stage});
            };
        TALLY_ASSIGN(auto verification, audit::verifyFile(request.path, options));
        if (verification.memory && verification.verdict.ok)
            TALLY_TRY(verification.memory->save(disk, request.memory));
        return std::make_shared<VerifiedFile>(request.path, std::move(verification));
    }
    // One at a time: verification itself uses every core.
    TaskPool pool_{1};
};
} // namespace

std::unique_ptr<Auditor> makeAuditor() {
    return std::make_unique<FileAuditor>();
}

} // namespace tally::api
