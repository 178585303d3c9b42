// Provider keys in the desktop's keychain, through QtKeychain. The keychain wants the main thread's event
// loop: a call from a thread of the core is handed over and waited for, at most `patience`; a call from the
// main thread runs a local loop (only while the program starts). Without a keychain every call says so and
// names the way out, env:NAME.
#pragma once
#include "core/provider/key_store.h"

#include <QObject>

#include <atomic>
#include <chrono>
#include <functional>

namespace QKeychain {
class Job;
}

namespace tally::window {

class KeychainStore final : public QObject, public provider::KeyStore {
    Q_OBJECT
public:
    static constexpr std::chrono::seconds patience{15};

    Result<provider::Secret> get(const std::string& name) const override;
    Status set(const std::string& name, const provider::Secret& secret) override;
    Status remove(const std::string& name) override;

    /// The window's event loop has ended: whoever waits for the keychain on another thread, now or later, is
    /// told so at once instead of after `patience`. Calls on the window's own thread still work.
    void close() { closed_ = true; }

private:
    struct Outcome {
        int error = 0;
        QString message;
        QString text;
    };
    using MakeJob = std::function<QKeychain::Job*()>;
    Result<Outcome> run(const MakeJob& make) const;
    std::atomic<bool> closed_{false};
};

} // namespace tally::window
