// RFC 3161 time stamp tokens over checkpoints (TRACE_LOG.md 16.2), through OpenSSL's TS functions.
// Thread-safe.
#pragma once
#include "core/base/encoding.h"
#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

/// Certificates of authorities that the verifier's user trusts for time stamps.
class TsaTrust {
public:
    /// One or more certificates in PEM. Error tsa.ca.
    static Result<TsaTrust> fromPem(std::string_view pem);

    [[nodiscard]] void* store() const { return store_.get(); }
    struct Certificate {
        std::string pem, sha256; ///< sha256: hex, of the DER
    };
    /// As given, each once, for a report that must be checked again.
    [[nodiscard]] const std::vector<Certificate>& certificates() const { return certificates_; }

private:
    std::shared_ptr<void> store_;
    std::vector<Certificate> certificates_;
};

struct Timestamp {
    std::int64_t time = 0; ///< seconds since 1970, UTC
    std::string authority; ///< as the token names it, or the subject of the signing certificate; may be empty
};

/// What the token (a TimeStampToken or a TimeStampResp, DER) says of `text`. Without `trust` only that its
/// imprint is that of `text`. With it also the signature, and that the certificate leads, for time stamping
/// and at the stated time, to an authority in `trust`. Error tsa.format, tsa.imprint, tsa.untrusted.
Result<Timestamp> checkTimestamp(std::span<const std::uint8_t> token, std::string_view text,
                                 const TsaTrust* trust);

} // namespace tally::audit
