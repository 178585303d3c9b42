// Checks a plain JSONL log of another tool, each of whose records names the hash of the one before. Such a
// chain is not signed: it tells damage and careless edits, and nothing about somebody who rewrote the file
// from some record on, or cut its end off. Only a hash of its last record that came by another way (a pin)
// tells that; the verdicts say so, and are none of the ladder for signed logs.
#pragma once
#include "core/audit/bundle.h"
#include "core/audit/plain_dialect.h"
#include "core/base/cancel.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>

namespace tally::audit {

struct PlainOptions {
    std::optional<PlainDialect> dialect; ///< nothing: found out
    std::optional<std::string> pin;      ///< hash of the last record, as the log writes it
    CancelToken cancel = {};
    std::function<void(std::uint64_t bytes, std::uint64_t total)> progress = {};
};

struct PlainBreak {
    enum class What {
        unreadable, ///< no JSON object, or without the fields
        changed,    ///< its own hash does not follow from what it says
        link        ///< it does not name the hash of the record before
    } what = What::changed;
    std::uint64_t line = 0; ///< counted from 1
    std::string stored, expected;
};

struct PlainVerdict {
    enum class Level {
        not_chained, ///< no field that names a previous record, or no way to compute it was found
        broken,
        links_hold, ///< every record names the hash of the one before, but how it is computed is not known
        holds,      ///< and every hash follows from its record
        anchored,   ///< and the last one is the pinned one
        wrong_end   ///< and the last one is not the pinned one
    } level = Level::not_chained;
    [[nodiscard]] bool ok() const { return level == Level::anchored; }
    std::uint64_t lines = 0;
    std::optional<PlainDialect> dialect;
    bool found_out = false;         ///< the dialect was not given
    std::string head;               ///< hash of the last record
    std::vector<PlainBreak> breaks; ///< at most max_breaks
    std::uint64_t breaks_n = 0;
};
inline constexpr std::size_t max_breaks = 1'000;

/// NOT_CHAINED CHAIN_BROKEN LINKS_HOLD CHAIN_HOLDS CHAIN_ANCHORED CHAIN_WRONG_END
std::string_view toString(PlainVerdict::Level level);
/// What the verdict means, in plain sentences.
std::string explain(const PlainVerdict& verdict);
/// Schema tally-plain-log/v1.
void to_json(nlohmann::json& out, const PlainVerdict& verdict);

/// Error file.changed, verify.cancelled, dialect.algorithm.
Result<PlainVerdict> verifyPlain(const BundleData& data, const PlainOptions& options = {});
Result<PlainVerdict> verifyPlainFile(const std::string& path, const PlainOptions& options = {});
/// Whether the file begins like a plain log rather than like a bundle.
bool looksPlain(std::string_view bytes);

} // namespace tally::audit
