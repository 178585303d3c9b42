// Unicode normal forms C and D, for one purpose: a text that was only normalised by a careless tool can be
// restored; and the UTF-8 form of a code point. Pure functions; thread-safe.
#pragma once
#include <string>
#include <string_view>

namespace tally::audit {

/// `text` must be well-formed UTF-8.
std::string toNfd(std::string_view text);
std::string toNfc(std::string_view text);
/// UTF-8 of one code point, which must be a scalar value.
void appendUtf8(std::string& out, char32_t cp);

} // namespace tally::audit
