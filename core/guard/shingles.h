// Which share of their parts two texts have in common: sets of three neighbouring tokens (words, numbers or
// single signs; Broder 1997), of large texts the 256 smallest digests (bottom-k sketch). Pure values.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace tally::guard {

class Shingles {
public:
    Shingles() = default;
    /// Letter case and spaces do not count; at most the first 16 KiB are read.
    explicit Shingles(std::string_view text);
    /// Jaccard similarity in percent; estimated from the sketches where a text is large.
    [[nodiscard]] int similarPct(const Shingles& other) const;

private:
    std::vector<std::uint64_t> digests_; ///< ascending, unique
};

} // namespace tally::guard
