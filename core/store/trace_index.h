// Query columns of the trace log: disposable, rebuilt from the entries at any time (TRACE_LOG section 8).
// Only the trace log writer fills them; pages read them through StepRepo and CostRepo. Dimensions (workflow,
// model …) are small integers, sums per hour are kept as a roll-up because GROUP BY over millions of rows
// sorts. Numbers shown as verified come from the entries, never from here.
#pragma once
#include "core/model/run.h"
#include "core/store/writer.h"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tally::store {

/// One step entry as the index holds it. `record.run`, names, status, usage, cost … come from the entry.
struct StepIndexRow {
    std::int64_t seq = 0;
    std::int64_t ts_us = 0; ///< of the entry: the end of the step
    std::string workflow;
    std::string process;
    StepRecord record;
    std::string step_kind; ///< the log's word; "human" has no StepKind
    std::int64_t price_seq = -1;
    const RateLine* rate = nullptr; ///< for the amounts per meter; none: only the total is known
};

enum class MarkKind {
    genesis = 1,
    price,
    run_start,
    run_end,
    budget,
    kill,
    alert,
    approve,
    policy,
    key,
    erase,
    challenge,
    beat,
    close,
    settle
};

class TraceIndex final : public GroupHook {
public:
    Status addStep(Tx& tx, const StepIndexRow& row);
    /// The step at `target` now costs `cost` with `usage` at the rates of `price_seq` (-1: none).
    Status settle(Tx& tx, std::int64_t target, std::int64_t settle_seq, std::int64_t price_seq, Pico cost,
                  const Usage& usage, const RateLine* rate);
    /// Every entry that is not a step; `name` as the kind needs it (run id, sha of a rate line …).
    static Status addMark(Tx& tx, std::int64_t seq, MarkKind kind, std::string_view name, std::int64_t ts_us);
    /// Forgets all rows, for a rebuild.
    Status clear(Tx& tx);

    struct Target {
        std::string status;
        Pico cost;
        std::int64_t price_seq = -1;
        std::int64_t settled_seq = -1;
        std::string run;
    };
    /// The step at `seq`; nothing if it is no step.
    static Result<std::optional<Target>> target(Connection& db, std::int64_t seq);
    /// Number and effective cost of the steps of a run.
    struct RunTotals {
        std::int64_t steps = 0;
        PicoSum cost;
    };
    static Result<RunTotals> runTotals(Connection& db, std::string_view run);

    Status beforeCommit(Tx& tx) override;
    void committed(const CommitInfo&) override { staged_.clear(); }
    Status rolledBack(Connection&) override;

private:
    enum class Dim { run = 1, workflow, process, name, provider, model, step_kind, status };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    using Names = std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>>;
    Result<std::int64_t> dim(Tx& tx, Dim kind, std::string_view name);
    void forgetDims();
    struct Sums {
        std::int64_t steps = 0, failed = 0, latency_us = 0;
        PicoSum qty, cost;
    };
    using Key = std::array<std::int64_t, 6>; ///< hour, workflow, process, name, provider, model
    /// By meter; "": the totals of the steps.
    using Meters = std::map<std::string, Sums, std::less<>>;
    void stage(Tx& tx, const Key& key, const Usage& usage, PicoSum cost, const RateLine* rate, int sign,
               bool failed, std::int64_t latency_us, bool count);

    static Status writeSums(Tx& tx, const Key& key, std::string_view meter, const Sums& sums);

    std::map<Key, Meters> staged_;
    std::array<Names, static_cast<std::size_t>(Dim::status) + 1> dims_; ///< by kind
};

} // namespace tally::store
