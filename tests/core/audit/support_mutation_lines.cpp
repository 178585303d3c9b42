// Damage to bytes, form, place and number of lines; the hash list stays as it was signed.
#include "tests/core/audit/support_mutation.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::test {
using audit::CfpField;
using audit::Entry;

bool Mutator::otherBytes(std::string& line, std::uint64_t at, Mutant& m) {
    const std::size_t where = below(line.size());
    switch (below(4)) {
    case 0:
        line[where] = static_cast<char>(line[where] ^ (1U << below(8)));
        break;
    case 1:
        line.erase(where, 1 + below(4));
        break;
    case 2:
        line.insert(where, 1, static_cast<char>(below(256)));
        break;
    default:
        line.resize(where);
        break;
    }
    if (line == log_.lines()[at] || line.find('\n') != std::string::npos) {
        line = log_.lines()[at];
        return false;
    }
    m.what += fmt::format("bytes of {} ", at);
    m.damage.push_back({{"ALTERED", "UNPARSEABLE", "NOT_OBJECT", "DUPLICATE_KEY", "FORMATTING_ONLY"},
                        at,
                        {},
                        std::nullopt,
                        {}});
    return true;
}

bool Mutator::otherForm(std::string& line, std::uint64_t at, Mutant& m) {
    const ParsedEntry p(line);
    const audit::EntryView view(line, p.fields.data(), p.fields.size());
    std::vector<std::string> members;
    for (const CfpField& f : p.fields) {
        const auto [from, length] = ParsedEntry::span(f);
        members.push_back(fmt::format("\"{}\":{}", view.key(f), line.substr(from, length)));
    }
    std::string now;
    switch (below(7)) {
    case 0:
        now = fmt::format("{{ {} }}", fmt::join(members, ", "));
        break;
    case 1:
        std::rotate(members.begin(), members.begin() + 3, members.end());
        now = fmt::format("{{{}}}", fmt::join(members, ","));
        break;
    case 2:
        now = line + "\r";
        break;
    case 3:
        now = "\xef\xbb\xbf" + line;
        break;
    case 4:
        now = "\t " + line + "  ";
        break;
    case 5: { // a letter as an escape
        const std::size_t a = line.find("\"kind\":\"") + 8;
        now = line;
        now.replace(a, 1, fmt::format("\\u{:04X}", static_cast<unsigned>(line[a])));
        break;
    }
    default: { // a key as an escape
        now = line;
        now.replace(now.find("\"log\"") + 1, 1, "\\u006c");
        break;
    }
    }
    line = now;
    m.what += fmt::format("other form of {} ", at);
    m.damage.push_back({{"FORMATTING_ONLY"}, at, {}, std::nullopt, {}});
    return true;
}

Mutant Mutator::linesMoved() {
    std::vector<std::string> lines = log_.lines();
    const std::uint64_t n = lines.size();
    const std::uint64_t at = below(n - 4);
    const auto where = lines.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(9)) {
    case 0: {
        const std::uint64_t count = 1 + below(3);
        lines.erase(where, where + static_cast<std::ptrdiff_t>(count));
        Mutant m = withLines(fmt::format("delete {}+{}", at, count), lines);
        for (std::uint64_t i = 0; i < count; ++i)
            m.damage.push_back({{"DELETED"}, at + i, {}, std::nullopt, {}});
        return m;
    }
    case 1: {
        lines.resize(at + 1);
        Mutant m = withLines(fmt::format("cut after {}", at), lines);
        for (std::uint64_t i = at + 1; i < n; ++i)
            m.damage.push_back({{"TRUNCATED"}, i, {}, std::nullopt, {}});
        return m;
    }
    case 2: {
        // A copy behind the last record would be a tail that is not sealed yet.
        const std::uint64_t to = at + 1 + below(n - at - 2);
        const std::string copy = lines[at];
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(to) + 1, copy);
        Mutant m = withLines(fmt::format("copy {} behind {}", at, to), lines);
        m.damage.push_back({{"DUPLICATED"}, at, {}, std::nullopt, {}});
        return m;
    }
    case 3: {
        const std::uint64_t from = at + 1 + below(n - at - 1);
        std::string line = lines[from];
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(from));
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), line);
        Mutant m = withLines(fmt::format("move {} to {}", from, at), lines);
        // Of two neighbours either may be the one that was moved.
        m.damage.push_back(
            {{"MOVED"}, from == at + 1 ? at : from, {}, std::nullopt, std::set<std::uint64_t>{from, at}});
        if (from == at + 1) m.damage.back().seq = from, m.damage.back().also = {at, from};
        return m;
    }
    case 4: {
        Entry e = *audit::parseEntry(lines[at]);
        e.set("salt", std::string("00000000000000000000000000000000"));
        e.set("fd", audit::fieldDigests(e));
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), *audit::encodeEntry(e));
        Mutant m = withLines(fmt::format("insert before {}", at), lines);
        m.damage.push_back({{"INSERTED"}, at, {}, std::nullopt, {}});
        return m;
    }
    case 5: {
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), below(2) == 0 ? "" : "{}");
        Mutant m = withLines(fmt::format("empty line before {}", at), lines);
        m.damage.push_back({{"INSERTED"}, at, {}, std::nullopt, {}});
        return m;
    }
    case 6: { // two lines become one
        lines[at] += lines[at + 1];
        lines.erase(where + 1);
        Mutant m = withLines(fmt::format("join {}", at), lines);
        // One line for two records: which of them it was is not said anywhere.
        m.damage.push_back({{"DELETED"}, at, {}, std::nullopt, {at + 1}});
        m.damage.push_back({{"INSERTED"}, at + 2, {}, std::nullopt, {}});
        return m;
    }
    case 7: { // one line becomes two
        const std::size_t cut = 1 + below(lines[at].size() - 1);
        const std::string rest = lines[at].substr(cut);
        lines[at].resize(cut);
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at) + 1, rest);
        Mutant m = withLines(fmt::format("split {}", at), lines);
        m.damage.push_back({{"DELETED"}, at, {}, std::nullopt, {}});
        m.damage.push_back({{"INSERTED"}, at + 1, {}, std::nullopt, {}});
        return m;
    }
    default: {
        const std::uint64_t other = at + 3 + below(n - at - 3); // nearer ones could be told otherwise
        std::swap(lines[at], lines[other]);
        Mutant m = withLines(fmt::format("swap {} and {}", at, other), lines);
        m.damage.push_back({{"MOVED"}, at, {}, std::nullopt, {other}});
        m.damage.push_back({{"MOVED"}, other, {}, std::nullopt, {at}});
        return m;
    }
    }
}

} // namespace tally::test
