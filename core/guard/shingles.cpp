#include "core/guard/shingles.h"

#include "core/guard/digest.h"

#include <algorithm>
#include <array>

namespace tally::guard {
namespace {

constexpr std::size_t most_bytes = 16 * 1024;
constexpr std::size_t most_digests = 256;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
bool inWord(char c) {
    c = lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::vector<std::uint64_t> tokens(std::string_view text) {
    std::vector<std::uint64_t> out;
    std::string token;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
            ++i;
            continue;
        }
        token.assign(1, lower(text[i]));
        const bool word = inWord(text[i++]);
        while (word && i < text.size() && inWord(text[i]))
            token.push_back(lower(text[i++]));
        out.push_back(digest(token));
    }
    return out;
}

} // namespace

Shingles::Shingles(std::string_view text) {
    const std::vector<std::uint64_t> all = tokens(text.substr(0, most_bytes));
    for (std::size_t i = 0; i + 2 < all.size(); ++i) {
        const std::array<std::uint64_t, 3> three = {all[i], all[i + 1], all[i + 2]};
        digests_.push_back(digest({reinterpret_cast<const char*>(three.data()), sizeof three}));
    }
    if (digests_.empty()) digests_ = all; // a text of one or two tokens
    std::sort(digests_.begin(), digests_.end());
    digests_.erase(std::unique(digests_.begin(), digests_.end()), digests_.end());
    if (digests_.size() > most_digests) digests_.resize(most_digests);
}

int Shingles::similarPct(const Shingles& other) const {
    // The smallest digests of the union are a random sample of it; which of them are in both?
    std::size_t both = 0, seen = 0;
    auto a = digests_.begin();
    auto b = other.digests_.begin();
    while (seen < most_digests && (a != digests_.end() || b != other.digests_.end())) {
        ++seen;
        if (b == other.digests_.end() || (a != digests_.end() && *a < *b)) {
            ++a;
        } else if (a == digests_.end() || *b < *a) {
            ++b;
        } else {
            ++both, ++a, ++b;
        }
    }
    return seen == 0 ? 0 : static_cast<int>(100 * both / seen);
}

} // namespace tally::guard
