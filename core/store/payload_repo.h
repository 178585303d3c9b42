// What the database holds of prompts and answers besides the log's entries, by run: counted and deleted.
// Static functions; writes take the Tx of the writer thread, reads any Connection. The rows of trace_payloads
// themselves are deleted by the trace log writer, together with its `erase` entry.
#pragma once
#include "core/model/erasure.h"
#include "core/store/run_repo.h"

#include <vector>

namespace tally::store {

struct ErasableRun {
    RunNo no = 0;
    RunId id;
    RunStatus status = RunStatus::ok;
    std::int64_t ended_us = 0;
    std::int64_t bytes = 0; ///< of inputs and output
};
struct PayloadRef {
    std::int64_t seq = 0;
    std::string slot;
    std::int64_t bytes = 0;
};

class PayloadRepo {
public:
    /// Runs that fit and were not erased yet, ended or not, ascending by number from `after` on.
    static Result<std::vector<ErasableRun>> runs(Connection& db, const ErasePolicy& policy, RunNo after,
                                                 int limit);
    /// Payloads of a run in order of the log, at most `limit`.
    static Result<std::vector<PayloadRef>> ofRun(Connection& db, const RunId& run, int limit);
    struct Sum {
        std::int64_t steps = 0, payloads = 0, bytes = 0;
    };
    static Result<Sum> sumOf(Connection& db, const RunId& run);
    /// Inputs, output, journal, questions and sentences of an ended run. Afterwards RunRow::inputs is empty,
    /// which is how an erased run is told.
    static Status forgetRun(Tx& tx, const ErasableRun& run);
    /// Digests of what erased runs asked for: they could be guessed. One pass over all attempts.
    static Status forgetRequests(Tx& tx);
    /// Payloads that logs which were set aside hold of erased runs; how many. Those logs are closed, so that
    /// nothing in them says it.
    static Result<std::int64_t> forgetSetAside(Tx& tx);
};

} // namespace tally::store
