// A workspace that another process owns: reads come straight from the database, everything that changes
// something goes to the owner through its socket. Lives on when its owner goes: it can still read, and orders
// that are one durable row (stops, budgets, providers, settings) are written by itself.
#pragma once
#include "core/api/demo.h"
#include "core/api/open.h"
#include "core/api/reading_workspace.h"
#include "core/base/task_pool.h"

#include <nlohmann/json.hpp>

namespace tally::api {

class ViewerWorkspace final : public ReadingWorkspace {
public:
    static Result<std::unique_ptr<Workspace>> open(const OpenOptions& options);

    feed::EventFeed& feed() override { return feed_; }
    void info(Reply<WorkspaceInfo> reply) override;
    void checkWorkflow(std::string text, Reply<std::vector<Diagnostic>> reply) override;
    void saveWorkflow(std::string text, Reply<std::string> reply_name) override;
    void start(StartRun request, Reply<RunId> reply) override;
    void run(RunId id, Reply<RunSummary> reply) override { reads_->run(std::move(id), std::move(reply)); }
    void decide(RunId run, std::string path, bool approve, std::string by, Done done) override;
    void replay(RunId id, Reply<ReplayReport> reply) override;
    void addBatch(BatchSpec spec, Reply<Batch> reply) override;
    void orderBatch(BatchId id, BatchOrder order, std::string by, Done done) override;
    void changeBatch(BatchId id, nlohmann::json limits, std::string by, Done done) override;
    void retryBatch(BatchId id, std::string code, std::int64_t item, Reply<std::int64_t> reply) override;
    void overview(Reply<Overview> reply) override { reads_->overview(std::move(reply)); }
    void budgets(Reply<std::vector<BudgetView>> reply) override;
    void setBudget(Budget budget, Reply<BudgetId> reply) override;
    void removeBudget(BudgetId id, std::string by, std::string reason, Done done) override;
    void whatIf(Budget budget, Reply<WhatIf> reply) override;
    void settleCall(SettleCall call, Reply<Pico> reply) override;
    void prices(std::string filter, Reply<std::vector<PriceRow>> reply) override;
    void kill(KillOrder order, Reply<KillId> accepted) override;
    void resumeKill(KillId id, bool continue_runs, std::string by, Done done) override;
    void resumeRun(RunId id, std::string by, Done done) override;
    void abandonRun(RunId id, std::string by, Done done) override;
    void providers(Reply<std::vector<ProviderInfo>> reply) override;
    void addProvider(AddProvider request, Done done) override;
    void removeProvider(std::string name, Done done) override;
    void testProvider(std::string name, Reply<std::string> sentence) override;
    void settings(Reply<WorkspaceSettings> reply) override;
    void setNetwork(NetworkSettings network, Done done) override;
    void checkContract(std::string path, Reply<ContractInfo> reply) override;
    void setContract(std::string path, Reply<ContractInfo> reply) override;
    void exportBundle(ExportRequest request, Reply<std::int64_t> entries) override;
    void erasePayloads(EraseOrder order, Reply<ErasureDone> reply) override;
    void setRetention(Retention rule, Reply<Retention> reply) override;
    void challenge(std::string nonce, std::string by, Reply<ChallengeDone> reply) override;
    void startDemo(Reply<std::vector<RunId>> reply) override;
    void demoResult(Reply<SampleComparison> reply) override;

private:
    explicit ViewerWorkspace(const OpenOptions& options);
    /// Asks the owner on the job thread and hands the decoded answer on.
    template <class T>
    void ask(std::string op, nlohmann::json args, std::function<Result<T>(const nlohmann::json&)> decode,
             Reply<T> reply);
    void tell(std::string op, nlohmann::json args, Done done);

    /// The owner's answer; when no owner lives any more, this process owns the workspace for the moment that
    /// a durable row takes.
    Result<nlohmann::json> order(const std::string& op, const nlohmann::json& args);

    Result<KillId> stop(KillOrder order);

    OpenOptions options_;
    SystemClock clock_;
    SystemRng rng_;
    feed::EventFeed feed_;
    std::unique_ptr<store::ReaderPool> readers_;
    std::unique_ptr<Demo> demo_;
    TaskPool jobs_{2}; ///< last: its tasks use everything above
};

} // namespace tally::api
