// Everything that decides whether a call to one provider may start now: requests and tokens per minute, calls
// at once, the circuit breaker, and a pause that the server asked for.
#pragma once
#include "core/model/call.h"
#include "core/provider/breaker.h"
#include "core/provider/config.h"
#include "core/provider/hub.h"
#include "core/provider/rate_limit.h"

#include <cstdint>
#include <string>

namespace tally::provider {

class Gate {
public:
    Gate(const ProviderLimits& limits, const HubOptions& options, std::int64_t now_us);
    Admission ask(std::int64_t tokens, std::int64_t now_us); ///< ok takes the place
    void giveBack(std::int64_t tokens, std::int64_t now_us);
    void started(std::int64_t tokens, std::int64_t now_us);      ///< uses a taken place, or takes one unasked
    void ended(const CallFailure* failure, std::int64_t now_us); ///< null: an answer

    [[nodiscard]] std::int64_t inflight() const { return inflight_; }
    [[nodiscard]] bool breakerOpen() const { return breaker_.open(); }
    [[nodiscard]] std::int64_t blockedUntil() const { return blocked_until_us_; }
    [[nodiscard]] const std::string& problem() const { return problem_; }

private:
    const std::int64_t concurrent_;
    RateLimit requests_;
    RateLimit tokens_;
    Breaker breaker_;
    std::int64_t promised_ = 0;
    std::int64_t inflight_ = 0;
    std::int64_t blocked_until_us_ = 0;
    std::string problem_;
};

} // namespace tally::provider
