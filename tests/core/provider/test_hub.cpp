// The hub over a scripted transport: time-outs, cancelling, failures and admission, on a clock that only the
// test moves.
#include "core/provider/hub.h"
#include "tests/core/provider/support_calls.h"
#include "tests/support/fake_transport.h"
#include "tests/support/reservation.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::provider;
using test::FakeTransport;
using test::Heard;
using What = FakeTransport::Act::What;

namespace {
struct Bench {
    FakeClock clock;
    FakeTransport transport{clock};
    MemoryKeyStore keys;
    ProviderHub hub;
    explicit Bench(ProviderLimits limits = {})
        : hub(clock, transport, nullptr, &keys) {
        static_cast<void>(keys.set("k", Secret("sk-very-secret")));
        ProviderConfig config;
        config.name = "p";
        config.base_url = "https://example.test/v1";
        config.key_ref = "keychain:k";
        config.limits = limits;
        const auto configured = hub.configure(config);
        if (!configured) qFatal("%s", configured.error().text().c_str());
    }
    CallId start(Heard& heard, const ModelCall& call = test::simpleCall("p")) {
        return hub.start(test::makeReservation(), call, heard.events());
    }
};

FakeTransport::Script chat() {
    return FakeTransport::answer(test::fixture("openai_chat.body"));
}
std::int64_t ms(std::int64_t count) {
    return count * 1000;
}
} // namespace

