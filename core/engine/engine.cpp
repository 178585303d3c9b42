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
/// A reply that is owed: whoever lets go of it without having answered (a closed mailbox, a reader or writer
/// that ended first) answers with "engine.closed". So every call is answered exactly once.
template <class T>
class Owed {
public:
    explicit Owed(std::function<void(T)> reply)
        : reply_(std::move(reply)) {}
    ~Owed() {
        if (reply_) reply_(fail("engine.closed", "The engine was closed"));
    }
    Owed(const Owed&) = delete;
    Owed& operator=(const Owed&) = delete;
    void answer(T value) {
        if (const auto reply = std::exchange(reply_, nullptr)) reply(std::move(value));
    }

private:
    std::function<void(T)> reply_;
};
template <class T>
std::function<void(T)> owed(std::function<void(T)> reply) {
    auto kept = std::make_shared<Owed<T>>(std::move(reply));
    return [kept = std::move(kept)](T value) { kept->answer(std::move(value)); };
}
} // namespace

void Engine::post(std::function<void()> work) {
    runtime_->mailbox().post(std::move(work)); // closed: the work and the replies in it are let go
}

void Engine::addWorkflow(std::shared_ptr<const Workflow> workflow, Done done) {
    post([this, workflow = std::move(workflow), done = owed(std::move(done))] {
        runtime_->addWorkflow(workflow, done);
    });
}
void Engine::knowWorkflow(std::shared_ptr<const Workflow> workflow) {
    post([this, workflow = std::move(workflow)]() mutable { runtime_->knowWorkflow(std::move(workflow)); });
}
void Engine::problem(Reply<std::string> reply) {
    post([this, reply = owed(std::move(reply))] { runtime_->problem(reply); });
}
void Engine::start(StartRequest request, Reply<RunId> reply) {
    post([this, request = std::move(request), reply = owed(std::move(reply))] {
        runtime_->start(request, reply);
    });
}
void Engine::resumeRun(RunId run, std::string by, Done done) {
    post([this, run = std::move(run), by = std::move(by), done = owed(std::move(done))] {
        runtime_->resumeRun(run, by, done);
    });
}
void Engine::abandonRun(RunId run, std::string by, Done done) {
    post([this, run = std::move(run), by = std::move(by), done = owed(std::move(done))] {
        runtime_->abandonRun(run, by, done);
    });
}
void Engine::decide(RunId run, std::string path, bool approve, std::string by, Done done) {
    post([this, run = std::move(run), path = std::move(path), approve, by = std::move(by),
          done = owed(std::move(done))] { runtime_->decide(run, path, approve, by, done); });
}
void Engine::liveRuns(Reply<std::vector<RunSummary>> reply) {
    post([this, reply = owed(std::move(reply))] { runtime_->liveRuns(reply); });
}
void Engine::busyRuns(Reply<std::vector<RunId>> reply) {
    post([this, reply = owed(std::move(reply))] { runtime_->busyRuns(reply); });
}
void Engine::wait(RunId run, Reply<RunSummary> reply) {
    post([this, run = std::move(run), reply = owed(std::move(reply))] { runtime_->wait(run, reply); });
}
void Engine::addBatch(BatchSpec spec, std::shared_ptr<const Workflow> workflow, Reply<Batch> reply) {
    post([this, spec = std::move(spec), workflow = std::move(workflow), reply = owed(std::move(reply))] {
        runtime_->addBatch(spec, workflow, reply);
    });
}
void Engine::orderBatch(BatchId id, BatchOrder order, std::string by, Done done) {
    post([this, id = std::move(id), order, by = std::move(by), done = owed(std::move(done))] {
        runtime_->orderBatch(id, order, by, done);
    });
}
void Engine::changeBatch(BatchId id, nlohmann::json changes, std::string by, Done done) {
    post([this, id = std::move(id), changes = std::move(changes), by = std::move(by),
          done = owed(std::move(done))] { runtime_->changeBatch(id, changes, by, done); });
}
void Engine::stopFeeding() {
    post([this] { runtime_->stopFeeding(); });
}
void Engine::retryBatch(BatchId id, std::string code, std::int64_t n, Reply<std::int64_t> reply) {
    post([this, id = std::move(id), code = std::move(code), n, reply = owed(std::move(reply))] {
        runtime_->retryBatch(id, code, n, reply);
    });
}
void Engine::budgets(Reply<std::vector<BudgetState>> reply) {
    post([this, reply = owed(std::move(reply))] { runtime_->budgets(reply); });
}
void Engine::setBudget(Budget budget, Reply<BudgetId> reply) {
    post([this, budget = std::move(budget), reply = owed(std::move(reply))] {
        runtime_->setBudget(budget, reply);
    });
}
void Engine::removeBudget(BudgetId id, std::string by, std::string reason, Done done) {
    post([this, id = std::move(id), by = std::move(by), reason = std::move(reason),
          done = owed(std::move(done))] { runtime_->removeBudget(id, by, reason, done); });
}
void Engine::whatIf(Budget budget, Reply<BudgetWhatIf> reply) {
    post([this, budget = std::move(budget), reply = owed(std::move(reply))] {
        runtime_->whatIf(budget, reply);
    });
}
void Engine::kill(KillOrder order, Reply<KillId> accepted) {
    post([this, order = std::move(order), accepted = owed(std::move(accepted))] {
        runtime_->kill(order, accepted);
    });
}
void Engine::resumeKill(KillId id, Done done) {
    post([this, id = std::move(id), done = owed(std::move(done))] { runtime_->resumeKill(id, done); });
}
void Engine::settle(LateSettle order, Reply<Pico> reply) {
    post(
        [this, order = std::move(order), reply = owed(std::move(reply))] { runtime_->settle(order, reply); });
}
void Engine::setPrices(std::shared_ptr<const price::PriceBook> prices) {
    runtime_->mailbox().post([this, prices = std::move(prices)] { runtime_->setPrices(prices); });
}
void Engine::onEngineThread(std::function<void()> work) {
    post(std::move(work));
}
void Engine::replay(RunId run, Reply<ReplayResult> reply) {
    post([this, run = std::move(run), reply = owed(std::move(reply))] { runtime_->replay(run, reply); });
}

} // namespace tally::engine
