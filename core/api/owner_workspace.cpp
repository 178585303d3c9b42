#include "core/api/owner_workspace.h"

#include "core/api/codec.h"
#include "core/api/provider_admin.h"
#include "core/api/settings.h"
#include "core/api/start_check.h"
#include "core/api/viewer_workspace.h"
#include "core/audit/bundle_writer.h"
#include "core/audit/store_source.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/filter/expression.h"
#include "core/store/journal_repo.h"
#include "core/store/migration.h"
#include "core/store/ops_repo.h"
#include "core/store/run_repo.h"

#include <fmt/format.h>

namespace tally::api {
namespace {
using nlohmann::json;

template <class T>
Reply<T> toSocket(OwnerServer::Answer answer, std::function<json(const T&)> encode) {
    return [answer = std::move(answer), encode = std::move(encode)](Result<T> result) {
        if (result) answer(encode(*result));
        else answer(fail(result.error()));
    };
}
Done toSocket(OwnerServer::Answer answer) {
    return [answer = std::move(answer)](Status status) {
        if (status) answer(json::object());
        else answer(fail(status.error()));
    };
}
Status waitDone(const std::function<void(Done)>& call) {
    auto promise = std::make_shared<std::promise<Status>>();
    auto future = promise->get_future();
    call([promise](const Status& status) { promise->set_value(status); });
    return future.get();
}
std::string word(const json& args, const char* key) {
    const auto it = args.find(key);
    return it != args.end() && it->is_string() ? it->get<std::string>() : std::string();
}
} // namespace

Result<std::unique_ptr<Workspace>> openWorkspace(OpenOptions options) {
    const bool viewer_allowed = options.viewer_allowed;
    OpenOptions copy = options;
    auto owner = OwnerWorkspace::open(std::move(copy));
    if (owner || owner.error().code != "store.locked" || !viewer_allowed) return owner;
    return ViewerWorkspace::open(options);
}

Result<std::unique_ptr<Workspace>> OwnerWorkspace::open(OpenOptions options) {
    std::unique_ptr<OwnerWorkspace> workspace(new OwnerWorkspace);
    TALLY_ASSIGN(workspace->parts_, openOwnerParts(std::move(options)));
    OwnerParts& parts = *workspace->parts_;
    workspace->reads_ = std::make_unique<Reads>(parts.store->readers(), *parts.clock);
    workspace->jobs_ = std::make_unique<TaskPool>(1);
    TALLY_ASSIGN(workspace->demo_, Demo::make(*workspace, *workspace->reads_, parts.options.resources));
    TALLY_TRY(workspace->addSamples());
    OwnerWorkspace* raw = workspace.get();
    auto server = OwnerServer::listen(ownerSocketPath(parts.options.dir),
                                      [raw](const std::string& op, const json& args, OwnerServer::Answer answer) { raw->serve(op, args, std::move(answer)); });
    // Without the socket everything works but other processes can only read.
    if (server) workspace->server_ = std::move(*server);
    else log::warn("owner", server.error().text());
    return std::unique_ptr<Workspace>(std::move(workspace));
}

OwnerWorkspace::~OwnerWorkspace() {
    server_.reset();
    jobs_.reset();
    demo_.reset();
    reads_.reset();
    parts_.reset();
}

Status OwnerWorkspace::addSamples() {
    const DiskFileSystem disk;
    const std::string folder = parts_->options.resources + "/samples";
    TALLY_ASSIGN(const auto names, disk.list(folder));
    for (const auto& name : names) {
        if (!name.ends_with(".workflow.json")) continue;
        TALLY_ASSIGN(std::string text, disk.read(folder + "/" + name, 1 << 20));
        const auto saved = wait<std::string>([&](auto reply) { saveWorkflow(std::move(text), reply); });
        if (!saved) return fail(saved.error().at(name));
    }
    // Versions that were added earlier must be there for runs that call or resume them.
    const auto rows = parts_->store->readers().read<std::vector<store::WorkflowRow>>([](store::Connection& db) { return store::WorkflowRepo::list(db); });
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows)
        if (const auto check = parseWorkflow(row.json); check.workflow) parts_->engine->addWorkflow(check.workflow, [](const Status&) {});
    return {};
}

Result<json> OwnerWorkspace::once(OpenOptions options, const std::string& op, const json& args) {
    TALLY_ASSIGN(const auto opened, open(std::move(options)));
    return wait<json>([&](auto reply) { static_cast<OwnerWorkspace&>(*opened).serve(op, args, std::move(reply)); });
}

