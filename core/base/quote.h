// Foreign values inside our own sentences. Pure; thread-safe.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace tally {

/// escapeForDisplay() between quotes, with quotes and backslashes escaped too: what stands behind the closing
/// quote is ours. Longer values are cut after `limit` bytes, and the rest is counted.
std::string quoteForDisplay(std::string_view text, std::size_t limit = 200);

} // namespace tally
