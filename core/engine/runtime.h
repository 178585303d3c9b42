// The engine thread and everything it owns. Private to core/engine; the door is engine.h.
//
// Life of a step (DESIGN section 6): admit -> commit 1 (reservation durable) -> call -> commit 2 (log entry,
// settlement, journal and run state in one transaction). The machine gets an outcome as soon as its commit 2
// is submitted, in the same order: what follows becomes durable behind it or not at all, and nothing leaves
// the process (a call, a command, a request, an event that says "ended") before the commit that it stands on.
#pragma once
#include "core/base/task_pool.h"
#include "core/engine/batch_queue.h"
#include "core/engine/mailbox.h"
#include "core/engine/runtime_values.h"
#include "core/engine/spend_mark.h"
#include "core/guard/guard.h"
#include "core/store/attempt_repo.h"
#include "core/store/journal_repo.h"

namespace tally::engine {

class Runtime {
public:
    explicit Runtime(EngineConfig config);
    ~Runtime();
    Status open();
    [[nodiscard]] Mailbox& mailbox() { return *mailbox_; }
    [[nodiscard]] const EngineConfig& config() const { return config_; }

    // Engine thread only, through the mailbox.
    void setPrices(std::shared_ptr<const price::PriceBook> prices) {
        prices_ = std::move(prices);
        known_lines_.clear();
    }
    void addWorkflow(std::shared_ptr<const Workflow> workflow, Done done);
    void knowWorkflow(std::shared_ptr<const Workflow> workflow);
    void problem(Reply<std::string> reply);
    void start(StartRequest request, Reply<RunId> reply);
    /// `lift`: an order about this run alone ends a stop of this run alone.
    void resumeRun(const RunId& id, const std::string& by, Done done, bool lift = true);
    void abandonRun(const RunId& id, const std::string& by, Done done);
    void decide(const RunId& id, const std::string& path, bool approve, const std::string& by, Done done);
    void liveRuns(Reply<std::vector<RunSummary>> reply);
    void busyRuns(const Reply<std::vector<RunId>>& reply);
    void wait(const RunId& id, Reply<RunSummary> reply);
    void budgets(Reply<std::vector<BudgetState>> reply);
    void setBudget(Budget budget, Reply<BudgetId> reply);
    void removeBudget(const BudgetId& id, const std::string& by, const std::string& reason, Done done);
    void whatIf(Budget budget, Reply<BudgetWhatIf> reply);
    void kill(KillOrder order, Reply<KillId> accepted);
    void resumeKill(const KillId& id, Done done);
    void settle(const LateSettle& order, Reply<Pico> reply);
    void replay(const RunId& id, Reply<ReplayResult> reply);
    void addBatch(BatchSpec spec, const std::shared_ptr<const Workflow>& workflow, Reply<Batch> reply);
    void orderBatch(const BatchId& id, BatchOrder order, const std::string& by, Done done);
    void changeBatch(const BatchId& id, const nlohmann::json& changes, const std::string& by, Done done);
    void stopFeeding() { feeds_ = false; }
    void retryBatch(const BatchId& id, const std::string& code, std::int64_t n, Reply<std::int64_t> reply);

private:
    using Then = std::function<void(const Status&)>;
    struct Loaded; ///< a run as it stands in the store (recovery.cpp)
    struct Chunk;  ///< a piece of a batch's source (runtime_batches.cpp)

    // runtime.cpp: the thread
    void loop(std::stop_token stop);
    void turn();
    std::uint64_t after(std::int64_t us, std::function<void()> work);
    void forget(std::uint64_t& timer);
    void runTimers();
    /// `soft`: what a person asked for; its own refusal is answered, only a failing store halts the engine.
    void commit(store::WriteOp op, Then then, bool soft = false);
    void submitOps();
    void halt(const Error& error);
    [[nodiscard]] std::int64_t wall() const { return config_.clock->wallUs(); }
    [[nodiscard]] std::int64_t mono() const { return config_.clock->monoUs(); }

    // runtime_events.cpp: what the display is told, and notices of budgets
    void show(LiveRun& run, bool now = false);
    void show(const LiveStep& step, StepStatus status, const StepEnd* end = nullptr, std::int64_t seq = -1);
    void showEngine();
    void frame();
    void showBudgets();

