// The one door through which the engine makes model calls. Behind it: hosted and local servers over HTTP,
// simulated and local models, or (replay) a journal without any network object.
//
// Thread: the engine thread only, except wake(). Callbacks run inside poll() (or inside start() never), so a
// callback may start or cancel calls.
#pragma once
#include "core/model/call.h"
#include "core/model/reservation.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <variant>

namespace tally::provider {

using CallId = std::uint64_t; ///< 0 is never used

struct CallEvents {
    /// Streamed text (or reasoning) as it arrives, valid UTF-8, never split inside a code point.
    std::function<void(std::string_view text, bool reasoning)> on_text;
    /// Exactly once, and nothing after it; also after cancel(): CallFailure with code provider.cancelled and
    /// the partial.
    std::function<void(std::variant<ModelAnswer, CallFailure>)> on_end;
};

class ModelPort {
public:
    virtual ~ModelPort() = default;
    /// One attempt = one request = one reservation; no retry happens behind this call. A call that cannot be
    /// started still ends through on_end (from the next poll), with sent = false.
    virtual CallId start(const Reservation& reservation, const ModelCall& call, CallEvents events) = 0;
    /// Closes the stream now (HTTP/1.1: the socket; HTTP/2: RST_STREAM). Nothing is sent afterwards; on_end
    /// comes in poll().
    virtual void cancel(CallId id) = 0;
    /// Before many are cancelled one by one: closes the connections that serve nothing but these calls, all
    /// at once, so that the last stream does not wait for the bookkeeping of the first. Every call still
    /// needs its cancel(). May do nothing.
    virtual void hangUp(std::span<const CallId> ids) { (void)ids; }
    /// Cancels every call that is under way; returns how many.
    virtual std::size_t cancelAll() = 0;
    /// Calls whose on_end has not come yet.
    [[nodiscard]] virtual std::size_t inflight() const = 0;
    /// Moves everything forward and waits for at most `timeout_us` (monotonic) or until wake().
    virtual void poll(std::int64_t timeout_us) = 0;
    /// Ends a poll() that is waiting. Any thread.
    virtual void wake() = 0;
};

} // namespace tally::provider
