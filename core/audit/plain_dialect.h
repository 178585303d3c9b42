// How another tool chains the lines of its log: which fields hold the hashes, and over which bytes they are
// computed. Read from a small file (resources/help/plain-logs.md), or found by trying what is common.
// Values; thread-safe.
#pragma once
#include "core/audit/json_text.h"
#include "core/base/encoding.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

struct PlainDialect {
    enum class Body { written, line, canonical };
    std::string hash;                 ///< field with the record's own hash; empty: there is none
    std::string prev;                 ///< field with the hash of the record before
    std::string algorithm = "sha256"; ///< a digest that OpenSSL knows
    Body body = Body::canonical;      ///< written: the line without the fields of `without`, else unchanged
    JsonForm form;                    ///< of Body::canonical
    std::vector<std::string> without; ///< left out of the body
    std::string message = "{body}";   ///< {body} {prev} {prev_bytes} {field:NAME}, and other text as it is
    bool operator==(const PlainDialect&) const = default;

    /// Error dialect.format: what is wrong in the file.
    static Result<PlainDialect> parse(std::string_view json);
    /// The file that parse() reads.
    [[nodiscard]] std::string text() const;
    /// The bytes that are hashed; nothing when a field that the message names is missing.
    [[nodiscard]] std::optional<std::string> hashed(std::string_view line, const JsonNode& record) const;
    /// Error dialect.algorithm.
    [[nodiscard]] Result<Bytes> digest(std::string_view message) const;
};

/// Digest behind a text like "ab12…", "sha256:ab12…" or base64; nothing if it is none.
std::optional<Bytes> digestIn(std::string_view text);
/// Ways to chain that are tried for records with these fields, the common ones first; none without a field
/// that looks like the hash of another record.
std::vector<PlainDialect> commonDialects(const JsonNode& record);

} // namespace tally::audit
