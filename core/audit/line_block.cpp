#include "core/audit/line_block.h"

#include "core/audit/sha_batch.h"

namespace tally::audit {
namespace {
constexpr std::string_view known_names[known_count] = {
    "about",   "args",   "beat_s", "boot", "cost_pico", "docs",          "in",  "kind", "log",  "mono_us",
    "op",      "origin", "out",    "prev", "price_seq", "reserved_pico", "run", "seq",  "slot", "status",
    "steps_n", "target", "ts_us",  "user", "vkey"};
constexpr auto known_words = [] {
    std::array<std::uint64_t, known_count> words{};
    for (std::size_t i = 0; i < known_count; ++i)
        words[i] = keyWord(known_names[i]);
    return words;
}();
} // namespace

std::string_view toText(Known k) {
    return known_names[static_cast<std::size_t>(k)];
}

bool LineRef::bad(std::string_view name) const {
    for (std::size_t i = 0; i < line_->findings_n; ++i) {
        if (findings_[i].code != FieldFinding::Code::unknown_kind && findings_[i].field == name) return true;
    }
    return false;
}

bool LineRef::bad(Known k) const {
    return line_->findings_n != 0 && bad(toText(k));
}

bool LineRef::anyBad() const {
    for (std::size_t i = 0; i < line_->findings_n; ++i) {
        if (findings_[i].code != FieldFinding::Code::unknown_kind) return true;
    }
    return false;
}

void LineBlock::clear() {
    lines.clear();
    fields.clear();
    findings.clear();
    leaves.clear();
}

void LineBlock::hashLines() {
    leaves.resize(lines.size());
    messages.clear();
    for (const ParsedLine& l : lines)
        messages.push_back(l.line); // a missing record is an empty text: its hash is not used
    hashBatch(0, messages.data(), messages.size(), leaves.data());
}

void LineBlock::parseLines() {
    for (ParsedLine& l : lines) {
        if (!l.present) continue;
        l.fields_at = static_cast<std::uint32_t>(fields.size());
        l.status = parseCfp(l.line, fields);
        if (!l.status.ok()) {
            fields.resize(l.fields_at);
            continue;
        }
        l.fields_n = static_cast<std::uint32_t>(fields.size()) - l.fields_at;
        const EntryView view(l.line, fields.data() + l.fields_at, l.fields_n);
        // Both lists are sorted: one walk beside each other.
        std::size_t k = 0;
        for (std::size_t i = 0; i < view.size() && k < known_count; ++i) {
            const std::string_view key = view.key(view[i]);
            int order = 1;
            while (k < known_count &&
                   (order = compareKeys(known_words[k], known_names[k], view[i].key_word, key)) < 0)
                ++k;
            if (k < known_count && order == 0) l.known[k++] = static_cast<std::uint16_t>(i + 1);
        }
        const std::uint16_t kind_at = l.known[static_cast<std::size_t>(Known::kind)];
        if (kind_at != 0 && view[kind_at - 1U].type == CfpType::string)
            l.kind = kindOf(view.raw(view[kind_at - 1U]));
        if (l.kind == Kind::step || l.kind == Kind::settle) {
            for (const CfpField& f : view)
                l.quantities += meterOf(view.key(f), "_qty").has_value() ? 1 : 0;
        }
        l.findings_at = static_cast<std::uint32_t>(findings.size());
        checkFields(view, findings);
        l.findings_n = static_cast<std::uint32_t>(findings.size()) - l.findings_at;
    }
}

} // namespace tally::audit
