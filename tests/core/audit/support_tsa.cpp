#include "tests/core/audit/support_tsa.h"

#include "core/base/hash.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include <cstdlib>

namespace tally::test {
namespace {
std::int64_t stamped_time = 0; ///< what the authority's clock says

std::string take(BIO* bio) {
    const char* text = nullptr;
    const long size = BIO_get_mem_data(bio, &text);
    std::string out(text, static_cast<std::size_t>(size));
    BIO_free(bio);
    return out;
}

void extend(X509* certificate, X509* issuer, int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
    if (extension == nullptr || X509_add_ext(certificate, extension, -1) != 1) std::abort();
    X509_EXTENSION_free(extension);
}

X509* certificate(const std::string& name, EVP_PKEY* key, X509* issuer, long serial) {
    X509* const out = X509_new();
    X509_set_version(out, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(out), serial);
    ASN1_TIME_set_string(X509_getm_notBefore(out), "20200101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(out), "20210101000000Z"); // long expired: the stamp stays good
    X509_set_pubkey(out, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(out), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(out, X509_get_subject_name(issuer == nullptr ? out : issuer));
    if (issuer == nullptr) extend(out, out, NID_basic_constraints, "critical,CA:TRUE");
    return out;
}

ASN1_INTEGER* nextSerial(TS_resp_ctx*, void*) {
    ASN1_INTEGER* const out = ASN1_INTEGER_new();
    ASN1_INTEGER_set(out, 7);
    return out;
}
int clockSays(TS_resp_ctx*, void*, long* seconds, long* microseconds) {
    *seconds = stamped_time;
    *microseconds = 0;
    return 1;
}
} // namespace

TestTsa::TestTsa(const std::string& name) {
    EVP_PKEY* const ca_key = EVP_EC_gen("P-256");
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const ca = certificate(name + " CA", ca_key, nullptr, 1);
    X509_sign(ca, ca_key, EVP_sha256());
    X509* const own = certificate(name, key, ca, 2);
    extend(own, ca, NID_key_usage, "critical,digitalSignature");
    extend(own, ca, NID_ext_key_usage, "critical,timeStamping");
    X509_sign(own, ca_key, EVP_sha256());
    BIO* const pem = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(pem, ca);
    ca_pem_ = take(pem);
    X509_free(ca);
    EVP_PKEY_free(ca_key);
    key_ = {key, [](void* k) { EVP_PKEY_free(static_cast<EVP_PKEY*>(k)); }};
    certificate_ = {own, [](void* c) { X509_free(static_cast<X509*>(c)); }};
}

Bytes TestTsa::stamp(const std::string& text, std::int64_t time) const {
    stamped_time = time;
    TS_REQ* const request = TS_REQ_new();
    TS_MSG_IMPRINT* const imprint = TS_MSG_IMPRINT_new();
    X509_ALGOR* const algorithm = X509_ALGOR_new();
    X509_ALGOR_set_md(algorithm, EVP_sha256());
    TS_MSG_IMPRINT_set_algo(imprint, algorithm);
    Hash digest = sha256(text);
    TS_MSG_IMPRINT_set_msg(imprint, digest.data(), static_cast<int>(digest.size()));
    TS_REQ_set_version(request, 1);
    TS_REQ_set_msg_imprint(request, imprint);
    TS_REQ_set_cert_req(request, 1);
    BIO* const bio = BIO_new(BIO_s_mem());
    i2d_TS_REQ_bio(bio, request);

    TS_RESP_CTX* const context = TS_RESP_CTX_new();
    if (TS_RESP_CTX_set_signer_cert(context, static_cast<X509*>(certificate_.get())) != 1) std::abort();
    TS_RESP_CTX_set_signer_key(context, static_cast<EVP_PKEY*>(key_.get()));
    ASN1_OBJECT* const policy = OBJ_txt2obj("1.2.3.4.1", 1);
    TS_RESP_CTX_set_def_policy(context, policy);
    TS_RESP_CTX_add_md(context, EVP_sha256());
    TS_RESP_CTX_set_signer_digest(context, EVP_sha256());
    TS_RESP_CTX_set_serial_cb(context, nextSerial, nullptr);
    TS_RESP_CTX_set_time_cb(context, clockSays, nullptr);
    TS_RESP* const response = TS_RESP_create_response(context, bio);
    unsigned char* der = nullptr;
    const int size = i2d_TS_RESP(response, &der);
    if (size <= 0) std::abort();
    Bytes out(der, der + size);
    OPENSSL_free(der);
    TS_RESP_free(response);
    ASN1_OBJECT_free(policy);
    TS_RESP_CTX_free(context);
    TS_MSG_IMPRINT_free(imprint);
    X509_ALGOR_free(algorithm);
    TS_REQ_free(request);
    BIO_free(bio);
    return out;
}

std::pair<std::string, std::string> makeP256() {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    BIO* const secret = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(secret, key, nullptr, nullptr, 0, nullptr, nullptr);
    BIO* const open = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(open, key);
    EVP_PKEY_free(key);
    return {take(secret), take(open)};
}

} // namespace tally::test
