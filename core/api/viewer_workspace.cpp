#include "core/api/viewer_workspace.h"

#include "core/api/codec.h"
#include "core/api/owner_socket.h"
#include "core/api/provider_admin.h"
#include "core/store/store.h"

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
Error ownerOnly(const char* what) {
    return {"owner.only", std::string(what) + " only in the window or process that owns the workspace", "use that one, or close it first", {}};
}
} // namespace

ViewerWorkspace::ViewerWorkspace(const OpenOptions& options) : options_(options) {}

Result<std::unique_ptr<Workspace>> ViewerWorkspace::open(const OpenOptions& options) {
    std::unique_ptr<ViewerWorkspace> viewer(new ViewerWorkspace(options));
    TALLY_ASSIGN(viewer->readers_, store::ReaderPool::open(store::Store::databasePath(options.dir)));
    viewer->reads_ = std::make_unique<Reads>(*viewer->readers_, viewer->clock_);
    return std::unique_ptr<Workspace>(std::move(viewer));
}

template <class T>
void ViewerWorkspace::ask(std::string op, json args, std::function<Result<T>(const json&)> decode, Reply<T> reply) {
    jobs_.post([this, op = std::move(op), args = std::move(args), decode = std::move(decode), reply = std::move(reply)] {
        const auto answer = askOwner(ownerSocketPath(options_.dir), op, args);
        if (answer) reply(decode(*answer));
        else reply(fail(answer.error()));
    });
}

void ViewerWorkspace::tell(std::string op, json args, Done done) {
    jobs_.post([this, op = std::move(op), args = std::move(args), done = std::move(done)] {
        const auto answer = askOwner(ownerSocketPath(options_.dir), op, args);
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
    jobs_.post([filter = std::move(filter), reply = std::move(reply)] {
        const auto book = price::PriceBook::builtin();
        if (book) reply(priceRows(*book, filter));
        else reply(fail(book.error()));
    });
}

void ViewerWorkspace::kill(KillOrder order, Reply<KillId> accepted) { ask<KillId>("kill", killOrderToJson(order), asId<KillId>, std::move(accepted)); }
void ViewerWorkspace::resumeKill(KillId id, bool continue_runs, std::string by, Done done) {
    tell("resume_kill", {{"id", id.str()}, {"continue_runs", continue_runs}, {"by", by}}, std::move(done));
}
void ViewerWorkspace::resumeRun(RunId id, std::string by, Done done) { tell("resume_run", {{"id", id.str()}, {"by", by}}, std::move(done)); }
void ViewerWorkspace::abandonRun(RunId id, std::string by, Done done) { tell("abandon_run", {{"id", id.str()}, {"by", by}}, std::move(done)); }

void ViewerWorkspace::providers(Reply<std::vector<ProviderInfo>> reply) { reply(fail(ownerOnly("Providers are listed"))); }
void ViewerWorkspace::addProvider(AddProvider, Done done) { done(fail(ownerOnly("Providers are added"))); }
void ViewerWorkspace::removeProvider(std::string, Done done) { done(fail(ownerOnly("Providers are removed"))); }
void ViewerWorkspace::testProvider(std::string, Reply<std::string> sentence) { sentence(fail(ownerOnly("Providers are tested"))); }
void ViewerWorkspace::exportBundle(ExportRequest request, Reply<std::int64_t> entries) {
    ask<std::int64_t>(
        "export", {{"path", request.path}, {"openings", request.openings}},
        [](const json& v) -> Result<std::int64_t> {
            if (!v.is_number_integer()) return fail("owner.syntax", "the owner's answer cannot be read");
            return v.get<std::int64_t>();
        },
        std::move(entries));
}
void ViewerWorkspace::startDemo(Reply<std::vector<RunId>> reply) { reply(fail(ownerOnly("The demo is started"))); }
void ViewerWorkspace::demoResult(Reply<SampleComparison> reply) { reply(SampleComparison{}); }

} // namespace tally::api
