// The engine: runs workflows, and the only part that spends.
//
// Everything here may be called from any thread, returns at once and replies exactly once, on the engine
// thread: a reply must not block. Once the engine is being closed, what can no longer be done is answered
// with "engine.closed" on whatever thread lets go of it, possibly inside the call. Inside, one engine thread
// owns the run machines, the model port, the ledger, the kill switch and child processes (DESIGN section 5);
// local work runs on the pool, every durable fact goes through the store's writer. Reading (pages, costs,
// payloads) is not here: it goes to the store's readers.
//
// Failure: errors are values. When a group commit fails, the engine halts: it dispatches nothing more,
// EngineState.problem says why, and the workspace has to be opened again, which rebuilds memory from the
// database.
#pragma once
#include "core/base/cancel.h"
#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/engine/functions.h"
#include "core/feed/event_feed.h"
#include "core/model/batch.h"
#include "core/model/budget.h"
#include "core/model/kill.h"
#include "core/model/run.h"
#include "core/model/workflow.h"
#include "core/provider/hub.h"
#include "core/provider/port.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::store {
class Store;
}
namespace tally::audit {
class TraceLogWriter;
}
namespace tally::price {
class PriceBook;
}

namespace tally::engine {

template <class T>
using Reply = std::function<void(Result<T>)>;
using Done = std::function<void(Status)>;

/// What the engine has to know about a model of a configured provider.
struct ProviderFacts {
    std::string price_provider; ///< names in the price book (a sim borrows another model's price); empty: the
                                ///< same names
    std::string price_model;
    bool simulated = false; ///< labelled wherever it appears
    bool local = false;     ///< runs on this machine: costs 0 unless the book has a rate line for it
};

/// What this process does for batches: a process that ends at once must not begin what would end with it.
enum class BatchWork {
    none, ///< takes orders
    load, ///< and reads sources
    run   ///< and starts items
};

/// Parts that the engine uses. Owned by the caller, except the port; all must outlive the engine.
struct EngineConfig {
    /// Open but not started: Engine::open recovers, registers its group listener and starts it.
    store::Store* store = nullptr;
    audit::TraceLogWriter* log = nullptr; ///< of the same store
    feed::EventFeed* feed = nullptr;
    const Clock* clock = nullptr;
    Rng* rng = nullptr; ///< thread-safe
    /// Prices at the time of the call; thread-safe to read. Engine::setPrices replaces them later.
    std::shared_ptr<const price::PriceBook> prices;
    /// Made and destroyed on the engine thread. The engine never makes a network object itself.
    std::function<Result<std::unique_ptr<provider::ModelPort>>()> make_port;
    /// Nothing: the provider is not configured. Called on the engine thread.
    std::function<std::optional<ProviderFacts>(const std::string& provider, const std::string& model)> facts;
    /// Rate limits, caps and breakers of a provider, see ProviderHub::admission. Null: always ok. Engine
    /// thread.
    std::function<provider::Admission(std::string_view provider, std::int64_t tokens)> admission;
    std::function<void(std::string_view provider, std::int64_t tokens)> unadmit;
    /// Asks for one URL; for `tool` steps with a url. Null: such steps fail with "tool.no_http".
    HttpFetch fetch;
    std::shared_ptr<const FunctionRegistry> functions;
    unsigned pool_threads = 0; ///< 0: one per core
    std::string app_version = "tallystick";
    /// Runs that were open at the last exit: false leaves them stopped until resumeRun, true continues them
    /// at once.
    bool resume_open_runs = false;
    BatchWork batch_work = BatchWork::none;
    std::size_t batch_runs = 256; ///< items under way at once, all batches together
};

struct StartRequest {
    std::shared_ptr<const Workflow> workflow;
    nlohmann::json inputs = nlohmann::json::object();
    std::optional<RunLimits> limits; ///< replaces those of the workflow where set (non-zero)
    std::vector<std::pair<std::string, ModelRef>> roles; ///< role -> model, instead of its candidates
    std::string label;
    std::string by;   ///< who starts it, a role or account; user budgets count for them. Empty: operator
    BatchSlot slot{}; ///< the item of a batch that it works on; batch 0: none
    BatchId batch{};  ///< of the slot
};

/// What exact replay found; nothing is spent and no network object exists while it runs.
struct ReplayResult {
    RunId run;
    bool identical = false;
    std::int64_t steps = 0;
    std::string divergence_path; ///< empty when identical
    std::string divergence;      ///< sentence
    PicoSum recorded_cost, replayed_cost;
    nlohmann::json output;
};

/// What became known about a step of unknown outcome. Without usage the cost is one amount (an invoice);
/// without a cost it is computed from usage and the rate of the step. Neither: the call never happened, it
/// cost nothing.
struct LateSettle {
    RunId run;
    std::string path;
    int attempt = 0; ///< 0: the last one that is in doubt
    std::string by;  ///< source: provider, invoice or estimate
    std::optional<Pico> cost;
    Usage usage;
};

struct BudgetWhatIf {
    std::int64_t steps_blocked = 0;
    std::int64_t runs_touched = 0;
    PicoSum cost_blocked;
    std::int64_t first_block_us = 0; ///< 0: never
    std::int64_t steps_seen = 0;
    std::string sentence;
};

class Runtime;

class Engine {
public:
    /// Recovers what an earlier owner left (new boot id, sweep of open reservations, kill rows), then starts
    /// the threads.
    static Result<std::unique_ptr<Engine>> open(EngineConfig config);
    /// Stops admission, cancels calls, waits for the last commit. Open replies end with "engine.closed". A
    /// run that only waits for a person stays `waiting`: the next engine can resume it as it stands.
    ~Engine();