class TestHub : public QObject {
    Q_OBJECT
private slots:
    void answers() {
        Bench bench;
        bench.transport.expect(chat());
        Heard heard;
        bench.start(heard);
        QCOMPARE(heard.ends, 0); // never inside start()
        QCOMPARE(bench.hub.inflight(), std::size_t{1});
        test::pollUntilEnd(bench.hub, heard);
        QCOMPARE(heard.ends, 1);
        QCOMPARE(heard.text, heard.answer().text);
        QCOMPARE(heard.answer().usage_flavour, std::string("openai"));
        QVERIFY(heard.answer().ttft_us > 0 && heard.answer().latency_us >= heard.answer().ttft_us);
        QVERIFY(!heard.answer().simulated);
        QCOMPARE(bench.hub.inflight(), std::size_t{0});
        const auto& request = bench.transport.requests.at(0);
        QCOMPARE(request.key.reveal(), std::string("sk-very-secret"));
        QVERIFY(request.body.find("sk-very") == std::string::npos);
        QCOMPARE(std::string(headerValue(request.headers, "X-Client-Request-Id")), std::string("attempt-1"));
    }
    void timeOuts_data() {
        QTest::addColumn<int>("acts"); // how much of the answer comes before it stands still
        QTest::addColumn<QString>("code");
        QTest::addColumn<bool>("sent");
        QTest::addColumn<qlonglong>("at_ms");
        QTest::newRow("connect") << 0 << "provider.timeout_connect" << false << 100LL;
        QTest::newRow("first token") << 2 << "provider.timeout_first_token" << true << 201LL;
        QTest::newRow("stall") << 9 << "provider.stall" << true << 59LL;
    }
    void timeOuts() {
        QFETCH(int, acts);
        QFETCH(QString, code);
        QFETCH(bool, sent);
        QFETCH(qlonglong, at_ms);
        Bench bench;
        auto script = chat();
        script.resize(static_cast<std::size_t>(acts));
        bench.transport.expect(script);
        Heard heard;
        ModelCall call = test::simpleCall("p");
        call.connect_timeout_ms = 100;
        call.first_token_timeout_ms = 200;
        call.stall_timeout_ms = 50;
        const std::int64_t began = bench.clock.monoUs();
        bench.start(heard, call);
        test::pollUntilEnd(bench.hub, heard, ms(10'000));
        QCOMPARE(heard.failure().error.code, code.toStdString());
        QCOMPARE(heard.failure().sent, sent);
        QVERIFY(heard.failure().retryable);
        QCOMPARE((bench.clock.monoUs() - began) / 1000, at_ms);
        QCOMPARE(bench.transport.cancelled, std::size_t{1});
    }
    void keepAliveCommentsAreNotTokens() {
        Bench bench;
        FakeTransport::Script script{{What::connect, 0, 0, {}, {}, {}},
                                     {What::head, 0, 200, {{"content-type", "text/event-stream"}}, {}, {}}};
        for (int i = 0; i < 100; ++i)
            script.push_back({What::body, ms(10), 0, {}, ": still here\n\n", {}});
        bench.transport.expect(script);
        Heard heard;
        ModelCall call = test::simpleCall("p");
        call.first_token_timeout_ms = 300;
        bench.start(heard, call);
        test::pollUntilEnd(bench.hub, heard, ms(10'000));
        QCOMPARE(heard.failure().error.code, std::string("provider.timeout_first_token"));
    }
    void totalTimeOut() {
        Bench bench;
        bench.transport.expect(
            FakeTransport::answer(test::fixture("openai_chat.body"), "text/event-stream", 8, ms(10)));
        Heard heard;
        ModelCall call = test::simpleCall("p");
        call.total_timeout_ms = 500;
        bench.start(heard, call);
        test::pollUntilEnd(bench.hub, heard, ms(10'000));
        QCOMPARE(heard.failure().error.code, std::string("provider.timeout_total"));
        QCOMPARE(heard.failure().partial.text, heard.text);
        QVERIFY(heard.failure().partial.usage_raw.is_null());
    }
    void cancelBeforeAndAfterSending() {
        Bench bench;
        Heard early;
        const auto first = bench.start(early); // no script: never connected
        bench.hub.poll(0);
        bench.hub.cancel(first);
        QCOMPARE(early.ends, 0); // comes in poll()
        bench.hub.cancel(first); // twice is once
        bench.hub.poll(0);
        QCOMPARE(early.ends, 1);
        QCOMPARE(early.failure().error.code, std::string("provider.cancelled"));
        QVERIFY(!early.failure().sent);

        Bench second;
        auto script = chat();
        script.resize(9);
        second.transport.expect(script);
        Heard late;
        const auto id = second.start(late);
        for (int i = 0; i < 100 && late.text.empty(); ++i)
            second.hub.poll(ms(10));
        second.hub.cancel(id);
        second.hub.poll(0);
        QVERIFY(late.failure().sent);
        QCOMPARE(late.failure().partial.text, late.text);
        QCOMPARE(late.failure().partial.finish_reason, std::string("cancelled"));
        QCOMPARE(late.after_end, 0);
    }
    void callbacksMayCancelAndStart() {
        Bench bench;
        for (int i = 0; i < 4; ++i)
            bench.transport.expect(chat());
        std::vector<Heard> heard(4);
        std::vector<CallId> ids;
        for (std::size_t i = 0; i < 3; ++i) {
            auto events = heard[i].events();
            if (i == 0)
                events.on_text = [&, inner = events.on_text](std::string_view text, bool reasoning) {
                    inner(text, reasoning);
                    for (const CallId id : ids)
                        bench.hub.cancel(id); // itself too
                };
            if (i == 1)
                events.on_end = [&, inner = events.on_end](CallOutcome outcome) {
                    inner(std::move(outcome));
                    bench.start(heard[3]);
                };
            ids.push_back(bench.hub.start(test::makeReservation(), test::simpleCall("p"), std::move(events)));
        }
        for (int i = 0; i < 200 && heard[3].ends == 0; ++i)
            bench.hub.poll(ms(10));
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(heard[i].ends, 1);
            QCOMPARE(heard[i].after_end, 0);
            QCOMPARE(heard[i].failure().error.code, std::string("provider.cancelled"));
        }
        QVERIFY(!heard[3].answer().text.empty());
        QCOMPARE(bench.hub.inflight(), std::size_t{0});
    }
    void cancelAllEndsEveryCallOnce() {
        Bench bench;
        std::vector<Heard> heard(50);
        for (auto& one : heard)
            bench.start(one);
        bench.hub.poll(0);
        QCOMPARE(bench.hub.cancelAll(), std::size_t{50});
        QCOMPARE(bench.hub.cancelAll(), std::size_t{0});
        bench.hub.poll(0);
        for (const auto& one : heard)
            QCOMPARE(one.ends, 1);
        QCOMPARE(bench.transport.cancelled, std::size_t{50});
    }
    void keysAreTakenOutOfErrors() {
        Bench bench;
        bench.transport.expect(FakeTransport::error(
            401, "{\"error\":{\"message\":\"bad key sk-very-secret, sk-very-secret!\"}}"));
        Heard heard;
        bench.start(heard);
        test::pollUntilEnd(bench.hub, heard);
        QCOMPARE(heard.failure().http_status, 401);
        QVERIFY(heard.failure().error.text().find("sk-very") == std::string::npos);
        QVERIFY(heard.failure().error.message.find("bad key [key], [key]!") != std::string::npos);
        QCOMPARE(heard.failure().error.where, std::string("p"));
    }
    void callsThatCannotStart() {
        Bench bench;
        Heard nobody;
        Heard bad;
        bench.start(nobody, test::simpleCall("missing"));
        ModelCall uncapped = test::simpleCall("p");
        uncapped.max_tokens = 0;
        bench.start(bad, uncapped);
        QCOMPARE(nobody.ends, 0);
        bench.hub.poll(0);
        QCOMPARE(nobody.failure().error.code, std::string("provider.unknown"));
        QCOMPARE(bad.failure().error.code, std::string("provider.unsupported"));
        QVERIFY(!nobody.failure().sent && !bad.failure().sent);
        QVERIFY(bench.transport.requests.empty());
    }
    void admissionFollowsAnswers() {
        Bench bench({0, 0, 1});
        QVERIFY(bench.hub.admission("p", 10).verdict == Admission::Verdict::ok);
        QVERIFY(bench.hub.admission("p", 10).verdict == Admission::Verdict::wait);
        QVERIFY(bench.hub.admission("nobody", 10).verdict == Admission::Verdict::refused);
        bench.transport.expect(FakeTransport::error(429, "{}", {{"retry-after", "3"}}));
        Heard heard;
        bench.start(heard);
        test::pollUntilEnd(bench.hub, heard);
        QCOMPARE(heard.failure().retry_after_ms.value_or(0), std::int64_t{3000});
        const auto blocked = bench.hub.admission("p", 10);
        QVERIFY(blocked.verdict == Admission::Verdict::wait);
        QVERIFY(bench.hub.status().at(0).blocked_until_us == blocked.until_us);
        bench.clock.advanceUs(3'000'000);
        QVERIFY(bench.hub.admission("p", 10).verdict == Admission::Verdict::ok);
        bench.hub.unadmit("p", 10);
        QVERIFY(bench.hub.admission("p", 10).verdict == Admission::Verdict::ok);
    }
};
TALLY_TEST(TestHub)
#include "test_hub.moc"
