#include "core/price/token_ranks.h"

#include "core/base/encoding.h"
#include "core/base/hash.h"

#include <queue>

#include <array>
#include <bit>
#include <cstring>
#include <zlib.h>

namespace tally::price {
namespace {
constexpr std::size_t longest_token = 128;
constexpr std::size_t short_piece = 64; // below, a linear search for the next merge beats a heap
} // namespace

std::uint64_t TokenRanks::hash(std::string_view bytes) {
    constexpr std::uint64_t k = 0x9E3779B97F4A7C15;
    const auto mix = [](std::uint64_t a, std::uint64_t b) {
        const auto product = static_cast<unsigned __int128>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    std::uint64_t h = bytes.size() * k, word = 0;
    const char* p = bytes.data();
    std::size_t n = bytes.size();
    for (; n >= 8; n -= 8, p += 8) {
        std::memcpy(&word, p, 8);
        h = mix(h ^ word, k);
    }
    word = 0;
    std::memcpy(&word, p, n);
    return mix(h ^ word, 0xD6E8FEB86659FD93);
}

Result<TokenRanks> TokenRanks::load(std::span<const unsigned char> packed, std::size_t unpacked_size,
                                    std::uint32_t tokens, std::string_view sha256_hex) {
    std::string plain(unpacked_size, '\0');
    auto length = static_cast<uLongf>(plain.size());
    const int code = uncompress(reinterpret_cast<Bytef*>(plain.data()), &length, packed.data(),
                                static_cast<uLong>(packed.size()));
    if (code != Z_OK || length != plain.size() || sha256Hex(plain) != sha256_hex)
        return fail("tokenizer.damaged", "A tokenizer table inside the program is damaged",
                    "Install the program again");
    TokenRanks out;
    out.bytes_ = plain.substr(tokens);
    out.offsets_.reserve(tokens + 1);
    std::uint32_t at = 0;
    for (std::uint32_t i = 0; i < tokens; ++i) {
        out.offsets_.push_back(at);
        at += static_cast<unsigned char>(plain[i]);
    }
    out.offsets_.push_back(at);
    out.slots_.resize(std::bit_ceil(std::size_t{tokens} * 2));
    const std::size_t mask = out.slots_.size() - 1;
    for (std::uint32_t i = 0; i < tokens; ++i) {
        const auto h = hash(out.bytes(i));
        std::size_t slot = h & mask;
        while (out.slots_[slot].rank != none)
            slot = (slot + 1) & mask;
        out.slots_[slot] = {static_cast<std::uint32_t>(h >> 32), i};
    }
    return out;
}

std::uint32_t TokenRanks::rank(std::string_view token) const {
    if (token.size() > longest_token) return none;
    const auto h = hash(token);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = h & mask;; slot = (slot + 1) & mask) {
        const auto& s = slots_[slot];
        if (s.rank == none) return none;
        if (s.hash == static_cast<std::uint32_t>(h >> 32) && bytes(s.rank) == token) return s.rank;
    }
}

std::int64_t TokenRanks::merge(std::string_view piece, std::vector<std::uint32_t>* out) const {
    if (const auto whole = rank(piece); whole != none) {
        if (out != nullptr) out->push_back(whole);
        return 1;
    }
    if (piece.size() > short_piece) return mergeLong(piece, out);
    struct Part {
        std::uint32_t start;
        std::uint32_t rank; ///< of this part joined with the next
    };
    std::array<Part, short_piece + 1> parts; // NOLINT: filled below
    std::size_t n = piece.size();
    const auto pairRank = [&](std::size_t i) { // of parts i and i + 1
        return i + 2 <= n ? rank(piece.substr(parts[i].start, parts[i + 2].start - parts[i].start)) : none;
    };
    for (std::size_t i = 0; i <= n; ++i)
        parts[i] = {static_cast<std::uint32_t>(i), none};
    for (std::size_t i = 0; i + 1 < n; ++i)
        parts[i].rank = pairRank(i);
    for (;;) {
        std::size_t best = 0;
        std::uint32_t best_rank = none;
        for (std::size_t i = 0; i + 1 < n; ++i)
            if (parts[i].rank < best_rank) best = i, best_rank = parts[i].rank;
        if (best_rank == none) break;
        for (std::size_t i = best + 1; i < n; ++i)
            parts[i] = parts[i + 1];
        --n;
        parts[best].rank = pairRank(best);
        if (best > 0) parts[best - 1].rank = pairRank(best - 1);
    }
    if (out != nullptr)
        for (std::size_t i = 0; i < n; ++i)
            out->push_back(rank(piece.substr(parts[i].start, parts[i + 1].start - parts[i].start)));
    return static_cast<std::int64_t>(n);
}

std::int64_t TokenRanks::mergeLong(std::string_view piece, std::vector<std::uint32_t>* out) const {
    // A linked list of parts and a heap of candidate merges; outdated candidates are dropped when they come
    // up.
    struct Part {
        std::size_t end, previous;
    };
    struct Candidate {
        std::uint32_t rank;
        std::size_t start, end;
        bool operator<(const Candidate& o) const { return rank != o.rank ? rank > o.rank : start > o.start; }
    };
    const std::size_t n = piece.size();
    std::vector<Part> parts(n + 1); // by start; end == 0: merged away
    std::priority_queue<Candidate> heap;
    const auto offer = [&](std::size_t start) {
        const auto middle = parts[start].end;
        if (middle >= n) return;
        const auto end = parts[middle].end;
        if (const auto r = rank(piece.substr(start, end - start)); r != none) heap.push({r, start, end});
    };
    for (std::size_t i = 0; i < n; ++i)
        parts[i] = {i + 1, i == 0 ? n : i - 1};
    for (std::size_t i = 0; i + 1 < n; ++i)
        offer(i);
    auto count = static_cast<std::int64_t>(n);
    while (!heap.empty()) {
        const auto best = heap.top();
        heap.pop();
        const auto middle = parts[best.start].end;
        if (middle == 0 || middle >= n || parts[middle].end != best.end) continue;
        parts[best.start].end = best.end;
        parts[middle].end = 0;
        if (best.end < n) parts[best.end].previous = best.start;
        --count;
        offer(best.start);
        if (parts[best.start].previous != n) offer(parts[best.start].previous);
    }
    if (out != nullptr)
        for (std::size_t i = 0; i < n; i = parts[i].end)
            out->push_back(rank(piece.substr(i, parts[i].end - i)));
    return count;
}

} // namespace tally::price
