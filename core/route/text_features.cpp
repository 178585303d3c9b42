#include "core/route/text_features.h"

#include "core/context/passage.h"

#include <algorithm>
#include <cmath>

namespace tally::route {
namespace {

constexpr std::uint64_t offset = 14695981039346656037ULL;
constexpr std::uint64_t prime = 1099511628211ULL;

std::uint64_t mix(std::uint64_t hash, std::string_view word) {
    for (const char c : word)
        hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    return (hash ^ ' ') * prime;
}

} // namespace

Features hashedNgrams(std::string_view text, std::uint32_t dimensions, std::size_t max_words) {
    auto words = context::words(text);
    if (max_words > 0 && words.size() > max_words) words.resize(max_words);
    std::vector<std::uint32_t> seen;
    seen.reserve(words.size() * 3);
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto hash = offset;
        for (std::size_t n = 0; n < 3 && i + n < words.size(); ++n) {
            hash = mix(hash, words[i + n]);
            seen.push_back(static_cast<std::uint32_t>((hash ^ (hash >> 32)) % dimensions));
        }
    }
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    Features out;
    out.reserve(seen.size());
    const float value = seen.empty() ? 0.0F : 1.0F / std::sqrt(static_cast<float>(seen.size()));
    for (const auto index : seen)
        out.push_back({index, value});
    return out;
}

} // namespace tally::route
