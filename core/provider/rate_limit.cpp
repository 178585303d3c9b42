#include "core/provider/rate_limit.h"

#include <algorithm>

namespace tally::provider {
namespace {
constexpr std::int64_t scale = 60'000'000;              // microseconds of a minute
constexpr std::int64_t highest = std::int64_t{1} << 36; // x scale still fits 63 bits
} // namespace

RateLimit::RateLimit(std::int64_t per_minute, std::int64_t now_us)
    : per_minute_(std::clamp<std::int64_t>(per_minute, 0, highest))
    , level_(per_minute_ * scale)
    , at_us_(now_us) {}

std::int64_t RateLimit::levelAt(std::int64_t now_us) const {
    const std::int64_t passed = std::clamp<std::int64_t>(now_us - at_us_, 0, scale);
    return std::min(level_ + passed * per_minute_, per_minute_ * scale);
}

std::int64_t RateLimit::availableAt(std::int64_t amount, std::int64_t now_us) const {
    if (per_minute_ == 0 || amount <= 0) return now_us;
    if (amount > per_minute_) return -1;
    const std::int64_t missing = amount * scale - levelAt(now_us);
    if (missing <= 0) return now_us;
    return now_us + (missing + per_minute_ - 1) / per_minute_;
}

void RateLimit::take(std::int64_t amount, std::int64_t now_us) {
    if (per_minute_ == 0) return;
    // A call that did not ask first may push the level below zero: the next ones wait the longer.
    level_ = std::max(levelAt(now_us) - std::clamp<std::int64_t>(amount, 0, per_minute_) * scale,
                      -per_minute_ * scale);
    at_us_ = std::max(at_us_, now_us);
}

void RateLimit::giveBack(std::int64_t amount, std::int64_t now_us) {
    if (per_minute_ == 0) return;
    level_ = std::min(levelAt(now_us) + std::clamp<std::int64_t>(amount, 0, per_minute_) * scale,
                      per_minute_ * scale);
    at_us_ = std::max(at_us_, now_us);
}

} // namespace tally::provider
