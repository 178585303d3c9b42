#include "core/audit/compare.h"

#include "core/audit/cfp.h"
#include "core/audit/payload.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

namespace tally::audit {
namespace {
constexpr std::int64_t nowhere = -1;

struct ContentKey {
    std::uint64_t high = 0, low = 0;
    bool operator==(const ContentKey&) const = default;
};
struct KeyHash {
    std::size_t operator()(const ContentKey& k) const { return static_cast<std::size_t>(k.high ^ k.low); }
};

bool followsFromPlace(std::string_view key) {
    return key == "seq" || key == "prev" || key == "fd";
}

/// A line of a file, as far as comparing needs it.
struct Row {
    Hash leaf{};
    ContentKey content;
};

class Reader {
public:
    explicit Reader(const BundleRecords& records)
        : records_(records) {}
    [[nodiscard]] std::int64_t first() const { return static_cast<std::int64_t>(records_.first()); }
    [[nodiscard]] std::int64_t end() const { return first() + static_cast<std::int64_t>(records_.lines()); }
    [[nodiscard]] Result<BundleRecords::Record> at(std::int64_t seq) const {
        return records_.record(static_cast<std::uint64_t>(seq));
    }
    [[nodiscard]] Result<Row> row(std::int64_t seq) const {
        TALLY_ASSIGN(const auto record, at(seq));
        return Row{record.computed, contentOf(record.line)};
    }

private:
    static ContentKey contentOf(std::string_view line) {
        std::vector<CfpField> fields;
        Hash digest{};
        if (parseCfp(line, fields).ok()) {
            const EntryView entry(line, fields.data(), fields.size());
            std::string text;
            for (const CfpField& f : entry) {
                const std::string_view key = entry.key(f);
                if (followsFromPlace(key) || key == "salt") continue;
                text += key;
                text += f.type == CfpType::string ? '"' : ':';
                text += entry.raw(f);
                text += '\n';
            }
            digest = sha256(text);
        } else {
            digest = sha256(line);
        }
        ContentKey out;
        for (std::size_t i = 0; i < 8; ++i) {
            out.high = out.high << 8 | digest[i];
            out.low = out.low << 8 | digest[8 + i];
        }
        return out;
    }
    const BundleRecords& records_;
};

std::map<std::string, std::string> fieldsOf(std::string_view line) {
    std::vector<CfpField> fields;
    std::map<std::string, std::string> out;
    if (!parseCfp(line, fields).ok()) {
        out["line"] = std::string(line);
        return out;
    }
    const EntryView entry(line, fields.data(), fields.size());
    for (const CfpField& f : entry)
        out[std::string(entry.key(f))] = entry.content(f);
    return out;
}

void append(std::vector<Comparison::Range>& ranges, std::int64_t seq) {
    if (!ranges.empty() && ranges.back().to + 1 == seq)
        ranges.back().to = seq;
    else
        ranges.push_back({seq, seq});
}

class Comparing {
public:
    Comparing(const Reader& a, const Reader& b, Comparison& out, const CancelToken& cancel)
        : a_(a)
        , b_(b)
        , out_(out)
        , cancel_(cancel) {}

