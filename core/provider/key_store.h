// Where provider keys live: the OS keychain (implemented by the app) or an environment variable. Never a
// file, never a log.
//
// A configuration names its key by a reference: "env:NAME" (environment variable), "keychain:NAME" or plain
// "NAME" (the KeyStore), or nothing (the server wants no key). Threads: implementations are thread-safe;
// calls may block on the desktop's keychain, so resolve keys outside the hot path.
#pragma once
#include "core/base/result.h"

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace tally::provider {

/// Text that is overwritten when it goes away and that no formatter can print by accident.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text)
        : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret other) noexcept;
    ~Secret();
    [[nodiscard]] bool empty() const { return text_.empty(); }
    /// The only way to the text: grep for it to see everybody who touches a key.
    [[nodiscard]] const std::string& reveal() const { return text_; }

private:
    std::string text_;
};

class KeyStore {
public:
    virtual ~KeyStore() = default;
    /// Error key.missing when there is none, key.store when the store cannot be reached.
    virtual Result<Secret> get(const std::string& name) const = 0;
    virtual Status set(const std::string& name, const Secret& secret) = 0;
    virtual Status remove(const std::string& name) = 0;
};

/// Keys of this process only: for tests, and for machines without a keychain while the program runs.
class MemoryKeyStore final : public KeyStore {
public:
    Result<Secret> get(const std::string& name) const override;
    Status set(const std::string& name, const Secret& secret) override;
    Status remove(const std::string& name) override;

private:
    mutable std::mutex mutex_;
    std::map<std::string, Secret, std::less<>> keys_;
};

/// The key that `key_ref` names; an empty secret for an empty reference. `store` may be null (then only env:
/// works).
Result<Secret> resolveKey(std::string_view key_ref, const KeyStore* store);

} // namespace tally::provider
