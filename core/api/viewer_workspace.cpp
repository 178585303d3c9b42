#include "core/api/viewer_workspace.h"

#include "core/api/codec.h"
#include "core/api/owner_socket.h"
#include "core/api/owner_workspace.h"
#include "core/api/provider_admin.h"
#include "core/api/settings.h"
#include "core/base/resources.h"
#include "core/store/store.h"

#include <set>

namespace tally::api {
namespace {
using nlohmann::json;

Result<std::string> asText(const json& value) {
    if (!value.is_string()) return fail("owner.syntax", "the owner's answer cannot be read");
    return value.get<std::string>();
}
template <class Id>
Result<Id> asId(const json& value) {
    TALLY_ASSIGN(std::string text, asText(value));
    return Id(std::move(text));
}
/// Orders that need no engine afterwards. A run that is started or continued would end with this process.
bool isDurableRow(const std::string& op) {
    static const std::set<std::string> rows{"kill", "abandon_run", "set_budget", "remove_budget", "what_if", "budgets", "info", "save_workflow", "export",
                                            "providers", "add_provider", "remove_provider", "test_provider", "set_network", "set_contract", "replay"};
    return rows.count(op) > 0;
}
} // namespace

ViewerWorkspace::ViewerWorkspace(const OpenOptions& options) : options_(options) {}

Result<std::unique_ptr<Workspace>> ViewerWorkspace::open(const OpenOptions& options) {
    std::unique_ptr<ViewerWorkspace> viewer(new ViewerWorkspace(options));
    TALLY_ASSIGN(viewer->readers_, store::ReaderPool::open(store::Store::databasePath(options.dir)));
    viewer->reads_ = std::make_unique<Reads>(*viewer->readers_, viewer->clock_);
    std::string resources = options.resources;
    if (resources.empty()) {
        TALLY_ASSIGN(resources, resourceDir());
    }
    TALLY_ASSIGN(viewer->demo_, Demo::make(*viewer, *viewer->reads_, resources));
    return std::unique_ptr<Workspace>(std::move(viewer));
}

Result<json> ViewerWorkspace::order(const std::string& op, const json& args) {
    auto answer = askOwner(ownerSocketPath(options_.dir), op, args);
    const bool alone = !answer && answer.error().code == "owner.absent";
    if (!alone || !(isDurableRow(op) || (op == "resume_kill" && !args.value("continue_runs", false)))) return answer;
    auto own = OwnerWorkspace::once(options_, op, args);
    // Somebody else was quicker and owns it now.
    if (!own && own.error().code == "store.locked") return askOwner(ownerSocketPath(options_.dir), op, args);
    return own;
}

template <class T>
void ViewerWorkspace::ask(std::string op, json args, std::function<Result<T>(const json&)> decode, Reply<T> reply) {
    jobs_.post([this, op = std::move(op), args = std::move(args), decode = std::move(decode), reply = std::move(reply)] {
        const auto answer = order(op, args);
        if (answer) reply(decode(*answer));
        else reply(fail(answer.error()));
    });
}

void ViewerWorkspace::tell(std::string op, json args, Done done) {
    jobs_.post([this, op = std::move(op), args = std::move(args), done = std::move(done)] {
        const auto answer = order(op, args);
        done(answer ? Status() : Status(fail(answer.error())));
    });
}

void ViewerWorkspace::info(Reply<WorkspaceInfo> reply) {
    ask<WorkspaceInfo>(
        "info", json::object(),
        [](const json& v) -> Result<WorkspaceInfo> {
            WorkspaceInfo info;
            info.folder = v.value("folder", "");
            info.origin = v.value("origin", "");
            info.fingerprint = v.value("fingerprint", "");
            info.vkey = v.value("vkey", "");
            info.app_version = v.value("app_version", "");
            info.schema_version = v.value("schema_version", 0);
            info.log_size = v.value("log_size", std::int64_t{0});
            info.log_sealed = v.value("log_sealed", std::int64_t{0});
            info.key_storage = v.value("key_storage", "");
            info.owner = false;
            info.notice = "Another Tallystick process owns this workspace; this one looks on and passes orders to it.";
            return info;
        },
        std::move(reply));
}

void ViewerWorkspace::checkWorkflow(std::string text, Reply<std::vector<Diagnostic>> reply) {
    jobs_.post([text = std::move(text), reply = std::move(reply)] { reply(checkDefinition(text)); });
}
void ViewerWorkspace::saveWorkflow(std::string text, Reply<std::string> reply_name) { ask<std::string>("save_workflow", {{"text", text}}, asText, std::move(reply_name)); }
void ViewerWorkspace::start(StartRun request, Reply<RunId> reply) { ask<RunId>("start", request, asId<RunId>, std::move(reply)); }
void ViewerWorkspace::decide(RunId run, std::string path, bool approve, std::string by, Done done) {
    tell("decide", {{"run", run.str()}, {"path", path}, {"approve", approve}, {"by", by}}, std::move(done));
}
void ViewerWorkspace::replay(RunId id, Reply<ReplayReport> reply) { ask<ReplayReport>("replay", {{"id", id.str()}}, replayFromJson, std::move(reply)); }

void ViewerWorkspace::budgets(Reply<std::vector<BudgetView>> reply) {
    using States = std::vector<BudgetState>;
    ask<States>(
        "budgets", json::object(),
        [](const json& v) -> Result<States> {
            States states;
            for (const auto& item : v) {
                TALLY_ASSIGN(auto state, budgetStateFromJson(item));
                states.push_back(std::move(state));
            }
            return states;
        },
        [this, reply = std::move(reply)](Result<States> states) {
            if (states) return reads_->budgetViews(std::move(*states), reply);
            if (states.error().code != "owner.absent") return reply(fail(states.error()));
            reads_->storedBudgets([this, reply](Result<States> stored) {
                if (stored) reads_->budgetViews(std::move(*stored), reply);
                else reply(fail(stored.error()));
            });
        });
}

void ViewerWorkspace::setBudget(Budget budget, Reply<BudgetId> reply) { ask<BudgetId>("set_budget", budget, asId<BudgetId>, std::move(reply)); }
void ViewerWorkspace::removeBudget(BudgetId id, std::string by, std::string reason, Done done) {
    tell("remove_budget", {{"id", id.str()}, {"by", by}, {"reason", reason}}, std::move(done));
}
void ViewerWorkspace::whatIf(Budget budget, Reply<WhatIf> reply) { ask<WhatIf>("what_if", budget, whatIfFromJson, std::move(reply)); }

void ViewerWorkspace::prices(std::string filter, Reply<std::vector<PriceRow>> reply) {
    reads_->ask<std::vector<PriceRow>>(
        [this, filter = std::move(filter)](store::Connection& db) -> Result<std::vector<PriceRow>> {
            TALLY_ASSIGN(const auto book, loadPriceBook(db, options_.contract_prices));
            return priceRows(*book, filter);
        },
        std::move(reply));
}

void ViewerWorkspace::kill(KillOrder order, Reply<KillId> accepted) { ask<KillId>("kill", killOrderToJson(order), asId<KillId>, std::move(accepted)); }
void ViewerWorkspace::resumeKill(KillId id, bool continue_runs, std::string by, Done done) {
    tell("resume_kill", {{"id", id.str()}, {"continue_runs", continue_runs}, {"by", by}}, std::move(done));
}
void ViewerWorkspace::resumeRun(RunId id, std::string by, Done done) { tell("resume_run", {{"id", id.str()}, {"by", by}}, std::move(done)); }
void ViewerWorkspace::abandonRun(RunId id, std::string by, Done done) { tell("abandon_run", {{"id", id.str()}, {"by", by}}, std::move(done)); }

void ViewerWorkspace::providers(Reply<std::vector<ProviderInfo>> reply) {
    ask<std::vector<ProviderInfo>>("providers", json::object(), providersFromJson, std::move(reply));
}
void ViewerWorkspace::addProvider(AddProvider request, Done done) { tell("add_provider", {{"info", request.info}, {"key", request.key}}, std::move(done)); }
void ViewerWorkspace::removeProvider(std::string name, Done done) { tell("remove_provider", {{"name", name}}, std::move(done)); }
void ViewerWorkspace::testProvider(std::string name, Reply<std::string> sentence) { ask<std::string>("test_provider", {{"name", name}}, asText, std::move(sentence)); }
void ViewerWorkspace::settings(Reply<WorkspaceSettings> reply) { reads_->ask<WorkspaceSettings>(readSettings, std::move(reply)); }
void ViewerWorkspace::setNetwork(NetworkSettings network, Done done) {
    tell("set_network", {{"proxy", network.proxy}, {"ca_file", network.ca_file}}, std::move(done));
}
void ViewerWorkspace::checkContract(std::string path, Reply<ContractInfo> reply) {
    jobs_.post([path = std::move(path), reply = std::move(reply)] { reply(checkContractFile(path)); });
}
void ViewerWorkspace::setContract(std::string path, Reply<ContractInfo> reply) { ask<ContractInfo>("set_contract", {{"path", path}}, contractFromJson, std::move(reply)); }
void ViewerWorkspace::exportBundle(ExportRequest request, Reply<std::int64_t> entries) {
    ask<std::int64_t>(
        "export", {{"path", request.path}, {"openings", request.openings}},
        [](const json& v) -> Result<std::int64_t> {
            if (!v.is_number_integer()) return fail("owner.syntax", "the owner's answer cannot be read");
            return v.get<std::int64_t>();
        },
        std::move(entries));
}
void ViewerWorkspace::startDemo(Reply<std::vector<RunId>> reply) { demo_->start(std::move(reply)); }
void ViewerWorkspace::demoResult(Reply<SampleComparison> reply) { demo_->result(std::move(reply)); }

} // namespace tally::api
