#include "core/audit/org_seal.h"

#include "core/store/ops_repo.h"

namespace tally::audit {
namespace {
constexpr const char* where_key = "log.org_key.where";
constexpr const char* sha_key = "log.org_key.sha256";
} // namespace

Result<OrgKeySetting> readOrgKey(store::Connection& db) {
    TALLY_ASSIGN(const auto where, store::SettingRepo::get(db, where_key));
    TALLY_ASSIGN(const auto sha256, store::SettingRepo::get(db, sha_key));
    return OrgKeySetting{where.value_or(""), sha256.value_or("")};
}

Status storeOrgKey(store::Connection& db, const OrgKeySetting& setting) {
    TALLY_ASSIGN(auto transaction, store::Transaction::begin(db));
    store::Tx tx(db);
    TALLY_TRY(store::SettingRepo::set(tx, where_key, setting.where));
    TALLY_TRY(store::SettingRepo::set(tx, sha_key, setting.sha256));
    return transaction.commit();
}

Result<OrgKeySetting> orgKeyAt(const std::string& where) {
    if (where.starts_with("pkcs11:") && where.find("pin-value") != std::string::npos)
        return fail("org.pin", "the URI holds the token's PIN, which is never stored",
                    "Put the PIN into a file that only you can read and write pin-source=file:/path.");
    TALLY_ASSIGN(const OrgSigner signer, OrgSigner::open(where));
    return OrgKeySetting{where, signer.publicKey().fingerprint()};
}

Error OrgSeal::absent(const Error& why) const {
    return {"log.org_key",
            "the organisation's key, which signs every checkpoint here, cannot be used: " + why.message,
            "Nothing is sealed without it. Bring it back to its place, or change the setting: tally log "
            "org-key set WHERE, tally log org-key remove",
            setting_.where};
}

Status OrgSeal::ready(std::int64_t mono_us) {
    if (!setting_.set() || signer_) return {};
    if (failed_ && mono_us < failed_us_ + retry_us) return fail(*failed_);
    auto signer = OrgSigner::open(setting_.where);
    if (signer && signer->publicKey().fingerprint() != setting_.sha256)
        signer = fail("org.key", "another key is there now");
    if (!signer) {
        failed_ = absent(signer.error());
        failed_us_ = mono_us;
        return fail(*failed_);
    }
    signer_ = std::move(*signer);
    failed_.reset();
    return {};
}

Result<std::string> OrgSeal::line(std::string_view text, const std::string& origin, std::int64_t mono_us) {
    TALLY_TRY(ready(mono_us));
    if (!setting_.set()) return std::string();
    auto line = signer_->line(text, origin);
    if (line) {
        // A line that does not verify could never be taken back: checkpoints are append-only.
        const auto note = parseNote(std::string(text) + "\n" + *line);
        if (!note || signer_->publicKey().verify(*note, origin) != true)
            line = fail("org.sign", "its signature does not verify");
    }
    if (line) return line;
    signer_.reset(); // a token that was pulled out is opened anew
    failed_ = absent(line.error());
    failed_us_ = mono_us;
    return fail(*failed_);
}

} // namespace tally::audit
