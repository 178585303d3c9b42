// Private to core/price: the vocabulary of one byte-pair encoding (token bytes -> rank) and the merging
// itself.
#pragma once
#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::price {

class TokenRanks {
public:
    /// `packed`: zlib stream of all token lengths (one byte each, in rank order) followed by all token bytes.
    /// Error tokenizer.damaged unless the unpacked bytes have the SHA-256 `sha256_hex`.
    static Result<TokenRanks> load(std::span<const unsigned char> packed, std::size_t unpacked_size,
                                   std::uint32_t tokens, std::string_view sha256_hex);

    static constexpr std::uint32_t none = 0xFFFFFFFF;
    [[nodiscard]] std::uint32_t rank(std::string_view token) const;
    [[nodiscard]] std::string_view bytes(std::uint32_t rank) const {
        return std::string_view(bytes_).substr(offsets_[rank], offsets_[rank + 1] - offsets_[rank]);
    }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(offsets_.size() - 1); }

    /// Tokens of one piece, lowest rank merged first, leftmost among equals. O(n log n) for long pieces.
    [[nodiscard]] std::int64_t count(std::string_view piece) const { return merge(piece, nullptr); }
    void encode(std::string_view piece, std::vector<std::uint32_t>& out) const { merge(piece, &out); }

    static std::uint64_t hash(std::string_view bytes);

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t rank = none;
    };
    std::int64_t merge(std::string_view piece, std::vector<std::uint32_t>* out) const;
    std::int64_t mergeLong(std::string_view piece, std::vector<std::uint32_t>* out) const;

    std::string bytes_;
    std::vector<std::uint32_t> offsets_;
    std::vector<Slot> slots_; ///< open addressing, a power of two
};

} // namespace tally::price
