#include "core/base/hash.h"

#include "core/base/encoding.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace tally {
namespace {
const EVP_MD* digest() {
    static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    // A build of OpenSSL without SHA-256 does not exist outside of a broken installation.
    if (fetched == nullptr) std::abort();
    return fetched;
}
Sha256& local() {
    thread_local Sha256 context;
    return context;
}
} // namespace

struct Sha256::Context {
    EVP_MD_CTX* evp = EVP_MD_CTX_new();
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256()
    : context_(std::make_unique<Context>()) {
    reset();
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::reset() {
    EVP_DigestInit_ex2(context_->evp, digest(), nullptr);
}
void Sha256::update(std::span<const std::uint8_t> bytes) {
    EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size());
}
void Sha256::update(std::string_view text) {
    EVP_DigestUpdate(context_->evp, text.data(), text.size());
}
Hash Sha256::finish() {
    Hash out{};
    EVP_DigestFinal_ex(context_->evp, out.data(), nullptr);
    reset();
    return out;
}

Hash sha256(std::string_view text) {
    auto& h = local();
    h.update(text);
    return h.finish();
}
Hash sha256(std::initializer_list<std::string_view> parts) {
    auto& h = local();
    for (const auto part : parts)
        h.update(part);
    return h.finish();
}
std::string sha256Hex(std::string_view text) {
    return toHex(sha256(text));
}

// RFC 2104 over the digest that was fetched once: OpenSSL's own HMAC() fetches it anew for every call, which
// costs more than the two hashes of a short message.
Hash hmacSha256(std::span<const std::uint8_t> key, std::string_view message) {
    constexpr std::size_t block = 64;
    std::array<std::uint8_t, block> pad{};
    if (key.size() > block) {
        const Hash hashed = sha256(asText(key));
        std::copy(hashed.begin(), hashed.end(), pad.begin());
    } else {
        std::copy(key.begin(), key.end(), pad.begin());
    }
    for (auto& byte : pad)
        byte ^= 0x36U;
    const Hash inner = sha256({asText(pad), message});
    for (auto& byte : pad)
        byte ^= 0x36U ^ 0x5cU;
    const Hash outer = sha256({asText(pad), asText(inner)});
    OPENSSL_cleanse(pad.data(), pad.size());
    return outer;
}

std::string toHex(const Hash& hash) {
    return toHex(std::span<const std::uint8_t>(hash));
}

} // namespace tally
