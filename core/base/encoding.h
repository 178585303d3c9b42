// Hex, strict base64 (RFC 4648 section 4), strict UTF-8, and text made safe to show.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

using Bytes = std::vector<std::uint8_t>;

inline std::span<const std::uint8_t> asBytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view asText(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string toHex(std::span<const std::uint8_t> bytes);
/// Lowercase hex only, even length.
std::optional<Bytes> fromHex(std::string_view hex);
std::string toBase64(std::span<const std::uint8_t> bytes);
/// Padded canonical form only: what re-encodes to the same text.
std::optional<Bytes> fromBase64(std::string_view text);

/// Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool isUtf8(std::string_view text);
/// Replaces every ill-formed sequence by U+FFFD, for text from outside that must be shown or stored as text.
std::string scrubUtf8(std::string_view text);
/// Text from a file, made safe to show: control, bidirectional and invisible characters become \u{xxxx}, line
/// feeds \n; ill-formed bytes become \x{hh}. At most `limit` bytes of input are used; a cut is marked with
/// "…".
std::string escapeForDisplay(std::string_view text, std::size_t limit = 4096);

} // namespace tally
