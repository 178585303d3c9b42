// Damage to the records themselves; the hash list, which names them, stays as it was signed.
#include "tests/core/audit/support_mutation.h"

#include "core/audit/unicode.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::test {
namespace {
using audit::CfpField;
using audit::Entry;
using audit::Section;

std::string shown(const audit::Value& v) {
    if (const auto* s = std::get_if<std::string>(&v)) return *s;
    if (const auto* n = std::get_if<std::int64_t>(&v)) return std::to_string(*n);
    return std::get<bool>(v) ? "true" : "false";
}
const std::set<std::string> not_searched = {"salt", "in", "out", "args", "docs", "user"};
bool fixedByPosition(const std::string& key) {
    return key == "seq" || key == "log" || key == "v" || key == "prev";
}
} // namespace

ParsedEntry::ParsedEntry(const std::string& line) {
    audit::parseCfp(line, fields);
    entry = Entry(audit::EntryView(line, fields.data(), fields.size()));
}

std::pair<std::size_t, std::size_t> ParsedEntry::span(const CfpField& f) {
    const std::size_t quote = f.type == audit::CfpType::string ? 1 : 0;
    return {f.value_at - quote, f.value_len + 2 * quote};
}

Mutator::Mutator(TestLog& log, std::uint64_t seed)
    : log_(log)
    , rng_(seed)
    , good_(log.bundle()) {}

std::string Mutator::joined(const std::vector<std::string>& lines) const {
    std::string out;
    for (const std::string& l : lines)
        out += l + '\n';
    return out;
}

Mutant Mutator::withLines(std::string what, const std::vector<std::string>& lines) {
    BundleParts parts = good_;
    parts[Section::entries] = joined(lines);
    Mutant m;
    m.what = std::move(what);
    m.bundle = parts.bundle();
    m.localised = true;
    return m;
}

Mutant Mutator::next() {
    for (;;) {
        Mutant m;
        switch (below(16)) {
        case 0:
            m = hashList();
            break;
        case 1:
            m = checkpoints();
            break;
        case 2:
            m = forged();
            break;
        case 3:
            m = framing();
            break;
        case 4:
            m = openings();
            break;
        case 5:
            m = range();
            break;
        case 6:
            m = rawBytes();
            break;
        case 7:
            m = remembered();
            break;
        case 8:
        case 9:
            m = linesMoved();
            break;
        default:
            m = records();
            break;
        }
        if (m.bundle.empty() || m.bundle == good_.bundle()) continue; // nothing was changed
        if (!m.pin && below(2) == 0) m.pin = log_.fingerprint();
        return m;
    }
}

Mutant Mutator::records() {
    std::vector<std::string> lines = log_.lines();
    Mutant m;
    std::set<std::uint64_t> seen;
    const std::uint64_t count = below(3) == 0 ? 1 + below(3) : 1;
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t at = aRecord();
        if (!seen.insert(at).second) continue;
        changeRecord(lines, at, m);
    }
    if (m.damage.empty()) return {};
    Mutant out = withLines(m.what, lines);
    if (seen.size() > 1) {
        for (Damage& d : m.damage) {
            // Lines that state another place may be taken for each other's.
            const bool own_place = d.fields.count("seq") == 0 && !d.fields.empty();
            out.localised =
                out.localised && (own_place || d.codes == std::set<std::string>{"FORMATTING_ONLY"});
            d.original.reset(); // what would prove it may be damaged too
        }
    }
    out.damage = std::move(m.damage);
    return out;
}

bool Mutator::changeRecord(std::vector<std::string>& lines, std::uint64_t at, Mutant& m) {
    std::string& line = lines[at];
    switch (below(9)) {
    case 0:
    case 1:
    case 2:
        return editFields(line, at, 1, false, m);
    case 3:
        return editFields(line, at, 2 + static_cast<int>(below(3)), false, m);
    case 4:
        return editFields(line, at, 1, true, m);
    case 5:
        return below(2) == 0 ? addField(line, at, m) : removeField(line, at, m);
    case 6:
        return duplicateField(line, at, m);
    case 7:
        return otherBytes(line, at, m);
    default:
        return otherForm(line, at, m);
    }
}

