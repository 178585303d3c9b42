// Writes a bundle from any store of a log (TRACE_LOG.md 9): the whole log, or a range with the proofs that
// tie it to the newest checkpoint. Memory: the leaf hashes (32 bytes per entry) and one line; nothing else is
// held.
#pragma once
#include "core/audit/merkle.h"
#include "core/audit/payload.h"
#include "core/base/cancel.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

/// What an export needs from a store. All calls must see one and the same state (one read transaction).
/// Called on the exporting thread only.
class BundleSource {
public:
    virtual ~BundleSource() = default;
    using LineSink = std::function<Status(std::uint64_t seq, std::string_view line)>;
    using OpeningSink = std::function<Status(const Opening&)>;

    /// Number of entries, sealed or not.
    virtual Result<std::uint64_t> size() = 0;
    /// Notes of all checkpoints, ascending by size.
    virtual Result<std::vector<std::string>> checkpoints() = 0;
    /// Leaf hashes of entries [from, to).
    virtual Result<std::vector<Hash>> leaves(std::uint64_t from, std::uint64_t to) = 0;
    /// Stored lines [from, to) in order, without line feeds.
    virtual Status lines(std::uint64_t from, std::uint64_t to, const LineSink& sink) = 0;
    /// Sum of the lengths of the lines [from, to), without line feeds.
    virtual Result<std::uint64_t> lineBytes(std::uint64_t from, std::uint64_t to) = 0;
    /// Payloads of entries [from, to) that still exist, by ascending (seq, slot).
    virtual Status openings(std::uint64_t from, std::uint64_t to, const OpeningSink& sink) = 0;
    /// Sequence numbers below `first` of the genesis entry and of every key and price entry. By default read
    /// from the lines.
    virtual Result<std::vector<std::uint64_t>> contextSeqs(std::uint64_t first);
};

struct BundleOptions {
    std::uint64_t first = 0; ///< > 0: range export from this entry
    std::optional<std::uint64_t> last =
        {};                ///< to the first checkpoint that covers this entry, not to the newest
    bool openings = true;  ///< with payloads
    bool as_is = false;    ///< a damaged log too, unchecked: for a verifier to say what is wrong with it
    bool unsealed = false; ///< with lines behind the newest checkpoint
    std::string anchors;   ///< section `anchors`, CFP lines
    CancelToken cancel = {};
    std::function<void(std::uint64_t entries_done, std::uint64_t entries)> progress = {};
};

struct BundleSummary {
    std::uint64_t entries = 0; ///< lines in the file
    std::uint64_t size = 0;    ///< of the newest checkpoint
    std::uint64_t openings = 0;
    std::uint64_t bytes = 0;
    Hash fingerprint{};
    Hash root{};
};

using ByteSink = std::function<Status(std::string_view bytes)>;
/// Error export.unsigned (no checkpoint), export.range (`first` not below the newest checkpoint),
/// export.damaged (an entry, the leaf hashes and the signed root do not fit each other), export.changed (the
/// source changed during the export), export.cancelled, and what source and sink report.
Result<BundleSummary> writeBundle(BundleSource& source, const BundleOptions& options, const ByteSink& sink);
/// Into a file beside `path`, which then takes its place; nothing stays behind on failure. Only the owner of
/// the file can read it: it may hold prompts and answers.
Result<BundleSummary> writeBundleFile(BundleSource& source, const BundleOptions& options,
                                      const std::string& path);

} // namespace tally::audit
