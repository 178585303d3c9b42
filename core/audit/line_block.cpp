#include "core/audit/line_block.h"

#include "core/audit/field_rules.h"
#include "core/audit/id_map.h"
#include "core/base/hash_batch.h"

namespace tally::audit {
namespace {
constexpr std::string_view known_names[known_count] = {
    "about",     "args",     "beat_s",        "boot", "cost_pico", "docs", "in",     "kind",
    "log",       "model",    "mono_us",       "op",   "origin",    "out",  "parent", "prev",
    "price_seq", "provider", "reserved_pico", "run",  "seq",       "slot", "span",   "status",
    "steps_n",   "target",   "ts_us",         "user", "vkey"};
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
    quantities.clear();
    findings.clear();
    leaves.clear();
}

void LineBlock::hashLines(std::size_t from) {
    leaves.resize(lines.size());
    messages_.clear();
    for (std::size_t i = from; i < lines.size(); ++i)
        messages_.push_back(lines[i].line);
    hashBatch(0, messages_.data(), messages_.size(), leaves.data() + from);
}

void LineBlock::parseLines(const Hash* chain, std::size_t from) {
    for (std::size_t i = from; i < lines.size(); ++i) {
        ParsedLine& l = lines[i];
        if (!l.present) continue;
        l.fields_at = static_cast<std::uint32_t>(fields.size());
        l.quantities_at = static_cast<std::uint32_t>(quantities.size());
        l.findings_at = static_cast<std::uint32_t>(findings.size());
        if (!parseKnownShape(l)) parseStrictly(l);
        const LineRef ref(*this, l);
        if (const auto run = ref.raw(Known::run)) l.run_hash = IdMap::hashOf(*run);
        if (const auto prev = ref.raw(Known::prev); prev && i > 0) l.linked = isHexOf(*prev, chain[i - 1]);
    }
}

bool LineBlock::parseKnownShape(ParsedLine& l) {
    const int shape = shapes_.read(l.line, read_);
    if (shape < 0) return false;
    const Facts& facts = facts_[static_cast<std::size_t>(shape)];
    const auto n = static_cast<std::ptrdiff_t>(shapes_.fieldsOf(shape));
    fields.insert(fields.end(), read_.begin(), read_.begin() + n);
    quantities.insert(quantities.end(), facts.quantities.begin(), facts.quantities.end());
    l.fields_n = static_cast<std::uint32_t>(n);
    l.quantities_n = static_cast<std::uint32_t>(facts.quantities.size());
    l.kind = facts.kind;
    l.known = facts.known;
    return true;
}

void LineBlock::parseStrictly(ParsedLine& l) {
    l.status = parseCfp(l.line, fields);
    if (!l.status.ok()) {
        fields.resize(l.fields_at);
        return;
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
        for (std::size_t i = 0; i < view.size(); ++i) {
            if (meterOf(view.key(view[i]), "_qty")) quantities.push_back(static_cast<std::uint16_t>(i));
        }
        l.quantities_n = static_cast<std::uint32_t>(quantities.size()) - l.quantities_at;
    }
    checkFields(view, findings);
    l.findings_n = static_cast<std::uint32_t>(findings.size()) - l.findings_at;
    if (l.findings_n != 0 || !l.kind) return;
    const int shape = shapes_.learn(view, *l.kind);
    if (shape < 0) return;
    facts_.resize(shapes_.size());
    facts_[static_cast<std::size_t>(shape)] = {
        *l.kind, l.known, {quantities.begin() + l.quantities_at, quantities.end()}};
}

} // namespace tally::audit
