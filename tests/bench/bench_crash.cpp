// kill -9 at random moments of a run that maps over items; then restart, resume, verify. Prints one JSON
// line.
//   bench_crash [kills] [--seed N] [--dir FOLDER] [--batch]
// --batch: 60 items of a batch with a cost ceiling instead, read from a file while they are worked on; after
// a kill the next process goes on by itself. Then lost and doubled also mean items: one run each, counters
// that are what the states come to, costs that are those of the log. The child writes every step that the
// engine acknowledged to a pipe; the parent compares with what the workspace says: lost = acknowledged and
// not in the log; doubled = the same (path, attempt) twice, or an answer bought again although it was
// durable; overspent = picos above the run's hard limit, over spent + reserved of everything; bad_logs = logs
// that do not verify.
#include "core/audit/store_source.h"
#include "core/audit/trace_log_writer.h"
#include "core/audit/verifier.h"
#include "core/engine/engine.h"
#include "core/model/observation.h"
#include "core/price/price_book.h"
#include "core/store/attempt_repo.h"
#include "core/store/batch_repo.h"
#include "core/store/run_repo.h"
#include "core/store/step_repo.h"
#include "core/store/store.h"
#include "tests/support/script_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace tally;
namespace fs = std::filesystem;

namespace {

constexpr int items = 60;
constexpr const char* definition = R"_({
 "name": "crash", "process": "bench", "version": "1", "models": {"m": ["sim/bench"]},
 "limits": {"cost": "0.01"},
 "steps": [
  {"id": "list", "kind": "code", "args": {}, "lua": "local t = {} for i = 1, 60 do t[i] = i end return t"},
  {"id": "each", "kind": "map", "over": "{{steps.list.output}}", "concurrency": 8, "collect": "{{steps.b.output}}", "steps": [
    {"id": "a", "kind": "model", "role": "m", "prompt": "first {{item}}", "max_tokens": 16},
    {"id": "b", "kind": "model", "role": "m", "prompt": "second {{steps.a.output}}", "max_tokens": 16},
    {"id": "fine", "kind": "check", "input": "{{steps.b.output}}", "expr": "len(output) > 0"}]}]})_";

constexpr const char* item_definition = R"_({
 "name": "crash", "process": "bench", "version": "1", "models": {"m": ["sim/bench"]},
 "inputs": {"x": {"type": "string"}},
 "steps": [
  {"id": "a", "kind": "model", "role": "m", "prompt": "first {{inputs.x}}", "max_tokens": 16},
  {"id": "b", "kind": "model", "role": "m", "prompt": "second {{steps.a.output}}", "max_tokens": 16},
  {"id": "fine", "kind": "check", "input": "{{steps.b.output}}", "expr": "len(output) > 0"}]})_";

/// One life of the workspace: opens it, resumes or starts the run, and works until it ends (or is killed).
struct Life {
    SystemClock clock;
    SystemRng rng;
    feed::EventFeed feed;
    std::unique_ptr<audit::FileSeedStore> seeds;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<audit::TraceLogWriter> log;
    std::unique_ptr<engine::Engine> engine;
    bool batch = false, working = false; ///< the child works, the parent looks

