// The workspace of the process that owns it: the engine runs here, and a socket serves other processes of the
// same user.
#pragma once
#include "core/api/demo.h"
#include "core/api/owner_parts.h"
#include "core/api/owner_socket.h"
#include "core/api/reading_workspace.h"
#include "core/api/stop_drop.h"
#include "core/base/task_pool.h"

#include <mutex>
#include <set>

namespace tally::api {

class OwnerWorkspace final : public ReadingWorkspace {
public:
    static Result<std::unique_ptr<Workspace>> open(OpenOptions options);
    ~OwnerWorkspace() override;
    /// Owns the workspace for one request of another process, whose owner has gone.
    static Result<nlohmann::json> once(OpenOptions options, const std::string& op,
                                       const nlohmann::json& args);

    feed::EventFeed& feed() override { return parts_->feed; }
    void info(Reply<WorkspaceInfo> reply) override;
    void checkWorkflow(std::string text, Reply<std::vector<Diagnostic>> reply) override;
    void saveWorkflow(std::string text, Reply<std::string> reply_name) override;
    void start(StartRun request, Reply<RunId> reply) override;
    void run(RunId id, Reply<RunSummary> reply) override;
    void decide(RunId run, std::string path, bool approve, std::string by, Done done) override;
    void replay(RunId id, Reply<ReplayReport> reply) override;
    void addBatch(BatchSpec spec, Reply<Batch> reply) override;
    void orderBatch(BatchId id, BatchOrder order, std::string by, Done done) override;
    void changeBatch(BatchId id, nlohmann::json limits, std::string by, Done done) override;
    void retryBatch(BatchId id, std::string code, std::int64_t item, Reply<std::int64_t> reply) override;
    void overview(Reply<Overview> reply) override;
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
    void leave(Reply<std::vector<RunId>> still_open) override;
    void exportBundle(ExportRequest request, Reply<std::int64_t> entries) override;
    void erasePayloads(EraseOrder order, Reply<ErasureDone> reply) override;
    void setRetention(Retention rule, Reply<Retention> reply) override;
    void challenge(std::string nonce, std::string by, Reply<ChallengeDone> reply) override;
    void startDemo(Reply<std::vector<RunId>> reply) override;
    void demoResult(Reply<SampleComparison> reply) override;

private:
    OwnerWorkspace() = default;
    Status addSamples();
    /// Stops that were left for us become orders of ours; they are durable when this returns.
    void adoptStops();
    /// An order of another process that leaves a run behind, which would end with this process. False: it was
    /// refused.
    bool hosted(OwnerServer::Answer& answer);
    /// Runs that waited for a person when their last owner ended go on waiting here; orders about one come
    /// behind.
    void continueWaiting();
    bool behindContinuing(const RunId& id, Done then);
    void continueRun(RunId id, std::string by, Done done);
    Status continueRunsOf(const KillId& id, const std::string& by);
    void serve(const std::string& op, const nlohmann::json& args, OwnerServer::Answer answer);
    void serveBatch(const std::string& op, const nlohmann::json& args, OwnerServer::Answer answer);

    std::unique_ptr<OwnerParts> parts_;
    std::unique_ptr<Demo> demo_;
    std::unique_ptr<TaskPool> jobs_; ///< waits for commits, files and servers, so that no other thread has to
    std::unique_ptr<TaskPool> slow_; ///< waits for the keychain, a provider's answer, a whole export
    std::mutex guests_mutex_;
    std::int64_t guests_coming_ = 0; ///< orders of theirs that leave a run behind and were not answered yet
    std::map<RunId, std::vector<Done>> continuing_; ///< see continueWaiting(); what comes behind
    std::set<RunId> continued_;                     ///< went on waiting, nobody has resumed it since
    bool leaving_ = false;
    std::mutex orders_mutex_;
    std::set<KillId> orders_; ///< stops given here: the socket and a file may bring the same one
    CancelToken ending_;      ///< of long work on `slow_`
    std::unique_ptr<RetentionKeeper> retention_; ///< only where runs may run
    std::unique_ptr<StopWatch> watch_;
    std::unique_ptr<OwnerServer> server_; ///< last: ends first
};

} // namespace tally::api
