#include "core/engine/runtime.h"

#include "core/audit/trace_log_writer.h"
#include "core/base/log.h"
#include "core/store/store.h"

namespace tally::engine {

namespace {
/// Ops: enough for one sync to be worth it, few enough that the writer works while the turn goes on.
constexpr std::size_t full_batch = 32;
} // namespace

Runtime::Runtime(EngineConfig config)
    : config_(std::move(config))
    , prices_(config_.prices)
    , mailbox_(std::make_shared<Mailbox>())
    , queue_(config_.batch_runs) {}

Runtime::~Runtime() {
    if (thread_.joinable()) {
        thread_.request_stop();
        mailbox_->post([] {});
        thread_.join();
    }
    mailbox_->close();
    // Tasks still on the pools post into the closed mailbox; the pools wait for them.
    pool_.reset();
    io_pool_.reset();
}

Status Runtime::open() {
    TALLY_TRY(recover());
    // A TaskPool blocks its poster when full; the engine never has that many tasks out (see queueLocal).
    pool_ = std::make_unique<TaskPool>(config_.pool_threads, 16'384);
    io_pool_ = std::make_unique<TaskPool>(16, 16'384);
    config_.store->writer().onGroup(
        [mailbox = mailbox_](const store::CommitInfo&, const Status&) { mailbox->wake(); });
    config_.store->start();
    const bool resume = config_.resume_open_runs;
    std::vector<RunId> interrupted;
    for (const auto& [no, sum] : interrupted_)
        interrupted.push_back(sum.id);
    TALLY_TRY(sweep());
    recount();
    if (resume)
        for (const RunId& id : interrupted)
            mailbox_->post([this, id] { resumeRun(id, "engine", {}, false); });
    Status made;
    std::mutex mutex;
    std::condition_variable ready;
    bool done = false;
    thread_ = std::jthread([&](std::stop_token stop) {
        nameThread("engine");
        auto port = config_.make_port();
        {
            const std::lock_guard lock(mutex);
            if (port)
                port_ = std::move(*port);
            else
                made = fail(port.error());
            done = true;
            ready.notify_one();
        }
        if (port_ != nullptr) loop(std::move(stop));
    });
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return done; });
    return made;
}

void Runtime::loop(std::stop_token stop) {
    mailbox_->onWake([this] { port_->wake(); });
    showEngine();
    while (!stop.stop_requested())
        turn();
    // Orderly end: nothing new is admitted, calls are cancelled and booked, then the last commits are waited
    // for.
    closing_ = true;
    for (auto& [id, run] : runs_) {
        if (run->closing) continue;
        if (onlyWaitsForPeople(*run))
            rest(*run);
        else
            stopRun(*run, "The engine was closed");
    }
    while (commits_ > 0 || !outcomes_.empty() || port_->inflight() > 0 ||
           std::any_of(steps_.begin(), steps_.end(),
                       [](const auto& each) { return each.second->phase == LiveStep::Phase::local; }))
        turn();
    for (auto& [id, run] : runs_)
        for (auto& reply : run->waiters)
            reply(fail("engine.closed", "The engine was closed"));
    mailbox_->onWake(nullptr);
    port_.reset();
}

void Runtime::turn() {
    std::vector<Mailbox::Work> work;
    mailbox_->take(work);
    for (auto& each : work)
        each();
    runTimers();
    advance();
    feedBatches();
    pump();
    frame();
    submitOps();
    std::int64_t timeout = 1'000'000;
    if (!mailbox_->empty() || !outcomes_.empty() || feed_)
        timeout = 0;
    else if (!timers_.empty())
        timeout = std::clamp<std::int64_t>(timers_.begin()->first - mono(), 0, timeout);
    // While closing, the last completion may have been taken from the mailbox just now: nobody wakes us for
    // it again.
    if (closing_) timeout = std::min<std::int64_t>(timeout, 10'000);
    port_->poll(timeout);
}

std::uint64_t Runtime::after(std::int64_t us, std::function<void()> work) {
    const std::uint64_t id = next_serial_++;
    timer_work_.emplace(id, std::move(work));
    timers_.emplace(mono() + us, id);
    return id;
}

void Runtime::forget(std::uint64_t& timer) {
    if (timer != 0) timer_work_.erase(timer);
    timer = 0;
}

void Runtime::runTimers() {
    const std::int64_t now = mono();
    while (!timers_.empty() && timers_.begin()->first <= now) {
        const std::uint64_t id = timers_.begin()->second;
        timers_.erase(timers_.begin());
        const auto it = timer_work_.find(id);
        if (it == timer_work_.end()) continue;
        const auto work = std::move(it->second);
        timer_work_.erase(it);
        work();
    }
}

void Runtime::commit(store::WriteOp op, Then then, bool soft) {
    ++commits_;
    auto kept = std::make_shared<Then>(std::move(then));
    auto done = [this, mailbox = mailbox_, kept, soft](const Status& status, const store::CommitInfo&) {
        mailbox->postQuiet([this, kept, status, soft] {
            --commits_;
            if (!status && (!soft || status.error().code.starts_with("store."))) halt(status.error());
            (*kept)(status);
        });
    };
    // Whatever halts the engine also ends writing: ops that were submitted meanwhile stand on the refused
    // one.
    ops_.push_back({std::move(op), std::move(done), soft ? store::Strict::store_errors : store::Strict::all});
    if (ops_.size() >= full_batch) submitOps();
}

/// What a turn wrote goes to the writer together: woken by the first op alone it would sync that one, and the
/// rest of the turn would wait behind.
void Runtime::submitOps() {
    if (ops_.empty() || config_.store->writer().submit(ops_)) return;
    const Error error{"store.closed", "The store was closed", "", ""};
    for (const auto& refused : std::exchange(ops_, {}))
        refused.done(fail(error), {});
}

void Runtime::halt(const Error& error) {
    if (halted_) return;
    halted_ = error;
    log::error("engine", "halted: " + error.text());
    port_->cancelAll();
    // Nobody is left waiting for an end that cannot come.
    for (auto& [id, run] : runs_)
        for (auto& reply : std::exchange(run->waiters, {}))
            reply(fail(error));
    showEngine();
}

} // namespace tally::engine
