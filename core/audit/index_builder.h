// Makes the query tables (TRACE_LOG section 8) from entries that come in order: after the lines of a log were
// imported, and when the tables are made again. Lines are read on all cores, rows are inserted by the calling
// thread: the writer's, inside one op.
//
// The tables come after the lines and not between them. In one transaction of more pages than SQLite keeps, a
// page that is changed again after it went to the write-ahead log makes SQLite read and seal all frames after
// it once more; a rare kind of mark did that to the whole log (a fifth of an import's time, measured).
#pragma once
#include "core/audit/cfp.h"
#include "core/model/rate.h"
#include "core/store/trace_index.h"

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tally::audit {

class IndexBuilder {
public:
    struct Line {
        std::int64_t seq = 0;
        std::string_view text; ///< valid until the next one is asked for
    };
    /// The next entry in the order of seq; nothing at the end. Called on the thread of addAll().
    using NextLine = std::function<Result<std::optional<Line>>()>;

    explicit IndexBuilder(store::TraceIndex& index)
        : index_(index) {}
    /// `threads` 0: one per core. Errors: log.corrupt for a line that is no entry, those of `next` and of the
    /// store; then the transaction is to be rolled back.
    Status addAll(store::Tx& tx, const NextLine& next, unsigned threads = 0);

private:
    struct Block;
    struct Run {
        std::string workflow, process;
    };
    struct Unknown {
        std::string run;
        std::int64_t price_seq = -1;
    };
    Status add(store::Tx& tx, Block& block);
    Status addStep(store::Tx& tx, store::StepIndexRow& row);
    Status addOther(store::Tx& tx, std::int64_t seq, const EntryView& e);
    Status addSettlement(store::Tx& tx, std::int64_t seq, const EntryView& e);
    [[nodiscard]] std::optional<std::pair<store::MarkKind, std::string>> markOf(const EntryView& e) const;
    [[nodiscard]] const RateLine* rateAt(std::int64_t price_seq) const;

    store::TraceIndex& index_;
    std::unordered_map<std::string, Run> runs_;
    std::unordered_map<std::int64_t, RateLine> rates_;
    std::unordered_map<std::int64_t, Unknown> unknown_; ///< steps of unknown outcome
};

} // namespace tally::audit
