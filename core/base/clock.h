// Time comes through this interface, so that replay is exact and tests need not sleep.
#pragma once
#include <atomic>
#include <cstdint>
#include <string>

namespace tally {

class Clock {
public:
    virtual ~Clock() = default;
    /// UTC, microseconds since 1970-01-01; may jump.
    [[nodiscard]] virtual std::int64_t wallUs() const = 0;
    /// Monotonic microseconds since an arbitrary start; never goes back within one boot.
    [[nodiscard]] virtual std::int64_t monoUs() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] std::int64_t wallUs() const override;
    [[nodiscard]] std::int64_t monoUs() const override;
};

/// Moves only when told to. Thread-safe.
class FakeClock final : public Clock {
public:
    explicit FakeClock(std::int64_t wall_us = 1'790'000'000'000'000)
        : wall_us_(wall_us) {}
    [[nodiscard]] std::int64_t wallUs() const override { return wall_us_; }
    [[nodiscard]] std::int64_t monoUs() const override { return mono_us_; }
    void advanceUs(std::int64_t us) { wall_us_ += us, mono_us_ += us; }
    void jumpWallUs(std::int64_t us) { wall_us_ += us; }

private:
    std::atomic<std::int64_t> wall_us_;
    std::atomic<std::int64_t> mono_us_{1'000'000};
};

/// "2026-11-22T05:04:44.123Z", UTC, locale-free.
std::string isoUtc(std::int64_t wall_us);

} // namespace tally
