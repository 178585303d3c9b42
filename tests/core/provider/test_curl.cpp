// The real transport against a server of our own on the loopback interface: streams in any pieces, cut and
// stalled streams, keep-alive, cancelling as the server sees it, and no hidden second request.
#include "core/provider/curl_transport.h"
#include "core/provider/hub.h"
#include "tests/core/provider/support_calls.h"
#include "tests/support/loopback_server.h"
#include "tests/support/reservation.h"
#include "tests/support/suite.h"

#include <QTest>

#include <arpa/inet.h>
#include <chrono>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace tally;
using namespace tally::provider;
using test::Heard;
using test::LoopbackServer;
using Reply = LoopbackServer::Reply;

namespace {
const std::string delta =
    "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"tok \"}}]}\n\n";

struct Bench {
    SystemClock clock;
    CurlTransport transport;
    ProviderHub hub{clock, transport, nullptr, nullptr};
    explicit Bench(const std::string& url) {
        ProviderConfig config;
        config.name = "p";
        config.base_url = url + "/v1";
        if (!hub.configure(config)) qFatal("configure");
    }
    CallId start(Heard& heard, const ModelCall& call = test::simpleCall("p")) {
        return hub.start(test::makeReservation(), call, heard.events());
    }
    void finish(Heard& heard) { test::pollUntilEnd(hub, heard); }
    template <class Done>
    void pollUntil(Done done) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (!done() && std::chrono::steady_clock::now() < end)
            hub.poll(10'000);
    }
};
/// One request without the hub, on a connection that may be kept.
struct Plain final : HttpSink {
    CurlTransport& transport;
    bool connected = false;
    std::optional<Status> ended;
    Plain(CurlTransport& t, const std::string& url)
        : transport(t) {
        HttpRequest request;
        request.url = url + "/x";
        request.body = "{}";
        transport.start(std::move(request), *this);
    }
    Status run() {
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (!ended && std::chrono::steady_clock::now() < end)
            transport.poll(10'000);
        return ended.value_or(fail("test.hung", "no end"));
    }
    void onConnected() override { connected = true; }
    void onHead(int, const Headers&) override {}
    void onBody(std::string_view) override {}
    void onEnd(Status result) override { ended = std::move(result); }
};
} // namespace

class TestCurl : public QObject {
    Q_OBJECT
private slots:
    void streamsInAnyPieces_data() {
        QTest::addColumn<int>("piece");
        for (const int piece : {0, 1, 7, 100})
            QTest::newRow(qPrintable(QString::number(piece))) << piece;
    }
    void streamsInAnyPieces() {
        QFETCH(int, piece);
        const std::string body = test::fixture("openai_chat.body");
        LoopbackServer server([&](const LoopbackServer::Request&) {
            return LoopbackServer::stream(body, static_cast<std::size_t>(piece));
        });
        Bench bench(server.url());
        Heard heard;
        bench.start(heard, test::simpleCall("p", "m", "Žluťoučký 🙂"));
        bench.finish(heard);
        QCOMPARE(heard.answer().text, std::string("Grüner Täe 🙂 日本"));
        QCOMPARE(heard.answer().usage_raw["prompt_tokens"].get<int>(), 2048);
        QVERIFY(server.requests().at(0).body.find("Žluťoučký 🙂") != std::string::npos);
        QCOMPARE(server.requests().at(0).path, std::string("/v1/chat/completions"));
        QVERIFY(server.requests().at(0).head.find("Expect") == std::string::npos);
    }
    void keepsTheConnectionWhereAsked() {
        LoopbackServer server(
            [](const LoopbackServer::Request&) { return LoopbackServer::stream("data: x\n\n"); });
        CurlTransport transport;
        for (int i = 0; i < 5; ++i)
            QVERIFY(Plain(transport, server.url()).run().has_value());
        QCOMPARE(server.stats().accepted, 1);
        QCOMPARE(transport.connectionsOpened(), std::int64_t{1});
        Bench bench(server.url()); // the wires do not, without TLS
        for (int i = 0; i < 2; ++i) {
            Heard heard;
            bench.start(heard);
            bench.finish(heard);
        }
        QCOMPARE(server.stats().accepted, 3);
    }
    void errorsAreReadable() {
        LoopbackServer server([&](const LoopbackServer::Request& request) {
            if (request.ordinal == 1)
                return LoopbackServer::plain(429, "{\"error\":{\"message\":\"slow down\"}}",
                                             "Retry-After: 2\r\n");
            if (request.ordinal == 2) return LoopbackServer::plain(500, "oops", {}, "text/plain");
            return LoopbackServer::plain(302, "", "Location: http://127.0.0.1:1/steal\r\n");
        });
        Bench bench(server.url());
        Heard limited, broken, moved;
        bench.start(limited);
        bench.finish(limited);
        QCOMPARE(limited.failure().error.code, std::string("provider.http_429"));
        QCOMPARE(limited.failure().retry_after_ms.value_or(0), std::int64_t{2000});
        bench.start(broken);
        bench.finish(broken);
        QVERIFY(broken.failure().error.message.find("oops") != std::string::npos);
        bench.start(moved);
        bench.finish(moved);
        QCOMPARE(moved.failure().error.code, std::string("provider.http_302"));
        QCOMPARE(server.stats().requests, 3); // nothing was followed
    }
    void badUtf8AndCutStreams() {
        LoopbackServer server([&](const LoopbackServer::Request& request) {
            Reply reply =
                LoopbackServer::stream("data: {\"choices\":[{\"delta\":{\"content\":\"a\xff\xf0\"}}]}\n\n");
            reply.pieces.pop_back(); // no last chunk
            reply.end = request.ordinal == 1 ? Reply::End::close : Reply::End::reset;
            return reply;
        });
        Bench bench(server.url());
        for (int i = 0; i < 2; ++i) {
            Heard heard;
            bench.start(heard);
            bench.finish(heard);
            QCOMPARE(heard.failure().error.code, std::string("provider.cut"));
            QVERIFY(heard.failure().sent && heard.failure().retryable);
            QVERIFY(heard.text.rfind("a\xEF\xBF\xBD", 0) == 0);
        }
    }
    void refusedConnectionSentNothing() {
        // Taken, so that nobody else gets the port meanwhile, and not listened on.
        const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        QCOMPARE(::bind(taken, reinterpret_cast<const sockaddr*>(&address), size), 0);
        QCOMPARE(::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size), 0);
        Bench bench("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
        Heard heard;
        bench.start(heard);
        bench.finish(heard);
        ::close(taken);
        QCOMPARE(heard.failure().error.code, std::string("provider.connect"));
        QVERIFY(!heard.failure().sent);
    }
    void staleConnectionIsNotRetriedInSecret() {
        // The server takes the second request of a kept connection and closes without a byte: curl alone
        // would ask again.
        LoopbackServer server([](const LoopbackServer::Request& request) {
            if (request.ordinal != 2) return LoopbackServer::stream(test::fixture("openai_chat.body"));
            Reply reply;
            reply.end = Reply::End::close;
            return reply;
        });
        CurlTransport transport;
        QVERIFY(Plain(transport, server.url()).run().has_value());
        Plain second(transport, server.url());
        const Status result = second.run();
        QVERIFY(!result.has_value());
        QCOMPARE(result.error().code, std::string("provider.cut"));
        QVERIFY(second.connected);
        QCOMPARE(server.stats().requests, 2);
    }
    void cancelClosesTheSocket() {
        LoopbackServer server(
            [](const LoopbackServer::Request&) { return LoopbackServer::endless(delta, delta, 20'000); });
        Bench bench(server.url());
        std::vector<Heard> heard(20);
        for (auto& one : heard)
            bench.start(one);
        bench.pollUntil([&] {
            return std::all_of(heard.begin(), heard.end(), [](const Heard& h) { return !h.text.empty(); });
        });
        server.mark();
        QCOMPARE(bench.hub.cancelAll(), std::size_t{20});
        QVERIFY(
            server.waitFor([](const LoopbackServer::Stats& stats) { return stats.closed_by_client == 20; }));
        bench.hub.poll(0);
        for (const auto& one : heard) {
            QCOMPARE(one.failure().error.code, std::string("provider.cancelled"));
            QVERIFY(one.failure().sent);
            QCOMPARE(one.failure().partial.text, one.text);
        }
        QCOMPARE(server.stats().bytes_in_after_mark, std::int64_t{0});
        QCOMPARE(server.stats().open, 0);
    }
    void wakeEndsPoll() {
        LoopbackServer server([](const LoopbackServer::Request&) { return Reply(); });
        Bench bench(server.url());
        std::jthread other([&] { bench.hub.wake(); });
        bench.hub.poll(60'000'000); // would outlive the test's own limit
        other.join();
    }
    void longPromptsAreSentWhole() {
        LoopbackServer server([](const LoopbackServer::Request&) {
            return LoopbackServer::stream(test::fixture("openai_chat.body"));
        });
        Bench bench(server.url());
        Heard heard;
        bench.start(heard, test::simpleCall("p", "m", std::string(5'000'000, 'x')));
        bench.finish(heard);
        QVERIFY(!heard.answer().text.empty());
        QVERIFY(server.requests().at(0).body.size() > 5'000'000);
    }
};
TALLY_TEST(TestCurl)
#include "test_curl.moc"
