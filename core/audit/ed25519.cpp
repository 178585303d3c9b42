#include "core/audit/ed25519.h"

#include "core/base/hash.h"

#include <openssl/bn.h>
#include <openssl/evp.h>

#include <algorithm>

namespace tally::audit {
namespace {

struct PkeyFree {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct MdCtxFree {
    void operator()(EVP_MD_CTX* ctx) const { EVP_MD_CTX_free(ctx); }
};
using Pkey = std::unique_ptr<EVP_PKEY, PkeyFree>;
using MdCtx = std::unique_ptr<EVP_MD_CTX, MdCtxFree>;

/// Numbers mod p = 2^255 - 19, just enough for decompressing and doubling one point. Not constant-time:
/// public keys only.
class Field {
public:
    Field()
        : ctx_(BN_CTX_new())
        , p_(BN_new()) {
        BN_one(p_);
        BN_lshift(p_, p_, 255);
        BN_sub_word(p_, 19);
    }
    Field(const Field&) = delete;
    Field& operator=(const Field&) = delete;
    ~Field() {
        BN_free(p_);
        BN_CTX_free(ctx_);
    }
    BN_CTX* ctx() const { return ctx_; }
    const BIGNUM* p() const { return p_; }

private:
    BN_CTX* ctx_;
    BIGNUM* p_;
};

class Num {
public:
    explicit Num(const Field& f)
        : f_(&f)
        , n_(BN_new()) {}
    Num(const Field& f, unsigned long word)
        : Num(f) {
        BN_set_word(n_, word);
    }
    Num(const Num& o)
        : f_(o.f_)
        , n_(BN_dup(o.n_)) {}
    Num& operator=(const Num& o) {
        BN_copy(n_, o.n_);
        return *this;
    }
    ~Num() { BN_free(n_); }
    BIGNUM* get() const { return n_; }

