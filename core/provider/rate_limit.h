// A token bucket: holds one minute's worth, refills continuously, in integers. Pure apart from its own state.
#pragma once
#include <cstdint>

namespace tally::provider {

class RateLimit {
public:
    /// `per_minute` 0: no limit. Starts full.
    RateLimit(std::int64_t per_minute, std::int64_t now_us);
    /// Microsecond (monotonic) at which `amount` is there; `now_us` or earlier: now. -1: never, it is more
    /// than a minute's worth.
    [[nodiscard]] std::int64_t availableAt(std::int64_t amount, std::int64_t now_us) const;
    void take(std::int64_t amount, std::int64_t now_us);
    void giveBack(std::int64_t amount, std::int64_t now_us);

private:
    [[nodiscard]] std::int64_t levelAt(std::int64_t now_us) const;
    std::int64_t per_minute_;
    std::int64_t level_; ///< amount x 60,000,000, so that one microsecond adds exactly per_minute_
    std::int64_t at_us_;
};

} // namespace tally::provider
