// Damage around the records: hash list, checkpoints, framing, openings.
#include "core/audit/merkle.h"
#include "tests/core/audit/support_mutation.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::test {
namespace {
using audit::Checkpoint;
using audit::Entry;
using audit::Section;

audit::SigningKey strangersKey() {
    SeededRng rng(4711);
    audit::Seed seed{};
    auto key = audit::SigningKey::generate(rng, seed);
    if (!key) std::abort();
    return std::move(*key);
}

std::vector<std::string> notesOf(TestLog& log) {
    return *log.checkpoints();
}
Checkpoint checkpointOf(const std::string& note) {
    return *Checkpoint::parse(audit::parseNote(note)->text);
}
bool isHandover(const TestLog& log, std::uint64_t size) {
    return *audit::parseEntry(log.lines()[size - 1])->text("kind") == "key";
}
Mutant made(std::string what, const BundleParts& parts) {
    Mutant m;
    m.what = std::move(what);
    m.bundle = parts.bundle();
    return m;
}
} // namespace

Mutant Mutator::hashList() {
    BundleParts parts = good_;
    std::string& h = parts[Section::hashes];
    const std::size_t n = h.size() / 32;
    const std::size_t at = 32 * below(n);
    std::string what;
    switch (below(6)) {
    case 0:
        h[below(h.size())] ^= static_cast<char>(1U << below(8));
        what = "bit of the hash list";
        break;
    case 1:
        h.erase(at, 32);
        what = "hash removed";
        break;
    case 2:
        h.insert(at, h.substr(32 * below(n), 32));
        what = "hash inserted";
        break;
    case 3: {
        const std::string one = h.substr(at, 32);
        const std::size_t other = 32 * below(n);
        h.replace(at, 32, h.substr(other, 32));
        h.replace(other, 32, one);
        what = "hashes swapped";
        break;
    }
    case 4:
        h.resize(at);
        what = "hash list cut";
        break;
    default:
        h.resize(at + 1 + below(31));
        what = "hash list cut inside a hash";
        break;
    }
    if (below(3) == 0) { // and a record: nobody can tell where
        std::vector<std::string> lines = log_.lines();
        Mutant ignored;
        const std::uint64_t record = aRecord();
        changeRecord(lines, record, ignored);
        parts[Section::entries] = joined(lines);
        what += fmt::format(", record {} changed too", record);
    }
    return made(what, parts);
}

Mutant Mutator::checkpoints() {
    BundleParts parts = good_;
    std::vector<std::string> notes = notesOf(log_);
    const std::size_t i = below(notes.size());
    const Checkpoint c = checkpointOf(notes[i]);
    const auto again = [&](const Checkpoint& changed, const audit::SigningKey& key) {
        return *audit::signNote(changed.text(), log_.origin(), key);
    };
    std::string what;
    bool must_fail = true;
    switch (below(12)) {
    case 0:
        notes[i][below(notes[i].size())] ^= static_cast<char>(1U << below(8));
        what = "bit of a checkpoint";
        break;
    case 1: {
        Checkpoint other = c;
        other.size += below(2) == 0 ? 1 : below(100);
        notes[i].replace(0, c.text().size(), other.text());
        what = "size of a checkpoint";
        break;
    }
    case 2: {
        Checkpoint other = c;
        other.root[below(32)] ^= 1;
        notes[i] = below(2) == 0 ? again(other, log_.keyFor(c.size))
                                 : other.text() + notes[i].substr(c.text().size());
        what = "root of a checkpoint";
        break;
    }
    case 3:
        notes[i] = again(c, strangersKey());
        what = "checkpoint signed by a stranger";
        break;
    case 4: {
        const audit::SigningKey& other = log_.keyFor(below(2) == 0 ? 1 : log_.lines().size());
        notes[i] = again(c, other);
        must_fail = &other != &log_.keyFor(c.size);
        what = "checkpoint signed by the key of another epoch";
        break;
    }
    case 5:
        notes.erase(notes.begin() + static_cast<std::ptrdiff_t>(i));
        must_fail = i == notes.size() || isHandover(log_, c.size);
        what = "checkpoint removed";
        break;
    case 6:
        notes.insert(notes.begin() + static_cast<std::ptrdiff_t>(below(notes.size())), std::string(notes[i]));
        what = "checkpoint twice";
        break;
    case 7:
        std::swap(notes[i], notes[below(notes.size())]);
        what = "checkpoints swapped";
        break;
    case 8: {
        const std::string text = c.text() + "extension\n";
        notes[i] = *audit::signNote(text, log_.origin(), log_.keyFor(c.size));
        must_fail = false;
        what = "extension line";
        break;
    }
    case 9:
        notes[i] += *audit::signatureLine(c.text(), "other.example/witness", strangersKey());
        must_fail = false;
        what = "signature of an unknown key";
        break;
    case 10:
        notes.clear();
        what = "no checkpoints";
        break;
    default: {
        Checkpoint other = c;
        other.origin = "other.example/" + c.origin.substr(c.origin.rfind('/') + 1);
        notes[i] = again(other, log_.keyFor(c.size));
        what = "origin of a checkpoint";
        break;
    }
    }
    parts[Section::checkpoints] = countedList(notes);
    Mutant m = made(what, parts);
    m.must_fail = must_fail;
    return m;
}