    Num operator+(const Num& o) const {
        return make([&](BIGNUM* r) { BN_mod_add(r, n_, o.n_, f_->p(), f_->ctx()); });
    }
    Num operator-(const Num& o) const {
        return make([&](BIGNUM* r) { BN_mod_sub(r, n_, o.n_, f_->p(), f_->ctx()); });
    }
    Num operator*(const Num& o) const {
        return make([&](BIGNUM* r) { BN_mod_mul(r, n_, o.n_, f_->p(), f_->ctx()); });
    }
    bool operator==(const Num& o) const { return BN_cmp(n_, o.n_) == 0; }
    [[nodiscard]] Num inverse() const {
        // By Fermat, so that 0 gives 0 instead of an error.
        Num e(*f_);
        BN_copy(e.n_, f_->p());
        BN_sub_word(e.n_, 2);
        return power(e);
    }
    [[nodiscard]] Num power(const Num& e) const {
        return make([&](BIGNUM* r) { BN_mod_exp(r, n_, e.n_, f_->p(), f_->ctx()); });
    }
    [[nodiscard]] bool isZero() const { return BN_is_zero(n_) == 1; }
    [[nodiscard]] bool isOdd() const { return BN_is_odd(n_) == 1; }

private:
    template <class F>
    Num make(F&& f) const {
        Num r(*f_);
        f(r.n_);
        return r;
    }
    const Field* f_;
    BIGNUM* n_;
};

/// (p + 3) / 8 and (p - 1) / 4, the exponents of the square root.
Num exponent(const Field& f, long add, int shift) {
    Num e(f);
    BN_copy(e.get(), f.p());
    if (add > 0)
        BN_add_word(e.get(), static_cast<unsigned long>(add));
    else
        BN_sub_word(e.get(), static_cast<unsigned long>(-add));
    BN_rshift(e.get(), e.get(), shift);
    return e;
}

// Published with the specification, so worthless as secrets: digests of the seeds, so that the seeds are not
// in here.
bool isPublishedTestSeed(const Seed& seed) {
    static constexpr std::string_view published[] = {
        "cb32db7286adf6fa4417ff44cc1d9105a3d924b786366502cab7a78926f2e540",
        "435832d4453226fb5fb7f772640661b23143dd3fc87915e7d6d39f164722652e",
        "e3a8c9036d6f5958f674074898fd9499b45a103399ab0da4955ac3943fc5e4a0",
        "8f7634491a680c0f026596296bcd7e6c784ea550a7c1411f0319e69f119c91e4"};
    const std::string digest = sha256Hex(asText(seed));
    return std::find(std::begin(published), std::end(published), digest) != std::end(published);
}

} // namespace

bool isSoundPublicKey(const PublicKey& key) {
    const Field f;
    PublicKey little = key;
    const bool sign = (little[31] & 0x80) != 0;
    little[31] &= 0x7f;
    Num y(f);
    BN_lebin2bn(little.data(), static_cast<int>(little.size()), y.get());
    if (BN_cmp(y.get(), f.p()) >= 0) return false;

    const Num one(f, 1);
    const Num d = (Num(f, 0) - Num(f, 121665)) * Num(f, 121666).inverse();
    const Num yy = y * y;
    const Num x2 = (yy - one) * (d * yy + one).inverse();
    Num x = x2.power(exponent(f, 3, 3));
    if (!(x * x == x2)) x = x * Num(f, 2).power(exponent(f, -1, 2));
    if (!(x * x == x2)) return false;
    if (x.isZero() && sign) return false;
    if (x.isOdd() != sign) x = Num(f, 0) - x;

    for (int doubling = 0; doubling < 3;
         ++doubling) { // 8 A; complete addition law of the twisted Edwards curve
        const Num xx = x * x;
        const Num y2 = y * y;
        const Num k = d * xx * y2;
        const Num x3 = (x * y + x * y) * (one + k).inverse();
        const Num y3 = (y2 + xx) * (one - k).inverse();
        x = x3;
        y = y3;
    }
    return !(x.isZero() && y == one);
}

bool verifyEd25519(const PublicKey& key, std::string_view message, std::span<const std::uint8_t> signature) {
    if (signature.size() != 64) return false;
    const Pkey pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
    const MdCtx ctx(EVP_MD_CTX_new());
    if (!pkey || !ctx || EVP_DigestVerifyInit(ctx.get(), nullptr, nullptr, nullptr, pkey.get()) != 1)
        return false;
    return EVP_DigestVerify(ctx.get(), signature.data(), signature.size(), asBytes(message).data(),
                            message.size()) == 1;
}

void SigningKey::Free::operator()(void* key) const {
    EVP_PKEY_free(static_cast<EVP_PKEY*>(key));
}

Result<SigningKey> SigningKey::fromSeed(const Seed& seed, TestKeys test_keys) {
    if (test_keys == TestKeys::refuse && isPublishedTestSeed(seed))
        return fail("key.test", "this signing key is a published test key; anyone could sign with it",
                    "Delete the key so that a new one is made.");
    SigningKey out;
    EVP_PKEY* key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size());
    out.key_.reset(key);
    std::size_t length = out.public_.size();
    if (key == nullptr || EVP_PKEY_get_raw_public_key(key, out.public_.data(), &length) != 1 || length != 32)
        return fail("key.seed", "OpenSSL refused the signing key",
                    "Check that OpenSSL 3 with Ed25519 is installed.");
    return out;
}

Result<SigningKey> SigningKey::generate(Rng& rng, Seed& seed_out) {
    rng.fill(seed_out);
    return fromSeed(seed_out);
}

Result<Signature> SigningKey::sign(std::string_view message) const {
    Signature out{};
    std::size_t length = out.size();
    const MdCtx ctx(EVP_MD_CTX_new());
    auto* key = static_cast<EVP_PKEY*>(key_.get());
    if (key == nullptr || !ctx || EVP_DigestSignInit(ctx.get(), nullptr, nullptr, nullptr, key) != 1 ||
        EVP_DigestSign(ctx.get(), out.data(), &length, asBytes(message).data(), message.size()) != 1 ||
        length != 64)
        return fail("key.sign", "OpenSSL could not sign");
    return out;
}

} // namespace tally::audit
