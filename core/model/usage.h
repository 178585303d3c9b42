// Usage: how much of each meter one call consumed. Meters never overlap: a token is counted in exactly one.
// Names and units: trace-log specification, section 5.2 (in, cache_read, cache_write, cache_write_1h, out,
// reasoning, audio_in, audio_out, image_in, image_out, request, search, compute_ms); the set is open.
#pragma once
#include "core/base/money.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tally {

namespace meter {
inline constexpr std::string_view in = "in";
inline constexpr std::string_view cache_read = "cache_read";
inline constexpr std::string_view cache_write = "cache_write";
inline constexpr std::string_view cache_write_1h = "cache_write_1h";
inline constexpr std::string_view out = "out";
inline constexpr std::string_view reasoning = "reasoning";
inline constexpr std::string_view audio_in = "audio_in";
inline constexpr std::string_view audio_out = "audio_out";
inline constexpr std::string_view request = "request";
inline constexpr std::string_view search = "search";
inline constexpr std::string_view compute_ms = "compute_ms";
/// Tokens of any kind that went into the model.
bool isInputTokens(std::string_view name);
/// Tokens of any kind that the model produced.
bool isOutputTokens(std::string_view name);
/// `[a-z][a-z0-9_]{0,26}` and not one of the reserved words cost, reserved, limit, tail.
bool isValidName(std::string_view name);
} // namespace meter

struct Usage {
    std::map<std::string, std::int64_t, std::less<>> qty; ///< meter -> quantity >= 0; absent = 0

    [[nodiscard]] std::int64_t get(std::string_view name) const;
    void add(std::string_view name, std::int64_t quantity);
    [[nodiscard]] std::int64_t inputTokens() const;
    [[nodiscard]] std::int64_t outputTokens() const;
    [[nodiscard]] std::int64_t tokens() const { return inputTokens() + outputTokens(); }
    [[nodiscard]] bool empty() const { return qty.empty(); }
    bool operator==(const Usage&) const = default;
};
void to_json(nlohmann::json& out, const Usage& usage);
void from_json(const nlohmann::json& in, Usage& usage);

} // namespace tally
