#include "core/provider/gate.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::provider {
namespace {
/// How soon to ask again when only an ending call can help; the engine also asks after every call that ends.
constexpr std::int64_t busy_pause_us = 100'000;

/// What says that the provider is unwell; everything else is about one request (ours, or the model's).
bool countsAgainst(std::string_view code) {
    static constexpr std::string_view codes[] = {"provider.connect",  "provider.tls",
                                                 "provider.cut",      "provider.stall",
                                                 "provider.protocol", "provider.timeout_connect",
                                                 "provider.http_5xx", "provider.timeout_first_token"};
    return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}
} // namespace

Gate::Gate(const ProviderLimits& limits, const HubOptions& options, std::int64_t now_us)
    : concurrent_(limits.concurrent)
    , requests_(limits.rpm, now_us)
    , tokens_(limits.tpm, now_us)
    , breaker_(options.breaker_failures, options.breaker_open_ms * 1000) {}

Admission Gate::ask(std::int64_t tokens, std::int64_t now_us) {
    using Verdict = Admission::Verdict;
    const std::int64_t tokens_at = tokens_.availableAt(tokens, now_us);
    if (tokens_at < 0)
        return {
            Verdict::refused, 0,
            fmt::format("the call may use {} tokens, more than the provider's limit allows in a whole minute",
                        tokens)};
    if (concurrent_ > 0 && promised_ + inflight_ >= concurrent_)
        return {Verdict::wait, now_us + busy_pause_us,
                fmt::format("{} calls are under way, the limit", promised_ + inflight_)};
    if (const auto at = breaker_.availableAt(now_us); at > now_us)
        return {Verdict::wait, at,
                fmt::format("the provider failed several times in a row and gets a pause: {}", problem_)};
    if (blocked_until_us_ > now_us)
        return {Verdict::wait, blocked_until_us_, "the provider asked for a pause"};
    if (const auto at = requests_.availableAt(1, now_us); at > now_us)
        return {Verdict::wait, at, "the limit of requests per minute is reached"};
    if (tokens_at > now_us) return {Verdict::wait, tokens_at, "the limit of tokens per minute is reached"};
    requests_.take(1, now_us);
    tokens_.take(tokens, now_us);
    breaker_.admitted(now_us);
    ++promised_;
    return {};
}

void Gate::giveBack(std::int64_t tokens, std::int64_t now_us) {
    if (promised_ == 0) return;
    --promised_;
    requests_.giveBack(1, now_us);
    tokens_.giveBack(tokens, now_us);
    breaker_.neutral();
}

void Gate::started(std::int64_t tokens, std::int64_t now_us) {
    if (promised_ > 0) {
        --promised_;
    } else {
        requests_.take(1, now_us);
        tokens_.take(tokens, now_us);
    }
    ++inflight_;
}

void Gate::ended(const CallFailure* failure, std::int64_t now_us) {
    inflight_ = std::max<std::int64_t>(inflight_ - 1, 0);
    if (failure == nullptr) {
        breaker_.success();
        problem_.clear();
        return;
    }
    if (failure->retry_after_ms)
        blocked_until_us_ = std::max(
            blocked_until_us_, now_us + std::min<std::int64_t>(*failure->retry_after_ms, 3'600'000) * 1000);
    if (countsAgainst(failure->error.code)) {
        problem_ = failure->error.text();
        breaker_.failure(now_us);
    } else if (failure->http_status >= 400) {
        breaker_.success(); // an answer below 500 proves that the server is alive, whatever it thinks of the
                            // request
    } else {
        breaker_.neutral();
    }
}

} // namespace tally::provider