    // runtime_runs.cpp
    static SpanId spanOf(const RunId& run, const std::string& path, int attempt);
    LiveRun* find(const RunId& id);
    LiveStep* find(std::uint64_t serial);
    Status configureGuard(const Workflow& workflow);
    void beginRun(LiveRun& run);
    void apply(LiveRun& run, Effects effects);
    void launch(LiveRun& run, Task task);
    void holdBack(LiveStep& step, std::int64_t us);
    void begin(LiveStep& step);
    void drop(LiveStep& step);
    void cancelStep(LiveStep& step);
    void settleRun(LiveRun& run);
    void stopRun(LiveRun& run, const std::string& why);
    void endRun(LiveRun& run);
    void stopped(LiveRun& run);
    void forgetRun(LiveRun& run);
    void reviewStatus(LiveRun& run);
    void watchClock(LiveRun& run);
    bool watchBytes(LiveRun& run);
    Status adoptLimits(LiveRun& run);
    bool enterCalled(LiveRun& run, const Task& task);
    void saveStatus(LiveRun& run);
    static bool onlyWaitsForPeople(const LiveRun& run);
    void rest(LiveRun& run);
    [[nodiscard]] std::optional<Error> closed(const LiveRun& run) const;

    // runtime_model.cpp
    void prepareModel(LiveStep& step);
    Result<RateLines> linesFor(const LiveStep& step);
    void admit(LiveStep& step);
    void reserve(LiveStep& step, PendingReservation pending);
    void reserved(std::uint64_t serial);
    void unsent(LiveStep& step);
    void send(LiveStep& step);
    void onText(std::uint64_t serial, std::string_view text);
    void onAnswer(std::uint64_t serial, const std::variant<ModelAnswer, CallFailure>& outcome);
    void refuse(LiveStep& step, const std::string& sentence, Error error, bool stop);
    void pump();
    void decideWaiting(Decision decision);
    void waitForProvider(LiveStep& step, const provider::Admission& answer);
    void retryProviders(const std::string& provider);
    void trip(const LiveStep& step, const Transition& money, StepEnd& end);
    void passOver(LiveStep& step, const std::string& sentence, const char* code);
    bool tryAgain(LiveStep& step, const CallFailure& failure);
    bool priceAnswer(const LiveStep& step, const ModelAnswer& answer, StepEnd& end);

    // runtime_steps.cpp
    void beginLocal(LiveStep& step);
    void queueLocal(LiveStep& step);
    void postLocal(LiveStep& step);
    void onLocal(std::uint64_t serial, LocalResult result);
    void beginApproval(LiveStep& step);
    void book(LiveStep& step, StepEnd end, std::optional<Transition> money);
    void booked(std::uint64_t serial, StepEnd end, std::int64_t seq);
    std::vector<Alert> observe(const LiveStep& step, const StepEnd& end);
    void advance();
    void raise(LiveRun& run, Alert alert, std::int64_t about);

    // runtime_settle.cpp
    void settleAttempt(const LateSettle& order, const store::AttemptRow& row, const RateLine& rate,
                       Reply<Pico> reply);

    // runtime_control.cpp
    [[nodiscard]] Status nameTarget(KillOrder& order) const;
    void stopParked(const RunId& id, const std::string& why);
    void liftOwn(const RunId& id);
    void killReceipt(const KillReceipt& receipt);

    // runtime_budgets.cpp
    Status applyBudget(const Budget& budget, Then then);
    void adoptWorkflowBudgets(const Workflow& workflow);

    // runtime_recount.cpp
    void recount();
    void spendSettled();
    void compareSpends(std::vector<Budget> budgets, std::set<BudgetId> anew, bool marked_only);
    void comparedWithMark(const SpendCheck& check);
    void recounted(const SpendCheck& check, bool counted);
    void correctSpend(const SpendFault& fault, const WindowSum& add);
    void keepMark(const SpendMark& mark);

    // runtime_batches.cpp: orders and sources
    Status recoverBatches(store::Connection& db);
    void setCeilings(const Batch& batch);
    void setBatchState(LiveBatch& batch, BatchState state, const std::string& reason, Then then);
    void cancelWaiting(std::int64_t no, Done done);
    void loadMore(LiveBatch& batch);
    void addLoaded(std::int64_t no, const Chunk& chunk);

