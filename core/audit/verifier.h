// Verification of a bundle (TRACE_LOG.md 10, 11): what is proven, what was changed and what it was before,
// what cannot be known. Reads hostile input: nothing in a bundle is executed, lengths are bounded by the
// file, recursion and searches are bounded. The verdict does not depend on the number of threads.
//
// Memory beside the mapped file: two bytes per record and the state of the content checks; 40 bytes more per
// record only when records and hash list differ.
#pragma once
#include "core/audit/bundle.h"
#include "core/audit/line_table.h"
#include "core/audit/note.h"
#include "core/audit/org_key.h"
#include "core/audit/timestamp.h"
#include "core/audit/verifier_memory.h"
#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/model/verdict.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::audit {

struct VerifyProgressInfo {
    std::uint64_t bytes = 0, total_bytes = 0;
    std::uint64_t entries = 0;
    const char* stage = ""; ///< "hash list", "records", "comparing", "content", "signatures", "payloads"
};

struct VerifyOptions {
    std::optional<std::string> pin; ///< fingerprint, 64 hex digits
    std::vector<std::string> vkeys; ///< algorithm 1: pins the genesis key; algorithm 4: a trusted witness
    std::optional<VerifierMemory> memory; ///< what this verifier saw before
    std::optional<TsaTrust> tsa;          ///< authorities for the time stamps in the file
    std::optional<OrgKey> org_key;        ///< must have signed the newest checkpoint too
    std::function<void(const VerifyProgressInfo&)> progress =
        {}; ///< on the verifying thread, at most every few megabytes
    CancelToken cancel = {};
    unsigned threads = 0; ///< 0: one per core
};

/// Records of a verified file, for looking at them afterwards. Immutable; thread-safe. Keeps the file open.
class BundleRecords {
public:
    /// Which sealed record a line is: by its hash, not by where it stands (10.4).
    enum class Place : std::uint8_t {
        in_place,
        changed,  ///< stands where `record` belongs, with other bytes
        moved,    ///< `record`, at another place
        copy,     ///< a second `record`
        inserted, ///< was never sealed
        unsealed, ///< after the newest checkpoint
        unknown   ///< nothing authentic to compare with
    };
    struct Record {
        std::uint64_t pos = 0;               ///< line number, counted from the first seq of the file
        std::optional<std::uint64_t> record; ///< seq of the sealed record that this line is or replaces
        Place place = Place::unknown;
        std::string_view line;               ///< as stored
        Hash computed{};                     ///< leaf hash of the stored line
        std::optional<Hash> listed;          ///< leaf hash of the record in the hash list
        std::optional<Hash> authentic;       ///< the same, if the hash list could be authenticated
        std::optional<std::string> original; ///< proven original of the record, if the stored line is not it
        bool proven = false; ///< exactly what was signed, under a signature that provenTo() counts
    };
    [[nodiscard]] std::uint64_t first() const { return first_; }
    [[nodiscard]] std::uint64_t lines() const { return table_.size(); }
    /// pos in [first, first + lines). Reads a record's bytes, never those of a line that is too long for one:
    /// quick enough for a window.
    [[nodiscard]] Result<Record> record(std::uint64_t pos) const;
    /// Line of the sealed record `seq` or of what replaced it; nothing when it is missing.
    [[nodiscard]] std::optional<std::uint64_t> lineOf(std::uint64_t seq) const;

private:
    friend class Verifier;
    explicit BundleRecords(std::shared_ptr<const BundleData> data)
        : data_(std::move(data))
        , table_({}) {}
    std::shared_ptr<const BundleData> data_;
    LineTable table_;
    std::uint64_t first_ = 0;
    struct Placed {
        std::uint64_t record = 0; ///< index from first_; meaningless for inserted and unsealed lines
        Place place = Place::unknown;
    };
    [[nodiscard]] Placed placed(std::uint64_t line) const;
    std::uint64_t sealed_n_ = 0; ///< sealed records that belong into this file
    std::int64_t proven_to_ = -1;
    std::string_view listed_;                        ///< section `hashes`
    bool list_authentic_ = false;                    ///< the section is the authentic list
    bool known_ = false;                             ///< there is an authentic list
    std::vector<Placed> placed_;                     ///< per line; empty: line i is record i
    std::map<std::uint64_t, std::string> originals_; ///< by record
    std::map<std::uint64_t, Hash> long_leaves_;      ///< by line, of those that LineTable calls long
};

struct Verification {
    Verdict verdict;
    std::uint64_t size = 0; ///< of the newest checkpoint; 0: none
    /// The memory after this verification: changed only if the verdict is ok (10.8). Present if one was
    /// given.
    std::optional<VerifierMemory> memory;
    /// Null for MALFORMED.
    std::shared_ptr<const BundleRecords> records;
};

/// Error verify.vkey (a given key is malformed or weak), verify.pin, file.*, verify.cancelled. Everything
/// that is wrong with the file itself is in the verdict.
Result<Verification> verifyFile(const std::string& path, const VerifyOptions& options = {});
Result<Verification> verifyData(std::shared_ptr<const BundleData> data, const VerifyOptions& options = {});

} // namespace tally::audit
