// What other processes ask of the owner, through its socket or by owning the workspace for one request.
#include "core/api/codec.h"
#include "core/api/fields.h"
#include "core/api/owner_workspace.h"

namespace tally::api {

using nlohmann::json;

namespace {
template <class T>
Reply<T> toSocket(OwnerServer::Answer answer, std::function<json(const T&)> encode) {
    return [answer = std::move(answer), encode = std::move(encode)](Result<T> result) {
        if (result)
            answer(encode(*result));
        else
            answer(fail(result.error()));
    };
}
Done toSocket(OwnerServer::Answer answer) {
    return [answer = std::move(answer)](Status status) {
        if (status)
            answer(json::object());
        else
            answer(fail(status.error()));
    };
}
} // namespace

Result<json> OwnerWorkspace::once(OpenOptions options, const std::string& op, const json& args) {
    options.hosts_runs = false;
    options.batches = Batches::none;
    TALLY_ASSIGN(const auto opened, open(std::move(options)));
    return wait<json>(
        [&](auto reply) { static_cast<OwnerWorkspace&>(*opened).serve(op, args, std::move(reply)); });
}

bool OwnerWorkspace::hosted(OwnerServer::Answer& answer) {
    const std::lock_guard lock(guests_mutex_);
    if (leaving_) {
        answer(fail("owner.leaving", "the process that owns the workspace is about to end",
                    "repeat the command in a moment"));
        return false;
    }
    ++guests_coming_;
    answer = [this, answer = std::move(answer)](Result<json> result) {
        {
            const std::lock_guard done(guests_mutex_);
            --guests_coming_;
        }
        answer(std::move(result));
    };
    return true;
}

void OwnerWorkspace::leave(Reply<std::vector<RunId>> still_open) {
    parts_->engine->stopFeeding(); // or a batch would keep the process for ever
    parts_->engine->busyRuns([this, reply = std::move(still_open)](Result<std::vector<RunId>> busy) {
        if (!busy) return reply(fail(busy.error()));
        {
            const std::lock_guard lock(guests_mutex_);
            leaving_ = leaving_ || (busy->empty() && guests_coming_ == 0);
            if (busy->empty() && !leaving_) busy->emplace_back(); // one that is on its way has no id yet
        }
        reply(std::move(busy));
    });
}

void OwnerWorkspace::serve(const std::string& op, const json& args, OwnerServer::Answer answer) {
    if (!args.is_object()) return answer(fail("owner.syntax", "the arguments of a request are one object"));
    if (op == "info")
        return info(
            toSocket<WorkspaceInfo>(std::move(answer), [](const WorkspaceInfo& v) { return json(v); }));
    if (op == "kill") {
        auto order = killOrderFromJson(args);
        if (!order) return answer(fail(order.error()));
        return kill(std::move(*order),
                    toSocket<KillId>(std::move(answer), [](const KillId& id) { return json(id.str()); }));
    }
    if (op == "ping") return answer(json::object());
    const bool leaves_run = op == "start" || op == "resume_run" || op == "decide" ||
                            (op == "resume_kill" && flagOf(args, "continue_runs"));
    if (leaves_run && !hosted(answer)) return;
    if (op == "resume_kill")
        return resumeKill(KillId(textOf(args, "id")), flagOf(args, "continue_runs"), textOf(args, "by"),
                          toSocket(std::move(answer)));
    if (op == "resume_run")
        return resumeRun(RunId(textOf(args, "id")), textOf(args, "by"), toSocket(std::move(answer)));
    if (op == "abandon_run")
        return abandonRun(RunId(textOf(args, "id")), textOf(args, "by"), toSocket(std::move(answer)));
    if (op == "decide")
        return decide(RunId(textOf(args, "run")), textOf(args, "path"), flagOf(args, "approve"),
                      textOf(args, "by"), toSocket(std::move(answer)));
    if (op == "settle") {
        auto call = settleCallFromJson(args);
        if (!call) return answer(fail(call.error()));
        return settleCall(std::move(*call), toSocket<Pico>(std::move(answer),
                                                           [](const Pico& v) { return json(v.toString()); }));
    }
    if (op == "start") {
        auto request = startRunFromJson(args);
        if (!request) return answer(fail(request.error()));
        return start(std::move(*request),
                     toSocket<RunId>(std::move(answer), [](const RunId& id) { return json(id.str()); }));
    }
    if (op == "run")
        return run(RunId(textOf(args, "id")),
                   toSocket<RunSummary>(std::move(answer), [](const RunSummary& v) {
                       return json{{"status", toString(v.status)}};
                   }));
    if (op == "budgets")
        return parts_->engine->budgets(toSocket<std::vector<BudgetState>>(
            std::move(answer), [](const std::vector<BudgetState>& v) { return json(v); }));
    if (op == "set_budget" || op == "what_if") {
        auto budget = budgetFromJson(args);
        if (!budget) return answer(fail(budget.error()));
        if (op == "what_if")
            return whatIf(std::move(*budget),
                          toSocket<WhatIf>(std::move(answer), [](const WhatIf& v) { return json(v); }));
        return setBudget(std::move(*budget), toSocket<BudgetId>(std::move(answer), [](const BudgetId& id) {
                             return json(id.str());
                         }));
    }
    if (op == "remove_budget")
        return removeBudget(BudgetId(textOf(args, "id")), textOf(args, "by"), textOf(args, "reason"),
                            toSocket(std::move(answer)));
    if (op == "replay")
        return replay(
            RunId(textOf(args, "id")),
            toSocket<ReplayReport>(std::move(answer), [](const ReplayReport& v) { return json(v); }));
    if (op == "save_workflow")
        return saveWorkflow(
            textOf(args, "text"),
            toSocket<std::string>(std::move(answer), [](const std::string& name) { return json(name); }));
    if (op == "export")
        return exportBundle(
            {textOf(args, "path"),
             flagOf(args, "openings", true),
             numberOf(args, "first"),
             args.contains("last") ? numberOf(args, "last") : -1,
             {},
             false},
            toSocket<std::int64_t>(std::move(answer), [](const std::int64_t& n) { return json(n); }));
    if (op == "erase") {
        auto order = eraseOrderFromJson(args);
        if (!order) return answer(fail(order.error()));
        return erasePayloads(
            std::move(*order),
            toSocket<ErasureDone>(std::move(answer), [](const ErasureDone& v) { return json(v); }));
    }
    if (op == "set_retention") {
        auto rule = retentionFromJson(args);
        if (!rule) return answer(fail(rule.error()));
        return setRetention(std::move(*rule), toSocket<Retention>(std::move(answer), [](const Retention& v) {
                                return json(v);
                            }));
    }
    if (op == "challenge")
        return challenge(
            textOf(args, "nonce"), textOf(args, "by"),
            toSocket<ChallengeDone>(std::move(answer), [](const ChallengeDone& v) { return json(v); }));
    if (op == "add_batch" || op == "order_batch" || op == "change_batch" || op == "retry_batch")
        return serveBatch(op, args, std::move(answer));
    if (op == "providers")
        return providers(toSocket<std::vector<ProviderInfo>>(
            std::move(answer), [](const std::vector<ProviderInfo>& v) { return json(v); }));
    if (op == "add_provider") {
        auto info = providerFromJson(objectOf(args, "info"));
        if (!info) return answer(fail(info.error()));
        return addProvider({std::move(*info), textOf(args, "key")}, toSocket(std::move(answer)));
    }
    if (op == "remove_provider") return removeProvider(textOf(args, "name"), toSocket(std::move(answer)));
    if (op == "test_provider")
        return testProvider(
            textOf(args, "name"),
            toSocket<std::string>(std::move(answer), [](const std::string& v) { return json(v); }));
    if (op == "set_network")
        return setNetwork({textOf(args, "proxy"), textOf(args, "ca_file")}, toSocket(std::move(answer)));
    if (op == "set_contract")
        return setContract(
            textOf(args, "path"),
            toSocket<ContractInfo>(std::move(answer), [](const ContractInfo& v) { return json(v); }));
    answer(fail("owner.unknown", "the owner does not know the request '" + op.substr(0, 40) + "'",
                "both programs should have the same version"));
}

} // namespace tally::api
