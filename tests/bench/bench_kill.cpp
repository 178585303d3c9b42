// bench_kill [streams]: how long after the trip does the last of many streaming calls end, as its server sees
// it?
//
// The server runs in this process on the loopback interface (HTTP/1.1, one connection per stream, a token
// every 20 ms). A second thread trips: it raises a flag and wakes the port; the port's thread then cancels
// everything. Times are from the trip to the moment at which the server sees each socket closed.
#include "core/provider/curl_transport.h"
#include "core/provider/hub.h"
#include "core/provider/recorded.h"
#include "tests/support/loopback_server.h"
#include "tests/support/reservation.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstring>
#include <thread>

using namespace tally;
using namespace tally::provider;
using test::LoopbackServer;

namespace {
const std::string token =
    "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"}}]}\n\n";

double atShare(const std::vector<std::int64_t>& sorted_us, double share) {
    const auto index = static_cast<std::size_t>(share * static_cast<double>(sorted_us.size() - 1) + 0.5);
    return static_cast<double>(sorted_us[index]) / 1000;
}
} // namespace

int main(int argc, char** argv) {
    int streams = 200;
    if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), streams);
    if (streams < 1 || streams > 900) {
        fmt::print(stderr, "usage: bench_kill [streams], 1 to 900\n");
        return 2;
    }
    LoopbackServer server(
        [](const LoopbackServer::Request&) { return LoopbackServer::endless(token, token, 20'000); });
    const SystemClock clock;
    CurlTransport transport;
    ProviderHub hub(clock, transport, nullptr, nullptr);
    ProviderConfig config;
    config.name = "loopback";
    config.base_url = server.url() + "/v1";
    if (const auto configured = hub.configure(config); !configured) {
        fmt::print(stderr, "{}\n", configured.error().text());
        return 1;
    }

    std::vector<std::size_t> pieces(static_cast<std::size_t>(streams), 0);
    int ended = 0;
    int cancelled = 0;
    for (int i = 0; i < streams; ++i) {
        ModelCall call;
        call.provider = "loopback";
        call.model = "m";
        call.messages = {{"user", "go on"}};
        call.max_tokens = 1'000'000;
        CallEvents events;
        events.on_text = [&pieces, i](std::string_view, bool) { ++pieces[static_cast<std::size_t>(i)]; };
        events.on_end = [&](CallOutcome outcome) {
            ++ended;
            const auto* failure = std::get_if<CallFailure>(&outcome);
            if (failure != nullptr && failure->error.code == "provider.cancelled") ++cancelled;
        };
        hub.start(test::makeReservation(fmt::format("attempt-{}", i)), call, std::move(events));
    }
    const auto give_up = clock.monoUs() + 30'000'000;
    while (std::any_of(pieces.begin(), pieces.end(), [](std::size_t n) { return n < 3; })) {
        hub.poll(10'000);
        if (ended > 0 || clock.monoUs() > give_up) {
            fmt::print(stderr, "the streams did not come up: {} ended\n", ended);
            return 1;
        }
    }

    std::atomic<bool> tripped{false};
    std::atomic<std::int64_t> trip_us{0};
    const auto trip_at = clock.monoUs() + 200'000;
    std::jthread operator_thread([&] {
        while (clock.monoUs() < trip_at)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        server.mark();
        trip_us = LoopbackServer::nowUs();
        tripped = true;
        hub.wake();
    });
    while (!tripped)
        hub.poll(1'000'000);
    const std::size_t stopped = hub.cancelAll();
    while (hub.inflight() > 0)
        hub.poll(0);
    operator_thread.join();
    const bool all_closed = server.waitFor(
        [&](const LoopbackServer::Stats& stats) { return stats.closed_by_client >= streams; }, 10'000);
    const auto stats = server.stats();
    if (!all_closed || stopped != static_cast<std::size_t>(streams) || cancelled != streams) {
        fmt::print(stderr, "{} of {} streams closed, {} stopped, {} reported cancelled\n",
                   stats.closed_by_client, streams, stopped, cancelled);
        return 1;
    }
    std::vector<std::int64_t> after;
    for (const auto closed : stats.closed_at_us)
        after.push_back(closed - trip_us);
    std::sort(after.begin(), after.end());
    fmt::print("{{\"streams\":{},\"p50_ms\":{:.3f},\"p99_ms\":{:.3f},\"max_ms\":{:.3f},\"sent_after\":{}}}\n",
               streams, atShare(after, 0.5), atShare(after, 0.99), static_cast<double>(after.back()) / 1000,
               stats.bytes_in_after_mark);
    return 0;
}