Mutant Mutator::framing() {
    BundleParts parts = good_;
    Mutant m;
    switch (below(6)) {
    case 0:
        m.bundle = good_.bundle();
        m.bundle.resize(below(m.bundle.size()));
        m.what = "file cut";
        return m;
    case 1: {
        m.bundle = good_.bundle();
        const std::size_t at = m.bundle.find("\n@", below(m.bundle.size() / 2)) + 1;
        const std::size_t digit = m.bundle.find_first_of("0123456789", at);
        m.bundle[digit] = static_cast<char>('0' + below(10));
        m.what = "length of a section";
        return m;
    }
    case 2:
        m.bundle = good_.bundle() + (below(2) == 0 ? "\n" : "@more 0\n\n");
        m.what = "bytes behind the last section";
        return m;
    case 3:
        std::swap(parts.sections[below(audit::section_count)], parts.sections[below(audit::section_count)]);
        m = made("contents of sections swapped", parts);
        // Payloads among the anchors are withheld, and lines of an unknown kind.
        m.must_fail = parts[Section::anchors] != good_[Section::openings];
        return m;
    case 4: {
        Entry manifest = *audit::parseEntry(parts[Section::manifest]);
        static const std::string keys[] = {"first", "log", "origin", "schema", "size"};
        const std::string& key = keys[below(5)];
        const audit::Value& old = *manifest.find(key);
        if (const auto* n = std::get_if<std::int64_t>(&old))
            manifest.set(key, *n + 1 + static_cast<std::int64_t>(below(5)));
        else
            manifest.set(key, std::get<std::string>(old) + "x");
        parts[Section::manifest] = *audit::encodeEntry(manifest);
        return made("manifest " + key, parts);
    }
    default:
        parts[Section::entries] += "{\"kind\":\"beat\"";
        m = made("torn line behind the log", parts);
        m.must_fail = false;
        return m;
    }
}

Mutant Mutator::openings() {
    BundleParts parts = good_;
    std::string& section = parts[Section::openings];
    if (section.empty()) return {};
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < section.size();) {
        const std::size_t end = section.find('\n', at);
        lines.push_back(section.substr(at, end - at));
        at = end + 1;
    }
    std::string& line = lines[below(lines.size())];
    Entry e = *audit::parseEntry(line, 0);
    Mutant m;
    bool must_fail = true;
    std::string what;
    switch (below(7)) {
    case 0:
        e.set("payload", toBase64(Bytes{1, 2, 3}));
        what = "another payload";
        break;
    case 1: {
        std::string nonce = *e.text("nonce");
        nonce[below(64)] ^= 1;
        e.set("nonce", nonce);
        what = "another nonce";
        break;
    }
    case 2:
        e.set("seq", *e.integer("seq") + 1 + static_cast<std::int64_t>(below(9)));
        // Behind the end it belongs to no record, which is only unchecked.
        must_fail = *e.integer("seq") < static_cast<std::int64_t>(log_.lines().size());
        what = "payload of another record";
        break;
    case 3:
        e.set("slot", std::string(*e.text("slot") == "in" ? "out" : "in"));
        what = "payload of another slot";
        break;
    case 4:
        line.clear();
        must_fail = false;
        what = "payload withheld";
        break;
    case 5:
        e.set("log", std::string(32, 'a'));
        what = "payload of another log";
        break;
    default: { // one that was erased
        std::optional<std::pair<std::uint64_t, std::string>> erased;
        for (const std::string& l : log_.lines()) {
            const auto entry = audit::parseEntry(l);
            if (*entry->text("kind") == "erase")
                erased.emplace(static_cast<std::uint64_t>(*entry->integer("target")), *entry->text("slot"));
        }
        if (!erased) return {};
        e.set("seq", static_cast<std::int64_t>(erased->first)).set("slot", erased->second);
        what = "erased payload present";
        break;
    }
    }
    if (!line.empty()) line = *audit::encodeEntry(e, 0);
    std::erase_if(lines, [](const std::string& l) { return l.empty(); });
    section = joined(lines);
    m = made(what, parts);
    m.must_fail = must_fail;
    return m;
}

Mutant Mutator::rawBytes() {
    Mutant m;
    m.bundle = good_.bundle();
    const std::size_t from = m.bundle.find('\n', m.bundle.find("@manifest"));
    const std::size_t to = m.bundle.find("\n@checkpoints");
    for (std::uint64_t n = 1 + below(3); n > 0; --n) {
        const std::size_t at = below(m.bundle.size());
        m.bundle[at] ^= static_cast<char>(1U << below(8));
        // Nothing but `first` of the manifest is used: a key that is none any more contradicts nothing.
        m.must_fail = m.must_fail && !(at > from && at < to);
        m.what += fmt::format("byte {} ", at);
    }
    return m;
}

} // namespace tally::test
