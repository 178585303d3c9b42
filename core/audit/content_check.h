// The checks of what a log says (TRACE_LOG.md 10.6, 5, 11.4, 16.1), over the lines in order of seq: position
// and links, references, money, runs, clock, totals, and observations of what does not fit together. Memory:
// two bytes per entry, open and ended run ids, price entries, steps of unknown outcome, erased slots. One
// thread; the lines come parsed from LineBlock.
#pragma once
#include "core/audit/budget_windows.h"
#include "core/audit/cfp.h"
#include "core/audit/findings.h"
#include "core/audit/id_map.h"
#include "core/audit/kill_fences.h"
#include "core/audit/line_block.h"
#include "core/audit/run_spans.h"
#include "core/base/hash.h"
#include "core/base/money.h"
#include "core/model/verdict.h"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
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

    /// An opening for this slot is in the file (whatever it is worth). False: there was one before.
    bool openingSeen(std::uint64_t seq, std::string_view slot);
    void openingMatched() { ++totals_.payloads_ok; }
    /// After all lines: observations that a later line could have explained.
    void finishObservations();
    /// After all lines and openings.
    [[nodiscard]] VerdictTotals totals() const;

private:
    /// Name of a meter; ordered by its first bytes as a number, which settles almost every comparison.
    struct Meter {
        std::uint64_t word = 0;
        std::string_view name;
    };
    struct OwnedMeter {
        std::uint64_t word = 0;
        std::string name;
        OwnedMeter(const Meter& m) // NOLINT: made from a Meter wherever one is kept
            : word(m.word)
            , name(m.name) {}
        operator Meter() const { return {word, name}; } // NOLINT
    };
    struct MeterLess {
        using is_transparent = void;
        bool operator()(const Meter& a, const Meter& b) const {
            return compareKeys(a.word, a.name, b.word, b.name) < 0;
        }
    };
    using Quantities = std::vector<std::pair<OwnedMeter, std::int64_t>>;
    struct Price {
        std::string provider, model;                            ///< raw
        std::vector<std::pair<OwnedMeter, std::int64_t>> rates; ///< sorted by meter
        void add(std::string_view meter, std::int64_t rate);
        [[nodiscard]] const std::int64_t* rate(const Meter& meter) const;
    };
    /// An open run. Its place is used again after its end; the turn tells the runs of one place apart.
    struct Run {
        std::int64_t steps = 0;
        Int128 cost = 0;
        std::size_t unreadable_before = 0;
        std::uint32_t turn = 0;
        std::int64_t stopped = 0;         ///< steps that ended neither ok nor in error
        std::int64_t claimed_stopped = 0; ///< by kill entries
        std::uint64_t kill = 0;           ///< the newest of them
        std::string workflow, process;    ///< raw
        RunSpans spans;
        /// For another run, with the memory of the last one.
        void begin(std::size_t unreadable, std::string_view workflow_name, std::string_view process_name);
    };
    static constexpr std::uint32_t ended = ~std::uint32_t{0}; ///< stands for the place of an ended run
    struct RunRef {
        std::uint32_t place = ended, turn = 0;
    };
    struct UnknownStep {
        std::int64_t cost = 0;
        std::int64_t price_seq = -1;  ///< if it is an integer
        std::uint64_t settled_by = 0; ///< 0: not settled; the genesis settles nothing
        RunRef run;                   ///< the run for which it counts, if any
        bool names_price = false;
        bool counted = false; ///< in the totals
    };
    /// What was said of a budget; by a hash of its scope and window.
    struct BudgetSeen {
        std::optional<std::int64_t> limit_pico;
        bool noticed = false; ///< a warning or exhaustion is logged
        /// The end of the run that cost more, until a notice explains it.
        std::optional<std::uint64_t> overrun = {};
        Int128 cost = 0;
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
    void runEnd(std::uint64_t seq, const LineRef& l, std::string_view id);
    /// Where the run is in runs_; `ended`; nothing if it was never seen.
    std::optional<std::uint32_t> runPlace(std::string_view id, std::uint32_t hash);
    UnknownStep* unknownStep(std::uint64_t seq);
    void erase(std::uint64_t seq, const LineRef& l);
    // content_observations.cpp
    void observe(std::uint64_t seq, const LineRef& l);
    void observePrice(std::uint64_t seq, const LineRef& l, const Price& price);
    void observeRunNamed(std::uint64_t seq, Known field, std::string_view id);
    void observeKill(std::uint64_t seq, const LineRef& l);
    void observeBudget(std::uint64_t seq, const LineRef& l);
    void observeAlert(std::uint64_t seq, const LineRef& l);
    void observeKey(std::uint64_t seq, const LineRef& l);
    void observeRunEnd(std::uint64_t seq, const Run& run, std::string_view id);
    void observeSpans(const Run& run, bool whole);
    void observeStep(std::uint64_t seq, const LineRef& l, Run& run);
    void observation(std::string_view code, FindingParts parts);
    /// Nothing that this log says can lie outside of what is read here.
    [[nodiscard]] bool seesEverything() const;
    Reference reference(std::uint64_t seq, const LineRef& l, Known field, std::optional<Kind> kind);
    /// The rule of 5.2; `price` null: no rates at all.
    void money(std::uint64_t seq, const LineRef& l, const Price* price);
    void count(std::uint64_t seq, bool sealed, const LineRef& l, std::int64_t cost, UnknownStep* unknown);
    /// "in" of a field "in_qty".
    static Meter quantityMeter(const EntryView& view, const CfpField& field);
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
    IdMap run_ids_; ///< raw id -> place in runs_, or `ended`
    std::vector<Run> runs_;
    std::vector<std::uint32_t> free_runs_;
    std::string last_run_; ///< steps of one run often stand together
    std::optional<std::uint32_t> last_place_;
    std::deque<std::pair<std::uint64_t, UnknownStep>> unknown_; ///< ascending
    /// What an unknown step must not have, but may: taken out of the sums when it is settled.
    std::map<std::uint64_t, Quantities> unknown_quantities_;
    std::set<std::pair<std::uint64_t, std::string>> erased_;
    std::unordered_map<std::size_t, BudgetSeen> budgets_;
    BudgetWindows windows_;
    KillFences fences_;
    using StatusCounts = std::map<std::string, std::int64_t, std::less<>>;
    StatusCounts status_;
    StatusCounts::iterator last_status_ = status_.end(); ///< the same one most of the time
    std::map<OwnedMeter, Int128, MeterLess> quantities_;
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
