#include "core/base/log.h"

#include "core/base/encoding.h"

#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace tally::log {
namespace {
Level fromEnvironment() {
    const char* value = std::getenv("TALLY_LOG");
    const std::string_view name = value == nullptr ? "" : value;
    if (name == "debug") return Level::debug;
    if (name == "info") return Level::info;
    if (name == "error") return Level::error;
    if (name == "off") return Level::off;
    return Level::warn;
}
std::atomic<Level>& threshold() {
    static std::atomic<Level> level{fromEnvironment()};
    return level;
}
constexpr const char* names[] = {"debug", "info", "warn", "error", "off"};
} // namespace

void setLevel(Level level) {
    threshold() = level;
}

void write(Level level, std::string_view component, std::string_view text) {
    if (level < threshold().load()) return;
    // One fputs per line: stdio locks the stream, so lines of two threads do not mix.
    std::fputs(
        fmt::format("{} {}: {}\n", names[static_cast<int>(level)], component, escapeForDisplay(text)).c_str(),
        stderr);
}

} // namespace tally::log