bool Mutator::editFields(std::string& line, std::uint64_t at, int count, bool digests, Mutant& m) {
    ParsedEntry p(line);
    std::set<std::size_t> chosen;
    while (static_cast<int>(chosen.size()) < count)
        chosen.insert(below(p.fields.size()));
    const audit::EntryView view(line, p.fields.data(), p.fields.size());
    Damage d{{"ALTERED"}, at, {}, std::nullopt, {}};
    std::string out = line;
    bool readable = true, with_fd = false;
    for (auto it = chosen.rbegin(); it != chosen.rend(); ++it) { // from the back: spans stay right
        const CfpField& f = p.fields[*it];
        const std::string key(view.key(f));
        const audit::Value& value = *p.entry.find(key);
        if (digests && key == "fd") return false;
        // A last line that claims a later place may be one that is not sealed yet, and the last record be
        // gone.
        if (key == "seq" && at + 1 == log_.lines().size()) return false;
        const NewValue now = otherValue(key, value, digests);
        const auto [from, length] = ParsedEntry::span(f);
        if (now.text == line.substr(from, length)) return false;
        readable = readable && now.readable;
        with_fd = with_fd || key == "fd";
        out.replace(from, length, now.text);
        d.fields.insert(key);
        if (count == 1 && now.provable) d.original = shown(value);
    }
    if (!readable) {
        d = {{"UNPARSEABLE"}, at, {}, std::nullopt, {}};
    } else if (digests) {
        const auto entry = audit::parseEntry(out);
        if (!entry) return false;
        Entry e = *entry;
        e.set("fd", audit::fieldDigests(e));
        out = *audit::encodeEntry(e);
        if (!d.original) d.fields.clear();
    } else if (with_fd && count > 1) {
        d.fields.clear();
    }
    m.what += fmt::format("edit {} of {}{} ", fmt::join(d.fields, ","), at, digests ? " with fd" : "");
    line = out;
    m.damage.push_back(d);
    return true;
}

Mutator::NewValue Mutator::otherValue(const std::string& key, const audit::Value& value, bool digests) {
    if (!digests && below(12) == 0) {
        static const std::string strange[] = {"null", "[]", "{\"a\":[1,2]}", "[[[[]]]]", "1e400"};
        const bool fixed = fixedByPosition(key) || key == "fd";
        return {strange[below(5)], true, fixed};
    }
    if (const auto* b = std::get_if<bool>(&value)) return {*b ? "false" : "true", true, true};
    NewValue out;
    if (const auto* n = std::get_if<std::int64_t>(&value))
        out = otherNumber(*n, digests);
    else
        out = otherText(key, std::get<std::string>(value), digests);
    if (out.readable && (fixedByPosition(key) || (key == "fd" && !digests))) out.provable = true;
    if (digests && not_searched.count(key) != 0) out.provable = false;
    return out;
}

