// Makes the query tables (TRACE_LOG section 8) from entries that come in order: when a log is imported, line
// by line beside its insertion, and when the tables are made again. Writer thread, inside one op.
#pragma once
#include "core/audit/cfp.h"
#include "core/model/rate.h"
#include "core/store/trace_index.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tally::audit {

class IndexBuilder {
public:
    explicit IndexBuilder(store::TraceIndex& index)
        : index_(index) {}
    /// `line` is entry `seq`; all before it were added. Errors: cfp.* for a line that is none, those of the
    /// store.
    Status add(store::Tx& tx, std::int64_t seq, std::string_view line);

private:
    struct Run {
        std::string workflow, process;
    };
    struct Unknown {
        std::string run;
        std::int64_t price_seq = -1;
    };
    void fillStep(const EntryView& e);
    Status addSettlement(store::Tx& tx, std::int64_t seq, const EntryView& e);
    [[nodiscard]] std::optional<std::pair<store::MarkKind, std::string>> markOf(const EntryView& e) const;
    [[nodiscard]] const RateLine* rateAt(std::int64_t price_seq) const;

    store::TraceIndex& index_;
    std::vector<CfpField> fields_;
    store::StepIndexRow row_; ///< kept, so that its texts need no memory of their own for each step
    std::unordered_map<std::string, Run> runs_;
    std::unordered_map<std::int64_t, RateLine> rates_;
    std::unordered_map<std::int64_t, Unknown> unknown_; ///< steps of unknown outcome
};

} // namespace tally::audit