void OwnerWorkspace::info(Reply<WorkspaceInfo> reply) {
    jobs_->post([this, reply = std::move(reply)] {
        WorkspaceInfo info;
        info.folder = parts_->options.dir;
        info.origin = parts_->log->origin();
        info.fingerprint = parts_->log->fingerprint();
        info.vkey = parts_->log->genesisKey();
        info.app_version = parts_->options.app_version;
        info.schema_version = store::migrations().back().version;
        info.log_size = parts_->log->size();
        info.log_sealed = parts_->log->sealedSize();
        info.key_storage = parts_->log->keyStorage();
        info.notice = parts_->log->opened().notice;
        reply(std::move(info));
    });
}

void OwnerWorkspace::checkWorkflow(std::string text, Reply<std::vector<Diagnostic>> reply) {
    jobs_->post([text = std::move(text), reply = std::move(reply)] { reply(checkDefinition(text)); });
}

void OwnerWorkspace::saveWorkflow(std::string text, Reply<std::string> reply_name) {
    jobs_->post([this, text = std::move(text), reply = std::move(reply_name)]() mutable {
        for (const auto& d : checkDefinition(text))
            if (d.severity == Diagnostic::Severity::error)
                return reply(fail("workflow.invalid", d.message, d.fix, fmt::format("line {}, column {}, {}", d.line, d.column, d.pointer)));
        const WorkflowCheck check = parseWorkflow(std::move(text));
        parts_->engine->addWorkflow(check.workflow, [name = check.workflow->name, reply = std::move(reply)](const Status& status) {
            if (status) reply(name);
            else reply(fail(status.error()));
        });
    });
}

void OwnerWorkspace::start(StartRun request, Reply<RunId> reply) {
    reads_->workflowText(request.workflow, [this, request, reply = std::move(reply)](Result<std::string> text) {
        if (!text) return reply(fail(text.error()));
        const WorkflowCheck check = parseWorkflow(std::move(*text));
        if (!check.workflow) return reply(fail("workflow.invalid", "the stored definition of '" + request.workflow + "' has errors", "run: tally workflow check"));
        if (const auto ready = checkModels(*parts_, *check.workflow, request.roles); !ready) return reply(fail(ready.error()));
        parts_->engine->start({check.workflow, request.inputs, request.limits, request.roles, request.label}, reply);
    });
}

void OwnerWorkspace::run(RunId id, Reply<RunSummary> reply) {
    // Live figures are ahead of the database by what was not written yet. An end that is not durable is none.
    parts_->engine->liveRuns([this, id, reply = std::move(reply)](Result<std::vector<RunSummary>> live) {
        if (live)
            for (auto& run : *live)
                if (run.id == id && !isEnded(run.status)) return reply(std::move(run));
        reads_->run(id, reply);
    });
}

void OwnerWorkspace::decide(RunId run, std::string path, bool approve, std::string by, Done done) {
    parts_->engine->decide(std::move(run), std::move(path), approve, std::move(by), std::move(done));
}

void OwnerWorkspace::replay(RunId id, Reply<ReplayReport> reply) {
    parts_->engine->replay(std::move(id), [reply = std::move(reply)](Result<engine::ReplayResult> result) {
        if (!result) return reply(fail(result.error()));
        reply(ReplayReport{result->run, result->identical, result->steps, result->divergence_path, result->divergence, result->recorded_cost, result->replayed_cost});
    });
}

void OwnerWorkspace::overview(Reply<Overview> reply) {
    auto finished = [this, reply = std::move(reply)](Result<Overview> overview) {
        if (!overview) return reply(fail(overview.error()));
        parts_->engine->budgets([this, reply, overview = std::move(*overview)](Result<std::vector<BudgetState>> states) mutable {
            if (states) overview.tightest = tightestOf(*states);
            demo_->result([reply, overview = std::move(overview)](Result<SampleComparison> samples) mutable {
                if (samples) overview.samples = std::move(*samples);
                reply(std::move(overview));
            });
        });
    };
    reads_->overview(std::move(finished));
}

void OwnerWorkspace::budgets(Reply<std::vector<BudgetView>> reply) {
    parts_->engine->budgets([this, reply = std::move(reply)](Result<std::vector<BudgetState>> states) {
        if (!states) return reply(fail(states.error()));
        reads_->budgetViews(std::move(*states), reply);
    });
}

void OwnerWorkspace::setBudget(Budget budget, Reply<BudgetId> reply) { parts_->engine->setBudget(std::move(budget), std::move(reply)); }
void OwnerWorkspace::removeBudget(BudgetId id, std::string by, std::string reason, Done done) {
    parts_->engine->removeBudget(std::move(id), std::move(by), std::move(reason), std::move(done));
}

