// Randomness comes through this interface: salts and nonces from the system, everything replayable from a
// seed.
#pragma once
#include <cstdint>
#include <mutex>
#include <span>

namespace tally {

class Rng {
public:
    virtual ~Rng() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;
    std::uint64_t u64();
    /// Uniform in [0, n), n >= 1, without modulo bias.
    std::uint64_t below(std::uint64_t n);
    /// Uniform in [0, 1). For latencies and jitter, never for money.
    double unit();
};

/// getrandom(2), with a per-object buffer. Thread-safe.
class SystemRng final : public Rng {
public:
    void fill(std::span<std::uint8_t> out) override;

private:
    std::mutex mutex_;
    std::uint8_t buffer_[4096]{};
    std::size_t used_ = sizeof buffer_;
};

/// SplitMix64: the same numbers for the same seed on every machine. Not for keys. Not thread-safe.
class SeededRng final : public Rng {
public:
    explicit SeededRng(std::uint64_t seed)
        : state_(seed) {}
    void fill(std::span<std::uint8_t> out) override;
    std::uint64_t next();

private:
    std::uint64_t state_;
};

} // namespace tally
