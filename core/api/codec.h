// JSON forms of the api's values: what `tally --json` prints and what the owner's socket carries.
#pragma once
#include "core/api/values.h"
#include "core/base/result.h"

namespace tally::api {

void to_json(nlohmann::json& out, const WorkspaceInfo& v);
void to_json(nlohmann::json& out, const WorkflowInfo& v);
void to_json(nlohmann::json& out, const StartRun& v);
void to_json(nlohmann::json& out, const OpenApproval& v);
void to_json(nlohmann::json& out, const DoubtfulCall& v);
void to_json(nlohmann::json& out, const SettleCall& v);
void to_json(nlohmann::json& out, const RunPage& v);
void to_json(nlohmann::json& out, const StepPage& v);
void to_json(nlohmann::json& out, const CostTable& v);
void to_json(nlohmann::json& out, const SampleComparison& v);
void to_json(nlohmann::json& out, const Overview& v);
void to_json(nlohmann::json& out, const BudgetView& v);
void to_json(nlohmann::json& out, const WhatIf& v);
void to_json(nlohmann::json& out, const ProviderInfo& v);
void to_json(nlohmann::json& out, const PriceRow& v);
void to_json(nlohmann::json& out, const ReplayReport& v);
void to_json(nlohmann::json& out, const ContractInfo& v);
void to_json(nlohmann::json& out, const WorkspaceSettings& v);

Result<StartRun> startRunFromJson(const nlohmann::json& in);
Result<SettleCall> settleCallFromJson(const nlohmann::json& in);
Result<KillOrder> killOrderFromJson(const nlohmann::json& in);
nlohmann::json killOrderToJson(const KillOrder& order);
nlohmann::json errorToJson(const Error& error);
Error errorFromJson(const nlohmann::json& in);
Result<WhatIf> whatIfFromJson(const nlohmann::json& in);
Result<BudgetState> budgetStateFromJson(const nlohmann::json& in);
Result<ReplayReport> replayFromJson(const nlohmann::json& in);
Result<ContractInfo> contractFromJson(const nlohmann::json& in);
Result<WorkspaceSettings> settingsFromJson(const nlohmann::json& in);
Result<std::vector<ProviderInfo>> providersFromJson(const nlohmann::json& in);
Result<ProviderInfo> providerFromJson(const nlohmann::json& in);

} // namespace tally::api
