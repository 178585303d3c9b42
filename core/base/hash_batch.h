// SHA-256 of many short messages at once: two of them interleaved where the processor has the SHA
// instructions (one stream leaves the unit idle half of the time), else one after the other through OpenSSL.
// Chosen at run time; the result is the same. Thread-safe.
#pragma once
#include "core/base/hash.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tally {

/// out[i] = H(prefix ‖ messages[i])
void hashBatch(std::uint8_t prefix, const std::string_view* messages, std::size_t n, Hash* out);
/// The same without special instructions, for comparison and for other processors.
void hashBatchPortable(std::uint8_t prefix, const std::string_view* messages, std::size_t n, Hash* out);

} // namespace tally
