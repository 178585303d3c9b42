// Proof files for single entries, and consistency of two exports (TRACE_LOG.md 12). Pure functions;
// thread-safe.
#pragma once
#include "core/audit/cfp.h"
#include "core/audit/merkle.h"
#include "core/audit/note.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

/// A parsed `.tlog-proof` (C2SP tlog-proof@v1).
struct InclusionProof {
    std::optional<std::string> line; ///< the entry ("extra")
    std::uint64_t index = 0;
    std::vector<Hash> path;
    std::string_view note; ///< view into the parsed text

    /// Error proof.format.
    static Result<InclusionProof> parse(std::string_view text);
};

/// Root of the tree whose last leaf is this one, from the left nodes of its valid inclusion proof in a larger
/// tree.
Hash prefixRoot(const Hash& leaf, std::uint64_t index, std::uint64_t size, std::span<const Hash> path);

std::string writeProof(std::string_view line, std::uint64_t index, std::span<const Hash> path,
                       std::string_view note);

struct CheckedProof {
    Entry entry;
    std::string line;
    Checkpoint checkpoint;
    std::vector<Verified> signed_by;
};
/// Error proof.format, proof.signature, proof.inclusion, proof.entry. `keys`: those of the epoch that signed.
Result<CheckedProof> checkProof(std::string_view text, std::span<const VerifierKey> keys);

/// A proof file for one entry of a bundle, against its newest checkpoint. Error proof.entry (not in the
/// file), proof.inclusion (hash list and checkpoint disagree).
Result<std::string> proveFromBundle(std::string_view file, std::uint64_t seq);
/// The same for several entries, ascending, at the price of one.
Result<std::vector<std::string>> proveFromBundle(std::string_view file,
                                                 const std::vector<std::uint64_t>& seqs);

struct Consistency {
    bool ok = false;
    std::string why; ///< empty when ok
    std::string old_origin, new_origin;
    std::uint64_t old_size = 0, new_size = 0;
    std::optional<std::uint64_t> first_difference; ///< of a fork
    std::uint64_t differences = 0;
    std::vector<Hash> proof;
};
/// Is the log of `old_file` a prefix of the log of `new_file`? Error when a file is no whole export.
Result<Consistency> checkConsistency(std::string_view old_file, std::string_view new_file);

} // namespace tally::audit
