// What each kind of entry must contain (TRACE_LOG.md 3.3, 4, 5.1, 5.2). The writer calls checkFields() before
// it appends, the verifier on every line. Pure functions; thread-safe.
#pragma once
#include "core/audit/cfp.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

enum class Kind : std::uint8_t {
    genesis,
    price,
    step,
    settle,
    run,
    budget,
    kill,
    alert,
    approve,
    policy,
    key,
    erase,
    challenge,
    beat,
    close
};
std::optional<Kind> kindOf(std::string_view name);
std::string_view toText(Kind kind);

inline constexpr std::string_view slots[] = {"args", "docs", "in", "out", "user"};
bool isSlot(std::string_view field);
/// `cost`, `reserved`, `limit`, `tail` are amounts, never meters.
bool isReservedMeter(std::string_view name);
/// "in" of "in_qty" (suffix "_qty") or "in_pico"; nothing if the field has another ending.
std::optional<std::string_view> meterOf(std::string_view field, std::string_view suffix);

struct FieldFinding {
    enum class Code : std::uint8_t { missing, bad, unknown_kind } code = Code::bad;
    std::string field;
    std::optional<std::string> stored;
    std::string expected;
};

/// Appends what is wrong with the fields of one entry, in the order of the fields. Empty for a sound entry.
void checkFields(const EntryView& entry, std::vector<FieldFinding>& out);
/// The same for a writer; encodes first. Error entry.field names the first field and what it should be.
Status checkEntry(const Entry& entry);

/// Names of all fields that the kind (for runs: and op) requires besides the common ones; for naming removed
/// fields.
std::vector<std::string_view> requiredFields(std::string_view kind, std::string_view op);
/// v, log, seq, prev, ts_us, salt, kind, fd
std::vector<std::string_view> commonFields();

} // namespace tally::audit
