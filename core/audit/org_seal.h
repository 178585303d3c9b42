// The organisation's signature under every checkpoint of a workspace (TRACE_LOG.md 16.3): where its key is,
// which key it must be, and the line for one checkpoint. The workspace keeps the place and the SHA-256 of the
// public key only; the key itself stays in its file or token.
//
// A key that cannot be reached seals nothing: the writer records on, unsealed, and asks again. Owner: the
// trace log; its writer thread only.
#pragma once
#include "core/audit/org_key.h"
#include "core/store/store.h"

#include <optional>
#include <string>

namespace tally::audit {

/// As set in a workspace.
struct OrgKeySetting {
    std::string where;  ///< path of a PEM file, or pkcs11: URI; empty: no organisation signs
    std::string sha256; ///< of the public key (SubjectPublicKeyInfo), hex
    [[nodiscard]] bool set() const { return !where.empty(); }
};
Result<OrgKeySetting> readOrgKey(store::Connection& db);
/// Before the log is opened: it reads the setting then.
Status storeOrgKey(store::Connection& db, const OrgKeySetting& setting);
/// Opens the key at `where` and says what to store. Error org.key, org.pkcs11, org.pin for a URI that holds
/// a PIN, file.missing.
Result<OrgKeySetting> orgKeyAt(const std::string& where);

class OrgSeal {
public:
    explicit OrgSeal(OrgKeySetting setting)
        : setting_(std::move(setting)) {}
    [[nodiscard]] const OrgKeySetting& setting() const { return setting_; }
    /// Nothing to sign with, or the key is there. Error log.org_key names the place and the way out; a key
    /// that was not there is not looked for again before `retry_us`.
    Status ready(std::int64_t mono_us);
    /// The line to add below a note over `text`; empty when no organisation signs. Error log.org_key.
    Result<std::string> line(std::string_view text, const std::string& origin, std::int64_t mono_us);

    static constexpr std::int64_t retry_us = 5'000'000;

private:
    [[nodiscard]] Error absent(const Error& why) const;
    OrgKeySetting setting_;
    std::optional<OrgSigner> signer_;
    std::optional<Error> failed_;
    std::int64_t failed_us_ = 0;
};

} // namespace tally::audit
