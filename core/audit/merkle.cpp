#include "core/audit/merkle.h"

#include "core/base/hash_batch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace tally::audit {
namespace {
constexpr std::uint64_t block_leaves = 1024;

/// Largest power of two strictly below n (n >= 2).
std::uint64_t splitPoint(std::uint64_t n) {
    return std::bit_floor(n - 1);
}
} // namespace

Hash leafHash(std::string_view line) {
    using namespace std::string_view_literals;
    return sha256({"\0"sv, line});
}

Hash nodeHash(const Hash& left, const Hash& right) {
    char joined[65];
    joined[0] = '\x01';
    std::memcpy(joined + 1, left.data(), 32);
    std::memcpy(joined + 33, right.data(), 32);
    return sha256(std::string_view(joined, sizeof joined));
}

void hashNodes(const Hash* nodes, std::size_t n, Hash* out) {
    constexpr std::size_t group = 64;
    std::array<std::string_view, group> pairs;
    std::array<Hash, group> results; // the input may be overwritten only when its group is done
    for (std::size_t from = 0; from < n; from += group) {
        const std::size_t count = std::min(group, n - from);
        for (std::size_t i = 0; i < count; ++i)
            pairs[i] = {reinterpret_cast<const char*>(nodes + 2 * (from + i)), 2 * sizeof(Hash)};
        hashBatch(1, pairs.data(), count, results.data());
        std::memcpy(out + from, results.data(), count * sizeof(Hash));
    }
}

Hash emptyRoot() {
    return sha256(std::string_view());
}

Result<CompactRange> CompactRange::fromNodes(std::uint64_t size, std::span<const Hash> nodes) {
    if (nodes.size() != static_cast<std::size_t>(std::popcount(size)))
        return fail("merkle.edge", "the stored edge of the tree does not fit its size");
    CompactRange range;
    range.size_ = size;
    std::size_t next = 0;
    for (int level = 63; level >= 0; --level) {
        if ((size >> level & 1) != 0) range.stack_.push_back({static_cast<unsigned>(level), nodes[next++]});
    }
    return range;
}

Result<CompactRange> CompactRange::fromBytes(std::uint64_t size, std::string_view bytes) {
    if (bytes.size() % 32 != 0)
        return fail("merkle.edge", "the stored edge of the tree is not a list of hashes");
    std::vector<Hash> nodes(bytes.size() / 32);
    if (!nodes.empty()) std::memcpy(nodes.data(), bytes.data(), bytes.size());
    return fromNodes(size, nodes);
}

void CompactRange::push(unsigned level, Hash hash) {
    size_ += std::uint64_t{1} << level;
    while (!stack_.empty() && stack_.back().level == level) {
        hash = nodeHash(stack_.back().hash, hash);
        stack_.pop_back();
        ++level;
    }
    stack_.push_back({level, hash});
}

Hash CompactRange::root() const {
    if (stack_.empty()) return emptyRoot();
    Hash hash = stack_.back().hash;
    for (auto it = stack_.rbegin() + 1; it != stack_.rend(); ++it)
        hash = nodeHash(it->hash, hash);
    return hash;
}

std::vector<Hash> CompactRange::nodes() const {
    std::vector<Hash> out;
    out.reserve(stack_.size());
    for (const Node& node : stack_)
        out.push_back(node.hash);
    return out;
}

std::string CompactRange::bytes() const {
    std::string out;
    for (const Node& node : stack_)
        out.append(asText(node.hash));
    return out;
}

Hash treeRoot(std::span<const Hash> leaves) {
    CompactRange range;
    for (const Hash& leaf : leaves)
        range.append(leaf);
    return range.root();
}

HashTree::HashTree(std::uint64_t first, std::span<const Hash> left, std::span<const Hash> leaves)
    : first_(first)
    , left_(left.begin(), left.end())
    , leaves_(leaves)
    , first_block_((first + block_leaves - 1) / block_leaves) {
    for (std::uint64_t b = first_block_; (b + 1) * block_leaves <= size(); ++b)
        blocks_.push_back(treeRoot(leaves_.subspan(b * block_leaves - first_, block_leaves)));
}

/// Root of the entries [a, first) that the left edge covers; only asked for when `a` is the start of an edge
/// node.
Hash HashTree::leftPart(std::uint64_t a) const {
    std::uint64_t at = 0;
    std::size_t i = 0;
    for (int level = 63; level >= 0 && i < left_.size(); --level) {
        if ((first_ >> level & 1) == 0) continue;
        if (at == a) return left_[i];
        at += std::uint64_t{1} << level;
        ++i;
    }
    return emptyRoot();
}

