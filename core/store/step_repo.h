// Pages over steps, and sums of costs. Reads only; call them on a reader.
#pragma once
#include "core/model/run.h"
#include "core/store/connection.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tally::store {

struct StepFilter {
    RunId run;                     ///< empty: any
    std::string workflow, process; ///< empty: any
    std::string model, name;       ///< empty: any
    std::optional<StepStatus> status;
    std::int64_t after_seq = -1; ///< keyset paging: only seq > after_seq
    std::int64_t offset = 0;     ///< for jumps; costs time in proportion
    std::int64_t limit = 200;
};

/// What the log holds about one step besides its record.
struct StepEvidence {
    StepRecord record;
    std::string workflow, process;
    std::string line; ///< canonical entry
    std::string leaf_hex;
    std::int64_t price_seq = -1;
    std::optional<RateLine> rate;                         ///< of the settlement if there is one
    std::optional<std::string> input, output, args, docs; ///< payload bytes; none if erased or absent
    std::int64_t settled_seq = -1;
};

/// What charts need of a step; the views live until the next step.
struct LightStep {
    std::int64_t seq = 0;
    std::int64_t ended_us = 0;
    std::string_view model; ///< empty: no model was called
    int attempt = 1;
    std::int64_t latency_us = 0;
    Pico cost;
    std::int64_t tokens = 0;
    bool simulated = false;
};

/// The log as its tables stand, unverified.
struct LogHead {
    std::string origin;      ///< as the newest checkpoint names it
    std::string fingerprint; ///< hex, leaf of entry 0
    std::int64_t size = 0, sealed = 0;
    int schema = 0;
};

class StepRepo {
public:
    static Result<LogHead> head(Connection& db);
    /// Every step from `from_seq` on, in order of the log, without its names and payloads.
    static Status each(Connection& db, std::int64_t from_seq,
                       const std::function<void(const LightStep&)>& visit);
    /// Changes when a step that was there already changed: the newest late settlement, -1 for none.
    static Result<std::int64_t> lastSettlement(Connection& db);
    /// In order of the log.
    static Result<std::vector<StepRecord>> page(Connection& db, const StepFilter& filter);
    static Result<std::int64_t> count(Connection& db, const StepFilter& filter);
    static Result<std::optional<StepEvidence>> bySeq(Connection& db, std::int64_t seq);
    static Result<std::optional<StepEvidence>> byPath(Connection& db, const RunId& run, std::string_view path,
                                                      int attempt);
    static Result<std::optional<std::string>> payload(Connection& db, std::int64_t seq,
                                                      std::string_view slot);
    /// The rate line that a price entry recorded.
    static Result<std::optional<RateLine>> rate(Connection& db, std::int64_t price_seq);
    /// First seq whose entry is at or after `ts_us`: where a time range begins. Exact while the clock did not
    /// go back.
    static Result<std::int64_t> seqAt(Connection& db, std::int64_t ts_us);
};

struct CostFilter {
    std::vector<std::string> by; ///< process, workflow, step, model, provider, meter, hour, day; with status
                                 ///< or run: reads every step
    std::optional<RunId> run;
    std::string workflow, process;       ///< empty: any
    std::int64_t from_us = 0, to_us = 0; ///< whole hours unless `run` or status is asked for; 0: open
};

struct CostLine {
    std::vector<std::string> key; ///< one per dimension; hour and day as microseconds since 1970, decimal
    Usage usage;
    PicoSum cost;
    std::int64_t steps = 0;
    std::int64_t failed = 0;
    std::int64_t latency_us = 0; ///< sum
};

class CostRepo {
public:
    /// Dearest first. With `meter`, a line "" holds what belongs to no meter (unknown outcomes, steps without
    /// usage).
    static Result<std::vector<CostLine>> table(Connection& db, const CostFilter& filter);
    /// What of it simulated calls cost; `by` does not matter. Reads every step of the filter.
    static Result<PicoSum> simulated(Connection& db, const CostFilter& filter);
};

} // namespace tally::store
