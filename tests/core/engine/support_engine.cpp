#include "tests/core/engine/support_engine.h"

#include "core/audit/store_source.h"
#include "core/audit/verifier.h"
#include "core/model/observation.h"

#include <cstdlib>
#include <filesystem>
#include <thread>

namespace tally::test {

namespace fs = std::filesystem;
using nlohmann::json;

std::shared_ptr<const Workflow> workflowOf(const std::string& text) {
    WorkflowCheck check = parseWorkflow(text);
    if (check.workflow == nullptr)
        std::fprintf(stderr, "workflow: %s\n", json(check.diagnostics).dump(1).c_str());
    return check.workflow;
}

Lab::Lab() {
    char pattern[] = "/tmp/tally_engine_XXXXXX";
    root = ::mkdtemp(pattern);
    dir = root + "/0";
    // Without other orders the model repeats what it was asked.
    script->answer = [](const ModelCall& call) -> CallResult { return say(call.messages.back().text); };
}

Lab::~Lab() {
    close();
    std::error_code ignored;
    fs::remove_all(root, ignored);
}

Status Lab::open() {
    store::StoreOptions options;
    options.dir = dir + "/ws";
    options.app = "test";
    options.check_location = false;
    options.vfs = vfs;
    fs::create_directories(dir);
    TALLY_ASSIGN(store, store::Store::open(options, clock, rng));
    seeds = std::make_unique<audit::FileSeedStore>(dir + "/keys");
    TALLY_ASSIGN(log, audit::TraceLogWriter::open(*store, *seeds, clock, rng));
    engine::EngineConfig config;
    config.store = store.get();
    config.log = log.get();
    config.feed = &feed;
    config.clock = &clock;
    config.rng = &rng;
    config.pool_threads = 2;
    config.resume_open_runs = resume_open_runs;
    config.batch_work = batch_work;
    TALLY_ASSIGN(auto book, price::PriceBook::builtin());
    config.prices = std::make_shared<const price::PriceBook>(std::move(book));
    config.functions = functions;
    config.admission = admission;
    config.make_port = [this]() -> Result<std::unique_ptr<provider::ModelPort>> {
        return std::unique_ptr<provider::ModelPort>(std::make_unique<ScriptPort>(script, &clock));
    };
    config.facts = [this](const std::string& provider,
                          const std::string& model) -> std::optional<engine::ProviderFacts> {
        if (facts) return facts(provider, model);
        if (provider == "nobody") return std::nullopt;
        return engine::ProviderFacts{"openai", "gpt-4.1-nano", true, false};
    };
    TALLY_ASSIGN(engine, engine::Engine::open(std::move(config)));
    return {};
}

void Lab::close() {
    engine.reset();
    if (log && store) (void)log->close(store->writer(), "test");
    if (store) store->writer().stop();
    log.reset();
    store.reset();
}

Status Lab::crashAndReopen() {
    // The writer is idle while the copy is made: every state between two commits is reached by choosing when
    // to call this.
    store->writer().drain();
    const std::string next = root + "/" + std::to_string(std::stoi(dir.substr(dir.rfind('/') + 1)) + 1);
    std::error_code error;
    fs::copy(dir, next, fs::copy_options::recursive, error);
    if (error) return fail("test.copy", error.message());
    close();
    dir = next;
    return open();
}

Result<RunId> Lab::begin(const std::string& name, json inputs, std::optional<RunLimits> limits,
                         const std::string& by) {
    auto& workflow = workflows[name];
    if (workflow == nullptr) workflow = workflowOf(workflowText(name));
    if (workflow == nullptr) return fail("test.workflow", "The definition does not parse", "", name);
    engine::StartRequest request;
    request.workflow = workflow;
    request.inputs = std::move(inputs);
    request.limits = std::move(limits);
    request.by = by;
    return replyOf<RunId>([&](auto reply) { engine->start(std::move(request), reply); });
}

Result<RunSummary> Lab::wait(const RunId& id) {
    return replyOf<RunSummary>([&](auto reply) { engine->wait(id, reply); });
}

RunSummary Lab::run(const std::string& workflow, json inputs, std::optional<RunLimits> limits) {
    auto id = begin(workflow, std::move(inputs), std::move(limits));
    RunSummary none;
    if (!id) return none.status_detail = id.error().text(), none;
    auto sum = wait(*id);
    if (!sum) return none.status_detail = sum.error().text(), none;
    return *sum;
}

Status Lab::resume(const RunId& id) {
    auto reply = replyOf<bool>([&](auto done) {
        engine->resumeRun(id, "test", [done](Status status) {
            if (status)
                done(true);
            else
                done(fail(status.error()));
        });
    });
    if (!reply) return fail(reply.error());
    return {};
}

Result<engine::ReplayResult> Lab::replay(const RunId& id) {
    return replyOf<engine::ReplayResult>([&](auto reply) { engine->replay(id, reply); });
}

json Lab::output(const RunId& id) {
    auto text = read<std::optional<std::string>>(
        [&](store::Connection& db) { return store::RunRepo::output(db, id); });
    return text && *text ? json::parse(**text) : json();
}

std::vector<StepRecord> Lab::steps(const RunId& id) {
    store::StepFilter filter;
    filter.run = id;
    filter.limit = 100'000;
    auto steps = read<std::vector<StepRecord>>(
        [&](store::Connection& db) { return store::StepRepo::page(db, filter); });
    return steps ? *steps : std::vector<StepRecord>();
}

std::string Lab::trail(const RunId& id) {
    std::string out;
    for (const StepRecord& each : steps(id))
        out += (out.empty() ? "" : ", ") + each.path +
               (each.attempt > 1 ? "#" + std::to_string(each.attempt) : "") + " " +
               std::string(toString(each.status));
    return out;
}

bool Lab::until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (std::chrono::steady_clock::now() < end) {
        if (done()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

std::string Lab::verify() {
    close();
    const std::string path = root + "/export.tracelog";
    auto exported = audit::exportWorkspace(dir + "/ws", path, {});
    if (!exported) return exported.error().text();
    auto verified = audit::verifyFile(path, {});
    if (!verified) return verified.error().text();
    std::string out;
    for (const Finding& each : verified->verdict.findings)
        if (!each.warning || isObservation(each.code)) out += each.code + " " + each.message + "; ";
    if (out.empty() && !verified->verdict.ok) out = json(verified->verdict).dump();
    return out;
}

Budget Lab::budget(const std::string& scope, LimitMeter meter, PicoSum limit, BudgetPolicy policy) {
    Budget budget;
    budget.scope = *Scope::parse(scope);
    budget.meter = meter;
    budget.limit = limit;
    budget.policy = policy;
    budget.by = "test";
    budget.reason = "test";
    budget.count_simulated = true; // as all models here are
    auto id = replyOf<BudgetId>([&](auto reply) { engine->setBudget(budget, reply); });
    if (id) budget.id = *id;
    return budget;
}

} // namespace tally::test
