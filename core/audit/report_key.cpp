#include "core/audit/report_key.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstring>
#include <sys/stat.h>

namespace tally::audit {
namespace {
constexpr std::string_view name_line = "Name: ";
constexpr std::size_t most_key_bytes = 64 << 10;

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, Free>;
using Pkey = std::unique_ptr<EVP_PKEY, Free>;

Status checkName(const std::string& name) {
    const bool fits = !name.empty() && name.size() <= 200 && isUtf8(name) &&
                      std::none_of(name.begin(), name.end(), [](char c) {
                          return static_cast<unsigned char>(c) <= ' ' || c == '+' || c == 0x7f;
                      });
    if (fits) return {};
    return fail("report.key_name", "the name of a key has no blanks, no + and at most 200 characters",
                "For instance: auditor.example/jane", name);
}

std::string nameIn(std::string_view pem) {
    while (!pem.empty() && !pem.starts_with("-----BEGIN")) {
        const std::size_t end = std::min(pem.find('\n'), pem.size());
        if (pem.starts_with(name_line))
            return std::string(pem.substr(name_line.size(), end - name_line.size()));
        pem.remove_prefix(std::min(end + 1, pem.size()));
    }
    return {};
}

Bio reading(std::string_view text) {
    return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string contentOf(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

/// OpenSSL would ask on the terminal without a callback.
int giveWord(char* buffer, int size, int, void* word) {
    const auto& text = *static_cast<const std::string*>(word);
    if (text.empty() || text.size() > static_cast<std::size_t>(size)) return -1;
    std::memcpy(buffer, text.data(), text.size());
    return static_cast<int>(text.size());
}

Result<ReportKey> fromPem(const std::string& pem, const std::string& passphrase, const std::string& name) {
    std::string word = passphrase;
    const Bio bio = reading(pem);
    const Pkey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, giveWord, &word));
    OPENSSL_cleanse(word.data(), word.size());
    if (!key && pem.find("ENCRYPTED") != std::string::npos)
        return fail("report.key_passphrase",
                    passphrase.empty() ? "the key is encrypted and no passphrase was given"
                                       : "the passphrase does not open the key",
                    "Set TALLY_REPORT_PASSPHRASE to the passphrase of the key.");
    Seed seed{};
    std::size_t length = seed.size();
    if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519 ||
        EVP_PKEY_get_raw_private_key(key.get(), seed.data(), &length) != 1)
        return fail("report.key_format", "this is not an Ed25519 private key in PEM",
                    "Make one: tally report key new FILE, or openssl genpkey -algorithm ed25519 -out FILE");
    auto signing = SigningKey::fromSeed(seed);
    OPENSSL_cleanse(seed.data(), seed.size());
    if (!signing) return fail(signing.error());
    std::string called = !name.empty() ? name : nameIn(pem);
    if (called.empty()) called = "auditor";
    TALLY_TRY(checkName(called));
    return ReportKey{std::move(*signing), std::move(called)};
}
} // namespace

Result<ReportKey> makeReportKey(FileSystem& files, const std::string& path, const std::string& name,
                                const std::string& passphrase, Rng& rng) {
    TALLY_TRY(checkName(name));
    for (const std::string& each : {path, path + ".pub"})
        if (files.exists(each))
            return fail("report.key_exists", "the file exists already; a key is never overwritten",
                        "Name another file.", each);
    Seed seed{};
    TALLY_ASSIGN(auto signing, SigningKey::generate(rng, seed));
    const Pkey pkey(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
    OPENSSL_cleanse(seed.data(), seed.size());
    const Bio secret(BIO_new(BIO_s_mem())), open(BIO_new(BIO_s_mem()));
    const bool written = pkey && secret && open &&
                         PEM_write_bio_PKCS8PrivateKey(
                             secret.get(), pkey.get(), passphrase.empty() ? nullptr : EVP_aes_256_cbc(),
                             passphrase.empty() ? nullptr : passphrase.data(),
                             static_cast<int>(passphrase.size()), nullptr, nullptr) == 1 &&
                         PEM_write_bio_PUBKEY(open.get(), pkey.get()) == 1;
    if (!written) return fail("report.key_format", "OpenSSL could not write the key");
    const std::string head = fmt::format("{}{}\n", name_line, name);
    TALLY_TRY(files.writeAtomic(path, head + contentOf(secret.get()), 0600));
    TALLY_TRY(files.writeAtomic(path + ".pub", head + contentOf(open.get()), 0644));
    return ReportKey{std::move(signing), name};
}

Result<ReportKey> loadReportKey(const std::string& path, const std::string& passphrase,
                                const std::string& name) {
    const DiskFileSystem disk;
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0)
        return fail("report.key_mode", "others can read this private key", "Run: chmod 600 FILE", path);
    TALLY_ASSIGN(std::string pem, disk.read(path, most_key_bytes));
    auto key = fromPem(pem, passphrase, name);
    OPENSSL_cleanse(pem.data(), pem.size());
    if (!key) return fail(key.error().at(path));
    return key;
}

Result<TrustedKey> readTrustedKey(const FileSystem& files, const std::string& text_or_path) {
    std::string text = text_or_path;
    if (files.exists(text_or_path)) {
        TALLY_ASSIGN(text, files.read(text_or_path, most_key_bytes));
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.pop_back();
    if (text.find("-----BEGIN PUBLIC KEY") != std::string::npos) {
        const Bio bio = reading(text);
        const Pkey key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
        TrustedKey out;
        std::size_t length = out.key.size();
        if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519 ||
            EVP_PKEY_get_raw_public_key(key.get(), out.key.data(), &length) != 1)
            return fail("report.key_format", "this is not an Ed25519 public key in PEM", {}, text_or_path);
        if (!isSoundPublicKey(out.key))
            return fail("note.weak_key", "this public key is weak: anybody could sign for it", {},
                        text_or_path);
        out.name = nameIn(text);
        return out;
    }
    if (text.find("PRIVATE KEY") != std::string::npos)
        return fail("report.key_format", "this is a private key; the check needs the public one",
                    "It lies beside it as FILE.pub, or: openssl pkey -in FILE -pubout", text_or_path);
    auto key = VerifierKey::parse(text);
    if (!key || key->algorithm != NoteAlgorithm::ed25519)
        return fail("report.key_format",
                    "this is neither a public key in PEM nor a verifier key (name+id+key)",
                    "Give the auditor's FILE.pub, or the key that the auditor published.", text_or_path);
    return TrustedKey{key->key, key->name};
}

} // namespace tally::audit
