// The second signature of an organisation under checkpoints (TRACE_LOG.md 16.3): ECDSA P-256, so that keys in
// smart cards, HSMs and company PKIs can be used. The log's own Ed25519 key stays the one that counts for the
// verdict; this one says whose log it is. Thread-safe: keys are immutable after they were read.
#pragma once
#include "core/audit/note.h"

#include <memory>

namespace tally::audit {

/// The public half.
class OrgKey {
public:
    /// A public key or a certificate in PEM, on the curve P-256. Error org.key.
    static Result<OrgKey> fromPem(std::string_view pem);
    /// The organisation's line under the note; `name` is the origin. Nothing: there is none. False: it does
    /// not verify.
    [[nodiscard]] std::optional<bool> verify(const Note& note, const std::string& name) const;
    /// ECDSA with SHA-256; `signature` is DER.
    [[nodiscard]] bool verify(std::string_view message, std::span<const std::uint8_t> signature) const;
    /// Hex SHA-256 of the SubjectPublicKeyInfo, to be compared with what the organisation publishes.
    [[nodiscard]] std::string fingerprint() const;
    /// The public key in PEM, for those who check.
    [[nodiscard]] std::string pem() const;
    [[nodiscard]] KeyId idFor(std::string_view name) const;

private:
    friend class OrgSigner;
    static Result<OrgKey> of(std::shared_ptr<void> key);
    std::shared_ptr<void> key_;
    std::string spki_; ///< DER
};

/// The private half: a PEM file, or a key in a token.
class OrgSigner {
public:
    /// `where`: the path of a PEM file with an unencrypted private key, or a URI `pkcs11:…` (RFC 7512), for
    /// which OpenSSL needs a provider or an engine (org_token.h). Error org.key, org.pkcs11, file.missing.
    static Result<OrgSigner> open(const std::string& where);
    [[nodiscard]] const OrgKey& publicKey() const { return public_; }
    /// Signature line over `text`, to be added to a note. Error org.sign.
    [[nodiscard]] Result<std::string> line(std::string_view text, const std::string& name) const;

private:
    std::shared_ptr<void> key_;
    OrgKey public_;
};

} // namespace tally::audit
