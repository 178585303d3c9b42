// A run as the store has it, made into a machine again: for resuming, and for exact replay. Reads only;
// reader threads.
#pragma once
#include "core/engine/budget_forecast.h"
#include "core/engine/engine.h"
#include "core/engine/machine.h"
#include "core/store/attempt_repo.h"
#include "core/store/journal_repo.h"

#include <unordered_map>

namespace tally::engine {

/// Everything about one run.
struct StoredRun {
    store::RunRow row;
    std::shared_ptr<const Workflow> workflow;
    WorkflowMap called;
    nlohmann::json inputs;
    RunLimits limits;
    std::map<std::string, ModelRef> roles;
    std::string by; ///< who started it
    BatchId batch;  ///< whose item it works on; empty: none
    int batch_attempt = 0;
    std::map<std::string, std::int64_t> asked; ///< open questions to a person: path -> wall clock
    std::vector<store::JournalRow> journal;
    std::unordered_map<std::string, int> last_attempt; ///< by path
    /// Paths whose last paid attempt has no known outcome; true: it was settled since, so it happened.
    std::unordered_map<std::string, bool> lost;
    std::unordered_map<std::string, std::int64_t> due; ///< paths that wait for another attempt: wall clock
    std::optional<std::string> output;                 ///< JSON text, when it ended
};
/// Errors: run.unknown, run.machine_version, run.definition_lost and those of the store.
Result<StoredRun> loadRun(store::Connection& db, const RunId& id);

/// Limits, roles, who started it and pinned sub-workflows as RunRow::limits holds them.
Status readLaunch(store::Connection& db, std::string_view text, StoredRun& out);

struct Rebuilt {
    std::unique_ptr<Machine> machine;
    std::vector<Task> pending; ///< what has to be executed to go on, in order of emission
};
/// What a replay compares while it goes; null members are not compared.
struct Compare {
    /// Before an outcome is fed: the task as the machine asks for it now, and the row. A sentence is a
    /// divergence.
    std::function<std::string(const Task& task, const store::JournalRow& row, const Outcome& outcome)> judge;
    std::string path, sentence; ///< of the first divergence
    std::int64_t steps = 0;
};
/// Feeds the journal to a new machine. Stops at the first divergence when comparing; without, an unexpected
/// row is an error run.journal.
Result<Rebuilt> rebuild(const StoredRun& run, Compare* compare = nullptr);

/// Exact replay (DESIGN section 6): deterministic steps are executed again, paid and outside ones answered
/// from the journal. No model port, transport or provider is constructed or reachable from here.
Result<ReplayResult> replayRun(store::Connection& db, const RunId& id);

/// Booked attempts, in no order, one at a time.
Status eachPastSpend(store::Connection& db, const store::BookedRange& range,
                     const std::function<void(PastSpend, std::string_view id)>& use);

} // namespace tally::engine
