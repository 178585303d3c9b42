#include "core/audit/timestamp.h"

#include "core/base/hash.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <ctime>

namespace tally::audit {
namespace {

template <auto Function>
struct Freed {
    template <class T>
    void operator()(T* object) const {
        Function(object);
    }
};
using Token = std::unique_ptr<PKCS7, Freed<PKCS7_free>>;
using Response = std::unique_ptr<TS_RESP, Freed<TS_RESP_free>>;
using Info = std::unique_ptr<TS_TST_INFO, Freed<TS_TST_INFO_free>>;
using Context = std::unique_ptr<TS_VERIFY_CTX, Freed<TS_VERIFY_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

std::string reason() {
    std::string out;
    while (const unsigned long code = ERR_get_error()) {
        const char* const text = ERR_reason_error_string(code);
        if (text != nullptr) out = text; // the last one is the nearest to what was asked
    }
    return out.empty() ? "no reason given" : out;
}

Token readToken(std::span<const std::uint8_t> der) {
    const auto size = static_cast<long>(der.size());
    const unsigned char* at = der.data();
    Token token(d2i_PKCS7(nullptr, &at, size));
    if (token && at == der.data() + der.size() && PKCS7_type_is_signed(token.get())) return token;
    at = der.data();
    const Response response(d2i_TS_RESP(nullptr, &at, size));
    if (!response || at != der.data() + der.size()) return nullptr;
    PKCS7* const inner = TS_RESP_get_token(response.get());
    return Token(inner == nullptr ? nullptr : PKCS7_dup(inner));
}

std::optional<std::int64_t> secondsOf(const ASN1_GENERALIZEDTIME* time) {
    std::tm utc{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &utc) != 1) return std::nullopt;
    return static_cast<std::int64_t>(timegm(&utc));
}

std::string nameOf(TS_TST_INFO* info, PKCS7* token) {
    const X509_NAME* name = nullptr;
    GENERAL_NAME* const said = TS_TST_INFO_get_tsa(info);
    if (said != nullptr && said->type == GEN_DIRNAME) name = said->d.directoryName;
    STACK_OF(X509)* const signers = name == nullptr ? PKCS7_get0_signers(token, nullptr, 0) : nullptr;
    if (signers != nullptr && sk_X509_num(signers) > 0)
        name = X509_get_subject_name(sk_X509_value(signers, 0));
    std::string out;
    if (name != nullptr) {
        const Bio bio(BIO_new(BIO_s_mem()));
        X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
        const char* text = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &text);
        out = scrubUtf8(std::string_view(text, static_cast<std::size_t>(size)));
    }
    sk_X509_free(signers);
    return out;
}

TsaTrust::Certificate keptAs(X509* certificate) {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    const char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    unsigned char* der = nullptr;
    const int bytes = i2d_X509(certificate, &der);
    TsaTrust::Certificate out{{text, static_cast<std::size_t>(size)}, {}};
    if (bytes > 0)
        out.sha256 = sha256Hex({reinterpret_cast<const char*>(der), static_cast<std::size_t>(bytes)});
    OPENSSL_free(der);
    return out;
}

} // namespace

Result<TsaTrust> TsaTrust::fromPem(std::string_view pem) {
    TsaTrust out;
    out.store_ = std::shared_ptr<void>(X509_STORE_new(),
                                       [](void* s) { X509_STORE_free(static_cast<X509_STORE*>(s)); });
    auto* const store = static_cast<X509_STORE*>(out.store_.get());
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    int count = 0;
    while (X509* const certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
        count += X509_STORE_add_cert(store, certificate);
        auto kept = keptAs(certificate);
        const auto same = [&](const Certificate& c) { return c.sha256 == kept.sha256; };
        if (std::none_of(out.certificates_.begin(), out.certificates_.end(), same))
            out.certificates_.push_back(std::move(kept));
        X509_free(certificate);
    }
    ERR_clear_error();
    if (count == 0)
        return fail("tsa.ca", "no certificate in this file",
                    "Give the certificates of the time stamping authority's CA in PEM.");
    return out;
}

Result<Timestamp> checkTimestamp(std::span<const std::uint8_t> der, std::string_view text,
                                 const TsaTrust* trust) {
    ERR_clear_error();
    const Token token = readToken(der);
    const Info info(token ? PKCS7_to_TS_TST_INFO(token.get()) : nullptr);
    const auto time = info ? secondsOf(TS_TST_INFO_get_time(info.get())) : std::nullopt;
    if (!time) {
        ERR_clear_error();
        return fail("tsa.format", "this is no RFC 3161 time stamp token");
    }
    const Timestamp out{*time, nameOf(info.get(), token.get())};

    const Context context(TS_VERIFY_CTX_new());
    TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_DATA);
    TS_VERIFY_CTX_set_data(context.get(), BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    if (TS_RESP_verify_token(context.get(), token.get()) != 1)
        return fail("tsa.imprint", "the token is about something else: " + reason());
    if (trust == nullptr) return out;

    auto* const store = static_cast<X509_STORE*>(trust->store());
    // An old token stays good when certificates have expired since: what counts is the time that it states.
    const std::unique_ptr<X509_STORE, Freed<X509_STORE_free>> at_time(X509_STORE_new());
    STACK_OF(X509_OBJECT)* const objects = X509_STORE_get0_objects(store);
    for (int i = 0; i < sk_X509_OBJECT_num(objects); ++i) {
        if (X509* const certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i)))
            X509_STORE_add_cert(at_time.get(), certificate);
    }
    X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(at_time.get()), static_cast<time_t>(out.time));
    X509_STORE_up_ref(at_time.get()); // the context frees the one it is given
    const Context full(TS_VERIFY_CTX_new());
    TS_VERIFY_CTX_set_flags(full.get(), TS_VFY_SIGNATURE);
    TS_VERIFY_CTX_set_store(full.get(), at_time.get());
    if (TS_RESP_verify_token(full.get(), token.get()) != 1)
        return fail("tsa.untrusted",
                    "the token is not signed by an authority that is trusted here: " + reason());
    return out;
}

} // namespace tally::audit
