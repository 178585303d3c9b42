#include "core/api/owner_workspace.h"

#include "core/api/codec.h"
#include "core/api/fields.h"
#include "core/api/provider_admin.h"
#include "core/api/retry.h"
#include "core/api/settings.h"
#include "core/api/start_check.h"
#include "core/api/viewer_workspace.h"
#include "core/audit/bundle_writer.h"
#include "core/audit/store_source.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/log.h"
#include "core/base/no_throw.h"
#include "core/filter/expression.h"
#include "core/store/journal_repo.h"
#include "core/store/migration.h"
#include "core/store/ops_repo.h"
#include "core/store/run_repo.h"

#include <fmt/format.h>

namespace tally::api {
namespace {
using nlohmann::json;

std::string placeOf(const Diagnostic& d) {
    std::string place = d.line > 0 ? fmt::format("line {}, column {}", d.line, d.column) : std::string();
    if (!d.pointer.empty()) place += (place.empty() ? "" : ", ") + d.pointer;
    return place;
}
} // namespace

Result<std::unique_ptr<Workspace>> openWorkspace(OpenOptions options) {
    if (options.read_only) {
        auto viewer = ViewerWorkspace::open(options);
        if (viewer || viewer.error().code == "store.newer_schema") return viewer;
    }
    // Who has the lock and does not listen is starting or ending: both ways are tried again until one is
    // open.
    Retry retry(options.patience_ms);
    for (;;) {
        auto owner = OwnerWorkspace::open(options);
        if (owner || owner.error().code != "store.locked" || !options.viewer_allowed) return owner;
        const bool over = !retry.left();
        if (over || ownerListens(ownerSocketPath(options.dir))) {
            auto viewer = ViewerWorkspace::open(options);
            if (viewer || over) return viewer;
        }
        retry.wait();
    }
}

Result<std::unique_ptr<Workspace>> OwnerWorkspace::open(OpenOptions options) {
    std::unique_ptr<OwnerWorkspace> workspace(new OwnerWorkspace);
    TALLY_ASSIGN(workspace->parts_, openOwnerParts(std::move(options)));
    OwnerParts& parts = *workspace->parts_;
    workspace->reads_ = std::make_unique<Reads>(parts.store->readers(), *parts.clock);
    workspace->jobs_ = std::make_unique<TaskPool>(1);
    workspace->slow_ = std::make_unique<TaskPool>(2);
    TALLY_ASSIGN(workspace->demo_, Demo::make(*workspace, *workspace->reads_, parts.options.resources));
    OwnerWorkspace* raw = workspace.get();
    // Before anything can be started: what was ordered while nobody answered.
    raw->leaving_ = !parts.options.hosts_runs;
    raw->adoptStops();
    TALLY_TRY(workspace->addSamples());
    auto server =
        OwnerServer::listen(ownerSocketPath(parts.options.dir),
                            [raw](const std::string& op, const json& args, OwnerServer::Answer answer) {
                                raw->serve(op, args, std::move(answer));
                            });
    if (parts.options.hosts_runs) raw->continueWaiting();
    // Without the socket everything works but other processes can only read.
    if (server)
        workspace->server_ = std::move(*server);
    else
        log::warn("owner", server.error().text());
    if (parts.options.hosts_runs)
        workspace->retention_ = std::make_unique<RetentionKeeper>(*parts.store, *parts.log, *parts.clock);
    auto watch = StopWatch::start(parts.options.dir, [raw] { raw->adoptStops(); });
    if (watch)
        workspace->watch_ = std::move(*watch);
    else
        log::warn("owner", watch.error().text());
    return std::unique_ptr<Workspace>(std::move(workspace));
}

OwnerWorkspace::~OwnerWorkspace() {
    // Replies chain from readers to the engine and back. First nothing new comes in, then the readers end
    // (what they are asked later is refused at once), then the engine; everything that a reply may touch
    // lives until then.
    server_.reset();
    watch_.reset();
    ending_.cancel();
    retention_.reset();
    jobs_.reset();
    slow_.reset();
    if (parts_) {
        parts_->store->readers().stop();
        parts_->engine.reset();
        parts_->keys.reset();
    }
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
        // Added once: an edited sample of the operator's stays the latest version.
        const auto known = parts_->store->readers().read<std::optional<store::WorkflowRow>>(
            [sha = sha256Hex(text)](store::Connection& db) { return store::WorkflowRepo::bySha(db, sha); });
        if (!known) return fail(known.error().at(name));
        if (*known) continue;
        const auto saved = wait<std::string>([&](auto reply) { saveWorkflow(std::move(text), reply); });
        if (!saved) return fail(saved.error().at(name));
    }
    // Versions that were added earlier must be there for runs that call or resume them.
    const auto rows = parts_->store->readers().read<std::vector<store::WorkflowRow>>(
        [](store::Connection& db) { return store::WorkflowRepo::list(db); });
    if (!rows) return fail(rows.error());
    for (const auto& row : *rows)
        if (const auto check = parseWorkflow(row.json); check.workflow)
            parts_->engine->knowWorkflow(check.workflow);
    return {};
}

