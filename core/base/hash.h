// SHA-256 and HMAC-SHA-256. The digest is fetched once: OpenSSL 3's implicit fetch costs 1.6x at 512 bytes.
#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tally {

using Hash = std::array<std::uint8_t, 32>;

/// One reusable context. Not thread-safe; make one per thread.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void reset();
    void update(std::span<const std::uint8_t> bytes);
    void update(std::string_view text);
    Hash finish(); ///< also resets

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

/// One-shot, with a thread-local context.
Hash sha256(std::string_view text);
Hash sha256(std::initializer_list<std::string_view> parts);
std::string sha256Hex(std::string_view text);
Hash hmacSha256(std::span<const std::uint8_t> key, std::string_view message);
std::string toHex(const Hash& hash);

} // namespace tally
