// A private key inside a PKCS#11 token, through what OpenSSL has for it: a provider for the scheme pkcs11 of
// its store, else the engine of that name, which is what Debian 12 ships. Thread-safe.
#pragma once
#include "core/base/result.h"

#include <memory>
#include <string>

namespace tally::audit {

/// An EVP_PKEY. `uri`: RFC 7512; nobody is asked for a PIN, so it needs pin-source. Error org.pkcs11.
Result<std::shared_ptr<void>> keyInToken(const std::string& uri);

} // namespace tally::audit
