// Forgeries by those who have no key, a key of their own, or some or all of the log's; ranges and memories
// that do not fit.
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
std::string hashBytes(const std::vector<Hash>& leaves) {
    return {reinterpret_cast<const char*>(leaves.data()), leaves.size() * 32};
}
Mutant made(std::string what, const BundleParts& parts) {
    Mutant m;
    m.what = std::move(what);
    m.bundle = parts.bundle();
    return m;
}
} // namespace

/// Records changed and everything that anybody can compute made to fit; signed by nobody, by a stranger, by
/// the newest key alone, or by the log's own keys: then only what the records say can give it away.
Mutant Mutator::forged() {
    std::vector<Entry> entries;
    for (const std::string& line : log_.lines())
        entries.push_back(*audit::parseEntry(line));
    const std::uint64_t at = aRecord();
    std::string what;
    const std::uint64_t kind = below(5);
    if (kind == 0 && entries.size() > 2) {
        entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(at));
        what = "removed";
    } else if (kind == 1) {
        entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(at), entries[aRecord()]);
        what = "inserted";
    } else {
        Entry& e = entries[at];
        const auto field = e.begin() + static_cast<std::ptrdiff_t>(below(e.size()));
        const std::string key = field->first;
        const NewValue now = otherValue(key, field->second, true);
        if (kind == 2) {
            e.remove(key);
        } else if (const auto parsed = audit::parseEntry("{\"a\":" + now.text + "}")) {
            e.set(key, *parsed->find("a"));
        } else {
            return {};
        }
        what = fmt::format("{} of {}", key, at);
    }
    const bool renumber = below(4) != 0;
    const int signer = static_cast<int>(below(4)); // nobody, stranger, newest key, the log's own keys
    const audit::SigningKey stranger = strangersKey();
    const auto notes = notesOf(log_);
    std::set<std::uint64_t> sizes;
    for (const std::string& note : notes)
        sizes.insert(std::min<std::uint64_t>(checkpointOf(note).size, entries.size()));
    sizes.insert(entries.size());
    std::vector<std::string> lines, out_notes;
    std::vector<Hash> leaves;
    audit::CompactRange tree;
    for (std::uint64_t i = 0; i < entries.size(); ++i) {
        Entry& e = entries[i];
        if (i >= at) {
            if (renumber && e.has("seq")) e.set("seq", static_cast<std::int64_t>(i));
            if (e.has("prev")) e.set("prev", leaves.empty() ? std::string(64, '0') : toHex(leaves.back()));
            if (e.has("fd")) e.set("fd", audit::fieldDigests(e));
        }
        const auto line = audit::encodeEntry(e);
        if (!line) return {};
        lines.push_back(*line);
        leaves.push_back(audit::leafHash(*line));
        tree.append(leaves.back());
        if (sizes.count(i + 1) == 0) continue;
        const Checkpoint c{log_.origin(), i + 1, tree.root(), {}};
        const audit::SigningKey& key = signer == 1   ? stranger
                                       : signer == 2 ? log_.keyFor(log_.lines().size())
                                                     : log_.keyFor(c.size);
        out_notes.push_back(*audit::signNote(c.text(), log_.origin(), key));
    }
    BundleParts parts = good_;
    parts[Section::entries] = joined(lines);
    parts[Section::hashes] = hashBytes(leaves);
    if (signer != 0) parts[Section::checkpoints] = countedList(out_notes);
    Entry manifest = *audit::parseEntry(parts[Section::manifest]);
    manifest.set("size", static_cast<std::int64_t>(entries.size()));
    parts[Section::manifest] = *audit::encodeEntry(manifest);
    static const char* const by[] = {"nobody", "a stranger", "the newest key", "the log's keys"};
    Mutant m = made(fmt::format("forged: {}, signed by {}{}", what, by[signer], renumber ? "" : ", seq kept"),
                    parts);
    // The holder of all keys can write another log; only a memory of the old one contradicts him.
    m.must_fail = signer < 2 || (signer == 2 && &log_.keyFor(1) != &log_.keyFor(log_.lines().size()));
    // A log that only grew contradicts no memory.
    const bool grew = lines.size() >= log_.lines().size() &&
                      std::equal(log_.lines().begin(), log_.lines().end(), lines.begin());
    if (signer == 3 && below(2) == 0 && !grew) {
        m.memory.emplace();
        audit::CompactRange seen;
        for (const Hash& h : log_.leafHashes())
            seen.append(h);
        const std::string id = log_.origin().substr(log_.origin().rfind('/') + 1);
        m.memory->logs[id] = {log_.fingerprint(), log_.origin(),
                              static_cast<std::int64_t>(log_.lines().size()), toHex(seen.root())};
        m.must_fail = true;
    }
    return m;
}

