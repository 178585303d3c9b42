// Engines are deprecated in OpenSSL 3; where there is a provider none is used.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/audit/org_token.h"

#include <openssl/err.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#ifndef OPENSSL_NO_ENGINE
#include <openssl/engine.h>
#endif

#include <mutex>

namespace tally::audit {
namespace {
std::shared_ptr<void> owned(EVP_PKEY* key) {
    if (key == nullptr) return nullptr;
    return {key, [](void* k) { EVP_PKEY_free(static_cast<EVP_PKEY*>(k)); }};
}

std::shared_ptr<void> fromStore(const std::string& uri) {
    OSSL_STORE_CTX* const store = OSSL_STORE_open(uri.c_str(), UI_null(), nullptr, nullptr, nullptr);
    if (store == nullptr) return nullptr;
    std::shared_ptr<void> key;
    while (key == nullptr && OSSL_STORE_eof(store) == 0) {
        OSSL_STORE_INFO* const info = OSSL_STORE_load(store);
        if (info == nullptr) break;
        if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
            key = owned(OSSL_STORE_INFO_get1_PKEY(info));
        OSSL_STORE_INFO_free(info);
    }
    OSSL_STORE_close(store);
    return key;
}

#ifndef OPENSSL_NO_ENGINE
std::shared_ptr<void> fromEngine(const std::string& uri) {
    // One for the whole process and never given back: keys refer to it, and a token is opened once.
    static std::mutex mutex;
    static ENGINE* engine = nullptr;
    const std::lock_guard lock(mutex);
    if (engine == nullptr) {
        ENGINE* const found = ENGINE_by_id("pkcs11");
        if (found == nullptr) return nullptr;
        if (ENGINE_init(found) == 1) engine = found;
        if (engine == nullptr) ENGINE_free(found);
        if (engine == nullptr) return nullptr;
    }
    return owned(ENGINE_load_private_key(engine, uri.c_str(), const_cast<UI_METHOD*>(UI_null()), nullptr));
}
#else
std::shared_ptr<void> fromEngine(const std::string&) {
    return nullptr;
}
#endif
} // namespace

Result<std::shared_ptr<void>> keyInToken(const std::string& uri) {
    std::shared_ptr<void> key = fromStore(uri);
    if (key == nullptr) key = fromEngine(uri);
    ERR_clear_error();
    if (key == nullptr)
        return fail("org.pkcs11", "OpenSSL cannot reach the key in the token",
                    "Install what connects OpenSSL with PKCS#11 (Debian 12: libengine-pkcs11-openssl; newer: "
                    "pkcs11-provider), name the file with the PIN in the URI (pin-source=file:/…), and look "
                    "for the key with: p11tool --list-all");
    return key;
}

} // namespace tally::audit
