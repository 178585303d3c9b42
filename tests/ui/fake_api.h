// A scripted implementation of the core's door for tests and page pictures: same data every time, no clock,
// no threads, no disk. Three amounts of data: none, little (one working day), much (long names, many rows,
// limits reached).
#pragma once
#include "core/api/workspace.h"

#include <cstdint>
#include <map>
#include <vector>

namespace tally::test {

enum class Amount { none, little, much };

class FakeWorkspace : public api::Workspace {
public:
    static constexpr std::int64_t now_us = 1'795'359'300'000'000; ///< 2026-11-22 14:55:00 UTC

    explicit FakeWorkspace(Amount amount);

    feed::EventFeed& feed() override { return feed_; }
    void info(api::Reply<api::WorkspaceInfo> reply) override;
    void workflows(api::Reply<std::vector<api::WorkflowInfo>> reply) override;
    void workflowText(std::string name, api::Reply<std::string> reply) override;
    void checkWorkflow(std::string text, api::Reply<std::vector<Diagnostic>> reply) override;
    void saveWorkflow(std::string text, api::Reply<std::string> reply) override;
    void start(api::StartRun request, api::Reply<RunId> reply) override;
    void runs(api::RunQuery query, api::Reply<api::RunPage> reply) override;
    void run(RunId id, api::Reply<RunSummary> reply) override;
    void steps(api::StepQuery query, api::Reply<api::StepPage> reply) override;
    void step(RunId run, std::string path, int attempt, api::Reply<StepDetail> reply) override;
    void runOutput(RunId id, api::Reply<nlohmann::json> reply) override;
    void alerts(std::optional<RunId> run, api::Reply<std::vector<Alert>> reply) override;
    void approvals(std::optional<RunId> run, api::Reply<std::vector<api::OpenApproval>> reply) override;
    void doubtfulCalls(api::Reply<std::vector<api::DoubtfulCall>> reply) override;
    void settleCall(api::SettleCall call, api::Reply<Pico> reply) override;
    void decide(RunId run, std::string path, bool approve, std::string by, api::Done done) override;
    void replay(RunId id, api::Reply<api::ReplayReport> reply) override;
    void overview(api::Reply<api::Overview> reply) override;
    void costs(api::CostQuery query, api::Reply<api::CostTable> reply) override;
    void budgets(api::Reply<std::vector<api::BudgetView>> reply) override;
    void setBudget(Budget budget, api::Reply<BudgetId> reply) override;
    void removeBudget(BudgetId id, std::string by, std::string reason, api::Done done) override;
    void whatIf(Budget budget, api::Reply<api::WhatIf> reply) override;
    void prices(std::string filter, api::Reply<std::vector<api::PriceRow>> reply) override;
    void kill(KillOrder order, api::Reply<KillId> accepted) override;
    void receipts(api::Reply<std::vector<KillReceipt>> reply) override;
    void resumeKill(KillId id, bool continue_runs, std::string by, api::Done done) override;
    void resumeRun(RunId id, std::string by, api::Done done) override;
    void abandonRun(RunId id, std::string by, api::Done done) override;
    void providers(api::Reply<std::vector<api::ProviderInfo>> reply) override;
    void addProvider(api::AddProvider request, api::Done done) override;
    void removeProvider(std::string name, api::Done done) override;
    void testProvider(std::string name, api::Reply<std::string> sentence) override;
    void settings(api::Reply<api::WorkspaceSettings> reply) override;
    void setNetwork(api::NetworkSettings network, api::Done done) override;
    void checkContract(std::string path, api::Reply<api::ContractInfo> reply) override;
    void setContract(std::string path, api::Reply<api::ContractInfo> reply) override;
    void exportBundle(api::ExportRequest request, api::Reply<std::int64_t> entries) override;
    void planErasure(ErasePolicy policy, api::Reply<ErasePlan> reply) override;
    void erasePayloads(EraseOrder order, api::Reply<ErasureDone> reply) override;
    void retention(api::Reply<Retention> reply) override;
    void setRetention(Retention rule, api::Reply<Retention> reply) override;
    void startDemo(api::Reply<std::vector<RunId>> reply) override;
    void demoResult(api::Reply<api::SampleComparison> reply) override;

