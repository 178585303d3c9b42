#include "core/base/ids.h"

#include "core/base/encoding.h"

#include <array>

namespace tally {

std::string uuid7(const Clock& clock, Rng& rng) {
    std::array<std::uint8_t, 16> bytes{};
    rng.fill(bytes);
    const auto ms = static_cast<std::uint64_t>(clock.wallUs() / 1000);
    for (int i = 0; i < 6; ++i)
        bytes[static_cast<size_t>(i)] = static_cast<std::uint8_t>(ms >> (8 * (5 - i)));
    bytes[6] = static_cast<std::uint8_t>(0x70 | (bytes[6] & 0x0f));
    bytes[8] = static_cast<std::uint8_t>(0x80 | (bytes[8] & 0x3f));
    const std::string hex = toHex(bytes);
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) +
           "-" + hex.substr(20);
}

SpanId newSpanId(Rng& rng) {
    std::array<std::uint8_t, 8> bytes{};
    do {
        rng.fill(bytes);
    } while (bytes == std::array<std::uint8_t, 8>{});
    return SpanId(toHex(bytes));
}

} // namespace tally