    /// Up to the first record that differs where both files have one.
    Status prefix() {
        at_ = std::max(a_.first(), b_.first());
        end_ = std::min(a_.end(), b_.end());
        for (; at_ < end_; ++at_) {
            TALLY_TRY(check(at_));
            TALLY_ASSIGN(const auto left, a_.at(at_));
            TALLY_ASSIGN(const auto right, b_.at(at_));
            if (left.computed != right.computed) {
                out_.first_difference = at_;
                return {};
            }
            ++out_.common;
        }
        return {};
    }
    /// Records that only one file reaches, when those of both are the same.
    void beyond() {
        rangesOutside(a_, out_.only_a, out_.only_a_n);
        rangesOutside(b_, out_.only_b, out_.only_b_n);
    }
    /// Everything from the first difference on.
    Status rest() {
        const std::int64_t from = out_.first_difference;
        TALLY_ASSIGN(const auto rows_a, rows(a_, from));
        TALLY_ASSIGN(const auto rows_b, rows(b_, from));
        const auto anchors = match(rows_a, rows_b);
        std::size_t i = 0, j = 0;
        for (const auto& [x, y] : anchors) {
            TALLY_TRY(between(rows_a, rows_b, i, x, j, y));
            if (x < rows_a.size())
                TALLY_TRY(pair(from + idx(x), from + idx(y), rows_a[x].leaf == rows_b[y].leaf));
            i = x + 1;
            j = y + 1;
        }
        return {};
    }

private:
    using Anchors = std::vector<std::pair<std::size_t, std::size_t>>;
    void rangesOutside(const Reader& file, std::vector<Comparison::Range>& ranges, std::int64_t& n) const {
        const std::int64_t start = std::max(a_.first(), b_.first());
        for (const auto& [from, to] : {std::pair(file.first(), std::min(start, file.end())),
                                       std::pair(std::max(end_, file.first()), file.end())}) {
            if (from >= to) continue;
            ranges.push_back({from, to - 1});
            n += to - from;
        }
    }
    static std::int64_t idx(std::size_t i) { return static_cast<std::int64_t>(i); }
    [[nodiscard]] Status check(std::int64_t seq) const {
        if (seq % 4096 == 0 && cancel_.cancelled())
            return fail("verify.cancelled", "the comparison was cancelled");
        return {};
    }
    Result<std::vector<Row>> rows(const Reader& reader, std::int64_t from) const {
        std::vector<Row> out;
        out.reserve(static_cast<std::size_t>(reader.end() - from));
        for (std::int64_t seq = from; seq < reader.end(); ++seq) {
            TALLY_TRY(check(seq));
            TALLY_ASSIGN(out.emplace_back(), reader.row(seq));
        }
        return out;
    }
    /// Pairs of the same content that stand in the same order: the longest such list over the contents that
    /// occur once in each file. Ends with the ends of both.
    static Anchors match(const std::vector<Row>& a, const std::vector<Row>& b) {
        std::unordered_map<ContentKey, std::int64_t, KeyHash> in_b, in_a;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto [at, added] = in_b.try_emplace(b[j].content, idx(j));
            if (!added) at->second = nowhere;
        }
        for (const Row& row : a)
            ++in_a[row.content];
        std::vector<std::pair<std::size_t, std::size_t>> candidates;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const auto at = in_b.find(a[i].content);
            if (at != in_b.end() && at->second != nowhere && in_a[a[i].content] == 1)
                candidates.emplace_back(i, static_cast<std::size_t>(at->second));
        }
        // Patience: the smallest last element per length, and who came before each.
        std::vector<std::size_t> last, before(candidates.size());
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            const auto at =
                std::lower_bound(last.begin(), last.end(), candidates[c].second,
                                 [&](std::size_t l, std::size_t y) { return candidates[l].second < y; });
            before[c] = at == last.begin() ? candidates.size() : *std::prev(at);
            if (at == last.end())
                last.push_back(c);
            else
                *at = c;
        }
        Anchors out;
        for (std::size_t c = last.empty() ? candidates.size() : last.back(); c < candidates.size();
             c = before[c])
            out.push_back(candidates[c]);
        std::reverse(out.begin(), out.end());
        out.emplace_back(a.size(), b.size());
        return out;
    }
    /// What stands between two anchors: the same content again in order, then versions of one record.
    Status between(const std::vector<Row>& a, const std::vector<Row>& b, std::size_t i, std::size_t i_end,
                   std::size_t j, std::size_t j_end) {
        const std::int64_t from = out_.first_difference;
        std::vector<std::size_t> left_a, left_b;
        std::unordered_map<ContentKey, std::vector<std::size_t>, KeyHash> same;
        for (std::size_t y = j_end; y > j; --y)
            same[b[y - 1].content].push_back(y - 1);
        std::vector<bool> used(j_end - j);
        for (; i < i_end; ++i) {
            const auto at = same.find(a[i].content);
            if (at == same.end() || at->second.empty()) {
                left_a.push_back(i);
                continue;
            }
            const std::size_t y = at->second.back();
            at->second.pop_back();
            used[y - j] = true;
            TALLY_TRY(pair(from + idx(i), from + idx(y), a[i].leaf == b[y].leaf));
        }
        for (std::size_t y = j; y < j_end; ++y)
            if (!used[y - j]) left_b.push_back(y);
        return versions(left_a, left_b);
    }
    /// As many on both sides: pair in order. Else those that state the same moment or span.
    Status versions(const std::vector<std::size_t>& left_a, const std::vector<std::size_t>& left_b) {
        const std::int64_t from = out_.first_difference;
        std::map<std::string, std::size_t> by_name;
        std::vector<bool> used(left_b.size());
        if (left_a.size() != left_b.size())
            for (std::size_t y = 0; y < left_b.size(); ++y) {
                TALLY_ASSIGN(const auto record, b_.at(from + idx(left_b[y])));
                by_name.emplace(nameOf(record.line), y);
            }
        for (std::size_t x = 0; x < left_a.size(); ++x) {
            const std::int64_t seq = from + idx(left_a[x]);
            std::size_t y = x;
            if (left_a.size() != left_b.size()) {
                TALLY_ASSIGN(const auto record, a_.at(seq));
                const auto at = by_name.find(nameOf(record.line));
                y = at == by_name.end() || used[at->second] ? left_b.size() : at->second;
            }
            if (y < left_b.size()) {
                used[y] = true;
                TALLY_TRY(pair(seq, from + idx(left_b[y]), false));
            } else {
                append(out_.only_a, seq);
                ++out_.only_a_n;
            }
        }
        for (std::size_t y = 0; y < left_b.size(); ++y)
            if (!used[y]) {
                append(out_.only_b, from + idx(left_b[y]));
                ++out_.only_b_n;
            }
        return {};
    }
    static std::string nameOf(std::string_view line) {
        auto fields = fieldsOf(line);
        return fields["kind"] + '\n' +
               (fields.contains("span") ? fields["span"] + '\n' + fields["attempt"] : fields["ts_us"]);
    }
    Status pair(std::int64_t seq_a, std::int64_t seq_b, bool same) {
        if (same) {
            ++out_.common;
            return {};
        }
        TALLY_ASSIGN(const auto left, a_.at(seq_a));
        TALLY_ASSIGN(const auto right, b_.at(seq_b));
        auto fields_a = fieldsOf(left.line), fields_b = fieldsOf(right.line);
        const bool tied_elsewhere = fields_a["prev"] != fields_b["prev"];
        Comparison::Changed changed{seq_a, seq_b, fields_a["kind"], {}, {}};
        std::map<std::string, bool> names;
        for (const auto* each : {&fields_a, &fields_b})
            for (const auto& [name, value] : *each)
                names[name] = true;
        for (const auto& [name, is] : names) {
            const auto x = fields_a.find(name), y = fields_b.find(name);
            const auto value_a = x == fields_a.end() ? std::nullopt : std::optional(x->second);
            const auto value_b = y == fields_b.end() ? std::nullopt : std::optional(y->second);
            // Of a record that is tied to others, these must differ.
            if (value_a == value_b || (tied_elsewhere && (followsFromPlace(name) || name == "salt")))
                continue;
            changed.fields.push_back({name, value_a, value_b});
        }
        // The digests follow from the other fields.
        if (changed.fields.size() > 1)
            std::erase_if(changed.fields, [](const Comparison::Field& f) { return f.name == "fd"; });
        if (changed.fields.empty() && tied_elsewhere) {
            ++out_.rechained;
            return {};
        }
        ++out_.changed_n;
        if (out_.changed.size() >= Comparison::most_changed) return {};
        changed.proven = left.proven && right.proven ? "both" : left.proven ? "a" : right.proven ? "b" : "";
        out_.changed.push_back(std::move(changed));
        return {};
    }

    const Reader& a_;
    const Reader& b_;
    Comparison& out_;
    const CancelToken& cancel_;
    std::int64_t at_ = 0, end_ = 0;
};

