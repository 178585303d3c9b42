// Diagnostics for developers and operators, not the trace log. Lines go to stderr ("level component: text");
// text from outside is escaped. Never pass provider keys, prompts or answers. Thread-safe.
#pragma once
#include <string>
#include <string_view>

namespace tally::log {

enum class Level { debug, info, warn, error, off };
void setLevel(Level level); ///< default: warn, or TALLY_LOG=debug|info|warn|error|off
void write(Level level, std::string_view component, std::string_view text);
inline void debug(std::string_view component, std::string_view text) {
    write(Level::debug, component, text);
}
inline void info(std::string_view component, std::string_view text) {
    write(Level::info, component, text);
}
inline void warn(std::string_view component, std::string_view text) {
    write(Level::warn, component, text);
}
inline void error(std::string_view component, std::string_view text) {
    write(Level::error, component, text);
}

} // namespace tally::log