    /// What the window asked for; tests look here.
    std::vector<KillOrder> kills;
    std::vector<api::OpenApproval> open_approvals;
    std::vector<std::pair<std::string, bool>> decisions; ///< path, approved
    std::vector<KillId> resumed;
    std::vector<api::StartRun> started;
    std::vector<Budget> saved_budgets;
    std::vector<api::AddProvider> added_providers;
    std::vector<std::string> contracts; ///< paths asked to be used; empty: removed
    std::vector<api::NetworkSettings> networks;
    std::vector<ErasePolicy> planned;
    std::vector<EraseOrder> erased;
    std::vector<Retention> rules; ///< set, in order; days 0: removed
    /// Set to make every later question fail.
    std::optional<Error> broken;

    [[nodiscard]] const std::vector<RunSummary>& runList() const { return runs_; }
    [[nodiscard]] std::vector<StepRecord> stepsOf(const RunId& run) const;
    [[nodiscard]] KillReceipt receiptFor(const KillOrder& order) const;
    /// The receipt as the engine would report it, through the feed.
    void publishReceipt(const KillReceipt& receipt);

private:
    template <class T, class Make>
    void answer(const api::Reply<T>& reply, Make make) const {
        if (broken)
            reply(tally::fail(*broken));
        else
            reply(make());
    }
    void makeRuns();
    feed::EventFeed feed_;
    Amount amount_;
    std::vector<RunSummary> runs_;
};

/// Verification of a file that exists only in the script: a good log, or one with an altered record.
class FakeAuditor : public api::Auditor {
public:
    explicit FakeAuditor(bool altered, std::int64_t entries = 96)
        : altered_(altered)
        , entries_(entries) {}
    void verify(api::VerifyRequest request, std::function<void(api::VerifyProgress)> progress,
                CancelToken cancel, api::Reply<std::shared_ptr<api::AuditFile>> reply) override;
    void figures(std::shared_ptr<api::AuditFile> file, CancelToken cancel,
                 api::Reply<LogFigures> reply) override;
    void payloads(std::shared_ptr<api::AuditFile> file, CancelToken cancel,
                  api::Reply<api::PayloadList> reply) override;
    void payload(std::shared_ptr<api::AuditFile> file, api::PayloadRequest request, CancelToken cancel,
                 api::Reply<api::PayloadText> reply) override;
    void compare(api::VerifyRequest a, std::string b, CancelToken cancel,
                 api::Reply<Comparison> reply) override;
    void checkProofs(api::ProofRequest request, api::Reply<std::vector<api::ProofCheck>> reply) override;
    void signingKey(std::string path, api::Reply<std::string> reply) override;
    void writeReport(std::shared_ptr<api::AuditFile> file, ReportRequest request,
                     api::Reply<ReportInfo> reply) override;
    void pins(api::Reply<std::vector<StoredPin>> reply) override;
    void savePin(StoredPin pin, api::Reply<StoredPin> reply) override;

    /// Keeps the reply instead of answering, so that a test sees the progress; finish() answers.
    bool hold = false;
    void finish();
    /// What is answered instead of the scripted verdict.
    std::optional<Verdict> verdict;
    std::optional<Error> failure;
    MemoryAnswer memory;

    /// What the window asked for; tests look here.
    CancelToken last_cancel;
    std::vector<api::VerifyRequest> requests;
    std::vector<api::PayloadRequest> read;
    std::vector<api::ProofRequest> proofs;
    std::vector<ReportRequest> reports;
    std::vector<StoredPin> saved_pins;
    int figures_asked = 0, payloads_asked = 0;

private:
    bool altered_;
    std::int64_t entries_;
    std::function<void()> held_;
};

} // namespace tally::test
