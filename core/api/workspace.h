// The only door from the window and `tally` into the core: abstract, values in, values out.
//
// Every call returns at once; the reply comes later, exactly once, on a thread of the core (the window's
// bridge hands it to the UI thread). Any thread may call. Destroying the Workspace waits for the engine to
// stop; what is still open then ends with the error "engine.closed" (orders) or "store.cancelled",
// "store.interrupted" (reads).
#pragma once
#include "core/api/auditor.h"
#include "core/api/reply.h"
#include "core/api/values.h"
#include "core/base/cancel.h"
#include "core/feed/event_feed.h"
#include "core/model/audit_values.h"
#include "core/model/batch.h"
#include "core/model/comparison.h"
#include "core/model/erasure.h"

#include <memory>

namespace tally::api {

class Workspace {
public:
    virtual ~Workspace() = default;

    virtual feed::EventFeed& feed() = 0;
    virtual void info(Reply<WorkspaceInfo> reply) = 0;

    // Workflows
    virtual void workflows(Reply<std::vector<WorkflowInfo>> reply) = 0;
    virtual void workflowText(std::string name, Reply<std::string> reply) = 0;
    virtual void checkWorkflow(std::string text, Reply<std::vector<Diagnostic>> reply) = 0;
    virtual void saveWorkflow(std::string text, Reply<std::string> reply_name) = 0;

    // Runs
    virtual void start(StartRun request, Reply<RunId> reply) = 0;
    virtual void runs(RunQuery query, Reply<RunPage> reply) = 0;
    virtual void run(RunId id, Reply<RunSummary> reply) = 0;
    virtual void steps(StepQuery query, Reply<StepPage> reply) = 0;
    virtual void step(RunId run, std::string path, int attempt, Reply<StepDetail> reply) = 0;
    virtual void runOutput(RunId id, Reply<nlohmann::json> reply) = 0;
    virtual void alerts(std::optional<RunId> run, Reply<std::vector<Alert>> reply) = 0;
    virtual void approvals(std::optional<RunId> run,
                           Reply<std::vector<OpenApproval>> reply) = 0; ///< oldest first
    virtual void decide(RunId run, std::string path, bool approve, std::string by, Done done) = 0;
    virtual void replay(RunId id, Reply<ReplayReport> reply) = 0;

    // Batches. Sources are read and items started by an owner whose OpenOptions::batches says so.
    /// The newest version of the workflow is pinned. Replies when the batch is durable.
    virtual void addBatch(BatchSpec, Reply<Batch> reply) { reply(unavailable()); }
    virtual void batches(Reply<std::vector<Batch>> reply) { reply(unavailable()); } ///< oldest first
    virtual void batchItems(BatchItemQuery, Reply<std::vector<BatchItem>> reply) { reply(unavailable()); }
    /// Dead letters by reason, the most frequent first.
    virtual void batchCauses(BatchId, Reply<std::vector<BatchCause>> reply) { reply(unavailable()); }
    virtual void orderBatch(BatchId, BatchOrder, std::string /*by*/, Done done) { done(unavailable()); }
    /// Limits only: see changedSpec().
    virtual void changeBatch(BatchId, nlohmann::json /*limits*/, std::string /*by*/, Done done) {
        done(unavailable());
    }
    /// Dead letters with this code (empty: any) or of this item (0: all) are tried again; replies how many.
    virtual void retryBatch(BatchId, std::string /*code*/, std::int64_t /*item*/, Reply<std::int64_t> reply) {
        reply(unavailable());
    }

    // Money
    virtual void overview(Reply<Overview> reply) = 0;
    virtual void costs(CostQuery query, Reply<CostTable> reply) = 0;
    virtual void budgets(Reply<std::vector<BudgetView>> reply) = 0;
    virtual void setBudget(Budget budget, Reply<BudgetId> reply) = 0; ///< empty id: a new one
    virtual void removeBudget(BudgetId id, std::string by, std::string reason, Done done) = 0;
    virtual void whatIf(Budget budget, Reply<WhatIf> reply) = 0;
    virtual void doubtfulCalls(Reply<std::vector<DoubtfulCall>> reply) = 0; ///< oldest first
    /// Corrects budgets, costs and run, and writes a `settle` entry. Replies with what it is booked at now.
    virtual void settleCall(SettleCall call, Reply<Pico> reply) = 0;
    virtual void prices(std::string filter, Reply<std::vector<PriceRow>> reply) = 0;

    // Stopping
    /// The order is durable and admission closed before `accepted`; the receipt follows as KillChanged and by
    /// receipts().
    virtual void kill(KillOrder order, Reply<KillId> accepted) = 0;
    virtual void receipts(Reply<std::vector<KillReceipt>> reply) = 0; ///< newest first
    /// Opens admission again for the kill's scope and continues the runs that it stopped when
    /// `continue_runs`.
    virtual void resumeKill(KillId id, bool continue_runs, std::string by, Done done) = 0;
    virtual void resumeRun(RunId id, std::string by, Done done) = 0;
    virtual void abandonRun(RunId id, std::string by, Done done) = 0;

    // Providers
    virtual void providers(Reply<std::vector<ProviderInfo>> reply) = 0;
    virtual void addProvider(AddProvider request, Done done) = 0;
    virtual void removeProvider(std::string name, Done done) = 0;
    /// One cheap call that proves address, key and model list.
    virtual void testProvider(std::string name, Reply<std::string> sentence) = 0;

    // Settings of the workspace
    virtual void settings(Reply<WorkspaceSettings> reply) = 0;
    virtual void setNetwork(NetworkSettings network, Done done) = 0;
    /// Reads a contract file without using it; the error names the place and the fix.
    virtual void checkContract(std::string path, Reply<ContractInfo> reply) = 0;
    /// Keeps a copy of the file and prices every later call by it; an empty path removes it.
    virtual void setContract(std::string path, Reply<ContractInfo> reply) = 0;

    /// Asks whether this process may go: answers with the runs that are under way here. Not with those that
    /// only wait for a person: they wait on, and continue in whichever process has the workspace next. With
    /// none, nothing more is taken from others from now on (they wait until they own the workspace
    /// themselves).
    virtual void leave(Reply<std::vector<RunId>> still_open) { still_open(std::vector<RunId>()); }

    // Log
    virtual void exportBundle(ExportRequest request, Reply<std::int64_t> entries) = 0;
    /// What a policy would erase; changes nothing.
    virtual void planErasure(ErasePolicy, Reply<ErasePlan> reply) { reply(unavailable()); }
    /// Erases and logs it; replies when the bytes are gone.
    virtual void erasePayloads(EraseOrder, Reply<ErasureDone> reply) { reply(unavailable()); }
    virtual void retention(Reply<Retention> reply) { reply(unavailable()); }
    /// Days 0 removes the rule.
    virtual void setRetention(Retention, Reply<Retention> reply) { reply(unavailable()); }
    /// An auditor's words become a sealed entry: the log was written to after they were chosen.
    virtual void challenge(std::string /*nonce*/, std::string /*by*/, Reply<ChallengeDone> reply) {
        reply(unavailable());
    }

    // Demo: both samples over all distinct copyright files; progress comes as run events.
    virtual void startDemo(Reply<std::vector<RunId>> reply) = 0;
    virtual void demoResult(Reply<SampleComparison> reply) = 0;

protected:
    static tl::unexpected<Error> unavailable() {
        return fail("api.unavailable", "this workspace cannot do that");
    }
};

} // namespace tally::api
