// Steps per second of the engine: concurrent runs of three model steps each over a model that answers at
// once, durable (synchronous=FULL), against bare SQLite writing the same bytes in the same groups in the same
// folder.
//   bench_engine [runs] [concurrent] [--dir FOLDER]
#include "core/audit/trace_log_writer.h"
#include "core/engine/engine.h"
#include "core/price/price_book.h"
#include "core/store/store.h"
#include "tests/bench/raw_sqlite.h"
#include "tests/support/script_port.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <unistd.h>

using namespace tally;

namespace {

constexpr const char* definition = R"({
 "name": "bench", "process": "bench", "version": "1",
 "models": {"m": ["sim/bench"]},
 "steps": [
  {"id": "a", "kind": "model", "role": "m", "prompt": "Say one.", "max_tokens": 16},
  {"id": "b", "kind": "model", "role": "m", "prompt": "After {{steps.a.output}} say two.", "max_tokens": 16},
  {"id": "c", "kind": "model", "role": "m", "prompt": "After {{steps.b.output}} say three.", "max_tokens": 16}
 ]})";

int fail(const std::string& text) {
    std::fprintf(stderr, "bench_engine: %s\n", text.c_str());
    return 1;
}

/// Ops of each group that was committed: bare SQLite writes in the same sizes.
class GroupSizes final : public store::GroupHook {
public:
    void committed(const store::CommitInfo& info) override { sizes.push_back(info.ops); }
    std::vector<std::size_t> sizes; ///< db-writer thread, then whoever stopped it
};

} // namespace

int main(int argc, char** argv) {
    std::int64_t runs = 2'000, concurrent = 64;
    std::string dir;
    int position = 0;
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--dir" && i + 1 < argc)
            dir = argv[++i];
        else if (++position == 1)
            runs = std::max(1L, std::atol(argv[i]));
        else
            concurrent = std::max(1L, std::atol(argv[i]));
    }
    if (dir.empty()) dir = std::filesystem::current_path().string();
    const std::string workspace = fmt::format("{}/bench_engine.{}", dir, ::getpid());
    std::filesystem::create_directories(workspace);
    struct Cleaner {
        std::string path;
        ~Cleaner() {
            std::error_code ignored;
            if (std::getenv("KEEP") == nullptr) std::filesystem::remove_all(path, ignored);
        }
    } const cleaner{workspace};

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
    script->answer = [](const ModelCall&) -> test::CallResult { return test::say("fine", 12, 3); };
    engine::EngineConfig config;
    config.store = store->get();
    config.log = log->get();
    config.feed = &feed;
    config.clock = &clock;
    config.rng = &rng;
    config.prices = std::make_shared<const price::PriceBook>(std::move(*book));
    config.make_port = [script]() -> Result<std::unique_ptr<provider::ModelPort>> {
        return std::unique_ptr<provider::ModelPort>(std::make_unique<test::ScriptPort>(script, nullptr));
    };
    config.facts = [](const std::string&, const std::string&) {
        return std::optional(engine::ProviderFacts{"openai", "gpt-4.1-nano", true, false});
    };
    std::vector<std::int64_t> times(static_cast<std::size_t>(runs));
    double seconds = 0;
    std::atomic<std::int64_t> failed{0};
    {
        auto engine = engine::Engine::open(config);
        if (!engine) return fail(engine.error().text());
        std::atomic<std::int64_t> next{0}, done{0};
        std::promise<void> all;
        std::function<void()> startOne = [&] {
            const std::int64_t number = next.fetch_add(1);
            if (number >= runs) return;
            const std::int64_t begun = clock.monoUs();
            engine::StartRequest request;
            request.workflow = check.workflow;
            (*engine)->start(request, [&, number, begun](Result<RunId> id) {
                if (!id) {
                    ++failed;
                    if (done.fetch_add(1) + 1 == runs) all.set_value();
                    return;
                }
                (*engine)->wait(*id, [&, number, begun](Result<RunSummary> sum) {
                    times[static_cast<std::size_t>(number)] = clock.monoUs() - begun;
                    if (!sum || sum->status != RunStatus::ok) {
                        ++failed;
                        if (sum) std::fprintf(stderr, "run: %s\n", sum->status_detail.c_str());
                    }
                    if (done.fetch_add(1) + 1 == runs)
                        all.set_value();
                    else
                        startOne();
                });
            });
        };
        const std::int64_t begin = clock.monoUs();
        for (std::int64_t i = 0; i < std::min(concurrent, runs); ++i)
            startOne();
        all.get_future().wait();
        seconds = static_cast<double>(clock.monoUs() - begin) / 1e6;
    }
    (*store)->writer().stop();
    if (failed > 0) return fail(fmt::format("{} runs failed", failed.load()));
    auto load = bench::rawLoadOf((*store)->writer().db());
    if (!load) return fail(load.error().text());
    load->dir = workspace;
    load->groups = groups.sizes;
    auto raw = bench::measureRaw(*load);
    if (!raw) return fail(raw.error().text());
    std::sort(times.begin(), times.end());
    std::sort(groups.sizes.begin(), groups.sizes.end());
    const auto at = [&](double share) {
        return static_cast<double>(
                   times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))]) /
               1e3;
    };
    const double rate = static_cast<double>(runs * 3) / seconds;
    std::printf("%s\n", nlohmann::json{{"runs", runs},
                                       {"steps", runs * 3},
                                       {"seconds", seconds},
                                       {"steps_per_s", rate},
                                       {"raw_sqlite_steps_per_s", raw->steps_per_s},
                                       {"ratio", rate / raw->steps_per_s},
                                       {"concurrent", concurrent},
                                       {"group_ops_median", groups.sizes[groups.sizes.size() / 2]},
                                       {"op_p50_ms", at(0.5)},
                                       {"op_p99_ms", at(0.99)},
                                       {"file_system", raw->file_system},
                                       {"fsync_median_us", raw->fsync_median_us}}
                            .dump()
                            .c_str());
    return 0;
}
