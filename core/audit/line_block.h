// Lines of a log, parsed and judged one by one in blocks: the part of the content checks that needs no
// neighbours, so that it can run on any thread (TRACE_LOG.md 10.12). A block is reused to spare allocations.
#pragma once
#include "core/audit/cfp.h"
#include "core/audit/entry_rules.h"
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
    mono_us,
    op,
    origin,
    out,
    prev,
    price_seq,
    reserved_pico,
    run,
    seq,
    slot,
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
    std::uint32_t fields_at = 0, fields_n = 0;
    std::uint32_t findings_at = 0, findings_n = 0;
    std::uint16_t quantities = 0;                   ///< number of `_qty` fields, on step and settle entries
    std::array<std::uint16_t, known_count> known{}; ///< 1 + index into the fields; 0: absent
};

struct LineBlock {
    std::uint64_t first_seq = 0;
    std::vector<ParsedLine> lines;
    std::vector<CfpField> fields;
    std::vector<FieldFinding> findings;
    std::vector<Hash> leaves;               ///< filled by hashLines()
    std::vector<std::string_view> messages; ///< working memory of hashLines()

    void clear();
    void addLine(std::string_view line) { lines.emplace_back().line = line; }
    void addMissing() { lines.emplace_back().present = false; }
    /// Leaf hash of every present line.
    void hashLines();
    /// Strict parse, known fields and field rules of every present line.
    void parseLines();
};

/// A line of a parsed block with its fields at hand. Cheap to copy; valid as long as the block.
class LineRef {
public:
    LineRef(const LineBlock& block, const ParsedLine& line)
        : view_(line.line, block.fields.data() + line.fields_at, line.fields_n)
        , line_(&line)
        , findings_(block.findings.data() + line.findings_at) {}

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
    [[nodiscard]] std::uint16_t quantities() const { return line_->quantities; }
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
};

std::string_view toText(Known k);

} // namespace tally::audit
