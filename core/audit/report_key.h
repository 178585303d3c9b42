// The auditor's own key for reports: Ed25519 in PEM (PKCS#8), as `openssl genpkey -algorithm ed25519` makes
// it too. A line "Name: …" above the PEM block, which OpenSSL skips, names the key; without one it is called
// "auditor". It has nothing to do with the keys of a log.
//
// Values; any thread. Errors: report.key_exists, report.key_mode (others can read the file),
// report.key_format, report.key_passphrase, report.key_name, key.test, note.weak_key, file.*.
#pragma once
#include "core/audit/note.h"
#include "core/base/file.h"
#include "core/base/rng.h"

#include <string>

namespace tally::audit {

struct ReportKey {
    SigningKey key;
    std::string name;
    [[nodiscard]] VerifierKey verifier() const { return VerifierKey::of(name, key.publicKey()); }
};

/// Writes PATH (0600) and PATH.pub; neither may exist. `passphrase` empty: not encrypted.
Result<ReportKey> makeReportKey(FileSystem& files, const std::string& path, const std::string& name,
                                const std::string& passphrase, Rng& rng);
/// `name` not empty: instead of the one in the file.
Result<ReportKey> loadReportKey(const std::string& path, const std::string& passphrase,
                                const std::string& name = {});

/// A public key that somebody trusts; without a name it stands for every name.
struct TrustedKey {
    PublicKey key{};
    std::string name;
};
/// A verifier key, PEM text, or the path of a file that holds either.
Result<TrustedKey> readTrustedKey(const FileSystem& files, const std::string& text_or_path);

} // namespace tally::audit
