#include "core/audit/plain_log.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tally::audit {
namespace {
constexpr std::size_t sample_lines = 24; ///< from which a dialect is found out
constexpr std::size_t max_shown = 200;
constexpr std::uint64_t progress_bytes = std::uint64_t{4} << 20;

struct Line {
    std::string_view text;
    Result<JsonNode> record = fail("json.syntax", "not read");
};

/// The next line that is not empty; false at the end.
bool nextLine(std::string_view all, std::size_t& at, std::uint64_t& number, std::string_view& out) {
    while (at < all.size()) {
        const std::size_t end = std::min(all.find('\n', at), all.size());
        out = all.substr(at, end - at);
        at = end + 1;
        ++number;
        if (!out.empty() && out.back() == '\r') out.remove_suffix(1);
        if (out.find_first_not_of(" \t") != std::string_view::npos) return true;
    }
    return false;
}

std::string fieldText(const JsonNode& record, const std::string& name) {
    const JsonNode* node = record.find(name);
    return node == nullptr ? std::string() : node->text;
}

bool same(const std::string& stored, const Bytes& computed) {
    const auto raw = digestIn(stored);
    return raw && *raw == computed;
}

/// How many of the sample's hashes the dialect explains.
std::size_t score(const PlainDialect& d, const std::vector<Line>& sample) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        if (!sample[i].record) continue;
        const auto message = d.hashed(sample[i].text, *sample[i].record);
        if (!message) continue;
        const auto computed = d.digest(*message);
        if (!computed) return 0;
        if (!d.hash.empty()) {
            n += same(fieldText(*sample[i].record, d.hash), *computed) ? 1 : 0;
        } else if (i + 1 < sample.size() && sample[i + 1].record) {
            n += same(fieldText(*sample[i + 1].record, d.prev), *computed) ? 1 : 0;
        }
    }
    return n;
}

/// The way of chaining that explains most of the first records; one that explains none is kept for its links.
std::pair<std::optional<PlainDialect>, bool> findOut(std::string_view all, const CancelToken& cancel) {
    std::vector<Line> sample;
    std::size_t at = 0;
    std::uint64_t number = 0;
    for (std::string_view text; sample.size() < sample_lines && nextLine(all, at, number, text);)
        sample.push_back({text, readJson(text)});
    std::optional<PlainDialect> best;
    std::size_t best_score = 0;
    for (std::size_t i = sample.size() > 1 ? 1 : 0; i < sample.size() && best_score == 0; ++i) {
        if (!sample[i].record) continue;
        for (PlainDialect& d : commonDialects(*sample[i].record)) {
            if (cancel.cancelled()) return {};
            const std::size_t n = score(d, sample);
            if (n > best_score || !best) {
                best_score = n;
                best = std::move(d);
            }
        }
    }
    return {best, best_score > 0};
}

class Checker {
public:
    Checker(PlainVerdict& verdict, bool computes)
        : verdict_(verdict)
        , dialect_(*verdict.dialect)
        , computes_(computes) {}

    Status line(std::uint64_t number, std::string_view text) {
        const auto record = readJson(text);
        if (!record || record->type != JsonNode::Type::object || !record->find(dialect_.prev)) {
            broken(PlainBreak::What::unreadable, number, {}, {});
            have_ = false;
            return {};
        }
        const std::string prev = fieldText(*record, dialect_.prev);
        const bool linked = computes_ || !dialect_.hash.empty();
        if (have_ && linked && !names(prev)) broken(PlainBreak::What::link, number, prev, head_);
        const std::string own = dialect_.hash.empty() ? std::string() : fieldText(*record, dialect_.hash);
        std::optional<Bytes> computed;
        if (computes_) {
            const auto message = dialect_.hashed(text, *record);
            if (!message) {
                broken(PlainBreak::What::unreadable, number, {}, {});
                have_ = false;
                return {};
            }
            TALLY_ASSIGN(computed, dialect_.digest(*message));
            if (!dialect_.hash.empty() && !same(own, *computed))
                broken(PlainBreak::What::changed, number, own, toHex(*computed));
        }
        // The chain goes on from what the record states: one change is one break.
        head_ = dialect_.hash.empty() ? toHex(computed.value_or(Bytes())) : own;
        have_ = true;
        return {};
    }
    [[nodiscard]] const std::string& head() const { return head_; }

private:
    [[nodiscard]] bool names(const std::string& prev) const {
        const auto a = digestIn(prev), b = digestIn(head_);
        return a && b ? *a == *b : prev == head_;
    }
    void broken(PlainBreak::What what, std::uint64_t line, const std::string& stored,
                const std::string& expected) {
        ++verdict_.breaks_n;
        if (verdict_.breaks.size() < max_breaks)
            verdict_.breaks.push_back({what, line, scrubUtf8(stored.substr(0, max_shown)),
                                       scrubUtf8(expected.substr(0, max_shown))});
    }

    PlainVerdict& verdict_;
    const PlainDialect& dialect_;
    bool computes_;
    bool have_ = false;
    std::string head_;
};
} // namespace

std::string_view toString(PlainVerdict::Level level) {
    static constexpr std::string_view names[] = {"NOT_CHAINED", "CHAIN_BROKEN",   "LINKS_HOLD",
                                                 "CHAIN_HOLDS", "CHAIN_ANCHORED", "CHAIN_WRONG_END"};
    return names[static_cast<std::size_t>(level)];
}

