#include "core/engine/engine.h"

#include "core/engine/runtime.h"

namespace tally::engine {

Engine::Engine(std::unique_ptr<Runtime> runtime)
    : runtime_(std::move(runtime)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(EngineConfig config) {
    if (config.store == nullptr || config.log == nullptr || config.feed == nullptr ||
        config.clock == nullptr || config.rng == nullptr || !config.make_port)
        return fail("engine.config",
                    "The engine needs a store, a log, a feed, a clock, randomness and a port");
    auto runtime = std::make_unique<Runtime>(std::move(config));
    TALLY_TRY(runtime->open());
    return std::unique_ptr<Engine>(new Engine(std::move(runtime)));
}

namespace {
const Error& closed() {
    static const Error error{"engine.closed", "The engine was closed", "", ""};
    return error;
}
} // namespace

void Engine::addWorkflow(std::shared_ptr<const Workflow> workflow, Done done) {
    if (!runtime_->mailbox().post(
            [this, workflow = std::move(workflow), done] { runtime_->addWorkflow(workflow, done); }) &&
        done)
        done(fail(closed()));
}
void Engine::start(StartRequest request, Reply<RunId> reply) {
    if (!runtime_->mailbox().post(
            [this, request = std::move(request), reply] { runtime_->start(request, reply); }))
        reply(fail(closed()));
}
void Engine::resumeRun(RunId run, std::string by, Done done) {
    if (!runtime_->mailbox().post(
            [this, run = std::move(run), by = std::move(by), done] { runtime_->resumeRun(run, by, done); }) &&
        done)
        done(fail(closed()));
}
void Engine::abandonRun(RunId run, std::string by, Done done) {
    if (!runtime_->mailbox().post(
            [this, run = std::move(run), by = std::move(by), done] { runtime_->abandonRun(run, by, done); }))
        done(fail(closed()));
}
void Engine::decide(RunId run, std::string path, bool approve, std::string by, Done done) {
    if (!runtime_->mailbox().post([this, run = std::move(run), path = std::move(path), approve,
                                   by = std::move(by),
                                   done] { runtime_->decide(run, path, approve, by, done); }) &&
        done)
        done(fail(closed()));
}
void Engine::liveRuns(Reply<std::vector<RunSummary>> reply) {
    if (!runtime_->mailbox().post([this, reply] { runtime_->liveRuns(reply); })) reply(fail(closed()));
}
void Engine::wait(RunId run, Reply<RunSummary> reply) {
    if (!runtime_->mailbox().post([this, run = std::move(run), reply] { runtime_->wait(run, reply); }))
        reply(fail(closed()));
}
void Engine::budgets(Reply<std::vector<BudgetState>> reply) {
    if (!runtime_->mailbox().post([this, reply] { runtime_->budgets(reply); })) reply(fail(closed()));
}
void Engine::setBudget(Budget budget, Reply<BudgetId> reply) {
    if (!runtime_->mailbox().post(
            [this, budget = std::move(budget), reply] { runtime_->setBudget(budget, reply); }))
        reply(fail(closed()));
}
void Engine::removeBudget(BudgetId id, std::string by, std::string reason, Done done) {
    if (!runtime_->mailbox().post([this, id = std::move(id), by = std::move(by), reason = std::move(reason),
                                   done] { runtime_->removeBudget(id, by, reason, done); }))
        done(fail(closed()));
}
void Engine::whatIf(Budget budget, Reply<BudgetWhatIf> reply) {
    if (!runtime_->mailbox().post(
            [this, budget = std::move(budget), reply] { runtime_->whatIf(budget, reply); }))
        reply(fail(closed()));
}
void Engine::kill(KillOrder order, Reply<KillId> accepted) {
    if (!runtime_->mailbox().post(
            [this, order = std::move(order), accepted] { runtime_->kill(order, accepted); }) &&
        accepted)
        accepted(fail(closed()));
}
void Engine::receipts(Reply<std::vector<KillReceipt>> reply) {
    if (!runtime_->mailbox().post([this, reply] { runtime_->receipts(reply); })) reply(fail(closed()));
}
void Engine::resumeKill(KillId id, bool continue_runs, std::string by, Done done) {
    if (!runtime_->mailbox().post([this, id = std::move(id), continue_runs, by = std::move(by), done] {
            runtime_->resumeKill(id, continue_runs, by, done);
        }))
        done(fail(closed()));
}
void Engine::setPrices(std::shared_ptr<const price::PriceBook> prices) {
    runtime_->mailbox().post([this, prices = std::move(prices)] { runtime_->setPrices(prices); });
}
void Engine::onEngineThread(std::function<void()> work) {
    runtime_->mailbox().post(std::move(work));
}
void Engine::replay(RunId run, Reply<ReplayResult> reply) {
    if (!runtime_->mailbox().post([this, run = std::move(run), reply] { runtime_->replay(run, reply); }))
        reply(fail(closed()));
}

} // namespace tally::engine