Hash HashTree::subtree(std::uint64_t a, std::uint64_t b) const {
    if (b == a) return emptyRoot();
    if (b <= first_) return leftPart(a);
    if (b - a == 1) return leaves_[a - first_];
    if (b - a == block_leaves && a % block_leaves == 0 && a / block_leaves >= first_block_)
        return blocks_[a / block_leaves - first_block_];
    if (b - a < block_leaves && a >= first_) return treeRoot(leaves_.subspan(a - first_, b - a));
    const std::uint64_t k = splitPoint(b - a);
    return nodeHash(subtree(a, a + k), subtree(a + k, b));
}

Result<Hash> HashTree::root(std::uint64_t n) const {
    if (n < first_ || n > size()) return fail("merkle.size", "the tree has no root at this size here");
    if (n == first_) {
        TALLY_ASSIGN(const auto edge, CompactRange::fromNodes(first_, left_));
        return edge.root();
    }
    return subtree(0, n);
}

Result<std::vector<Hash>> HashTree::inclusion(std::uint64_t index, std::uint64_t n) const {
    if (index < first_ || index >= n || n > size())
        return fail("merkle.size", "no such entry in a tree of this size");
    std::vector<Hash> path;
    std::uint64_t a = 0;
    std::uint64_t b = n;
    while (b - a > 1) {
        const std::uint64_t k = splitPoint(b - a);
        if (index - a < k) {
            path.push_back(subtree(a + k, b));
            b = a + k;
        } else {
            path.push_back(subtree(a, a + k));
            a += k;
        }
    }
    std::reverse(path.begin(), path.end());
    return path;
}

Result<std::vector<Hash>> HashTree::consistency(std::uint64_t m, std::uint64_t n) const {
    if (first_ != 0) return fail("merkle.range", "a consistency proof needs the whole log");
    if (m == 0 || m > n || n > size()) return fail("merkle.size", "no such pair of tree sizes");
    std::vector<Hash> path;
    std::uint64_t a = 0;
    std::uint64_t b = n;
    bool whole = true; // the old tree is still a full left part, its root is known to the verifier
    while (m != b) {
        const std::uint64_t k = splitPoint(b - a);
        if (m - a <= k) {
            path.push_back(subtree(a + k, b));
            b = a + k;
        } else {
            path.push_back(subtree(a, a + k));
            a += k;
            whole = false;
        }
    }
    if (!whole) path.push_back(subtree(a, b));
    std::reverse(path.begin(), path.end());
    return path;
}

bool verifyInclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> proof,
                     const Hash& root) {
    if (index >= size) return false;
    std::uint64_t fn = index;
    std::uint64_t sn = size - 1;
    Hash r = leaf;
    for (const Hash& p : proof) {
        if (sn == 0) return false;
        if ((fn & 1) != 0 || fn == sn) {
            r = nodeHash(p, r);
            while ((fn & 1) == 0 && fn != 0)
                fn >>= 1, sn >>= 1;
        } else {
            r = nodeHash(r, p);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && r == root;
}

bool verifyConsistency(std::uint64_t old_size, std::uint64_t new_size, const Hash& old_root,
                       const Hash& new_root, std::span<const Hash> proof) {
    if (old_size == 0 || old_size > new_size) return false;
    if (old_size == new_size) return proof.empty() && old_root == new_root;
    if (proof.empty()) return false;
    std::uint64_t fn = old_size - 1;
    std::uint64_t sn = new_size - 1;
    while ((fn & 1) != 0)
        fn >>= 1, sn >>= 1;
    const bool full = std::has_single_bit(old_size); // then the old root itself starts the path
    Hash fr = full ? old_root : proof[0];
    Hash sr = fr;
    for (const Hash& c : proof.subspan(full ? 0 : 1)) {
        if (sn == 0) return false;
        if ((fn & 1) != 0 || fn == sn) {
            fr = nodeHash(c, fr);
            sr = nodeHash(c, sr);
            while ((fn & 1) == 0 && fn != 0)
                fn >>= 1, sn >>= 1;
        } else {
            sr = nodeHash(sr, c);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && fr == old_root && sr == new_root;
}

} // namespace tally::audit