using OpeningDigests = std::map<std::pair<std::uint64_t, std::string>, Hash>;

OpeningDigests openingsOf(const BundleData& data) {
    OpeningDigests out;
    const auto sections = parseSections(data.bytes());
    std::string_view rest = sections ? (*sections)[Section::openings] : std::string_view();
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        if (const auto opening = Opening::parse(rest.substr(0, end)))
            out.emplace(std::pair(opening->seq, opening->slot), sha256(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

void compareOpenings(const ComparedFile& a, const ComparedFile& b, Comparison& out) {
    const auto in_a = openingsOf(*a.data), in_b = openingsOf(*b.data);
    out.a.openings = static_cast<std::int64_t>(in_a.size());
    out.b.openings = static_cast<std::int64_t>(in_b.size());
    for (const auto& [key, digest] : in_a) {
        const auto at = in_b.find(key);
        if (at == in_b.end())
            ++out.openings_only_a;
        else if (at->second != digest)
            ++out.openings_differ;
    }
    out.openings_only_b = out.b.openings - (out.a.openings - out.openings_only_a);
}

bool isOtherLog(const Verdict& a, const Verdict& b) {
    return (a.log && b.log && a.log != b.log) || (a.origin && b.origin && a.origin != b.origin);
}

Relation relationOf(const Comparison& c) {
    if (c.first_difference >= 0) return Relation::differing;
    if (c.common == 0) return Relation::apart;
    if (c.a.first != c.b.first) return Relation::overlapping;
    return c.a.end == c.b.end  ? Relation::identical
           : c.a.end < c.b.end ? Relation::a_is_beginning
                               : Relation::b_is_beginning;
}

} // namespace

Result<Comparison> compareBundles(const ComparedFile& a, const ComparedFile& b, const CancelToken& cancel) {
    Comparison out;
    out.a.path = a.path;
    out.b.path = b.path;
    out.a.verdict = a.verification->verdict;
    out.b.verdict = b.verification->verdict;
    const auto& left = a.verification->records;
    const auto& right = b.verification->records;
    if (left && right) {
        const Reader reader_a(*left), reader_b(*right);
        out.a.first = reader_a.first();
        out.a.end = reader_a.end();
        out.b.first = reader_b.first();
        out.b.end = reader_b.end();
        if (isOtherLog(out.a.verdict, out.b.verdict)) {
            out.relation = Relation::other_log;
        } else {
            Comparing work(reader_a, reader_b, out, cancel);
            TALLY_TRY(work.prefix());
            if (out.first_difference >= 0)
                TALLY_TRY(work.rest());
            else
                work.beyond();
            compareOpenings(a, b, out);
            out.relation = relationOf(out);
        }
    }
    out.sentence = comparisonSentence(out);
    return out;
}

} // namespace tally::audit
