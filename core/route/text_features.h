// Words of a text as hashed features: runs of 1, 2 and 3 words (digits are words), presence only, scaled to
// unit length. The hash is FNV-1a, the same on every machine. Source: Weinberger et al., "Feature Hashing for
// Large Scale Multitask Learning" (2009). Pure; any thread.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace tally::route {

struct Feature {
    std::uint32_t index; ///< 0 .. dimensions-1, ascending, distinct
    float value;
};
using Features = std::vector<Feature>;

/// `max_words` limits how much of a long text is read (licences say what they are at their beginning); 0:
/// all.
Features hashedNgrams(std::string_view text, std::uint32_t dimensions, std::size_t max_words);

} // namespace tally::route
