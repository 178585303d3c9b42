// Lines of a log, parsed and judged one by one in blocks: the part of the content checks that needs no
// neighbours, so that it can run on any thread (TRACE_LOG.md 10.12). A block is reused to spare allocations.
#pragma once
#include "core/audit/cfp.h"
#include "core/audit/entry_rules.h"
#include "core/audit/line_shapes.h"
#include "core/base/hash.h"

#include <array>
#include <optional>
#include <string_view>
#include <vector>

namespace tally::audit {

/// Fields that the content checks look at again and again; found once per line.
enum class Known : std::uint8_t {
    about,
    args,
    beat_s,
    boot,
    cost_pico,
    docs,
    in,
    kind,
    log,
    model,
    mono_us,
    op,
    origin,
    out,
    parent,
    prev,
    price_seq,
    provider,
    reserved_pico,
    run,
    seq,
    slot,
    span,
    status,
    steps_n,
    target,
    ts_us,
    user,
    vkey,
    count
};
inline constexpr std::size_t known_count = static_cast<std::size_t>(Known::count);

struct ParsedLine {
    std::string_view line;
    bool present = true; ///< false: the record is missing or unreadable, there is no line
    CfpStatus status;
    std::optional<Kind> kind;
    bool linked = false; ///< prev is the hash of the line before it in the block
    std::uint32_t fields_at = 0, fields_n = 0;
    std::uint32_t findings_at = 0, findings_n = 0;
    std::uint32_t quantities_at = 0, quantities_n = 0; ///< `_qty` fields of step and settle entries
    std::array<std::uint16_t, known_count> known{};    ///< 1 + index into the fields; 0: absent
    std::uint32_t run_hash = 0;                        ///< IdMap::hashOf() of the run id, if there is one
};

class LineBlock {
public:
    std::vector<ParsedLine> lines;
    std::vector<CfpField> fields;
    std::vector<std::uint16_t> quantities; ///< indexes into the fields of a line
    std::vector<FieldFinding> findings;
    std::vector<Hash> leaves; ///< filled by hashLines()

    void clear();
    void addLine(std::string_view line) { lines.emplace_back().line = line; }
    void addMissing() { lines.emplace_back().present = false; }
    /// Leaf hash of every line from `from` on; a missing one gets one that is not used.
    void hashLines(std::size_t from = 0);
    /// Strict parse, known fields and field rules of every present line from `from` on. `chain`: the hash
    /// that the next line's prev must name, one per line.
    void parseLines(const Hash* chain, std::size_t from = 0);

private:
    struct Facts {
        Kind kind = Kind::beat;
        std::array<std::uint16_t, known_count> known{};
        std::vector<std::uint16_t> quantities;
    };
    bool parseKnownShape(ParsedLine& line);
    void parseStrictly(ParsedLine& line);

    std::vector<std::string_view> messages_; ///< working memory
    LineShapes shapes_;
    std::vector<Facts> facts_; ///< per shape
    LineShapes::Fields read_;  ///< working memory
};

/// A line of a parsed block with its fields at hand. Cheap to copy; valid as long as the block.
class LineRef {
public:
    LineRef(const LineBlock& block, const ParsedLine& line)
        : view_(line.line, block.fields.data() + line.fields_at, line.fields_n)
        , line_(&line)
        , findings_(block.findings.data() + line.findings_at)
        , quantities_(block.quantities.data() + line.quantities_at) {}

    [[nodiscard]] const EntryView& view() const { return view_; }
    [[nodiscard]] const CfpField* field(Known k) const {
        const std::uint16_t at = line_->known[static_cast<std::size_t>(k)];
        return at == 0 ? nullptr : &view_[at - 1U];
    }
    [[nodiscard]] std::optional<std::int64_t> integer(Known k) const {
        const CfpField* f = field(k);
        return f != nullptr && f->type == CfpType::integer ? std::optional(f->number) : std::nullopt;
    }
    /// Raw text of a string field: equal raw texts are equal contents, because the form is canonical.
    [[nodiscard]] std::optional<std::string_view> raw(Known k) const {
        const CfpField* f = field(k);
        return f != nullptr && f->type == CfpType::string ? std::optional(view_.raw(*f)) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> shown(Known k) const {
        const CfpField* f = field(k);
        return f == nullptr ? std::nullopt : std::optional(view_.content(*f));
    }
    [[nodiscard]] std::optional<Kind> kind() const { return line_->kind; }
    /// `_qty` fields of step and settle entries.
    [[nodiscard]] std::size_t quantities() const { return line_->quantities_n; }
    [[nodiscard]] const CfpField& quantity(std::size_t i) const { return view_[quantities_[i]]; }
    [[nodiscard]] std::uint32_t runHash() const { return line_->run_hash; }
    [[nodiscard]] bool linked() const { return line_->linked; }
    [[nodiscard]] std::size_t findings() const { return line_->findings_n; }
    [[nodiscard]] const FieldFinding& finding(std::size_t i) const { return findings_[i]; }
    /// There is a finding about this field: checks that need it are skipped.
    [[nodiscard]] bool bad(std::string_view field) const;
    [[nodiscard]] bool bad(Known k) const;
    [[nodiscard]] bool anyBad() const;

private:
    EntryView view_;
    const ParsedLine* line_;
    const FieldFinding* findings_;
    const std::uint16_t* quantities_;
};

std::string_view toText(Known k);

} // namespace tally::audit
