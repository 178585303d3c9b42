#include "core/audit/org_key.h"

#include "core/audit/org_token.h"
#include "core/base/file.h"
#include "core/base/hash.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>

namespace tally::audit {
namespace {
constexpr std::uint64_t max_key_bytes = 1'000'000;
/// Types without a number of their own are told apart by a name after 0xff.
constexpr std::string_view key_type = "\xfftallystick/note/ecdsa-p256-sha256\n";

struct BioFree {
    void operator()(BIO* bio) const { BIO_free_all(bio); }
};
struct ContextFree {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, BioFree>;
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;

std::shared_ptr<void> owned(EVP_PKEY* key) {
    return {key, [](void* k) { EVP_PKEY_free(static_cast<EVP_PKEY*>(k)); }};
}
EVP_PKEY* pkey(const std::shared_ptr<void>& key) {
    return static_cast<EVP_PKEY*>(key.get());
}
Bio memory(std::string_view bytes) {
    return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}
/// OpenSSL would otherwise ask at the terminal.
int noPassword(char*, int, int, void*) {
    return -1;
}
} // namespace

Result<OrgKey> OrgKey::of(std::shared_ptr<void> key) {
    char group[64] = {};
    std::size_t length = 0;
    ERR_clear_error();
    if (key == nullptr || EVP_PKEY_get_group_name(pkey(key), group, sizeof group, &length) != 1 ||
        std::string_view(group) != "prime256v1") {
        ERR_clear_error();
        return fail("org.key", "this is no key on the curve P-256",
                    "Make one with: openssl ecparam -name prime256v1 -genkey -noout -out org.pem");
    }
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(pkey(key), &der);
    if (size <= 0) return fail("org.key", "OpenSSL could not read the public key");
    OrgKey out;
    out.spki_.assign(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    out.key_ = std::move(key);
    return out;
}

Result<OrgKey> OrgKey::fromPem(std::string_view pem) {
    std::shared_ptr<void> key = owned(PEM_read_bio_PUBKEY(memory(pem).get(), nullptr, noPassword, nullptr));
    if (key == nullptr) {
        X509* const certificate = PEM_read_bio_X509(memory(pem).get(), nullptr, noPassword, nullptr);
        if (certificate != nullptr) key = owned(X509_get_pubkey(certificate));
        X509_free(certificate);
    }
    ERR_clear_error();
    if (key == nullptr)
        return fail("org.key", "neither a public key nor a certificate in PEM",
                    "Ask the organisation for its public key.");
    return of(std::move(key));
}

std::string OrgKey::fingerprint() const {
    return sha256Hex(spki_);
}

std::string OrgKey::pem() const {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PUBKEY(bio.get(), pkey(key_));
    const char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    ERR_clear_error();
    return {text, static_cast<std::size_t>(size)};
}

KeyId OrgKey::idFor(std::string_view name) const {
    const Hash h = sha256({name, "\n", key_type, spki_});
    return {h[0], h[1], h[2], h[3]};
}

bool OrgKey::verify(std::string_view message, std::span<const std::uint8_t> signature) const {
    const Context context(EVP_MD_CTX_new());
    const bool good = EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, pkey(key_)) == 1 &&
                      EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                       asBytes(message).data(), message.size()) == 1;
    ERR_clear_error();
    return good;
}

std::optional<bool> OrgKey::verify(const Note& note, const std::string& name) const {
    const KeyId id = idFor(name);
    const auto line = std::find_if(note.signatures.begin(), note.signatures.end(),
                                   [&](const NoteSignature& s) { return s.name == name && s.id == id; });
    if (line == note.signatures.end()) return std::nullopt;
    return verify(note.text, line->signature);
}

Result<OrgSigner> OrgSigner::open(const std::string& where) {
    OrgSigner out;
    if (where.starts_with("pkcs11:")) {
        TALLY_ASSIGN(out.key_, keyInToken(where));
    } else {
        TALLY_ASSIGN(const std::string text, DiskFileSystem().read(where, max_key_bytes));
        out.key_ = owned(PEM_read_bio_PrivateKey(memory(text).get(), nullptr, noPassword, nullptr));
        ERR_clear_error();
        if (out.key_ == nullptr)
            return fail("org.key", "no unencrypted private key in PEM",
                        "Put the key into a token and name its pkcs11: URI, or decrypt it for this file.",
                        where);
    }
    TALLY_ASSIGN(out.public_, OrgKey::of(out.key_));
    return out;
}

Result<std::string> OrgSigner::line(std::string_view text, const std::string& name) const {
    const Context context(EVP_MD_CTX_new());
    std::size_t size = 256;
    Bytes raw(4 + size);
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, pkey(key_)) != 1 ||
        EVP_DigestSign(context.get(), raw.data() + 4, &size, asBytes(text).data(), text.size()) != 1) {
        ERR_clear_error();
        return fail("org.sign", "the organisation's key did not sign", "Check that its token is present.");
    }
    const KeyId id = public_.idFor(name);
    std::copy(id.begin(), id.end(), raw.begin());
    raw.resize(4 + size);
    return fmt::format("\xe2\x80\x94 {} {}\n", name, toBase64(raw));
}

} // namespace tally::audit