    // Workflows: calls of other workflows are resolved by name among those added (newest wins), pinned at the
    // run's start.
    void addWorkflow(std::shared_ptr<const Workflow> workflow, Done done);
    /// The same for a version that is stored already: writes nothing, sets no budgets.
    void knowWorkflow(std::shared_ptr<const Workflow> workflow);
    /// Why the engine halted, a sentence; empty while it is well.
    void problem(Reply<std::string> reply);

    // Runs
    void start(StartRequest request, Reply<RunId> reply); ///< replies when the run is durable
    /// Continues a stopped run, or one that waited for a person when its engine ended.
    void resumeRun(RunId run, std::string by, Done done);
    void abandonRun(RunId run, std::string by, Done done);
    void decide(RunId run, std::string path, bool approve, std::string by, Done done);
    /// Open runs as they stand now, in memory; ended ones are in the store.
    void liveRuns(Reply<std::vector<RunSummary>> reply);
    /// Open runs in which something is under way or comes by itself (a budget, a provider, a delay). Not
    /// those that rest: stopped ones, and those where nothing but a person's answer is missing, which is
    /// still missing when this engine has gone. None when the engine has halted.
    void busyRuns(Reply<std::vector<RunId>> reply);
    /// Replies when the run has ended or stopped (at once when it already has).
    void wait(RunId run, Reply<RunSummary> reply);

    // Batches: sources are read and items started as EngineConfig::batch_work says.
    /// `workflow` is the version that all its runs use. Replies when the batch is durable, before its source
    /// is read. Errors: batch.spec, batch.unknown (what it comes after), run.unknown_role.
    void addBatch(BatchSpec spec, std::shared_ptr<const Workflow> workflow, Reply<Batch> reply);
    /// Errors: batch.unknown, batch.ended.
    void orderBatch(BatchId id, BatchOrder order, std::string by, Done done);
    /// Changes limits, see changedSpec().
    void changeBatch(BatchId id, nlohmann::json changes, std::string by, Done done);
    /// No item starts any more in this process; what is under way goes on.
    void stopFeeding();
    /// Dead letters with this code (empty: any) or of this item (0: all) are tried again; replies how many.
    void retryBatch(BatchId id, std::string code, std::int64_t n, Reply<std::int64_t> reply);

    // Budgets
    void budgets(Reply<std::vector<BudgetState>> reply);
    void setBudget(Budget budget, Reply<BudgetId> reply); ///< empty id: a new one
    void removeBudget(BudgetId id, std::string by, std::string reason, Done done);
    void whatIf(Budget budget, Reply<BudgetWhatIf> reply);

    // Stopping
    /// `accepted` when the order is durable and admission is closed; the receipt follows as KillChanged.
    void kill(KillOrder order, Reply<KillId> accepted);
    /// Lifts the stop. Its runs rest (KillRepo::runsOf) until each is resumed.
    void resumeKill(KillId id, Done done);

    /// Corrects a step of unknown outcome, which is booked at its reservation until then: budgets, costs,
    /// run, and a `settle` entry. Replies with what it is booked at now. Errors: settle.unknown, settle.by,
    /// settle.cost.
    void settle(LateSettle order, Reply<Pico> reply);

    /// Calls that are prepared from now on are priced by this book; those under way keep theirs.
    void setPrices(std::shared_ptr<const price::PriceBook> prices);
    /// Runs `work` on the engine thread, between two polls: for changes to what stands behind the port.
    void onEngineThread(std::function<void()> work);

    /// Re-runs a run from its journal on a reader thread, in one read transaction; `code` steps run there
    /// too.
    void replay(RunId run, Reply<ReplayResult> reply);

    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

private:
    explicit Engine(std::unique_ptr<Runtime> runtime);
    void post(std::function<void()> work);
    std::unique_ptr<Runtime> runtime_;
};

} // namespace tally::engine