void OwnerWorkspace::whatIf(Budget budget, Reply<WhatIf> reply) {
    parts_->engine->whatIf(std::move(budget), [reply = std::move(reply)](Result<engine::BudgetWhatIf> result) {
        if (!result) return reply(fail(result.error()));
        reply(WhatIf{result->steps_blocked, result->runs_touched, result->cost_blocked, result->first_block_us, result->steps_seen, result->sentence});
    });
}

void OwnerWorkspace::prices(std::string filter, Reply<std::vector<PriceRow>> reply) {
    jobs_->post([this, filter = std::move(filter), reply = std::move(reply)] { reply(priceRows(*parts_->prices.get(), filter)); });
}

void OwnerWorkspace::kill(KillOrder order, Reply<KillId> accepted) { parts_->engine->kill(std::move(order), std::move(accepted)); }
void OwnerWorkspace::resumeKill(KillId id, bool continue_runs, std::string by, Done done) {
    jobs_->post([this, id = std::move(id), continue_runs, by = std::move(by), done = std::move(done)] {
        const auto lifted = waitDone([&](Done reply) { parts_->engine->resumeKill(id, false, by, std::move(reply)); });
        done(lifted && continue_runs ? continueRunsOf(id, by) : lifted);
    });
}

/// The runs that a stop ended are in the database: those of an earlier process are not in the engine's memory.
Status OwnerWorkspace::continueRunsOf(const KillId& id, const std::string& by) {
    auto stopped = parts_->store->readers().read<std::vector<RunId>>([id](store::Connection& db) -> Result<std::vector<RunId>> {
        TALLY_ASSIGN(const auto receipt, store::KillRepo::byId(db, id));
        if (!receipt) return std::vector<RunId>();
        const KillOrder& order = receipt->order;
        store::RunFilter filter;
        filter.statuses = {RunStatus::stopped};
        filter.limit = 10'000;
        if (order.scope == KillScope::workflow) filter.workflow = order.target;
        if (order.scope == KillScope::process) filter.process = order.target;
        if (order.scope == KillScope::run) filter.text = order.target;
        TALLY_ASSIGN(const auto rows, store::RunRepo::page(db, filter));
        std::vector<RunId> runs;
        for (const auto& row : rows)
            // Runs that a budget or a detector stopped are another decision.
            if (row.summary.status_detail.starts_with("Stopped by a kill")) runs.push_back(row.summary.id);
        return runs;
    });
    if (!stopped) return fail(stopped.error());
    for (const auto& run : *stopped)
        TALLY_TRY(waitDone([&](Done reply) { parts_->engine->resumeRun(run, by, std::move(reply)); }));
    return {};
}
void OwnerWorkspace::resumeRun(RunId id, std::string by, Done done) { parts_->engine->resumeRun(std::move(id), std::move(by), std::move(done)); }
void OwnerWorkspace::abandonRun(RunId id, std::string by, Done done) { parts_->engine->abandonRun(std::move(id), std::move(by), std::move(done)); }

void OwnerWorkspace::providers(Reply<std::vector<ProviderInfo>> reply) {
    parts_->engine->onEngineThread([this, reply = std::move(reply)] { reply(providerInfos(*parts_)); });
}
void OwnerWorkspace::addProvider(AddProvider request, Done done) {
    jobs_->post([this, request = std::move(request), done = std::move(done)] { done(addProviderTo(*parts_, request)); });
}
void OwnerWorkspace::removeProvider(std::string name, Done done) {
    jobs_->post([this, name = std::move(name), done = std::move(done)] { done(removeProviderFrom(*parts_, name)); });
}
void OwnerWorkspace::testProvider(std::string name, Reply<std::string> sentence) {
    jobs_->post([this, name = std::move(name), sentence = std::move(sentence)] { sentence(testProviderOf(*parts_, name)); });
}

void OwnerWorkspace::settings(Reply<WorkspaceSettings> reply) { reads_->ask<WorkspaceSettings>(readSettings, std::move(reply)); }
void OwnerWorkspace::setNetwork(NetworkSettings network, Done done) {
    jobs_->post([this, network = std::move(network), done = std::move(done)] { done(setNetworkOf(*parts_, network)); });
}
void OwnerWorkspace::checkContract(std::string path, Reply<ContractInfo> reply) {
    jobs_->post([path = std::move(path), reply = std::move(reply)] { reply(checkContractFile(path)); });
}
void OwnerWorkspace::setContract(std::string path, Reply<ContractInfo> reply) {
    jobs_->post([this, path = std::move(path), reply = std::move(reply)] { reply(setContractOf(*parts_, path)); });
}

