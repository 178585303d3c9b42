#include "core/provider/retry.h"

#include <algorithm>

namespace tally::provider {

std::optional<std::int64_t> retryDelayUs(const RetryPolicy& policy, int attempt, const CallFailure& failure,
                                         Rng& rng) {
    if (!failure.retryable || attempt >= policy.max_attempts) return std::nullopt;
    std::int64_t ceiling_ms = std::max<std::int64_t>(policy.base_ms, 1);
    for (int i = 1; i < attempt && ceiling_ms < policy.cap_ms; ++i)
        ceiling_ms *= 2;
    ceiling_ms = std::min(ceiling_ms, std::max<std::int64_t>(policy.cap_ms, 1));
    const auto jitter_us =
        static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(ceiling_ms) * 1000 + 1));
    if (!failure.retry_after_ms) return jitter_us;
    if (*failure.retry_after_ms > policy.max_retry_after_ms) return std::nullopt;
    // On top of what the server asked for, so that a thousand clients do not come back in the same instant.
    return *failure.retry_after_ms * 1000 + std::min<std::int64_t>(jitter_us, 1'000'000);
}

} // namespace tally::provider
