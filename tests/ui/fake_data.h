// The values behind the scripted core: plain functions of small integers, so that every picture is the same
// everywhere.
#pragma once
#include "core/api/auditor.h"
#include "core/api/values.h"

#include <vector>

namespace tally::test {

RunSummary fakeRun(int index, bool long_names);
std::vector<StepRecord> fakeSteps(const RunId& run, int count);
StepDetail fakeDetail(const StepRecord& step);
std::vector<api::WorkflowInfo> fakeWorkflows(bool much);
std::string fakeWorkflowText(const std::string& name);
/// An error for every text that holds the word "broken", placed on its line.
std::vector<Diagnostic> fakeDiagnostics(const std::string& text);
api::Overview fakeOverview(int amount, std::int64_t now_us);
api::CostTable fakeCosts(const api::CostQuery& query);
std::vector<api::BudgetView> fakeBudgets(bool much, std::int64_t now_us);
std::vector<api::ProviderInfo> fakeProviders(bool much);
LogFigures fakeFigures();
api::PayloadList fakePayloads();
Comparison fakeComparison(const std::string& a, const std::string& b);
Verdict fakeVerdict(bool altered, std::int64_t entries);
api::AuditRecord fakeRecord(const Verdict& verdict, std::int64_t pos);

} // namespace tally::test
