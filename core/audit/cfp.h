// Canonical Flat Profile: the one-form-per-content JSON subset of a trace log line (TRACE_LOG.md 3.1, 3.2).
//
// Two readers of the same strict grammar: parseCfp() writes flat field records that point into the line (no
// copy, no allocation once the vector has grown; for verification), parseEntry() builds an owning Entry (for
// tools and tests). Every accepted line encodes back to the same bytes. Thread-safe: no state.
#pragma once
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tally::audit {

inline constexpr std::int64_t max_cfp_int = (std::int64_t{1} << 53) - 1;
inline constexpr std::size_t max_entry_bytes = 65535;

enum class CfpCode : std::uint8_t {
    ok,
    len,
    syntax,
    ws,
    key,
    dupkey,
    keyorder,
    type,
    num,
    range,
    esc,
    ctrl,
    utf8,
    eof,
    trail
};
/// "E_LEN", "E_SYNTAX" …; "" for ok.
const char* toText(CfpCode code);

struct CfpStatus {
    CfpCode code = CfpCode::ok;
    std::size_t at = 0; ///< byte offset of the violation
    [[nodiscard]] bool ok() const { return code == CfpCode::ok; }
};

enum class CfpType : std::uint8_t { string, integer, boolean };

/// First eight bytes of a key as a number that sorts as the text does: most comparisons of keys end here.
constexpr std::uint64_t keyWord(std::string_view key) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 8; ++i)
        word = word << 8 | (i < key.size() ? static_cast<std::uint8_t>(key[i]) : 0U);
    return word;
}
/// < 0, 0, > 0 as key.compare(other); the words are those of the keys.
inline int compareKeys(std::uint64_t word, std::string_view key, std::uint64_t other_word,
                       std::string_view other) {
    if (word != other_word) return word < other_word ? -1 : 1;
    return key.size() <= 8 && other.size() <= 8 ? 0 : key.compare(other);
}

/// One field of a parsed line; offsets are relative to the line. Strings: the bytes between the quotes, as
/// they stand.
struct CfpField {
    std::int64_t number = 0;    ///< integer value; 0 or 1 for a boolean
    std::uint64_t key_word = 0; ///< keyWord() of the key
    std::uint32_t key_at = 0;
    std::uint32_t value_at = 0;
    std::uint32_t value_len = 0;
    std::uint8_t key_len = 0;
    CfpType type = CfpType::string;
    bool escaped = false; ///< the string contains an escape
};

/// Appends the fields of `line` to `out` (what was there stays). `limit` 0 = no length limit (openings).
CfpStatus parseCfp(std::string_view line, std::vector<CfpField>& out, std::size_t limit = max_entry_bytes);

/// A parsed line: does not own anything.
class EntryView {
public:
    EntryView() = default;
    EntryView(std::string_view line, const CfpField* fields, std::size_t count)
        : line_(line)
        , fields_(fields)
        , count_(count) {}

    [[nodiscard]] std::string_view line() const { return line_; }
    [[nodiscard]] std::size_t size() const { return count_; }
    [[nodiscard]] const CfpField& operator[](std::size_t i) const { return fields_[i]; }
    [[nodiscard]] const CfpField* begin() const { return fields_; }
    [[nodiscard]] const CfpField* end() const { return fields_ + count_; }
    [[nodiscard]] std::string_view key(const CfpField& f) const { return line_.substr(f.key_at, f.key_len); }
    /// Value as it stands in the line, strings without their quotes and with their escapes.
    [[nodiscard]] std::string_view raw(const CfpField& f) const {
        return line_.substr(f.value_at, f.value_len);
    }
    /// Content of a string field, source text of a number, "true" or "false".
    [[nodiscard]] std::string content(const CfpField& f) const;

    [[nodiscard]] const CfpField* find(std::string_view key) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
    /// Raw text of a string field without escapes; nothing if absent, another type, or written with escapes.
    [[nodiscard]] std::optional<std::string_view> plain(std::string_view key) const;
    /// Content of a string field.
    [[nodiscard]] std::optional<std::string> text(std::string_view key) const;

private:
    std::string_view line_;
    const CfpField* fields_ = nullptr;
    std::size_t count_ = 0;
};

using Value = std::variant<std::string, std::int64_t, bool>;

/// An owning entry: fields in ascending order of their keys.
class Entry {
public:
    using Field = std::pair<std::string, Value>;

    Entry() = default;
    Entry(std::initializer_list<Field> fields);
    explicit Entry(const EntryView& view);

    Entry& set(std::string key, Value value);
    void remove(std::string_view key);
    [[nodiscard]] const Value* find(std::string_view key) const;
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key) const;
    [[nodiscard]] const std::string* text(std::string_view key) const;
    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
    [[nodiscard]] auto begin() const { return fields_.begin(); }
    [[nodiscard]] auto end() const { return fields_.end(); }
    [[nodiscard]] std::size_t size() const { return fields_.size(); }
    bool operator==(const Entry&) const = default;

private:
    std::vector<Field> fields_;
};

/// Error code cfp.E_…; `where` is the byte offset.
Result<Entry> parseEntry(std::string_view line, std::size_t limit = max_entry_bytes);
/// Canonical bytes; error cfp.E_LEN, cfp.E_KEY, cfp.E_RANGE, cfp.E_UTF8.
Result<std::string> encodeEntry(const Entry& entry, std::size_t limit = max_entry_bytes);
/// CFP encoding of one value: with quotes and escapes for strings.
std::string encodeValue(const Value& value);
/// The quoted, escaped form of well-formed UTF-8.
void appendCfpString(std::string& out, std::string_view text);
/// Content of the bytes between the quotes of an accepted string.
std::string unescapeCfp(std::string_view raw);
/// `[a-z][a-z0-9_]{0,31}`
bool isCfpKey(std::string_view key);

/// First 8 hex digits of H("trace-fd/v1" 00 key 00 value), 3.4. `encoded` is the CFP form of the value.
std::string fieldDigest(std::string_view key, std::string_view encoded);
/// The `fd` field of an entry: digests of all its fields but fd, in ascending order.
std::string fieldDigests(const Entry& entry);

} // namespace tally::audit
