#include "core/audit/tree_roots.h"

#include "core/audit/merkle.h"
#include "core/audit/ordered_parallel.h"

#include <cstring>

namespace tally::audit {
namespace {

constexpr unsigned block_level = 12;
constexpr std::uint64_t block_size = std::uint64_t{1} << block_level;

Hash hashAt(std::string_view hashes, std::uint64_t i) {
    Hash h;
    std::memcpy(h.data(), hashes.data() + i * 32, 32);
    return h;
}

struct Block {
    std::string_view hashes;              ///< one aligned, full block
    std::vector<std::uint64_t> sizes;     ///< wanted sizes inside, relative to its start, below block_size
    std::vector<std::vector<Hash>> nodes; ///< the compact range at each of them
    Hash root{};
};

void work(Block& block) {
    // All levels of the block, one after the other: the edge at any size inside can be read off them.
    std::vector<Hash> levels(2 * block_size - 1);
    std::memcpy(levels.data(), block.hashes.data(), block.hashes.size());
    std::size_t starts[block_level + 1] = {0};
    std::size_t at = 0;
    for (unsigned level = 0; level < block_level; ++level) {
        const std::size_t count = block_size >> level;
        hashNodes(levels.data() + at, count / 2, levels.data() + at + count);
        at += count;
        starts[level + 1] = at;
    }
    block.root = levels.back();
    for (const std::uint64_t size : block.sizes) {
        std::vector<Hash>& nodes = block.nodes.emplace_back();
        for (unsigned level = block_level; level-- > 0;) {
            if ((size >> level & 1) != 0) nodes.push_back(levels[starts[level] + (size >> level) - 1]);
        }
    }
}

/// Root of the tree whose edge is `range`, then `inner` (of a block that starts at range's size).
Hash joinedRoot(const CompactRange& range, const std::vector<Hash>& inner) {
    if (inner.empty()) return range.root();
    Hash h = inner.back();
    for (auto it = inner.rbegin() + 1; it != inner.rend(); ++it)
        h = nodeHash(*it, h);
    const std::vector<Hash> outer = range.nodes();
    for (auto it = outer.rbegin(); it != outer.rend(); ++it)
        h = nodeHash(*it, h);
    return h;
}

} // namespace

std::map<std::uint64_t, Hash> rootsAt(const CompactRange& edge, std::string_view hashes,
                                      const std::set<std::uint64_t>& sizes, unsigned threads) {
    std::map<std::uint64_t, Hash> out;
    CompactRange range = edge;
    const std::uint64_t first = edge.size();
    const std::uint64_t end = first + hashes.size() / 32;
    if (first != 0 && sizes.count(first) != 0) out[first] = range.root();
    const auto single = [&](std::uint64_t until) {
        while (range.size() < until) {
            range.append(hashAt(hashes, range.size() - first));
            if (sizes.count(range.size()) != 0) out[range.size()] = range.root();
        }
    };
    const std::uint64_t aligned = (first + block_size - 1) / block_size * block_size;
    single(std::min(aligned, end));
    std::uint64_t made = range.size();
    if (made == aligned && end - made >= block_size) {
        orderedParallel<Block>(
            threads,
            [&]() -> std::optional<Block> {
                if (end - made < block_size) return std::nullopt;
                Block block;
                block.hashes = hashes.substr((made - first) * 32, block_size * 32);
                for (auto it = sizes.upper_bound(made); it != sizes.end() && *it < made + block_size; ++it)
                    block.sizes.push_back(*it - made);
                made += block_size;
                return block;
            },
            work,
            [&](Block&& block) {
                for (std::size_t i = 0; i < block.sizes.size(); ++i)
                    out[range.size() + block.sizes[i]] = joinedRoot(range, block.nodes[i]);
                range.push(block_level, block.root);
                if (sizes.count(range.size()) != 0) out[range.size()] = range.root();
                return true;
            });
    }
    single(end);
    return out;
}

} // namespace tally::audit
