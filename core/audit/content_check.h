// The checks of what a log says (TRACE_LOG.md 10.6, 5, 11.4), over the lines in order of seq: position and
// links, references, money, runs, clock, totals. Memory: two bytes per entry, open and ended run ids, price
// entries, steps of unknown outcome, erased slots. One thread; the lines come parsed from LineBlock.
#pragma once
#include "core/audit/cfp.h"
#include "core/audit/findings.h"
#include "core/audit/line_block.h"
#include "core/base/hash.h"
#include "core/base/money.h"
#include "core/model/verdict.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tally::audit {

class ContentCheck {
public:
    /// `first`: seq of the first line; `sealed_end`: lines from here on are not sealed. `line_at` finds the
    /// line of an earlier seq again, for rare cases.
    ContentCheck(std::uint64_t first, std::uint64_t sealed_end,
                 std::function<std::optional<std::string>(std::uint64_t)> line_at);

    /// A proven entry from before `first`.
    void addContext(std::uint64_t seq, Entry entry);
    /// A context entry could not be proven: missing references follow from that.
    void contextIsBroken() { context_broken_ = true; }

    /// All lines of a block, whose first line is the next one expected. `leaves`: the hash that the next
    /// line's prev must name, one per line.
    void feed(const LineBlock& block, const Hash* leaves);
    /// seq of the line that is expected next
    [[nodiscard]] std::uint64_t next() const { return first_ + flags_.size(); }

    struct KeyEntry {
        std::uint64_t seq;
        std::optional<std::string> vkey; ///< nothing: not a string
    };
    [[nodiscard]] FindingList& findings() { return findings_; }
    [[nodiscard]] const std::optional<Entry>& genesis() const { return genesis_; }
    /// Sealed key entries and those of the context, ascending.
    [[nodiscard]] std::vector<KeyEntry> keys() const;
    /// An entry in [from, to) could not be read.
    [[nodiscard]] bool unreadableIn(std::uint64_t from, std::uint64_t to) const;
    [[nodiscard]] bool isUnreadable(std::uint64_t seq) const;
    [[nodiscard]] bool isErased(std::uint64_t seq, std::string_view slot) const;
    /// The parsed entry, if it is readable and in this export or its context.
    [[nodiscard]] std::optional<Entry> entry(std::uint64_t seq) const;
    [[nodiscard]] const std::map<std::uint64_t, Entry>& contextEntries() const { return context_; }

    /// An opening for this slot is in the file (whatever it is worth).
    void openingSeen(std::uint64_t seq, std::string_view slot);
    void openingMatched() { ++totals_.payloads_ok; }
    /// After all lines and openings.
    [[nodiscard]] VerdictTotals totals() const;

private:
    using Quantities = std::vector<std::pair<std::string, std::int64_t>>; ///< meter, quantity
    struct Price {
        std::vector<std::pair<std::string, std::int64_t>> rates; ///< sorted by meter
    };
    struct Run {
        std::int64_t steps = 0;
        Int128 cost = 0;
        std::size_t unreadable_before = 0;
    };
    struct UnknownStep {
        std::int64_t cost = 0;
        bool counted = false;           ///< in the totals
        std::optional<std::string> run; ///< raw id if it counts for that run
        Quantities quantities;
        std::optional<std::uint64_t> settled_by;
    };
    struct Reference {
        bool usable = false;
        std::uint64_t seq = 0;
    };

    void line(std::uint64_t seq, bool sealed, const LineRef& l, const Hash* want_prev);
    void unreadable(std::uint64_t seq, const ParsedLine& l);
    void position(std::uint64_t seq, const LineRef& l, const Hash* want_prev);
    void fields(std::uint64_t seq, const LineRef& l);
    void clock(std::uint64_t seq, const LineRef& l);
    void price(std::uint64_t seq, const LineRef& l);
    void step(std::uint64_t seq, bool sealed, const LineRef& l);
    void settle(std::uint64_t seq, bool sealed, const LineRef& l);
    void settleMoney(std::uint64_t seq, const LineRef& l, const Reference& target);
    void run(std::uint64_t seq, const LineRef& l);
    void runEnd(std::uint64_t seq, const LineRef& l, const std::string& id);
    void erase(std::uint64_t seq, const LineRef& l);
    Reference reference(std::uint64_t seq, const LineRef& l, Known field, std::optional<Kind> kind);
    /// The rule of 5.2; `price` null: no rates at all.
    void money(std::uint64_t seq, const LineRef& l, const Price* price);
    void count(std::uint64_t seq, bool sealed, const LineRef& l, std::int64_t cost);
    void addQuantities(const LineRef& l, int sign, Quantities* keep);
    [[nodiscard]] std::uint16_t flagsAt(std::uint64_t seq) const;
    [[nodiscard]] const Price* priceAt(std::uint64_t seq) const;
    [[nodiscard]] bool mayHaveUnseenStart() const { return first_ != 0 || unreadable_n_ != 0; }

    FindingList findings_;
    const std::uint64_t first_;
    const std::uint64_t sealed_end_;
    std::function<std::optional<std::string>(std::uint64_t)> line_at_;
    std::map<std::uint64_t, Entry> context_;
    bool context_broken_ = false;
    std::optional<Entry> genesis_;
    std::string genesis_log_; ///< raw
    bool genesis_has_log_ = false;
    std::int64_t beat_s_ = 0;
    std::vector<std::uint16_t>
        flags_; ///< per entry from first_: kind, slots present, slots opened, unreadable
    std::vector<std::uint64_t> unreadable_;
    std::size_t unreadable_n_ = 0;
    std::optional<Hash> last_leaf_;
    std::vector<KeyEntry> keys_;
    std::unordered_map<std::uint64_t, Price> prices_;
    std::unordered_map<std::string, Run> open_runs_;
    std::unordered_set<std::string> ended_runs_;
    std::unordered_map<std::uint64_t, UnknownStep> unknown_;
    std::set<std::pair<std::uint64_t, std::string>> erased_;
    std::map<std::string, std::int64_t, std::less<>> status_;
    std::map<std::string, Int128, std::less<>> quantities_;
    Int128 cost_ = 0, booked_ = 0, unsealed_cost_ = 0;
    std::int64_t slots_present_ = 0;
    VerdictTotals totals_;
    bool has_last_ = false;
    std::int64_t last_ts_ = 0;
    bool last_is_close_ = false;
    bool has_mono_ = false;
    std::string mono_boot_;
    std::int64_t mono_us_ = 0, mono_ts_ = 0;
};

} // namespace tally::audit