    // runtime_feed.cpp: items
    void feedBatches();
    [[nodiscard]] std::string batchWaitsFor(const LiveBatch& batch);
    void refill(LiveBatch& batch);
    void onPage(std::int64_t no, const std::vector<BatchItem>& page, std::int64_t asked, std::int64_t due_us);
    void startItem(LiveBatch& batch, BatchItem item);
    void refuseItem(const BatchSlot& slot, const Error& error);
    void resumeItems(LiveBatch& batch);
    [[nodiscard]] store::ItemEnd endOfItem(const LiveRun& run);
    static Result<store::ItemEnd> abandonedItem(store::Tx& tx, const BatchSlot& slot,
                                                const store::RunRow& row, std::int64_t now_us);
    void itemEnded(const BatchSlot& slot, const store::ItemEnd& end);
    void itemGoesOn(const LiveRun& run);
    void itemRests(const LiveRun& run);
    [[nodiscard]] bool givesUpItem(const LiveRun& run);
    void giveUpItem(LiveRun& run);
    void reviewBatch(LiveBatch& batch);
    void pauseBatch(std::int64_t no, const std::string& reason);
    void pauseClosed(const std::string& reason);
    void blame(LiveRun& run, const BudgetId& budget, const std::string& sentence);
    std::int64_t batchPause(const LiveStep& step, std::int64_t tokens);
    bool batchAdmits(LiveStep& step, std::int64_t tokens);
    void batchTakesBack(const LiveStep& step, std::int64_t tokens);

    // recovery.cpp
    Status recover();
    Status sweep();
    static Result<Loaded> load(store::Connection& db, const RunId& id);
    void continueRun(Loaded loaded, Done done);
    void lostOutcome(LiveRun& run, LiveStep& step);

    const EngineConfig config_;
    std::shared_ptr<const price::PriceBook> prices_; ///< of calls that are prepared from now on
    std::shared_ptr<Mailbox> mailbox_;
    BatchQueue queue_;                       ///< batches that have not ended
    std::map<BatchId, Batch> ended_batches_; ///< those that others may wait for
    bool feeds_ = true;                      ///< this process may start items
    bool feed_ = false;                      ///< something changed for a batch: another item may start
    std::unique_ptr<provider::ModelPort> port_;
    std::unique_ptr<TaskPool> pool_, io_pool_;
    Ledger ledger_;
    KillSwitch kill_;
    guard::Guard guard_;
    std::map<std::string, std::shared_ptr<const Workflow>> workflows_; ///< newest by name
    std::unordered_set<std::string> policies_;                         ///< digests already in the log
    std::unordered_map<RunId, std::unique_ptr<LiveRun>> runs_;
    /// Open in the store, not in memory: stopped ones, and those that wait for a person since an earlier
    /// life.
    std::unordered_map<RunId, RunSummary> parked_;
    std::unordered_map<std::uint64_t, std::unique_ptr<LiveStep>> steps_;
    std::unordered_map<AttemptId, std::uint64_t> attempts_; ///< waiting or under way
    std::map<std::string, std::vector<std::uint64_t>> provider_waiting_;
    std::unordered_set<std::uint64_t> streaming_;
    struct KnownLines {
        std::string day;
        std::int64_t bound = 0; ///< up to this many input tokens these are the only lines
        RateLines lines;
    };
    std::map<std::string, KnownLines> known_lines_;  ///< by price provider and model
    std::deque<std::pair<RunId, Outcome>> outcomes_; ///< in the order of their commits
    std::unordered_map<RunId, std::vector<Reply<RunSummary>>>
        resuming_; ///< being read from the store, and who waits for them
    std::unordered_set<KillId> logged_kills_;
    std::unordered_map<BudgetId, std::int64_t>
        opening_;                             ///< being set: which of several changes is the newest
    std::unordered_set<BudgetId> recounting_; ///< their stored sums are being compared with their attempts
    std::int64_t settled_since_mark_ = 0;
    std::unordered_set<BudgetId> gone_budgets_; ///< removed by somebody; a workflow does not bring them back
    std::unordered_set<std::string> stored_names_; ///< of every workflow that the store knew at the start
    std::unordered_set<std::string> adopted_;      ///< digests of definitions whose budgets were set
    std::unordered_map<std::string, std::int64_t>
        tripped_; ///< models that ignored their cap: until when (monotonic)
    // between recover() and sweep()
    std::vector<store::AttemptRow> orphans_;
    std::vector<std::pair<store::RunNo, RunSummary>> interrupted_;
    std::vector<KillReceipt> unlogged_kills_;
    std::unordered_map<std::uint64_t, std::function<void()>> timer_work_;
    std::multimap<std::int64_t, std::uint64_t> timers_;
    std::uint64_t next_serial_ = 1;
    std::uint64_t pump_timer_ = 0, frame_timer_ = 0;
    std::int64_t pool_out_ = 0; ///< tasks on the pools
    std::deque<std::uint64_t> local_waiting_;
    std::int64_t commits_ = 0;             ///< under way, ops_ included
    std::vector<store::WriteRequest> ops_; ///< of this turn, not submitted yet
    std::int64_t engine_shown_us_ = 0, budgets_shown_us_ = 0;
    std::unordered_set<RunId> dirty_;
    std::optional<Error> halted_;
    bool closing_ = false;
    std::jthread thread_; ///< last: ends first
};

} // namespace tally::engine
