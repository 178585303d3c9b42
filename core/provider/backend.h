// What the hub asks of each way of answering. Internal to this folder.
//
// Thread: the engine thread. A backend reports through CallSink only inside start() and advance(); the hub
// queues what it reports and calls the user back in poll(), so a backend is never entered from a user's
// callback.
#pragma once
#include "core/model/call.h"
#include "core/provider/config.h"
#include "core/provider/key_store.h"
#include "core/provider/port.h"
#include "core/provider/recorded.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace tally::provider {

/// A configured provider with its key; shared with the calls that use it, so that a change does not touch
/// them.
struct ProviderEntry {
    ProviderConfig config;
    Secret key;
};

class CallSink {
public:
    virtual ~CallSink() = default;
    virtual void callText(CallId id, std::string_view text, bool reasoning) = 0;
    virtual void callEnded(CallId id, CallOutcome outcome) = 0;
};

class Backend {
public:
    struct Cancelled {
        bool sent = false;
        ModelAnswer partial;
    };
    virtual ~Backend() = default;
    virtual void start(CallId id, std::shared_ptr<const ProviderEntry> provider,
                       std::shared_ptr<const ModelCall> call) = 0;
    /// Stops the call now; nothing is reported for it any more. Nothing if the backend does not know it.
    virtual std::optional<Cancelled> cancel(CallId id) = 0;
    /// Reports everything that is due at `now_us` (monotonic).
    virtual void advance(std::int64_t now_us) = 0;
    /// When advance() has something to do without being woken; INT64_MAX: nothing.
    [[nodiscard]] virtual std::int64_t nextDue() const = 0;
};

/// The failure that ends a call before anything was asked of anybody.
inline CallFailure notStarted(Error error) {
    CallFailure failure;
    failure.error = std::move(error);
    failure.sent = false;
    return failure;
}

} // namespace tally::provider
