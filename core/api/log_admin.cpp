#include "core/api/log_admin.h"

#include "core/audit/bundle.h"
#include "core/audit/bundle_writer.h"
#include "core/audit/cfp.h"
#include "core/audit/index_rebuild.h"
#include "core/audit/org_seal.h"
#include "core/audit/proof.h"
#include "core/audit/store_check.h"
#include "core/audit/store_source.h"
#include "core/audit/tiles.h"
#include "core/base/file.h"
#include "core/store/store.h"

#include <fmt/format.h>

namespace tally::api {
namespace {
constexpr std::uint64_t most_proof_bytes = std::uint64_t{256} << 20;

std::string kindOf(const audit::EntryView& entry) {
    return entry.text("kind").value_or("");
}

/// The lines of a bundle that can be read, with their seq.
template <class Use>
Status eachEntry(std::string_view entries, Use&& use) {
    std::vector<audit::CfpField> fields;
    while (!entries.empty()) {
        const std::size_t end = entries.find('\n');
        if (end == std::string_view::npos) return {};
        const std::string_view line = entries.substr(0, end);
        entries.remove_prefix(end + 1);
        fields.clear();
        if (!audit::parseCfp(line, fields).ok()) continue;
        const audit::EntryView entry(line, fields.data(), fields.size());
        TALLY_TRY(use(entry, entry.integer("seq").value_or(-1)));
    }
    return {};
}
} // namespace

Result<std::vector<LogInfo>> listLogs(const std::string& dir) {
    TALLY_ASSIGN(auto db, store::Store::openReadOnly(dir));
    TALLY_ASSIGN(const auto stored, audit::storedLogs(db));
    std::vector<LogInfo> out;
    for (const auto& log : stored)
        out.push_back({log.id, log.origin, log.fingerprint, log.vkey, log.continues, log.entries, log.sealed,
                       log.suffix.empty()});
    return out;
}

Result<LogCheck> checkLog(const std::string& dir, const std::string& log, CancelToken cancel) {
    TALLY_ASSIGN(auto check, audit::checkStore(dir, log, std::move(cancel)));
    LogCheck out;
    out.verdict = std::move(check.verdict);
    out.payloads = check.payloads_checked;
    out.findings = std::move(check.payloads);
    for (auto& finding : check.queries)
        out.findings.push_back(std::move(finding));
    return out;
}

Result<std::vector<Finding>> checkQueryTables(const std::string& dir) {
    TALLY_ASSIGN(auto db, store::Store::openReadOnly(dir));
    return audit::checkIndex(db);
}

Result<OrgKeyInfo> orgKeyOf(const std::string& dir) {
    TALLY_ASSIGN(auto db, store::Store::openReadOnly(dir));
    TALLY_ASSIGN(const auto setting, audit::readOrgKey(db));
    OrgKeyInfo out{setting.where, setting.sha256, {}, {}};
    if (!setting.set()) return out;
    const auto signer = audit::OrgSigner::open(setting.where);
    if (!signer)
        out.problem = signer.error().text();
    else if (signer->publicKey().fingerprint() != setting.sha256)
        out.problem = "another key is there now; its SHA-256 is " + signer->publicKey().fingerprint();
    else
        out.public_pem = signer->publicKey().pem();
    return out;
}

Result<std::int64_t> exportStored(const std::string& dir, const ExportRequest& request) {
    TALLY_ASSIGN(auto db, store::Store::openReadOnly(dir));
    TALLY_ASSIGN(auto source, audit::StoreSource::open(std::move(db), request.log));
    audit::BundleOptions options;
    options.openings = request.openings;
    options.first = static_cast<std::uint64_t>(std::max<std::int64_t>(0, request.first));
    if (request.last >= 0) options.last = static_cast<std::uint64_t>(request.last);
    options.as_is = request.damaged;
    options.unsealed = request.damaged;
    TALLY_ASSIGN(const auto summary, audit::writeBundleFile(*source, options, request.path));
    return static_cast<std::int64_t>(summary.entries);
}

Result<std::string> proveEntry(const std::string& bundle, std::int64_t seq) {
    TALLY_ASSIGN(const auto data, audit::BundleData::open(bundle));
    if (seq < 0) return fail("proof.entry", "an entry has a number from 0 on");
    return audit::proveFromBundle(data->bytes(), static_cast<std::uint64_t>(seq));
}

Result<std::string> proveRun(const std::string& bundle, const std::string& run) {
    TALLY_ASSIGN(const auto data, audit::BundleData::open(bundle));
    TALLY_ASSIGN(const auto sections, audit::parseSections(data->bytes()));
    std::vector<std::uint64_t> wanted;
    TALLY_TRY(eachEntry(sections[audit::Section::entries],
                        [&](const audit::EntryView& entry, std::int64_t seq) -> Status {
                            if (entry.text("run") == run && kindOf(entry) != "alert" && seq >= 0)
                                wanted.push_back(static_cast<std::uint64_t>(seq));
                            return {};
                        }));
    if (wanted.empty())
        return fail("proof.run", "the file has no entry of this run", "`tally runs` lists the ids.", run);
    TALLY_ASSIGN(const auto proofs, audit::proveFromBundle(data->bytes(), wanted));
    std::string out;
    for (const auto& proof : proofs)
        out += fmt::format("{}\n{}", proof.size(), proof);
    return out;
}

Result<std::string> signingKey(const std::string& bundle) {
    TALLY_ASSIGN(const auto data, audit::BundleData::open(bundle));
    TALLY_ASSIGN(const auto sections, audit::parseSections(data->bytes()));
    TALLY_ASSIGN(const auto manifest, audit::parseEntry(sections[audit::Section::manifest]));
    const auto size = manifest.integer("size").value_or(0);
    std::string key;
    TALLY_TRY(eachEntry(sections[audit::Section::entries],
                        [&](const audit::EntryView& entry, std::int64_t seq) -> Status {
                            const std::string kind = kindOf(entry);
                            // A key entry is itself still sealed by the key before it.
                            if (kind == "genesis" || (kind == "key" && seq + 1 < size))
                                key = entry.text("vkey").value_or("");
                            return {};
                        }));
    return key;
}

Result<std::vector<ProofCheck>> checkProofs(const std::string& file, const std::vector<std::string>& vkeys) {
    const DiskFileSystem disk;
    TALLY_ASSIGN(std::string text, disk.read(file, most_proof_bytes));
    return checkProofText({std::move(text), vkeys});
}

Result<std::vector<ProofCheck>> checkProofText(const ProofRequest& request) {
    std::vector<audit::VerifierKey> keys;
    for (const auto& text : request.vkeys) {
        TALLY_ASSIGN(auto key, audit::VerifierKey::parse(text));
        keys.push_back(std::move(key));
    }
    if (keys.empty())
        return fail("proof.key", "a proof is checked against the verifier key of the epoch that signed it",
                    "Give that key (--vkey), from an independent channel.");
    std::vector<std::string_view> proofs{request.text};
    if (!request.text.starts_with("c2sp.org/")) {
        TALLY_ASSIGN(proofs, audit::splitCounted(request.text));
    }
    std::vector<ProofCheck> out;
    for (const auto proof : proofs) {
        auto checked = audit::checkProof(proof, keys);
        if (!checked)
            return fail(checked.error().at(fmt::format("proof {} of {}", out.size() + 1, proofs.size())));
        out.push_back({checked->entry.integer("seq").value_or(-1),
                       static_cast<std::int64_t>(checked->checkpoint.size), checked->checkpoint.origin,
                       checked->line});
    }
    if (out.empty()) return fail("proof.format", "the text holds no proof");
    return out;
}

Result<ConsistencyCheck> compareExports(const std::string& old_file, const std::string& new_file) {
    TALLY_ASSIGN(const auto before, audit::BundleData::open(old_file));
    TALLY_ASSIGN(const auto after, audit::BundleData::open(new_file));
    TALLY_ASSIGN(const auto result, audit::checkConsistency(before->bytes(), after->bytes()));
    if (before->changed() || after->changed())
        return fail("file.changed", "a file was changed while it was read", "Copy the files first.");
    ConsistencyCheck out;
    out.ok = result.ok;
    out.why = result.why;
    out.origin = result.new_origin;
    out.old_size = static_cast<std::int64_t>(result.old_size);
    out.new_size = static_cast<std::int64_t>(result.new_size);
    if (result.first_difference) out.first_difference = static_cast<std::int64_t>(*result.first_difference);
    return out;
}

Result<std::int64_t> writeTileFiles(const std::string& bundle, const std::string& dir) {
    TALLY_ASSIGN(const auto data, audit::BundleData::open(bundle));
    DiskFileSystem disk;
    std::int64_t files = 0;
    TALLY_TRY(
        audit::writeTiles(data->bytes(), [&](const std::string& path, std::string_view bytes) -> Status {
            const std::string target = dir + "/" + path;
            ++files;
            if (auto made = disk.makeDirs(target.substr(0, target.rfind('/'))); !made) return made;
            return disk.writeAtomic(target, bytes, 0644);
        }));
    return files;
}

} // namespace tally::api
