// What to trust when lines, hash list and checkpoints disagree, and how the lines differ from the authentic
// list (TRACE_LOG.md 10.3, 10.4).
#include "core/audit/merkle.h"
#include "core/audit/tolerant_json.h"
#include "core/audit/verifier_impl.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace tally::audit {
namespace {

/// Leaf hash -> smallest index of the authentic list that holds it. Open addressing, 8 bytes per slot: the
/// list may have ten million hashes.
class HashIndex {
public:
    template <class At>
    HashIndex(std::uint64_t n, At&& at) {
        std::uint64_t slots = 16;
        while (slots < n + n / 2)
            slots *= 2;
        slots_.assign(slots, 0);
        for (std::uint64_t i = 0; i < n; ++i) {
            const Hash h = at(i);
            std::uint64_t s = slot(h);
            while (slots_[s] != 0 && at(slots_[s] - 1) != h)
                s = (s + 1) & (slots_.size() - 1);
            if (slots_[s] == 0) slots_[s] = i + 1;
        }
    }
    template <class At>
    std::optional<std::uint64_t> find(const Hash& h, At&& at) const {
        for (std::uint64_t s = slot(h); slots_[s] != 0; s = (s + 1) & (slots_.size() - 1)) {
            if (at(slots_[s] - 1) == h) return slots_[s] - 1;
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] std::uint64_t slot(const Hash& h) const {
        std::uint64_t n = 0;
        std::memcpy(&n, h.data() + 8, sizeof n);
        return n & (slots_.size() - 1);
    }
    std::vector<std::uint64_t> slots_;
};

struct Mapped {
    std::uint64_t line;
    std::uint64_t record;
};

/// Positions in `mapped` of one longest strictly increasing subsequence of the records, by the patience
/// method: the spec fixes which one, so that all verifiers agree.
std::vector<std::uint64_t> inPlace(const std::vector<Mapped>& mapped) {
    constexpr std::uint64_t none = ~std::uint64_t{0};
    std::vector<std::uint64_t> tails, at;
    std::vector<std::uint64_t> before(mapped.size(), none);
    for (std::uint64_t i = 0; i < mapped.size(); ++i) {
        const auto tail = std::lower_bound(tails.begin(), tails.end(), mapped[i].record);
        const auto length = static_cast<std::size_t>(tail - tails.begin());
        if (length > 0) before[i] = at[length - 1];
        if (tail == tails.end()) {
            tails.push_back(mapped[i].record);
            at.push_back(i);
        } else {
            *tail = mapped[i].record;
            at[length] = i;
        }
    }
    std::vector<std::uint64_t> out;
    for (std::uint64_t i = at.empty() ? none : at.back(); i != none; i = before[i])
        out.push_back(i);
    std::reverse(out.begin(), out.end());
    return out;
}

/// seq as a line states it, whatever else is wrong with the line.
std::optional<std::int64_t> statedSeq(std::string_view line) {
    TolerantParse parse = parseTolerant(line);
    std::optional<std::int64_t> out;
    for (const auto& [key, value] : parse.fields) {
        if (key != "seq") continue;
        const auto* n = std::get_if<std::int64_t>(&value);
        out = n == nullptr ? std::nullopt : std::optional(*n); // the last one counts
    }
    return out;
}

} // namespace

Status Verifier::compare() {
    const std::uint64_t lines = line_hashes_.size();
    bool lines_ok = false;
    if (latest() != nullptr && lines >= sealed_n_) {
        const auto root = line_roots_.find(end_);
        lines_ok = root != line_roots_.end() && root->second == latest()->checkpoint.root;
    }
    authority_ = list_ok_ ? Authority::list : lines_ok ? Authority::lines : Authority::none;
    if (authority_ != Authority::none && lines >= sealed_n_) {
        same_ = true;
        for (std::uint64_t i = 0; i < sealed_n_ && same_; ++i)
            same_ = line_hashes_[i] == authentic(i);
    }
    if (latest() != nullptr && !list_ok_) {
        if (lines_ok)
            listAgainstLines();
        else
            noAuthority();
    }
    if (latest() == nullptr) {
        std::vector<Span> spans;
        for (std::uint64_t i = 0; i < std::max(listedCount(), lines); ++i) {
            if (i >= listedCount() || i >= lines || listed(i) != line_hashes_[i]) appendTo(spans, first_ + i);
        }
        for (const Span& s : spans)
            findings_.add("HASHES_MISMATCH", {.seq = s.from, .to_seq = s.to});
    }
    if (authority_ != Authority::none && !same_) {
        TALLY_TRY(classify());
    } else {
        view_n_ = std::min(sealed_n_, lines);
        for (std::uint64_t i = sealed_n_; latest() != nullptr && i < lines; ++i)
            tail_.push_back(i);
    }
    tail_n_ = tail_.size();
    return {};
}

void Verifier::listAgainstLines() {
    std::vector<Span> spans;
    for (std::uint64_t i = 0; i < std::max(listedCount(), sealed_n_); ++i) {
        if (i >= listedCount() || i >= sealed_n_ || listed(i) != line_hashes_[i]) appendTo(spans, first_ + i);
    }
    for (const Span& s : spans)
        findings_.add("HASHES_SECTION_ALTERED", {.seq = s.from, .to_seq = s.to});
}

void Verifier::noAuthority() {
    const std::uint64_t lines = line_hashes_.size();
    std::uint64_t from = first_;
    std::optional<std::uint64_t> fails_at;
    std::multimap<std::uint64_t, const Hash*> signed_roots;
    for (const SealedAt& c : checkpoints_)
        signed_roots.emplace(c.checkpoint.size, &c.checkpoint.root);
    for (const auto& [size, root] : line_roots_) {
        const auto [begin, end] = signed_roots.equal_range(size);
        if (begin == end) continue; // a size that only the memory asks for
        bool fits = false;
        for (auto at = begin; at != end; ++at)
            fits = fits || *at->second == root;
        if (fits)
            from = std::max(from, size);
        else if (!fails_at)
            fails_at = size;
    }
    const bool short_of = lines < sealed_n_;
    if (short_of) findings_.add("TRUNCATED", {.seq = first_ + lines, .to_seq = end_ - 1});
    findings_.add("ROOT_MISMATCH",
                  {.seq = from, .to_seq = fails_at.value_or(end_) - 1, .derived = short_of && !fails_at});
    std::vector<Span> spans;
    for (std::uint64_t i = 0; i < std::min(listedCount(), lines); ++i) {
        if (listed(i) != line_hashes_[i]) appendTo(spans, first_ + i);
    }
    for (const Span& s : spans)
        findings_.add("HASHES_MISMATCH", {.seq = s.from, .to_seq = s.to, .derived = true});
}

Status Verifier::classify() {
    const std::uint64_t lines = line_hashes_.size();
    const auto at = [this](std::uint64_t i) { return authentic(i); };
    std::vector<Mapped> mapped;
    std::vector<bool> foreign(lines, false);
    using Place = BundleRecords::Place;
    placed_.assign(lines, {0, Place::inserted}); // until something better is known
    {
        const HashIndex index(sealed_n_, at);
        for (std::uint64_t j = 0; j < lines; ++j) {
            const auto record = index.find(line_hashes_[j], at);
            if (record)
                mapped.push_back({j, *record});
            else
                foreign[j] = true;
        }
    }
    const std::vector<std::uint64_t> anchors = inPlace(mapped);
    std::vector<bool> placed(sealed_n_, false);
    source_.assign(sealed_n_, nowhere);
    for (const Mapped& m : mapped)
        source_[m.record] = m.line; // all lines of one record are equal
    for (const std::uint64_t a : anchors) {
        placed[mapped[a].record] = true;
        placed_[mapped[a].line] = {mapped[a].record, Place::in_place};
    }
    std::size_t next_anchor = 0;
    for (std::uint64_t k = 0; k < mapped.size(); ++k) {
        if (next_anchor < anchors.size() && anchors[next_anchor] == k) {
            ++next_anchor;
            continue;
        }
        const Mapped& m = mapped[k];
        findings_.add(placed[m.record] ? "DUPLICATED" : "MOVED",
                      {.seq = first_ + m.record, .pos = first_ + m.line});
        placed_[m.line] = {m.record, placed[m.record] ? Place::copy : Place::moved};
        placed[m.record] = true;
    }

    std::vector<Span> reformatted;
    std::uint64_t next_line = 0;
    std::uint64_t next_record = 0;
    for (std::size_t a = 0; a <= anchors.size();
         ++a) { // the gap before each anchor, and the one after the last
        TALLY_TRY(cancelled());
        const bool last_gap = a == anchors.size();
        const std::uint64_t gap_line = last_gap ? lines : mapped[anchors[a]].line;
        const std::uint64_t gap_record = last_gap ? sealed_n_ : mapped[anchors[a]].record;
        std::vector<std::uint64_t> strangers;
        std::vector<std::uint64_t> missing;
        for (std::uint64_t j = next_line; j < gap_line; ++j) {
            if (foreign[j]) strangers.push_back(j);
        }
        for (std::uint64_t i = next_record; i < gap_record; ++i) {
            if (!placed[i]) missing.push_back(i);
        }
        next_line = gap_line + 1;
        next_record = gap_record + 1;
        if (strangers.empty() && missing.empty()) continue;

        const bool had_missing = !missing.empty();
        std::vector<std::pair<std::uint64_t, std::uint64_t>> pairs; // line, record
        std::vector<std::pair<std::uint64_t, std::optional<std::int64_t>>> rest;
        for (const std::uint64_t j : strangers) {
            const auto seq = statedSeq(table_.line(j));
            const bool in_range = seq && *seq >= 0 && static_cast<std::uint64_t>(*seq) >= first_;
            const std::uint64_t record = in_range ? static_cast<std::uint64_t>(*seq) - first_ : nowhere;
            if (std::binary_search(missing.begin(), missing.end(), record) && !placed[record]) {
                placed[record] = true; // taken by this line
                pairs.emplace_back(j, record);
            } else {
                rest.emplace_back(j, seq);
            }
        }
        std::erase_if(missing, [&](std::uint64_t i) { return placed[i]; });
        if (last_gap) {
            const auto isTail = [&](const auto& r) {
                return !had_missing ||
                       (r.second && *r.second >= 0 && static_cast<std::uint64_t>(*r.second) >= end_);
            };
            for (const auto& r : rest) {
                if (!isTail(r)) continue;
                tail_.push_back(r.first);
                placed_[r.first].place = Place::unsealed;
            }
            std::erase_if(rest, isTail);
        }
        if (rest.size() == missing.size()) {
            for (std::size_t k = 0; k < rest.size(); ++k)
                pairs.emplace_back(rest[k].first, missing[k]);
            rest.clear();
            missing.clear();
        }
        std::sort(pairs.begin(), pairs.end());
        for (const auto& [j, i] : pairs) {
            TALLY_TRY(cancelled());
            progress("changed records",
                     static_cast<std::uint64_t>(table_.line(j).data() - data_->bytes().data()));
            changedRecord(j, i);
        }
        for (const auto& r : rest)
            findings_.add("INSERTED", {.seq = first_ + gap_record, .pos = first_ + r.first});
        std::vector<Span> spans;
        for (const std::uint64_t i : missing)
            appendTo(spans, i);
        for (const Span& s : spans)
            findings_.add(s.to + 1 == sealed_n_ ? "TRUNCATED" : "DELETED",
                          {.seq = first_ + s.from, .to_seq = first_ + s.to});
    }
    for (const std::uint64_t i : reformatted_)
        appendTo(reformatted, first_ + i);
    for (const Span& s : reformatted)
        findings_.add("FORMATTING_ONLY", {.seq = s.from, .to_seq = s.to, .proven = true});
    view_n_ = sealed_n_;
    consequences();
    return {};
}

/// Candidates come from the intact records; read them only when there is something to restore.
void Verifier::learn() {
    learned_ = true;
    const std::string* log = manifest_.text("log");
    if (log != nullptr) restore_context_.log_id = *log;
    restore_context_.price_seq_of = [this](std::int64_t seq) -> std::optional<std::int64_t> {
        if (seq < 0 || static_cast<std::uint64_t>(seq) < first_ ||
            static_cast<std::uint64_t>(seq) - first_ >= source_.size())
            return std::nullopt;
        const std::uint64_t line = source_[static_cast<std::uint64_t>(seq) - first_];
        if (line == nowhere) return std::nullopt;
        const auto entry = parseEntry(table_.line(line));
        return entry ? entry->integer("price_seq") : std::nullopt;
    };
    std::vector<CfpField> fields;
    for (std::uint64_t i = 0; i < source_.size(); ++i) {
        if (source_[i] == nowhere) continue;
        fields.clear();
        const std::string_view line = table_.line(source_[i]);
        if (parseCfp(line, fields).ok())
            restore_context_.learn(static_cast<std::int64_t>(first_ + i),
                                   EntryView(line, fields.data(), fields.size()));
    }
    restorer_ = std::make_unique<Restorer>(restore_context_, options_.cancel);
}

void Verifier::changedRecord(std::uint64_t line, std::uint64_t record) {
    if (!learned_) learn();
    std::optional<std::string> prev;
    if (record > 0)
        prev = toHex(authentic(record - 1));
    else if (first_ == 0)
        prev = std::string(64, '0');
    Restoration found = restorer_->analyse(table_.line(line), static_cast<std::int64_t>(first_ + record),
                                           authentic(record), prev);
    changed_[record] = line;
    placed_[line] = {record, BundleRecords::Place::changed};
    if (found.original_line) {
        std::vector<CfpField> fields;
        if (parseCfp(*found.original_line, fields).ok()) {
            const EntryView view(*found.original_line, fields.data(), fields.size());
            if (view.plain("kind") == "price")
                restore_context_.learn(static_cast<std::int64_t>(first_ + record), view);
        }
        originals_[record] = std::move(*found.original_line);
    }
    if (found.changes.front().code == "FORMATTING_ONLY") {
        reformatted_.insert(record);
        return;
    }
    for (Change& c : found.changes) {
        findings_.add(c.code, {.seq = first_ + record,
                               .pos = line == record ? std::nullopt : std::optional(first_ + line),
                               .field = std::move(c.field),
                               .stored = std::move(c.stored),
                               .original = std::move(c.original),
                               .proven = c.proven});
    }
}

/// What a naive check of the changed lines would report: shown below their cause.
void Verifier::consequences() {
    for (const auto& [record, line] : changed_) {
        std::vector<CfpField> fields;
        const CfpStatus status = parseCfp(table_.line(line), fields);
        if (!status.ok())
            findings_.add("NONCANONICAL",
                          {.seq = first_ + record, .stored = toText(status.code), .derived = true});
        findings_.add("CHAIN_BREAK", {.seq = first_ + record + 1, .field = "prev", .derived = true});
    }
}

} // namespace tally::audit