    Status open(const std::string& dir) {
        store::StoreOptions options;
        options.dir = dir + "/ws";
        options.app = "bench";
        options.check_location = false;
        TALLY_ASSIGN(store, store::Store::open(options, clock, rng));
        seeds = std::make_unique<audit::FileSeedStore>(dir + "/keys");
        TALLY_ASSIGN(log, audit::TraceLogWriter::open(*store, *seeds, clock, rng));
        TALLY_ASSIGN(auto book, price::PriceBook::builtin());
        auto script = std::make_shared<test::Script>();
        script->answer = [](const ModelCall& call) -> test::CallResult {
            return test::say(call.messages.back().text);
        };
        engine::EngineConfig config;
        config.store = store.get();
        config.log = log.get();
        config.feed = &feed;
        config.clock = &clock;
        config.rng = &rng;
        config.pool_threads = 1;
        if (batch && working) config.batch_work = engine::BatchWork::run;
        config.prices = std::make_shared<const price::PriceBook>(std::move(book));
        config.make_port = [script]() -> Result<std::unique_ptr<provider::ModelPort>> {
            return std::unique_ptr<provider::ModelPort>(std::make_unique<test::ScriptPort>(script, nullptr));
        };
        config.facts = [](const std::string&, const std::string&) {
            return std::optional(engine::ProviderFacts{"openai", "gpt-4.1-nano", true, false});
        };
        TALLY_ASSIGN(engine, engine::Engine::open(std::move(config)));
        return {};
    }
    ~Life() {
        engine.reset();
        if (log && store) (void)log->close(store->writer(), "bench");
        if (store) store->writer().stop();
    }
    Result<RunId> runId() {
        std::promise<Result<std::vector<RunSummary>>> promise;
        engine->liveRuns([&](auto runs) { promise.set_value(std::move(runs)); });
        TALLY_ASSIGN(const auto runs, promise.get_future().get());
        return runs.empty() ? RunId() : runs.front().id;
    }
    Result<std::vector<Batch>> batches() {
        return store->readers().read<std::vector<Batch>>(
            [](store::Connection& db) { return store::BatchRepo::list(db); });
    }
    /// Adds the batch in the first life; true when all its items are done.
    Result<bool> workOnBatch(const std::string& dir, const std::function<void()>& each_turn) {
        TALLY_ASSIGN(auto known, batches());
        if (known.empty()) {
            std::ofstream lines(dir + "/items.jsonl.new");
            for (int i = 1; i <= items; ++i)
                lines << fmt::format("{{\"x\":\"{}\"}}\n", i);
            lines.close();
            fs::rename(dir + "/items.jsonl.new", dir + "/items.jsonl");
            BatchSpec spec;
            spec.source.path = dir + "/items.jsonl";
            spec.limit_cost = *Pico::parse("0.01");
            std::promise<Result<Batch>> added;
            engine->addBatch(spec, parseWorkflow(item_definition).workflow,
                             [&](Result<Batch> reply) { added.set_value(std::move(reply)); });
            TALLY_TRY(added.get_future().get());
        }
        for (;;) {
            each_turn();
            TALLY_ASSIGN(known, batches());
            if (known.front().ended()) break;
            if (known.front().state == BatchState::paused) return fail("bench.paused", known.front().reason);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        each_turn();
        return known.front().done == items;
    }
    Result<RunSummary> work(const std::function<void()>& each_turn) {
        TALLY_ASSIGN(RunId id, runId());
        if (id.empty()) {
            // The kill may have come after the run's end: then there is nothing left to do, and a new run
            // would be another one.
            TALLY_ASSIGN(const auto ended_before,
                         store->readers().read<std::vector<store::RunRow>>(
                             [](store::Connection& db) { return store::RunRepo::page(db, {}); }));
            if (!ended_before.empty()) return ended_before.front().summary;
            const WorkflowCheck check = parseWorkflow(definition);
            if (check.workflow == nullptr)
                return fail("bench.definition", nlohmann::json(check.diagnostics).dump());
            std::promise<Result<RunId>> begun;
            engine::StartRequest request;
            request.workflow = check.workflow;
            engine->start(std::move(request), [&](auto reply) { begun.set_value(std::move(reply)); });
            TALLY_ASSIGN(id, begun.get_future().get());
        } else {
            std::promise<Status> resumed;
            engine->resumeRun(id, "bench", [&](Status status) { resumed.set_value(status); });
            TALLY_TRY(resumed.get_future().get());
        }
        std::promise<Result<RunSummary>> ended;
        auto future = ended.get_future();
        engine->wait(id, [&](auto sum) { ended.set_value(std::move(sum)); });
        while (future.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready)
            each_turn();
        each_turn();
        return future.get();
    }
};

std::string nameOf(const StepRecord& step) {
    return fmt::format("{}/{}#{}", step.run.str(), step.path, step.attempt);
}

/// What is wrong with the items of the batch; empty: nothing.
std::string wrongItems(Life& look, PicoSum spent) {
    const auto known = look.batches();
    if (!known) return known.error().text();
    if (known->empty()) return {};
    const Batch& batch = known->front();
    store::ItemFilter all;
    all.limit = 2 * items;
    const auto rows = look.store->readers().read<std::vector<BatchItem>>(
        [&](store::Connection& db) { return store::BatchRepo::items(db, batch.no, all); });
    if (!rows) return rows.error().text();
    std::int64_t done = 0, runs = 0;
    PicoSum cost;
    for (const BatchItem& each : *rows) {
        done += each.state == ItemState::done ? 1 : 0;
        runs += each.run.empty() ? 0 : 1;
        cost += each.cost;
        if (each.attempts > 1) return fmt::format("item {} was started {} times", each.n, each.attempts);
        if (each.state == ItemState::dead) return each.error;
    }
    const auto started = look.store->readers().read<std::int64_t>(
        [](store::Connection& db) { return db.scalar("SELECT count(*) FROM runs"); });
    if (static_cast<std::int64_t>(rows->size()) != batch.items || done != batch.done)
        return fmt::format("{} items and {} done, the batch says {} and {}", rows->size(), done, batch.items,
                           batch.done);
    if (!started || *started != runs) return fmt::format("{} runs for {} items", started.value_or(-1), runs);
    if (cost != batch.cost || cost > spent) return "the costs of items and batch differ";
    if (batch.ended() && cost != spent)
        return "the batch says " + cost.toString() + ", the log " + spent.toString();
    return {};
}

/// The child: every ended step that the feed shows is durable; its path and attempt go to the parent.
[[noreturn]] void child(const std::string& dir, int pipe, bool batch) {
    Life life;
    life.batch = batch;
    life.working = true;
    auto opened = life.open(dir);
    if (!opened) {
        std::fprintf(stderr, "child: %s\n", opened.error().text().c_str());
        ::_exit(3);
    }
    std::vector<Event> events;
    const auto tell = [&] {
        life.feed.drain(events);
        for (const Event& event : events)
            if (const auto* step = std::get_if<StepChanged>(&event);
                step != nullptr && step->step.log_seq >= 0) {
                const std::string line = nameOf(step->step) + "\n";
                (void)!::write(pipe, line.data(), line.size());
            }
    };
    if (batch) {
        const auto all = life.workOnBatch(dir, tell);
        if (!all) std::fprintf(stderr, "child: %s\n", all.error().text().c_str());
        ::_exit(all && *all ? 0 : 4);
    }
    auto sum = life.work(tell);
    if (!sum) std::fprintf(stderr, "child: %s\n", sum.error().text().c_str());
    ::_exit(sum && sum->status == RunStatus::ok ? 0 : 4);
}

std::int64_t nowUs() {
    return SystemClock().monoUs();
}

} // namespace

