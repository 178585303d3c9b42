// What owner and viewer have in common: everything that is read from the database alone.
#pragma once
#include "core/api/batch_reads.h"
#include "core/api/reads.h"
#include "core/api/retention.h"
#include "core/audit/erasure.h"

namespace tally::api {

class ReadingWorkspace : public Workspace {
public:
    void workflows(Reply<std::vector<WorkflowInfo>> reply) override { reads_->workflows(std::move(reply)); }
    void workflowText(std::string name, Reply<std::string> reply) override {
        reads_->workflowText(std::move(name), std::move(reply));
    }
    void runs(RunQuery query, Reply<RunPage> reply) override {
        reads_->runs(std::move(query), std::move(reply));
    }
    void steps(StepQuery query, Reply<StepPage> reply) override {
        reads_->steps(std::move(query), std::move(reply));
    }
    void step(RunId run, std::string path, int attempt, Reply<StepDetail> reply) override {
        reads_->step(std::move(run), std::move(path), attempt, std::move(reply));
    }
    void runOutput(RunId id, Reply<nlohmann::json> reply) override {
        reads_->runOutput(std::move(id), std::move(reply));
    }
    void alerts(std::optional<RunId> run, Reply<std::vector<Alert>> reply) override {
        reads_->alerts(std::move(run), std::move(reply));
    }
    void approvals(std::optional<RunId> run, Reply<std::vector<OpenApproval>> reply) override {
        reads_->approvals(std::move(run), std::move(reply));
    }
    void doubtfulCalls(Reply<std::vector<DoubtfulCall>> reply) override {
        reads_->doubtfulCalls(std::move(reply));
    }
    void costs(CostQuery query, Reply<CostTable> reply) override {
        reads_->costs(std::move(query), std::move(reply));
    }
    void receipts(Reply<std::vector<KillReceipt>> reply) override { reads_->receipts(std::move(reply)); }
    void planErasure(ErasePolicy policy, Reply<ErasePlan> reply) override {
        reads_->ask<ErasePlan>(
            [policy = std::move(policy)](store::Connection& db) { return audit::planErasure(db, policy); },
            std::move(reply));
    }
    void batches(Reply<std::vector<Batch>> reply) override {
        reads_->ask<std::vector<Batch>>(readBatches, std::move(reply));
    }
    void batchItems(BatchItemQuery query, Reply<std::vector<BatchItem>> reply) override {
        reads_->ask<std::vector<BatchItem>>(
            [query = std::move(query)](store::Connection& db) { return readBatchItems(db, query); },
            std::move(reply));
    }
    void batchCauses(BatchId id, Reply<std::vector<BatchCause>> reply) override {
        reads_->ask<std::vector<BatchCause>>(
            [id = std::move(id)](store::Connection& db) { return readBatchCauses(db, id); },
            std::move(reply));
    }
    void retention(Reply<Retention> reply) override {
        reads_->ask<Retention>(readRetention, std::move(reply));
    }

protected:
    std::unique_ptr<Reads> reads_; ///< set before the workspace is handed out
};

} // namespace tally::api
