// A durable batch of items of three model steps each over a model that answers at once: read from a JSON
// Lines file, every step chained and synced (synchronous=FULL), against bare SQLite writing the same bytes
// per step in the same groups in the same folder.
//   bench_batch [items] [concurrent] [--dir FOLDER]
// peak_mb is the largest resident size of the process until the batch has ended; it must not grow with items.
#include "core/audit/trace_log_writer.h"
#include "core/engine/engine.h"
#include "core/price/price_book.h"
#include "core/store/batch_repo.h"
#include "core/store/store.h"
#include "tests/bench/raw_sqlite.h"
#include "tests/support/script_port.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>
#include <unistd.h>

using namespace tally;

namespace {

constexpr const char* definition = R"({
 "name": "bench", "process": "bench", "version": "1",
 "models": {"m": ["sim/bench"]}, "inputs": {"x": {"type": "string"}},
 "steps": [
  {"id": "a", "kind": "model", "role": "m", "prompt": "Say {{inputs.x}}.", "max_tokens": 16},
  {"id": "b", "kind": "model", "role": "m", "prompt": "After {{steps.a.output}} say two.", "max_tokens": 16},
  {"id": "c", "kind": "model", "role": "m", "prompt": "After {{steps.b.output}} say three.", "max_tokens": 16}
 ]})";

int fail(const std::string& text) {
    std::fprintf(stderr, "bench_batch: %s\n", text.c_str());
    return 1;
}

/// Ops of each group that was committed: bare SQLite writes in the same sizes.
class GroupSizes final : public store::GroupHook {
public:
    void committed(const store::CommitInfo& info) override { sizes.push_back(info.ops); }
    std::vector<std::size_t> sizes; ///< db-writer thread, then whoever stopped it
};

std::int64_t peakKb() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word)
        if (word == "VmHWM:") {
            std::int64_t kb = 0;
            status >> kb;
            return kb;
        }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    std::int64_t items = 10'000, concurrent = 128;
    std::string dir;
    int position = 0;
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--dir" && i + 1 < argc)
            dir = argv[++i];
        else if (++position == 1)
            items = std::max(1L, std::atol(argv[i]));
        else
            concurrent = std::clamp(std::atol(argv[i]), 1L, 1'000L);
    }
    if (dir.empty()) dir = std::filesystem::current_path().string();
    const std::string workspace = fmt::format("{}/bench_batch.{}", dir, ::getpid());
    std::filesystem::create_directories(workspace);
    struct Cleaner {
        std::string path;
        ~Cleaner() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
    } const cleaner{workspace};
    {
        std::ofstream lines(workspace + "/items.jsonl");
        for (std::int64_t i = 1; i <= items; ++i)
            lines << fmt::format("{{\"x\":\"number {}\"}}\n", i);
    }

    SystemClock clock;
    SystemRng rng;
    store::StoreOptions options;
    options.dir = workspace + "/ws";
    options.app = "bench";
    options.check_location = false;
    auto store = store::Store::open(options, clock, rng);
    if (!store) return fail(store.error().text());
    GroupSizes groups;
    (*store)->writer().addHook(&groups);
    audit::FileSeedStore seeds(workspace + "/keys");
    auto log = audit::TraceLogWriter::open(**store, seeds, clock, rng);
    if (!log) return fail(log.error().text());
    auto book = price::PriceBook::builtin();
    if (!book) return fail(book.error().text());
    WorkflowCheck check = parseWorkflow(definition);
    if (check.workflow == nullptr) return fail(nlohmann::json(check.diagnostics).dump());

    feed::EventFeed feed;
    auto script = std::make_shared<test::Script>();
    script->answer = [script = script.get()](const ModelCall&) -> test::CallResult {
        script->calls.clear(); // kept for tests: here they would count as the engine's memory
        return test::say("fine", 12, 3);
    };
    engine::EngineConfig config;
    config.store = store->get();
    config.log = log->get();
    config.feed = &feed;
    config.clock = &clock;
    config.rng = &rng;
    config.batch_work = engine::BatchWork::run;
    config.batch_runs = static_cast<std::size_t>(concurrent);
    config.prices = std::make_shared<const price::PriceBook>(std::move(*book));
    config.make_port = [script]() -> Result<std::unique_ptr<provider::ModelPort>> {
        return std::unique_ptr<provider::ModelPort>(std::make_unique<test::ScriptPort>(script, nullptr));
    };
    config.facts = [](const std::string&, const std::string&) {
        return std::optional(engine::ProviderFacts{"openai", "gpt-4.1-nano", true, false});
    };
    double seconds = 0;
    Batch end;
    {
        auto engine = engine::Engine::open(config);
        if (!engine) return fail(engine.error().text());
        BatchSpec spec;
        spec.source.path = workspace + "/items.jsonl";
        spec.concurrency = concurrent;
        const std::int64_t begin = clock.monoUs();
        std::promise<Result<Batch>> added;
        (*engine)->addBatch(spec, check.workflow,
                            [&](Result<Batch> batch) { added.set_value(std::move(batch)); });
        const auto batch = added.get_future().get();
        if (!batch) return fail(batch.error().text());
        std::vector<Event> events;
        for (end = *batch; !end.ended();) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            feed.drain(events);
            const auto now = (*store)->readers().read<std::optional<Batch>>(
                [&](store::Connection& db) { return store::BatchRepo::byNo(db, batch->no); });
            if (!now || !*now) return fail("the batch cannot be read");
            end = **now;
            if (end.state == BatchState::paused) return fail(end.reason);
        }
        seconds = static_cast<double>(clock.monoUs() - begin) / 1e6;
    }
    const std::int64_t peak = peakKb();
    (*store)->writer().stop();
    if (end.done != items) return fail(fmt::format("{} of {} items are done", end.done, items));
    auto load = bench::rawLoadOf((*store)->writer().db());
    if (!load) return fail(load.error().text());
    load->dir = workspace;
    load->groups = groups.sizes;
    auto raw = bench::measureRaw(*load);
    if (!raw) return fail(raw.error().text());
    std::sort(groups.sizes.begin(), groups.sizes.end());
    const double rate = static_cast<double>(items * 3) / seconds;
    std::printf("%s\n", nlohmann::json{{"items", items},
                                       {"steps", items * 3},
                                       {"seconds", seconds},
                                       {"items_per_s", static_cast<double>(items) / seconds},
                                       {"steps_per_s", rate},
                                       {"raw_sqlite_steps_per_s", raw->steps_per_s},
                                       {"ratio", rate / raw->steps_per_s},
                                       {"concurrent", concurrent},
                                       {"group_ops_median", groups.sizes[groups.sizes.size() / 2]},
                                       {"peak_mb", static_cast<double>(peak) / 1024},
                                       {"file_system", raw->file_system},
                                       {"fsync_median_us", raw->fsync_median_us}}
                            .dump()
                            .c_str());
    return 0;
}
