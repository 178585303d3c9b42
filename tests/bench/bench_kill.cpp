// How long after a stop order does the last of many streaming calls end, as its server sees it? The whole
// way: the order is given to the engine, which closes admission, hangs up, books and signs.
//   bench_kill [streams] [--dir FOLDER]
// One run maps over as many items as there are streams; each item is a model call to a server in this
// process on the loopback interface (HTTP/1.1, one connection per stream, a token every 20 ms). Times are
// from the order to the moment at which the server sees each socket closed; sent_after counts bytes that the
// server received after the order. Exits 1 when the receipt does not count every stream, or when the log
// does not verify.
#include "core/audit/store_source.h"
#include "core/audit/trace_log_writer.h"
#include "core/audit/verifier.h"
#include "core/engine/engine.h"
#include "core/price/price_book.h"
#include "core/provider/curl_transport.h"
#include "core/provider/hub.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"
#include "tests/support/loopback_server.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <future>
#include <thread>
#include <unistd.h>

using namespace tally;
using test::LoopbackServer;
namespace fs = std::filesystem;

namespace {

std::string definition(int streams) {
    return nlohmann::json{
        {"name", "bench"},
        {"process", "bench"},
        {"version", "1"},
        {"models", {{"m", {"loopback/m"}}}},
        // The server repeats one word for ever: the detector of repeated text would be quicker than the
        // order.
        {"guards", {{{"detector", "loop.tail"}, {"action", "off"}}}},
        {"steps",
         {{{"id", "list"},
           {"kind", "code"},
           {"args", nlohmann::json::object()},
           {"lua", fmt::format("local t = {{}} for i = 1, {} do t[i] = i end return t", streams)}},
          {{"id", "each"},
           {"kind", "map"},
           {"over", "{{steps.list.output}}"},
           {"concurrency", streams},
           {"steps",
            {{{"id", "call"},
              {"kind", "model"},
              {"role", "m"},
              {"prompt", "item {{item}}"},
              {"max_tokens", 100'000}}}}}}}}
        .dump();
}

/// The hub with its transport, as the engine wants its port: made and destroyed on the engine thread.
class Port final : public provider::ModelPort {
public:
    Port(const Clock& clock, const std::string& url)
        : hub_(clock, transport_, nullptr, nullptr) {
        provider::ProviderConfig config;
        config.name = "loopback";
        config.base_url = url + "/v1";
        configured = hub_.configure(config);
    }
    provider::CallId start(const Reservation& held, const ModelCall& call, provider::CallEvents on) override {
        return hub_.start(held, call, std::move(on));
    }
    void cancel(provider::CallId id) override { hub_.cancel(id); }
    void hangUp(std::span<const provider::CallId> ids) override { hub_.hangUp(ids); }
    std::size_t cancelAll() override { return hub_.cancelAll(); }
    [[nodiscard]] std::size_t inflight() const override { return hub_.inflight(); }
    void poll(std::int64_t timeout_us) override { hub_.poll(timeout_us); }
    void wake() override { hub_.wake(); }
    Status configured;

private:
    provider::CurlTransport transport_;
    provider::ProviderHub hub_;
};

struct Figures {
    std::vector<std::int64_t> after_us; ///< per stream, sorted
    std::int64_t sent_after = 0;
    KillReceipt receipt;
};

template <class T>
Result<T> ask(const std::function<void(std::function<void(Result<T>)>)>& call) {
    std::promise<Result<T>> promise;
    call([&](Result<T> reply) { promise.set_value(std::move(reply)); });
    return promise.get_future().get();
}

Result<Figures> measure(int streams, const std::string& dir) {
    const std::string token =
        "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"}}]}\n\n";
    LoopbackServer server(
        [&](const LoopbackServer::Request&) { return LoopbackServer::endless(token, token, 20'000); });
    SystemClock clock;
    SystemRng rng;
    store::StoreOptions options;
    options.dir = dir + "/ws";
    options.app = "bench";
    options.check_location = false;
    TALLY_ASSIGN(const auto store, store::Store::open(options, clock, rng));
    audit::FileSeedStore seeds(dir + "/keys");
    TALLY_ASSIGN(const auto log, audit::TraceLogWriter::open(*store, seeds, clock, rng));
    TALLY_ASSIGN(auto book, price::PriceBook::builtin());
    const WorkflowCheck check = parseWorkflow(definition(streams));
    if (check.workflow == nullptr) return fail("bench.definition", nlohmann::json(check.diagnostics).dump());
    feed::EventFeed feed;
    engine::EngineConfig config;
    config.store = store.get();
    config.log = log.get();
    config.feed = &feed;
    config.clock = &clock;
    config.rng = &rng;
    config.prices = std::make_shared<const price::PriceBook>(std::move(book));
    config.make_port = [&]() -> Result<std::unique_ptr<provider::ModelPort>> {
        auto port = std::make_unique<Port>(clock, server.url());
        TALLY_TRY(port->configured);
        return port;
    };
    config.facts = [](const std::string&, const std::string&) {
        return std::optional(engine::ProviderFacts{"openai", "gpt-4.1-nano", false, false});
    };
    Figures out;
    {
        TALLY_ASSIGN(const auto engine, engine::Engine::open(config));
        TALLY_ASSIGN(const RunId run, ask<RunId>([&](auto reply) {
                         engine::StartRequest request;
                         request.workflow = check.workflow;
                         engine->start(std::move(request), std::move(reply));
                     }));
        if (!server.waitFor([&](const auto& stats) { return stats.requests >= streams; }, 30'000))
            return fail("bench.streams", "The streams did not come up");
        std::this_thread::sleep_for(std::chrono::milliseconds(300)); // every stream is in full flow
        std::promise<Result<RunSummary>> ended;
        engine->wait(run, [&](Result<RunSummary> sum) { ended.set_value(std::move(sum)); });
        KillOrder order;
        order.by = "bench";
        order.reason = "bench";
        server.mark();
        const std::int64_t ordered_us = LoopbackServer::nowUs();
        TALLY_TRY(ask<KillId>([&](auto reply) { engine->kill(order, std::move(reply)); }));
        if (!server.waitFor([&](const auto& stats) { return stats.closed_by_client >= streams; }, 10'000))
            return fail("bench.stopped", "Not every stream ended");
        const LoopbackServer::Stats stats = server.stats();
        for (const std::int64_t closed : stats.closed_at_us)
            out.after_us.push_back(closed - ordered_us);
        out.sent_after = stats.bytes_in_after_mark;
        TALLY_TRY(ended.get_future().get());
        const std::int64_t give_up = clock.monoUs() + 10'000'000;
        do {
            TALLY_ASSIGN(const auto receipts,
                         store->readers().read<std::vector<KillReceipt>>(
                             [](store::Connection& db) { return store::KillRepo::page(db); }));
            if (!receipts.empty()) out.receipt = receipts.front();
        } while (out.receipt.log_seq < 0 && clock.monoUs() < give_up);
    }
    TALLY_TRY(log->close(store->writer(), "bench"));
    store->writer().stop();
    const std::string bundle = dir + "/bench.tracelog";
    TALLY_ASSIGN(auto db, store::Connection::open(options.dir + "/workspace.db", store::OpenMode::read_only));
    TALLY_ASSIGN(const auto source, audit::StoreSource::open(std::move(db)));
    TALLY_TRY(audit::writeBundleFile(*source, {}, bundle));
    TALLY_ASSIGN(const auto verified, audit::verifyFile(bundle, {}));
    if (!verified.verdict.ok) return fail("bench.log", "The log does not verify");
    std::sort(out.after_us.begin(), out.after_us.end());
    return out;
}

double atShare(const std::vector<std::int64_t>& sorted_us, double share) {
    const auto index = static_cast<std::size_t>(share * static_cast<double>(sorted_us.size() - 1) + 0.5);
    return static_cast<double>(sorted_us[index]) / 1000;
}

} // namespace

int main(int argc, char** argv) {
    int streams = 200;
    std::string dir = fs::current_path().string();
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--dir" && i + 1 < argc)
            dir = argv[++i];
        else
            streams = std::atoi(argv[i]);
    }
    if (streams < 1 || streams > 900) {
        fmt::print(stderr, "usage: bench_kill [streams], 1 to 900\n");
        return 2;
    }
    dir += fmt::format("/bench_kill.{}", ::getpid());
    fs::create_directories(dir);
    const auto figures = measure(streams, dir);
    std::error_code ignored;
    fs::remove_all(dir, ignored);
    if (!figures) {
        fmt::print(stderr, "bench_kill: {}\n", figures.error().text());
        return 1;
    }
    const KillReceipt& receipt = figures->receipt;
    fmt::print("{}\n", nlohmann::json{{"streams", streams},
                                      {"p50_ms", atShare(figures->after_us, 0.5)},
                                      {"p99_ms", atShare(figures->after_us, 0.99)},
                                      {"max_ms", atShare(figures->after_us, 1)},
                                      {"sent_after", figures->sent_after},
                                      {"receipt_inflight", receipt.inflight},
                                      {"receipt_stopped", receipt.stopped},
                                      {"receipt_stop_ms", static_cast<double>(receipt.stop_us) / 1000},
                                      {"receipt_signed", receipt.log_seq >= 0}}
                           .dump());
    return receipt.inflight == streams && receipt.stopped == streams && receipt.complete ? 0 : 1;
}