void OwnerWorkspace::info(Reply<WorkspaceInfo> reply) {
    parts_->engine->problem([this, reply = std::move(reply)](Result<std::string> problem) {
        if (!problem) return reply(fail(problem.error()));
        WorkspaceInfo info;
        info.problem = std::move(*problem);
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
                return reply(fail("workflow.invalid", d.message, d.fix, placeOf(d)));
        const WorkflowCheck check = parseWorkflow(std::move(text));
        parts_->engine->addWorkflow(
            check.workflow, [name = check.workflow->name, reply = std::move(reply)](const Status& status) {
                if (status)
                    reply(name);
                else
                    reply(fail(status.error()));
            });
    });
}

void OwnerWorkspace::start(StartRun request, Reply<RunId> reply) {
    reads_->workflowText(
        request.workflow, [this, request, reply = std::move(reply)](Result<std::string> text) {
            if (!text) return reply(fail(text.error()));
            const WorkflowCheck check = parseWorkflow(std::move(*text));
            if (!check.workflow)
                return reply(fail("workflow.invalid",
                                  "the stored definition of '" + request.workflow + "' has errors",
                                  "run: tally workflow check"));
            if (const auto ready = checkModels(*parts_, *check.workflow, request.roles); !ready)
                return reply(fail(ready.error()));
            parts_->engine->start(
                {check.workflow, request.inputs, request.limits, request.roles, request.label, request.by},
                reply);
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

void OwnerWorkspace::replay(RunId id, Reply<ReplayReport> reply) {
    parts_->engine->replay(std::move(id), [reply = std::move(reply)](Result<engine::ReplayResult> result) {
        if (!result) return reply(fail(result.error()));
        reply(ReplayReport{result->run, result->identical, result->steps, result->divergence_path,
                           result->divergence, result->recorded_cost, result->replayed_cost});
    });
}

void OwnerWorkspace::overview(Reply<Overview> reply) {
    auto finished = [this, reply = std::move(reply)](Result<Overview> overview) {
        if (!overview) return reply(fail(overview.error()));
        parts_->engine->budgets([this, reply, overview = std::move(*overview)](
                                    Result<std::vector<BudgetState>> states) mutable {
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

void OwnerWorkspace::setBudget(Budget budget, Reply<BudgetId> reply) {
    parts_->engine->setBudget(std::move(budget), std::move(reply));
}
void OwnerWorkspace::removeBudget(BudgetId id, std::string by, std::string reason, Done done) {
    parts_->engine->removeBudget(std::move(id), std::move(by), std::move(reason), std::move(done));
}

void OwnerWorkspace::whatIf(Budget budget, Reply<WhatIf> reply) {
    parts_->engine->whatIf(std::move(budget),
                           [reply = std::move(reply)](Result<engine::BudgetWhatIf> result) {
                               if (!result) return reply(fail(result.error()));
                               reply(WhatIf{result->steps_blocked, result->runs_touched, result->cost_blocked,
                                            result->first_block_us, result->steps_seen, result->sentence});
                           });
}

void OwnerWorkspace::settleCall(SettleCall call, Reply<Pico> reply) {
    parts_->engine->settle({std::move(call.run), std::move(call.path), call.attempt, std::move(call.by),
                            call.cost, std::move(call.usage)},
                           std::move(reply));
}

void OwnerWorkspace::prices(std::string filter, Reply<std::vector<PriceRow>> reply) {
    jobs_->post([this, filter = std::move(filter), reply = std::move(reply)] {
        reply(priceRows(*parts_->prices.get(), filter));
    });
}

void OwnerWorkspace::providers(Reply<std::vector<ProviderInfo>> reply) {
    parts_->engine->onEngineThread([this, reply = std::move(reply)] { reply(providerInfos(*parts_)); });
}
void OwnerWorkspace::addProvider(AddProvider request, Done done) {
    slow_->post([this, request = std::move(request), done = std::move(done)] {
        done(noThrow("api", [&] { return addProviderTo(*parts_, request); }));
    });
}
void OwnerWorkspace::removeProvider(std::string name, Done done) {
    slow_->post([this, name = std::move(name), done = std::move(done)] {
        done(noThrow("api", [&] { return removeProviderFrom(*parts_, name); }));
    });
}
void OwnerWorkspace::testProvider(std::string name, Reply<std::string> sentence) {
    slow_->post([this, name = std::move(name), sentence = std::move(sentence)] {
        sentence(noThrow("api", [&] { return testProviderOf(*parts_, name); }));
    });
}

void OwnerWorkspace::settings(Reply<WorkspaceSettings> reply) {
    reads_->ask<WorkspaceSettings>(readSettings, std::move(reply));
}
void OwnerWorkspace::setNetwork(NetworkSettings network, Done done) {
    jobs_->post([this, network = std::move(network), done = std::move(done)] {
        done(setNetworkOf(*parts_, network));
    });
}
void OwnerWorkspace::checkContract(std::string path, Reply<ContractInfo> reply) {
    jobs_->post([path = std::move(path), reply = std::move(reply)] { reply(checkContractFile(path)); });
}
void OwnerWorkspace::setContract(std::string path, Reply<ContractInfo> reply) {
    jobs_->post(
        [this, path = std::move(path), reply = std::move(reply)] { reply(setContractOf(*parts_, path)); });
}

void OwnerWorkspace::exportBundle(ExportRequest request, Reply<std::int64_t> entries) {
    slow_->post([this, request = std::move(request), entries = std::move(entries)] {
        entries(noThrow("api", [&]() -> Result<std::int64_t> {
            TALLY_TRY(parts_->log->sealNow(parts_->store->writer()));
            TALLY_ASSIGN(auto db, store::Store::openReadOnly(parts_->options.dir));
            TALLY_ASSIGN(auto source, audit::StoreSource::open(std::move(db)));
            audit::BundleOptions options;
            options.openings = request.openings;
            options.first = static_cast<std::uint64_t>(std::max<std::int64_t>(0, request.first));
            if (request.last >= 0) options.last = static_cast<std::uint64_t>(request.last);
            TALLY_ASSIGN(const auto summary, audit::writeBundleFile(*source, options, request.path));
            return static_cast<std::int64_t>(summary.entries);
        }));
    });
}

void OwnerWorkspace::erasePayloads(EraseOrder order, Reply<ErasureDone> reply) {
    slow_->post([this, order = std::move(order), reply = std::move(reply)] {
        reply(noThrow("api",
                      [&] { return audit::erasePayloads(*parts_->store, *parts_->log, order, ending_); }));
    });
}
void OwnerWorkspace::setRetention(Retention rule, Reply<Retention> reply) {
    jobs_->post([this, rule = std::move(rule), reply = std::move(reply)] {
        auto set = noThrow("api", [&] {
            return setRetentionOf(*parts_->store, *parts_->log, rule, parts_->clock->wallUs());
        });
        if (set && retention_) retention_->wake();
        reply(std::move(set));
    });
}
void OwnerWorkspace::challenge(std::string nonce, std::string by, Reply<ChallengeDone> reply) {
    jobs_->post([this, nonce = std::move(nonce), by = std::move(by), reply = std::move(reply)] {
        reply(
            noThrow("api", [&] { return audit::answerChallenge(*parts_->store, *parts_->log, nonce, by); }));
    });
}
void OwnerWorkspace::startDemo(Reply<std::vector<RunId>> reply) {
    demo_->start(std::move(reply));
}
void OwnerWorkspace::demoResult(Reply<SampleComparison> reply) {
    demo_->result(std::move(reply));
}

} // namespace tally::api
