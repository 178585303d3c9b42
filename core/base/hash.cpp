#include "core/base/hash.h"

#include "core/base/encoding.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

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

Sha256::Sha256() : context_(std::make_unique<Context>()) { reset(); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::reset() { EVP_DigestInit_ex2(context_->evp, digest(), nullptr); }
void Sha256::update(std::span<const std::uint8_t> bytes) { EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()); }
void Sha256::update(std::string_view text) { EVP_DigestUpdate(context_->evp, text.data(), text.size()); }
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
std::string sha256Hex(std::string_view text) { return toHex(sha256(text)); }

Hash hmacSha256(std::span<const std::uint8_t> key, std::string_view message) {
    Hash out{};
    unsigned int length = 0;
    HMAC(digest(), key.data(), static_cast<int>(key.size()), asBytes(message).data(), message.size(), out.data(), &length);
    return out;
}

std::string toHex(const Hash& hash) { return toHex(std::span<const std::uint8_t>(hash)); }

} // namespace tally
