// What each field of each kind of entry must look like, as tables (TRACE_LOG.md 3.3, 4). Internal to
// core/audit: entry_rules.h judges whole entries by them. Immutable; thread-safe.
#pragma once
#include "core/audit/entry_rules.h"
#include "core/base/hash.h"

namespace tally::audit {

enum class FieldForm : std::uint8_t {
    natural,
    positive,
    string,
    hex16,
    hex32,
    hex64,
    parent, ///< "" or hex16
    choice,
    one,
    minus12
};

struct FieldRule {
    std::string_view field;
    FieldForm form;
    bool required;
    std::string_view choices = {}; ///< separated by |
    std::uint64_t word = keyWord(field);
};
using FieldRules = std::vector<FieldRule>;

/// Everything that is known about a kind, sorted by field. `op` matters for runs only: "start", "end" or
/// something else.
const FieldRules& rulesFor(Kind kind, std::string_view op);
/// For entries of a kind that is not in the table.
const FieldRules& unknownKindRules();
/// The rules of one kind alone, and those that all kinds share; in the order of the specification.
FieldRules ownRules(Kind kind, std::string_view op);
const FieldRules& commonRules();

bool isHex(std::string_view text, std::size_t digits);
/// `text` is the hex form of `hash`.
bool isHexOf(std::string_view text, const Hash& hash);
bool fits(const FieldRule& rule, const CfpField& field, std::string_view raw);
/// "int >= 0", "32 hex" …
std::string describe(const FieldRule& rule);

} // namespace tally::audit
