// The entries of a verified file one by one, each by its proven content: what a record is, not what stands in
// its place. One thread at a time; `records` outlives it.
#pragma once
#include "core/audit/cfp.h"
#include "core/audit/payload.h"
#include "core/audit/verifier.h"

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tally::api {

/// The payloads that a record may commit to (TRACE_LOG.md 6.1).
inline constexpr std::array<std::string_view, 5> payload_slots = {"in", "out", "args", "docs", "user"};
/// Index in payload_slots.
std::optional<std::size_t> payloadSlot(std::string_view name);
/// Record and slot.
using ErasedPayloads = std::set<std::pair<std::uint64_t, std::size_t>>;

class SealedEntries {
public:
    explicit SealedEntries(const audit::BundleRecords& records)
        : records_(records) {}
    /// The entry that belongs at line `i`; false when it is not known or stands there a second time.
    bool read(std::uint64_t i);
    /// The entry that the opening is about.
    bool readFor(const audit::Opening& opening);
    /// The opening gives what the entry that was read commits to.
    [[nodiscard]] bool fits(const audit::Opening& opening) const;
    [[nodiscard]] std::uint64_t seq() const { return seq_; }
    [[nodiscard]] const audit::EntryView& entry() const { return entry_; }
    /// Remembers what the entry erased, if it is an `erase`.
    void noteErased(ErasedPayloads& erased) const;

private:
    const audit::BundleRecords& records_;
    std::uint64_t seq_ = 0;
    std::string line_;
    std::vector<audit::CfpField> fields_;
    audit::EntryView entry_;
};

} // namespace tally::api