Mutant Mutator::range() {
    audit::BundleOptions options;
    options.first = 1 + below(log_.lines().size() - 2);
    options.openings = below(2) == 0;
    BundleParts parts(log_.bundle(options));
    std::string what = fmt::format("range from {}: ", options.first);
    bool must_fail = true;
    switch (below(6)) {
    case 0:
        must_fail = false;
        what += "unchanged";
        break;
    case 1: {
        std::string& left = parts[Section::left];
        left[below(left.size())] ^= 4;
        what += "left edge";
        break;
    }
    case 2: {
        std::string& context = parts[Section::context];
        context[below(context.size())] ^= static_cast<char>(1U << below(8));
        what += "bit of the context";
        break;
    }
    case 3:
        parts[Section::context].clear();
        what += "no context";
        break;
    case 4: {
        const auto listed = audit::splitCounted(parts[Section::context]);
        std::vector<std::string> items(listed->begin(), listed->end());
        items.erase(items.begin() + static_cast<std::ptrdiff_t>(below(items.size())));
        parts[Section::context] = countedList(items);
        must_fail = false; // a price that nothing refers to is not missed
        what += "one context entry missing";
        break;
    }
    default: {
        std::vector<std::string> lines = parts.lines();
        const std::uint64_t at = below(lines.size());
        std::vector<std::string> all = log_.lines();
        Mutant found;
        if (!changeRecord(all, at + options.first, found)) return {};
        lines[at] = all[at + options.first];
        parts[Section::entries] = joined(lines);
        Mutant m = made(what + found.what, parts);
        m.localised = true;
        m.damage = std::move(found.damage);
        for (Damage& d : m.damage) { // what would tell may lie before the range
            d.original.reset();
            if (d.seq == options.first && d.fields.count("prev") != 0) d.fields.clear();
        }
        return m;
    }
    }
    Mutant m = made(what, parts);
    m.must_fail = must_fail;
    return m;
}

Mutant Mutator::remembered() {
    BundleParts parts = good_;
    Mutant m;
    m.memory.emplace();
    audit::CompactRange seen;
    for (const Hash& h : log_.leafHashes())
        seen.append(h);
    auto size = static_cast<std::int64_t>(log_.lines().size());
    Hash root = seen.root();
    std::string fingerprint = log_.fingerprint();
    m.must_fail = true;
    switch (below(5)) {
    case 0:
        size += 1 + static_cast<std::int64_t>(below(50));
        m.what = "a longer log was seen";
        break;
    case 1:
        root[below(32)] ^= 1;
        m.what = "another tree of this size was seen";
        break;
    case 2:
        fingerprint[below(64)] = fingerprint[0] == 'a' ? 'b' : 'a';
        m.must_fail = fingerprint != log_.fingerprint();
        m.what = "another first entry was seen";
        break;
    case 3: { // an older state was seen: all is well
        const std::uint64_t at = 1 + below(log_.lines().size() - 1);
        audit::CompactRange older;
        for (std::uint64_t i = 0; i < at; ++i)
            older.append(log_.leafHashes()[i]);
        size = static_cast<std::int64_t>(at);
        root = older.root();
        m.must_fail = false;
        m.what = "an older state was seen";
        break;
    }
    default:
        m.must_fail = false;
        m.what = "the same state was seen";
        break;
    }
    const std::string id = log_.origin().substr(log_.origin().rfind('/') + 1);
    m.memory->logs[id] = {fingerprint, log_.origin(), size, toHex(root)};
    parts[Section::anchors] = "{\"kind\":\"unknown\"}\n";
    m.bundle = parts.bundle();
    return m;
}

} // namespace tally::test