bool looksPlain(std::string_view bytes) {
    const std::size_t at = bytes.substr(0, 4096).find_first_not_of(" \t\r\n\xef\xbb\xbf");
    return at != std::string_view::npos && bytes[at] == '{';
}

Result<PlainVerdict> verifyPlain(const BundleData& data, const PlainOptions& options) {
    std::string_view all = data.bytes();
    if (all.starts_with("\xef\xbb\xbf")) all.remove_prefix(3);
    PlainVerdict out;
    out.dialect = options.dialect;
    bool computes = true;
    if (!out.dialect) {
        std::tie(out.dialect, computes) = findOut(all, options.cancel);
        out.found_out = true;
    }
    std::size_t at = 0, reported = 0;
    std::uint64_t number = 0;
    std::optional<Checker> checker;
    if (out.dialect) checker.emplace(out, computes);
    for (std::string_view text; nextLine(all, at, number, text);) {
        ++out.lines;
        if (options.cancel.cancelled()) return fail("verify.cancelled", "the verification was cancelled");
        if (checker) TALLY_TRY(checker->line(number, text));
        if (options.progress && at - reported >= progress_bytes) {
            reported = at;
            options.progress(at, all.size());
        }
    }
    if (data.changed())
        return fail("file.changed", "the file was changed or shortened while it was read",
                    "Copy the file first, then verify the copy.");
    using Level = PlainVerdict::Level;
    if (!checker || (!computes && out.dialect->hash.empty())) {
        out.level = Level::not_chained;
        out.breaks.clear();
        out.breaks_n = 0;
        return out;
    }
    out.head = checker->head();
    out.level = out.breaks_n > 0 ? Level::broken : computes ? Level::holds : Level::links_hold;
    if (out.level == Level::holds && options.pin) {
        const auto pinned = digestIn(*options.pin);
        out.level = pinned && same(out.head, *pinned) ? Level::anchored : Level::wrong_end;
    }
    return out;
}

Result<PlainVerdict> verifyPlainFile(const std::string& path, const PlainOptions& options) {
    TALLY_ASSIGN(const auto data, BundleData::open(path));
    return verifyPlain(*data, options);
}

std::string explain(const PlainVerdict& v) {
    static constexpr std::string_view unsigned_chain =
        " The chain is not signed: whoever can write the file can change a record and compute every hash "
        "after it again, or cut off the end, and this check would pass. Keep the hash of the last record "
        "elsewhere and give it as the pin.";
    using Level = PlainVerdict::Level;
    std::string where;
    if (!v.breaks.empty()) {
        const PlainBreak& b = v.breaks.front();
        using What = PlainBreak::What;
        where =
            b.what == What::changed
                ? fmt::format("The record in line {} does not give the hash that it states: it was changed.",
                              b.line)
            : b.what == What::link
                ? fmt::format("The record in line {} does not name the hash of the record before it: records "
                              "before it were changed, removed, added or moved.",
                              b.line)
                : fmt::format("Line {} is no record with the fields of the chain.", b.line);
        if (v.breaks_n > 1) where += fmt::format(" There are {} breaks.", v.breaks_n);
    }
    switch (v.level) {
    case Level::not_chained:
        return "No field was found by which a record names the one before it, or no known way to compute it: "
               "nothing about this file can be proven. If it is a chain, describe it in a dialect file.";
    case Level::broken:
        return where + " What comes before the first break fits together, which proves little:" +
               std::string(unsigned_chain);
    case Level::links_hold:
        return "Every record names the hash that the record before it states, but how these hashes are "
               "computed is not known, so that no content was checked. Describe it in a dialect file." +
               std::string(unsigned_chain);
    case Level::holds:
        return "Every hash follows from its record, and every record names the one before it." +
               std::string(unsigned_chain);
    case Level::anchored:
        return "Every hash follows from its record, every record names the one before it, and the last one "
               "is the pinned one: nothing up to it was changed since the pin was taken. Who wrote the log, "
               "and whether it is complete, is not proven.";
    case Level::wrong_end:
        return "The chain holds in itself, but its last record is not the pinned one: records were added "
               "since, removed from the end, or the file was written anew.";
    }
    return {};
}

void to_json(nlohmann::json& out, const PlainVerdict& v) {
    static constexpr const char* whats[] = {"unreadable", "changed", "link"};
    out = {{"schema", "tally-plain-log/v1"},
           {"verdict", toString(v.level)},
           {"ok", v.ok()},
           {"lines", v.lines},
           {"head", v.head.empty() ? nlohmann::json() : nlohmann::json(v.head)},
           {"dialect", v.dialect ? nlohmann::json::parse(v.dialect->text()) : nlohmann::json()},
           {"dialect_found", v.found_out},
           {"breaks_n", v.breaks_n},
           {"breaks", nlohmann::json::array()},
           {"message", explain(v)}};
    for (const PlainBreak& b : v.breaks)
        out["breaks"].push_back({{"line", b.line},
                                 {"what", whats[static_cast<int>(b.what)]},
                                 {"stored", b.stored},
                                 {"expected", b.expected}});
}

} // namespace tally::audit
