// When to try again. Pure: the engine owns attempts (one attempt = one request = one reservation), the port
// never retries.
//
// Source of the formula: exponential backoff with full jitter (AWS Architecture Blog, "Exponential Backoff
// And Jitter", 2015); a Retry-After of the server (RFC 9110, section 10.2.3) is a lower bound.
#pragma once
#include "core/base/rng.h"
#include "core/model/call.h"

#include <cstdint>
#include <optional>

namespace tally::provider {

struct RetryPolicy {
    int max_attempts = 4;                      ///< the first one included
    std::int64_t base_ms = 500;                ///< upper end of the first delay
    std::int64_t cap_ms = 30'000;              ///< upper end of any computed delay
    std::int64_t max_retry_after_ms = 300'000; ///< a server that asks for more than this is not waited for
    bool operator==(const RetryPolicy&) const = default;
};

/// Microseconds to wait after attempt number `attempt` (1 = the first) ended in `failure`; nothing: do not
/// try again.
std::optional<std::int64_t> retryDelayUs(const RetryPolicy& policy, int attempt, const CallFailure& failure,
                                         Rng& rng);

} // namespace tally::provider
