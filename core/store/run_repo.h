// Runs. Static functions; writes take the Tx of the writer thread, reads any Connection. The state of a run's
// machine is not stored: it follows from the journal (journal_repo.h).
#pragma once
#include "core/model/run.h"
#include "core/store/writer.h"

#include <optional>
#include <string>
#include <vector>

namespace tally::store {

using RunNo = std::int64_t; ///< small key of a run inside this database (Store::allocRunNo)

struct RunRow {
    RunNo no = 0;
    RunSummary summary;
    RunId root;              ///< outermost run; itself at top level
    RunId parent;            ///< empty at top level
    std::string inputs;      ///< JSON text; empty: erased
    std::string limits;      ///< JSON text: limits given at launch
    std::int64_t epoch = 0;  ///< kill epoch it was started or resumed under
    int machine_version = 0; ///< version of the state machine that wrote its state
    std::int64_t batch = 0;  ///< number of the batch that started it (Batch::no); 0: none
    std::int64_t item = 0;   ///< which of its items
};

struct RunFilter {
    std::string workflow;            ///< empty: any
    std::string process;             ///< empty: any
    std::vector<RunStatus> statuses; ///< empty: any
    std::string text;                ///< part of label, workflow or id; empty: any
    RunNo before = 0;                ///< keyset paging: only no < before; 0: from the newest
    std::int64_t offset = 0;         ///< for jumps; costs time in proportion
    int limit = 100;
};

class RunRepo {
public:
    static Status insert(Tx& tx, const RunRow& row);
    /// All columns of the summary, by id. Call it per group or at changes, not per token.
    static Status update(Tx& tx, RunNo no, const RunSummary& summary);
    static Status setEpoch(Tx& tx, RunNo no, std::int64_t epoch);
    /// Final output, JSON text.
    static Status setOutput(Tx& tx, RunNo no, std::string_view output);
    static Result<std::optional<std::string>> output(Connection& db, const RunId& id);
    static Result<std::optional<RunRow>> byId(Connection& db, const RunId& id);
    /// Not ended for good: what recovery must look at, oldest first.
    static Result<std::vector<RunRow>> open(Connection& db);
    static Result<std::vector<RunId>> openIds(Connection& db); ///< of the same
    /// Newest first; the next page starts before the last row's no.
    static Result<std::vector<RunRow>> page(Connection& db, const RunFilter& filter);
    static Result<std::int64_t> count(Connection& db, const RunFilter& filter);
};

} // namespace tally::store