Mutator::NewValue Mutator::otherNumber(std::int64_t n, bool digests) {
    const std::string text = std::to_string(n);
    if (n <= 0) return {std::to_string(n + 1 + static_cast<std::int64_t>(below(9))), true, true};
    switch (below(digests ? 3 : 12)) {
    case 0: { // one digit
        std::string t = text;
        const std::size_t at = below(t.size());
        const char c = static_cast<char>('1' + below(9));
        t[at] = c;
        return {t, true, true};
    }
    case 1:
        return {std::to_string(n + 1 + static_cast<std::int64_t>(below(150))), true, true};
    case 2:
        return {n < 90'000'000'000'000 ? text + "0" : text, true, true};
    case 3:
        return {"-" + text, true, true};
    case 4:
        return {text + ".0", true, true};
    case 5:
        return {text + ".00e0", true, true};
    case 6:
        return {"\"" + text + "\"", true, false};
    case 7:
        return {"0" + text, false, false};
    case 8:
        return {"+" + text, false, false};
    case 9:
        return {text + std::string(400, '9'), true, false};
    case 10:
        return {"-0", true, false};
    default:
        return {std::to_string(below(1'000'000'000'000'000)), true, false};
    }
}

Mutator::NewValue Mutator::otherText(const std::string& key, const std::string& text, bool digests) {
    const auto quoted = [](std::string_view s) { return audit::encodeValue(std::string(s)); };
    if (digests) return {quoted(text + (key == "kind" ? "s" : "!")), true, false};
    const std::size_t at = text.empty() ? 0 : below(text.size());
    const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x1f && c < 0x7f; });
    const char c = "0123456789abcdefghijklmnopqrstuvwxyz _-./"[below(41)];
    std::string t = text;
    switch (below(12)) {
    case 0:
        if (!ascii || text.empty()) break;
        t[at] = c;
        return {quoted(t), true, true};
    case 1:
        if (!ascii || text.empty()) break;
        t.erase(at, 1);
        return {quoted(t), true, true};
    case 2:
        return {quoted(text + c), true, true};
    case 3:
        return {quoted(audit::toNfc(text) == text ? audit::toNfd(text) : audit::toNfc(text)), true, true};
    case 4: { // what the same field says elsewhere
        const auto other = audit::parseEntry(log_.lines()[aRecord()]);
        const std::string* s = other->text(key);
        return {quoted(s == nullptr ? text + "2" : *s), true, false};
    }
    case 5:
        return {quoted("\u202e" + text), true, false};
    case 6:
        return {"\"\"", true, false};
    case 7:
        return {"\"" + std::string("\\ud800") + "\"", false, false};
    case 8:
        return {std::string("\"\x01\""), false, false};
    case 9:
        return {"\"\xc3\x28\"", false, false};
    case 10:
        return {"17", true, false};
    default:
        break;
    }
    return {quoted(text + " and more than one letter"), true, false};
}

bool Mutator::addField(std::string& line, std::uint64_t at, Mutant& m) {
    Entry e = *audit::parseEntry(line);
    const std::string key = fmt::format("x{}", below(1000));
    if (e.has(key)) return false;
    e.set(key, audit::Value(std::int64_t{1}));
    line = *audit::encodeEntry(e);
    m.what += fmt::format("add {} to {} ", key, at);
    m.damage.push_back({{"ALTERED"}, at, {key}, std::nullopt, {}});
    return true;
}

bool Mutator::removeField(std::string& line, std::uint64_t at, Mutant& m) {
    Entry e = *audit::parseEntry(line);
    const auto field = e.begin() + static_cast<std::ptrdiff_t>(below(e.size()));
    const std::string key = field->first;
    Damage d{{"ALTERED"}, at, {}, std::nullopt, {}};
    if (fixedByPosition(key) || key == "fd") {
        d.fields = {key};
        d.original = shown(field->second);
    }
    e.remove(key);
    line = *audit::encodeEntry(e);
    m.what += fmt::format("remove {} of {} ", key, at);
    m.damage.push_back(d);
    return true;
}

bool Mutator::duplicateField(std::string& line, std::uint64_t at, Mutant& m) {
    const ParsedEntry p(line);
    const audit::EntryView view(line, p.fields.data(), p.fields.size());
    const CfpField& f = p.fields[below(p.fields.size())];
    const std::string key(view.key(f));
    const auto [from, length] = ParsedEntry::span(f);
    const std::string value = below(2) == 0 ? line.substr(from, length) : "12345";
    if (below(2) == 0)
        line.insert(from + length, fmt::format(",\"{}\":{}", key, value));
    else
        line.insert(1, fmt::format("\"{}\":{},", key, value));
    m.what += fmt::format("second {} in {} ", key, at);
    m.damage.push_back({{"DUPLICATE_KEY"}, at, {key}, shown(*p.entry.find(key)), {}});
    return true;
}

} // namespace tally::test