void OwnerWorkspace::exportBundle(ExportRequest request, Reply<std::int64_t> entries) {
    jobs_->post([this, request = std::move(request), entries = std::move(entries)] {
        if (const auto sealed = parts_->log->sealNow(parts_->store->writer()); !sealed) return entries(fail(sealed.error()));
        auto db = store::Store::openReadOnly(parts_->options.dir);
        if (!db) return entries(fail(db.error()));
        auto source = audit::StoreSource::open(std::move(*db));
        if (!source) return entries(fail(source.error()));
        audit::BundleOptions options;
        options.openings = request.openings;
        const auto summary = audit::writeBundleFile(**source, options, request.path);
        if (summary) entries(static_cast<std::int64_t>(summary->entries));
        else entries(fail(summary.error()));
    });
}

void OwnerWorkspace::startDemo(Reply<std::vector<RunId>> reply) { demo_->start(std::move(reply)); }
void OwnerWorkspace::demoResult(Reply<SampleComparison> reply) { demo_->result(std::move(reply)); }

void OwnerWorkspace::serve(const std::string& op, const json& args, OwnerServer::Answer answer) {
    if (op == "info") return info(toSocket<WorkspaceInfo>(std::move(answer), [](const WorkspaceInfo& v) { return json(v); }));
    if (op == "kill") {
        auto order = killOrderFromJson(args);
        if (!order) return answer(fail(order.error()));
        return kill(std::move(*order), toSocket<KillId>(std::move(answer), [](const KillId& id) { return json(id.str()); }));
    }
    if (op == "resume_kill") return resumeKill(KillId(word(args, "id")), args.value("continue_runs", false), word(args, "by"), toSocket(std::move(answer)));
    if (op == "resume_run") return resumeRun(RunId(word(args, "id")), word(args, "by"), toSocket(std::move(answer)));
    if (op == "abandon_run") return abandonRun(RunId(word(args, "id")), word(args, "by"), toSocket(std::move(answer)));
    if (op == "decide") return decide(RunId(word(args, "run")), word(args, "path"), args.value("approve", false), word(args, "by"), toSocket(std::move(answer)));
    if (op == "start") {
        auto request = startRunFromJson(args);
        if (!request) return answer(fail(request.error()));
        return start(std::move(*request), toSocket<RunId>(std::move(answer), [](const RunId& id) { return json(id.str()); }));
    }
    if (op == "run") return run(RunId(word(args, "id")), toSocket<RunSummary>(std::move(answer), [](const RunSummary& v) { return json{{"status", toString(v.status)}}; }));
    if (op == "budgets")
        return parts_->engine->budgets(toSocket<std::vector<BudgetState>>(std::move(answer), [](const std::vector<BudgetState>& v) { return json(v); }));
    if (op == "set_budget" || op == "what_if") {
        auto budget = budgetFromJson(args);
        if (!budget) return answer(fail(budget.error()));
        if (op == "what_if") return whatIf(std::move(*budget), toSocket<WhatIf>(std::move(answer), [](const WhatIf& v) { return json(v); }));
        return setBudget(std::move(*budget), toSocket<BudgetId>(std::move(answer), [](const BudgetId& id) { return json(id.str()); }));
    }
    if (op == "remove_budget") return removeBudget(BudgetId(word(args, "id")), word(args, "by"), word(args, "reason"), toSocket(std::move(answer)));
    if (op == "replay") return replay(RunId(word(args, "id")), toSocket<ReplayReport>(std::move(answer), [](const ReplayReport& v) { return json(v); }));
    if (op == "save_workflow") return saveWorkflow(word(args, "text"), toSocket<std::string>(std::move(answer), [](const std::string& name) { return json(name); }));
    if (op == "export")
        return exportBundle({word(args, "path"), args.value("openings", true)}, toSocket<std::int64_t>(std::move(answer), [](const std::int64_t& n) { return json(n); }));
    if (op == "providers")
        return providers(toSocket<std::vector<ProviderInfo>>(std::move(answer), [](const std::vector<ProviderInfo>& v) { return json(v); }));
    if (op == "add_provider") {
        auto info = providerFromJson(args.value("info", json::object()));
        if (!info) return answer(fail(info.error()));
        return addProvider({std::move(*info), word(args, "key")}, toSocket(std::move(answer)));
    }
    if (op == "remove_provider") return removeProvider(word(args, "name"), toSocket(std::move(answer)));
    if (op == "test_provider") return testProvider(word(args, "name"), toSocket<std::string>(std::move(answer), [](const std::string& v) { return json(v); }));
    if (op == "set_network") return setNetwork({word(args, "proxy"), word(args, "ca_file")}, toSocket(std::move(answer)));
    if (op == "set_contract") return setContract(word(args, "path"), toSocket<ContractInfo>(std::move(answer), [](const ContractInfo& v) { return json(v); }));
    answer(fail("owner.unknown", "the owner does not know the request '" + op.substr(0, 40) + "'", "both programs should have the same version"));
}

} // namespace tally::api
