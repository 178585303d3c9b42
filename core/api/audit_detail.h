// What the Audit page shows of one record, of the payloads of a file, and of a single proof. Plain values.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally::api {

/// A field of a record as it stands in the file and, where the proven original is known, as it was sealed.
/// Strings without their quotes, everything else as its source text.
struct RecordField {
    std::string name;
    std::optional<std::string> stored; ///< nothing: the file does not have it
    std::optional<std::string>
        original;         ///< nothing: the sealed record does not have it, or the record is what was sealed
    bool changed = false; ///< only with an original
    bool operator==(const RecordField&) const = default;
};
/// Changed fields first, then in the order of the line.
struct RecordFields {
    std::vector<RecordField> fields;
    std::string unreadable; ///< why the stored line has no fields; empty: it has
    bool has_original = false;
    bool operator==(const RecordFields&) const = default;
};

/// A prompt, answer or other payload that a record commits to (TRACE_LOG.md 6).
struct PayloadSlot {
    enum class State {
        mismatching, ///< an opening that does not give the commitment
        returned,    ///< erased according to the log, yet it is in the file
        opened,
        erased, ///< says an erase entry
        withheld
    };
    static constexpr std::size_t states = 5;
    std::int64_t seq = 0;
    std::string slot; ///< in, out, args, docs, user
    std::string step; ///< name of the step
    State state = State::withheld;
    std::int64_t bytes = -1; ///< of an opened payload
    bool operator==(const PayloadSlot&) const = default;
};
struct PayloadList {
    std::vector<PayloadSlot> payloads;                     ///< the worst states first, then by record
    std::array<std::int64_t, PayloadSlot::states> count{}; ///< of all, listed or not
    std::int64_t all = 0;
    static constexpr std::size_t most_listed = 20'000;
};

/// Which payload is to be read, and from where on.
struct PayloadRequest {
    static constexpr std::int64_t most_at_once = 32 * 1024;
    std::int64_t seq = 0;
    std::string slot;
    /// Only an opening in this state; nothing: the one that matches, else the first.
    std::optional<PayloadSlot::State> state;
    std::int64_t from = 0; ///< bytes
};
/// A piece of a payload, at most `most_at_once` bytes, as it stands in the file.
struct PayloadText {
    PayloadSlot slot; ///< what it is, and how many bytes it has in all
    std::int64_t from = 0;
    std::string bytes; ///< empty: erased, withheld, or nothing there
    [[nodiscard]] bool inFile() const { return slot.bytes >= 0; }
};

struct ProofRequest {
    std::string text;               ///< one proof, or a list of "<length>\n<proof>"
    std::vector<std::string> vkeys; ///< of the epoch that signed
};
/// An entry that a proof showed to be under a signature.
struct ProofCheck {
    std::int64_t seq = 0, size = 0;
    std::string origin, line;
};

} // namespace tally::api
