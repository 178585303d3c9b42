// Payload commitments and their openings (TRACE_LOG.md 6.1, 9). Pure functions; thread-safe.
#pragma once
#include "core/base/encoding.h"
#include "core/base/hash.h"
#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally::audit {

using Nonce = std::array<std::uint8_t, 32>;

/// A payload with what is needed to check it against the commitment in its entry.
struct Opening {
    std::uint64_t seq = 0;
    std::string slot;
    std::string log_id; ///< 32 hex digits
    Nonce nonce{};
    std::string payload;

    /// Error opening.format.
    static Result<Opening> parse(std::string_view line);
    /// CFP line without its line feed.
    [[nodiscard]] std::string line() const;
    /// 64 hex digits, as in the entry's field; empty if log_id is not 32 hex digits.
    [[nodiscard]] std::string commitment() const;
};

/// HMAC-SHA256(nonce, "trace-payload/v1" 00 log id be64(seq) slot 00 payload), as hex.
std::string commitPayload(const Nonce& nonce, std::string_view log_id_hex, std::uint64_t seq,
                          std::string_view slot, std::string_view payload);

} // namespace tally::audit
