// RFC 6962 / RFC 9162 Merkle tree over SHA-256 (TRACE_LOG.md 2 and 12). Pure functions and small values;
// thread-safe as long as one object stays with one thread.
#pragma once
#include "core/base/encoding.h"
#include "core/base/hash.h"
#include "core/base/result.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tally::audit {

/// LH(e) = H(00 ‖ e); `line` without its line feed.
Hash leafHash(std::string_view line);
/// NH(l, r) = H(01 ‖ l ‖ r)
Hash nodeHash(const Hash& left, const Hash& right);
/// out[i] = NH(nodes[2i], nodes[2i+1]) for i < n; `out` may be `nodes`.
void hashNodes(const Hash* nodes, std::size_t n, Hash* out);
/// Root of the empty tree: H("").
Hash emptyRoot();

/// The right edge of a growing tree: one hash per set bit of its size, highest level first. O(log n) memory.
class CompactRange {
public:
    CompactRange() = default;
    /// From stored nodes; error merkle.edge when their number does not fit `size`.
    static Result<CompactRange> fromNodes(std::uint64_t size, std::span<const Hash> nodes);
    /// From nodes() laid end to end (table trace_edge, bundle section `left`).
    static Result<CompactRange> fromBytes(std::uint64_t size, std::string_view bytes);

    void append(const Hash& leaf) { push(0, leaf); }
    /// A full subtree of 2^level leaves; the size must be a multiple of 2^level.
    void push(unsigned level, Hash hash);
    [[nodiscard]] Hash root() const;
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] std::vector<Hash> nodes() const;
    [[nodiscard]] std::string bytes() const;

private:
    struct Node {
        unsigned level;
        Hash hash;
    };
    std::vector<Node> stack_;
    std::uint64_t size_ = 0;
};

/// Root of 2^k or any number of leaves.
Hash treeRoot(std::span<const Hash> leaves);

/// A tree whose leaves [first, first + leaves) are at hand, with the compact range of what stands before.
/// Answers roots and proofs; keeps the roots of all full blocks of 1024 leaves, so that each answer costs
/// about n/1024 hashes. Does not own the leaves.
class HashTree {
public:
    explicit HashTree(std::span<const Hash> leaves)
        : HashTree(0, {}, leaves) {}
    HashTree(std::uint64_t first, std::span<const Hash> left, std::span<const Hash> leaves);

    [[nodiscard]] std::uint64_t size() const { return first_ + leaves_.size(); }
    /// Root at a size in [first, size()]; error merkle.size.
    [[nodiscard]] Result<Hash> root(std::uint64_t size) const;
    /// Leaf side first; index in [first, n), n <= size().
    [[nodiscard]] Result<std::vector<Hash>> inclusion(std::uint64_t index, std::uint64_t n) const;
    /// Proof that the tree of size m is a prefix of the tree of size n; needs first = 0, 0 < m <= n <=
    /// size().
    [[nodiscard]] Result<std::vector<Hash>> consistency(std::uint64_t m, std::uint64_t n) const;

private:
    [[nodiscard]] Hash subtree(std::uint64_t a, std::uint64_t b) const;
    [[nodiscard]] Hash leftPart(std::uint64_t a) const;

    std::uint64_t first_;
    std::vector<Hash> left_;
    std::span<const Hash> leaves_;
    std::vector<Hash> blocks_; ///< roots of [1024 i, 1024 (i+1)), from the first full one at or after first
    std::uint64_t first_block_ = 0;
};

/// RFC 9162 2.1.3.2
bool verifyInclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> proof,
                     const Hash& root);
/// RFC 9162 2.1.4.2; an old size of 0 proves nothing and is refused.
bool verifyConsistency(std::uint64_t old_size, std::uint64_t new_size, const Hash& old_root,
                       const Hash& new_root, std::span<const Hash> proof);

} // namespace tally::audit
