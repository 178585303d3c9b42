#include "core/provider/key_store.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

namespace tally::provider {
namespace {
void wipe(std::string& text) {
    // A volatile pointer keeps the compiler from dropping stores to memory that is about to be freed.
    volatile char* p = text.data();
    for (std::size_t i = 0; i < text.size(); ++i)
        p[i] = 0;
    text.clear();
}
} // namespace

Secret::Secret(Secret&& other) noexcept
    : text_(other.text_) {
    wipe(other.text_);
}
Secret& Secret::operator=(Secret other) noexcept {
    // Short strings live inside the object, so a plain swap would leave them in `other` until it is wiped: it
    // is, at once.
    std::swap(text_, other.text_);
    return *this;
}
Secret::~Secret() {
    wipe(text_);
}

Result<Secret> MemoryKeyStore::get(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = keys_.find(name);
    if (found == keys_.end())
        return fail("key.missing", fmt::format("no key named {} is stored", name),
                    "add it again with its key: tally provider add NAME … --ask-key");
    return found->second;
}

Status MemoryKeyStore::set(const std::string& name, const Secret& secret) {
    const std::lock_guard lock(mutex_);
    keys_.insert_or_assign(name, secret);
    return {};
}

Status MemoryKeyStore::remove(const std::string& name) {
    const std::lock_guard lock(mutex_);
    if (keys_.erase(name) == 0) return fail("key.missing", fmt::format("no key named {} is stored", name));
    return {};
}

Result<Secret> resolveKey(std::string_view key_ref, const KeyStore* store) {
    if (key_ref.empty()) return Secret();
    if (key_ref.substr(0, 4) == "env:") {
        const std::string name(key_ref.substr(4));
        const char* value = std::getenv(name.c_str());
        if (value == nullptr || *value == '\0')
            return fail("key.missing", fmt::format("the environment variable {} is not set", name),
                        fmt::format("set it before starting: export {}=…", name));
        return Secret(value);
    }
    if (key_ref.substr(0, 9) == "keychain:") key_ref.remove_prefix(9);
    if (store == nullptr)
        return fail("key.store",
                    fmt::format("the key {} is in the keychain, which is not reachable here", key_ref),
                    "use a key reference of the form env:NAME");
    return store->get(std::string(key_ref));
}

} // namespace tally::provider
