#include "core/base/clock.h"

#include <fmt/format.h>

#include <ctime>

namespace tally {
namespace {
std::int64_t read(clockid_t id) {
    timespec t{};
    clock_gettime(id, &t);
    return std::int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1000;
}
} // namespace

std::int64_t SystemClock::wallUs() const {
    return read(CLOCK_REALTIME);
}
std::int64_t SystemClock::monoUs() const {
    return read(CLOCK_MONOTONIC);
}

std::string isoUtc(std::int64_t wall_us) {
    const std::int64_t us = ((wall_us % 1'000'000) + 1'000'000) % 1'000'000;
    const std::time_t seconds = (wall_us - us) / 1'000'000;
    std::tm tm{};
    gmtime_r(&seconds, &tm);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", tm.tm_year + 1900, tm.tm_mon + 1,
                       tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, us / 1000);
}

} // namespace tally
