// Ed25519 (RFC 8032, pure) through OpenSSL, with the key checks that OpenSSL leaves out (TRACE_LOG.md 7.4).
// Thread-safe: a key object is immutable after it was made.
#pragma once
#include "core/base/encoding.h"
#include "core/base/result.h"
#include "core/base/rng.h"

#include <array>
#include <memory>
#include <span>
#include <string_view>

namespace tally::audit {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;
using Seed = std::array<std::uint8_t, 32>;

/// Canonical y, on the curve, not x = 0 with a sign bit, not of small order.
bool isSoundPublicKey(const PublicKey& key);
/// `signature` of any length but 64 bytes is false, never an error. The message may be empty.
bool verifyEd25519(const PublicKey& key, std::string_view message, std::span<const std::uint8_t> signature);

/// A private key. Move-only; OpenSSL wipes its copy when the object dies.
class SigningKey {
public:
    enum class TestKeys { refuse, allow };
    /// Error key.test for the published seeds of the specification (unless allowed), key.seed if OpenSSL
    /// refuses.
    static Result<SigningKey> fromSeed(const Seed& seed, TestKeys test_keys = TestKeys::refuse);
    /// A fresh key; the seed goes out so that the caller can store it, then wipe it.
    static Result<SigningKey> generate(Rng& rng, Seed& seed_out);

    [[nodiscard]] const PublicKey& publicKey() const { return public_; }
    [[nodiscard]] Result<Signature> sign(std::string_view message) const;

private:
    struct Free {
        void operator()(void* key) const;
    };
    std::unique_ptr<void, Free> key_;
    PublicKey public_{};
};

} // namespace tally::audit
