// Circuit breaker of one provider: closed -> open after n consecutive failures -> half open (one probe) ->
// closed or open for twice as long. Source of the pattern: M. Nygard, "Release It!", chapter Stability
// Patterns.
#pragma once
#include <cstdint>

namespace tally::provider {

class Breaker {
public:
    Breaker(int failures_to_open, std::int64_t open_us)
        : threshold_(failures_to_open)
        , first_open_us_(open_us)
        , open_us_(open_us) {}
    /// Microsecond at which a call may start; <= `now_us`: now. While a probe is out: a little later than
    /// now.
    [[nodiscard]] std::int64_t availableAt(std::int64_t now_us) const;
    void admitted(std::int64_t now_us); ///< the caller took the place that availableAt offered
    void success();
    void failure(std::int64_t now_us);
    /// A call ended without saying anything about the provider (cancelled, given back, our own mistake).
    void neutral();
    [[nodiscard]] bool open() const { return state_ != State::closed; }

private:
    enum class State { closed, open, half_open };
    const int threshold_;
    const std::int64_t first_open_us_;
    std::int64_t open_us_;
    State state_ = State::closed;
    int failures_ = 0;
    std::int64_t until_us_ = 0;
};

} // namespace tally::provider
