// Unicode normal forms C and D, for one purpose: a text that was only normalised by a careless tool can be
// restored. Pure functions; thread-safe.
#pragma once
#include <string>
#include <string_view>

namespace tally::audit {

/// `text` must be well-formed UTF-8.
std::string toNfd(std::string_view text);
std::string toNfc(std::string_view text);

} // namespace tally::audit