int main(int argc, char** argv) {
    int kills = 200;
    std::uint64_t seed = 1;
    std::string dir = fs::current_path().string();
    bool batch = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view arg = argv[i];
        if (arg == "--seed" && i + 1 < argc)
            seed = std::strtoull(argv[++i], nullptr, 10);
        else if (arg == "--dir" && i + 1 < argc)
            dir = argv[++i];
        else if (arg == "--batch")
            batch = true;
        else
            kills = std::max(1, std::atoi(argv[i]));
    }
    const std::string base = fmt::format("{}/bench_crash.{}", dir, ::getpid());
    SeededRng rng(seed);
    int done = 0, workspaces = 0;
    std::int64_t lost = 0, doubled = 0, bad_logs = 0, stuck = 0;
    Int128 overspent = 0;
    std::vector<std::int64_t> recoveries;
    const auto complain = [&](const std::string& text) {
        std::fprintf(stderr, "bench_crash: kill %d: %s\n", done, text.c_str());
    };
    while (done < kills) {
        const std::string place = fmt::format("{}/{}", base, workspaces++);
        fs::create_directories(place);
        std::multiset<std::string> told;
        bool finished = false;
        // Each workspace is killed until its run has ended by itself: several crashes on top of each other.
        for (int life = 0; !finished && life < 40; ++life) {
            int fds[2];
            if (::pipe(fds) != 0) return 1;
            const pid_t pid = ::fork();
            if (pid == 0) {
                ::close(fds[0]);
                child(place, fds[1], batch);
            }
            ::close(fds[1]);
            const bool shoot = done < kills && life < 39;
            if (shoot) std::this_thread::sleep_for(std::chrono::microseconds(20'000 + rng.below(180'000)));
            int status = 0;
            if (shoot) {
                const bool over = ::waitpid(pid, &status, WNOHANG) == pid;
                if (!over) {
                    ::kill(pid, SIGKILL);
                    ::waitpid(pid, &status, 0);
                    ++done;
                }
            } else {
                ::waitpid(pid, &status, 0);
            }
            std::string text;
            char buffer[65536];
            for (ssize_t got = 0; (got = ::read(fds[0], buffer, sizeof buffer)) > 0;)
                text.append(buffer, static_cast<std::size_t>(got));
            ::close(fds[0]);
            std::size_t at = 0;
            for (std::size_t end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
                told.insert(text.substr(at, end - at));
            if (WIFEXITED(status)) {
                finished = WEXITSTATUS(status) == 0;
                if (!finished) {
                    ++stuck;
                    complain(fmt::format("the child ended with {}", WEXITSTATUS(status)));
                    break;
                }
            }
            // What an opener finds after the kill.
            const std::int64_t begin = nowUs();
            {
                Life look;
                auto opened = look.open(place);
                if (!opened) {
                    ++bad_logs;
                    complain(opened.error().text());
                    break;
                }
                recoveries.push_back(nowUs() - begin);
                auto steps = look.store->readers().read<std::vector<StepRecord>>([](store::Connection& db) {
                    store::StepFilter filter;
                    filter.limit = 100'000;
                    return store::StepRepo::page(db, filter);
                });
                if (!steps) return complain(steps.error().text()), 1;
                std::set<std::string> seen;
                std::set<std::string> answered;
                PicoSum spent;
                for (const StepRecord& each : *steps) {
                    if (!seen.insert(nameOf(each)).second) ++doubled, complain("twice: " + each.path);
                    if (each.status == StepStatus::ok && !answered.insert(each.run.str() + each.path).second)
                        ++doubled, complain("bought again: " + each.path);
                    spent += PicoSum(each.cost);
                }
                for (const std::string& each : told)
                    if (seen.count(each) == 0) ++lost, complain("lost: " + each);
                if (const std::string wrong = batch ? wrongItems(look, spent) : ""; !wrong.empty())
                    ++doubled, complain(wrong);
                const Int128 above = spent.value() - Int128(10'000'000'000);
                if (above > 0) overspent += above;
                std::promise<Result<std::vector<BudgetState>>> promise;
                look.engine->budgets([&](auto states) { promise.set_value(std::move(states)); });
                const auto states = promise.get_future().get();
                for (const BudgetState& each : *states)
                    if (each.spent + each.reserved > each.budget.limit ||
                        (each.budget.meter == LimitMeter::cost && each.spent != spent))
                        overspent += 1, complain("the budget says " + each.spent.toString() + ", the log " +
                                                 spent.toString());
            }
            const std::string bundle = place + "/export.tracelog";
            auto exported = audit::exportWorkspace(place + "/ws", bundle, {});
            auto verified =
                exported ? audit::verifyFile(bundle) : Result<audit::Verification>(fail(exported.error()));
            const auto odd = [](const Finding& f) { return isObservation(f.code); };
            if (!verified || !verified->verdict.ok ||
                std::any_of(verified->verdict.findings.begin(), verified->verdict.findings.end(), odd)) {
                ++bad_logs;
                complain(verified ? nlohmann::json(verified->verdict).dump() : verified.error().text());
            }
        }
        if (!finished) ++stuck;
        if (finished) {
            std::set<std::string> outputs;
            for (const std::string& each : told)
                if (each.find("/fine") != std::string::npos) outputs.insert(each);
            if (outputs.size() > items) ++doubled;
        }
        std::error_code ignored;
        fs::remove_all(place, ignored);
    }
    std::error_code ignored;
    fs::remove_all(base, ignored);
    std::sort(recoveries.begin(), recoveries.end());
    const double p99 =
        recoveries.empty() ? 0 : static_cast<double>(recoveries[(recoveries.size() - 1) * 99 / 100]) / 1e3;
    std::printf("%s\n", nlohmann::json{{"kills", done},
                                       {"workspaces", workspaces},
                                       {"lost", lost},
                                       {"doubled", doubled},
                                       {"overspent_pico", static_cast<std::int64_t>(overspent)},
                                       {"bad_logs", bad_logs},
                                       {"stuck", stuck},
                                       {"recovery_p99_ms", p99}}
                            .dump()
                            .c_str());
    return lost + doubled + bad_logs + stuck == 0 && overspent == 0 ? 0 : 1;
}
