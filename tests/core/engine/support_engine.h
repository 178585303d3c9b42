// A workspace with an engine in it: real store, log and ledger, a scripted model port, a clock that tests
// move.
#pragma once
#include "core/audit/trace_log_writer.h"
#include "core/engine/engine.h"
#include "core/engine/recovery.h"
#include "core/price/price_book.h"
#include "core/store/ops_repo.h"
#include "core/store/step_repo.h"
#include "core/store/store.h"
#include "tests/support/script_port.h"

#include <future>
#include <string>
#include <vector>

namespace tally::test {

/// Workflow definitions by name; see support_workflows.cpp.
std::string workflowText(const std::string& name);
std::shared_ptr<const Workflow> workflowOf(const std::string& text);

/// Waits for one reply of the engine; an error after two minutes, so that nothing hangs.
template <class T>
Result<T> replyOf(const std::function<void(std::function<void(Result<T>)>)>& call) {
    auto promise = std::make_shared<std::promise<Result<T>>>();
    auto future = promise->get_future();
    call([promise](Result<T> value) { promise->set_value(std::move(value)); });
    if (future.wait_for(std::chrono::minutes(2)) != std::future_status::ready)
        return fail("test.timeout", "No reply came");
    return future.get();
}

class Lab {
public:
    Lab();
    ~Lab();
    Status open();
    /// Orderly: stops runs, closes log and store.
    void close();
    /// A copy of the workspace as the disk has it now, as after a power cut; the lab goes on with the copy,
    /// reopened.
    Status crashAndReopen();

    Result<RunId> begin(const std::string& workflow, nlohmann::json inputs = nlohmann::json::object(),
                        std::optional<RunLimits> limits = {}, const std::string& by = {});
    Result<RunSummary> wait(const RunId& id);
    /// begin() and wait().
    RunSummary run(const std::string& workflow, nlohmann::json inputs = nlohmann::json::object(),
                   std::optional<RunLimits> limits = {});
    Status resume(const RunId& id);
    Result<engine::ReplayResult> replay(const RunId& id);
    nlohmann::json output(const RunId& id);
    std::vector<StepRecord> steps(const RunId& id);
    /// "path status" of every step entry, joined by ", ".
    std::string trail(const RunId& id);
    /// Spins the test until `done`, at most two minutes of real time.
    static bool until(const std::function<bool()>& done);
    /// Closes, exports and verifies: "" or what the verifier found.
    std::string verify();
    template <class T>
    Result<T> read(std::function<Result<T>(store::Connection&)> what) {
        return store->readers().read<T>(std::move(what));
    }
    Budget budget(const std::string& scope, LimitMeter meter, PicoSum limit,
                  BudgetPolicy policy = BudgetPolicy::hard);

    std::string root, dir;
    FakeClock clock;
    SystemRng rng;
    feed::EventFeed feed;
    std::shared_ptr<Script> script = std::make_shared<Script>();
    std::shared_ptr<engine::FunctionRegistry> functions = std::make_shared<engine::FunctionRegistry>();
    bool resume_open_runs = false;
    engine::BatchWork batch_work = engine::BatchWork::none;
    /// What the engine is told about a model; null: simulated, priced like gpt-4.1-nano.
    std::function<std::optional<engine::ProviderFacts>(const std::string&, const std::string&)> facts;
    /// What a provider says to a call; null: it may start.
    std::function<provider::Admission(std::string_view, std::int64_t)> admission;
    std::string vfs; ///< of the writer's connection; see fault_vfs.h
    std::unique_ptr<audit::FileSeedStore> seeds;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<audit::TraceLogWriter> log;
    std::unique_ptr<engine::Engine> engine;
    std::map<std::string, std::shared_ptr<const Workflow>> workflows;
};

} // namespace tally::test
