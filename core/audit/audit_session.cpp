#include "core/audit/audit_session.h"

#include "core/audit/memory_file.h"
#include "core/audit/pin_book.h"
#include "core/base/file.h"

#include <filesystem>

namespace tally::audit {
namespace {
constexpr std::uint64_t most_pem_bytes = 1'000'000;

/// Root of this file's tree at the remembered size, as the finding about a fork says it.
std::string forkRoot(const Verdict& verdict) {
    for (const Finding& f : verdict.findings)
        if (f.code == "FORK" && f.field == "memory" && f.stored) return *f.stored;
    return {};
}

Status compareWithMemory(AuditDone& done, const AuditInputs& inputs, const VerifierMemory& before,
                         const Clock& clock) {
    const Verdict& v = done.verification.verdict;
    MemoryAnswer& out = done.memory;
    out.file = inputs.memory_file;
    out.answer = v.memory.value_or("");
    const std::string log = v.log.value_or("");
    const auto at = before.logs.find(log);
    if (at != before.logs.end() && v.memory) out.then = at->second;
    out.other_logs = static_cast<std::int64_t>(before.logs.size()) - (at != before.logs.end() ? 1 : 0);
    const std::string_view bytes = done.data->bytes();
    out.now = {v.fingerprint.value_or(""),
               v.origin.value_or(""),
               static_cast<std::int64_t>(done.verification.size),
               v.root.value_or(""),
               clock.wallUs(),
               std::filesystem::path(inputs.path).filename().string(),
               bytes.size() <= most_remembered_digest ? sha256Hex(bytes) : std::string(),
               static_cast<std::int64_t>(bytes.size())};
    out.root_at_then = forkRoot(v);
    if (!v.ok || log.empty()) {
        if (v.level != VerdictLevel::malformed) out.note = "a file that is not ok teaches the memory nothing";
        return {};
    }
    if (out.answer == "unchecked") {
        // What could not be compared must not take the place of what is known.
        out.note = "the remembered state lies outside of this file, so it stays as it was";
        return {};
    }
    const auto remembered = MemoryFile(inputs.memory_file).remember(log, out.now, out.then);
    if (!remembered && !inputs.memory_optional) return fail(remembered.error());
    out.remembered = remembered && *remembered;
    if (!remembered)
        out.note = remembered.error().text();
    else if (!out.remembered)
        out.note = "another verification changed the memory meanwhile; verify again to compare with it";
    return {};
}
} // namespace

Result<AuditDone> auditFile(const AuditInputs& inputs, const Clock& clock) {
    AuditDone done;
    VerifyOptions options;
    options.progress = inputs.progress;
    options.cancel = inputs.cancel;
    options.vkeys = done.vkeys = inputs.vkeys;
    if (!inputs.pin.empty()) {
        TALLY_ASSIGN(done.pin, PinBook(inputs.pin_file).resolve(inputs.pin));
        if (done.pin->vkey.empty())
            options.pin = done.pin->fingerprint;
        else
            options.vkeys.push_back(done.pin->vkey);
    }
    if (!inputs.tsa_ca.empty()) {
        TALLY_ASSIGN(const std::string pem, DiskFileSystem().read(inputs.tsa_ca, most_pem_bytes));
        auto trust = TsaTrust::fromPem(pem);
        if (!trust) return fail(trust.error().at(inputs.tsa_ca));
        options.tsa = done.tsa = std::move(*trust);
    }
    if (!inputs.org_key.empty()) {
        TALLY_ASSIGN(const std::string pem, DiskFileSystem().read(inputs.org_key, most_pem_bytes));
        auto key = OrgKey::fromPem(pem);
        if (!key) return fail(key.error().at(inputs.org_key));
        options.org_key = done.org_key = std::move(*key);
    }
    VerifierMemory before;
    if (!inputs.memory_file.empty()) {
        TALLY_ASSIGN(before, MemoryFile(inputs.memory_file).load());
        options.memory = before;
    }
    TALLY_ASSIGN(done.data, BundleData::open(inputs.path));
    TALLY_ASSIGN(done.verification, verifyData(done.data, options));
    if (!inputs.memory_file.empty()) TALLY_TRY(compareWithMemory(done, inputs, before, clock));
    return done;
}

} // namespace tally::audit
