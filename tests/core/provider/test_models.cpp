// Local models on the pool, simulated models on the fake clock, and recorded calls without anything behind
// them.
#include "core/provider/hub.h"
#include "core/provider/recorded.h"
#include "tests/core/provider/support_calls.h"
#include "tests/support/fake_transport.h"
#include "tests/support/reservation.h"
#include "tests/support/suite.h"

#include <QTest>

#include <atomic>
#include <chrono>
#include <future>
#include <set>

using namespace tally;
using namespace tally::provider;
using nlohmann::json;
using test::Heard;

namespace {
SimProfile profile(const std::string& brain = "echo") {
    SimProfile made;
    made.name = "sim";
    made.stands_for = "real";
    made.brain = brain;
    made.ttft_ms = 400;
    made.ttft_sigma = 0.3;
    made.tokens_per_s = 50;
    made.prompt_cache = true;
    made.source = "test";
    return made;
}

struct Bench {
    FakeClock clock;
    test::FakeTransport transport{clock};
    TaskPool pool{2};
    ProviderHub hub;
    explicit Bench(double scale = 1)
        : hub(clock, transport, &pool, nullptr, {scale, 5, 15'000}) {
        for (const auto kind : {ProviderKind::sim, ProviderKind::local}) {
            ProviderConfig config;
            config.name = std::string(toString(kind));
            config.kind = kind;
            if (!hub.configure(config)) qFatal("configure");
        }
        hub.addSimModel(profile());
    }
    void run(Heard& heard, const ModelCall& call) {
        hub.start(test::makeReservation(), call, heard.events());
        // The pool works in real time while the fake clock stands still in short polls.
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        for (int i = 0; heard.ends == 0 && (i % 64 != 0 || std::chrono::steady_clock::now() < end); ++i)
            hub.poll(hub.inflight() > 0 && i % 64 == 63 ? 100 : 1);
    }
};

class Upper final : public LocalModel {
public:
    Result<ModelAnswer> answer(const ModelCall& call, const CancelToken&) const override {
        ++calls;
        may_go.wait();
        if (call.messages[0].text == "bad") return fail("local.bad", "the text is bad");
        ModelAnswer answer;
        answer.text = "LOCAL " + call.messages[0].text;
        answer.usage_raw = {{"in", 3}};
        return answer;
    }
    [[nodiscard]] std::string describe() const override { return "upper"; }
    mutable std::atomic<int> calls{0};
    std::promise<void> go;
    std::shared_future<void> may_go = go.get_future().share();
};
} // namespace

class TestModels : public QObject {
    Q_OBJECT
private slots:
    void localModelsRunOnThePool() {
        Bench bench;
        auto model = std::make_shared<Upper>();
        model->go.set_value();
        bench.hub.addLocalModel("upper", model);
        QCOMPARE(bench.hub.modelsOf(ProviderKind::local), std::vector<std::string>{"upper"});
        Heard good;
        bench.run(good, test::simpleCall("local", "upper", "x"));
        QCOMPARE(good.answer().text, std::string("LOCAL x"));
        QCOMPARE(good.answer().usage_flavour, std::string("exclusive"));
        QCOMPARE(good.answer().usage_raw["in"].get<int>(), 3);
        QVERIFY(good.answer().usage_raw["compute_ms"].get<int>() >= 0);
        Heard bad;
        bench.run(bad, test::simpleCall("local", "upper", "bad"));
        QCOMPARE(bad.failure().error.code, std::string("local.bad"));
        Heard missing;
        bench.run(missing, test::simpleCall("local", "nobody"));
        QCOMPARE(missing.failure().error.code, std::string("provider.unknown_model"));
        QVERIFY(!missing.failure().sent);
    }
    void manyLocalCallsAndCancel() {
        Bench bench;
        auto model = std::make_shared<Upper>();
        bench.hub.addLocalModel("upper", model);
        std::vector<Heard> heard(500);
        std::vector<CallId> ids;
        for (auto& one : heard)
            ids.push_back(bench.hub.start(test::makeReservation(), test::simpleCall("local", "upper", "x"),
                                          one.events()));
        // The pool is held, so that none of these has begun, however threads are scheduled.
        for (std::size_t i = 250; i < 500; ++i)
            bench.hub.cancel(ids[i]);
        model->go.set_value();
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (bench.hub.inflight() > 0 && std::chrono::steady_clock::now() < end)
            bench.hub.poll(1);
        for (std::size_t i = 0; i < 500; ++i) {
            QCOMPARE(heard[i].ends, 1);
            QCOMPARE(heard[i].failure().error.code.empty(), i < 250);
            if (i >= 250) QVERIFY(!heard[i].failure().sent);
        }
        QCOMPARE(model->calls.load(), 250);
    }
    void simIsDeterministicAndTimed() {
        std::set<std::string> texts;
        std::set<std::int64_t> latencies;
        for (int round = 0; round < 3; ++round) {
            Bench bench;
            bench.transport.wake();
            Heard heard;
            ModelCall call = test::simpleCall("sim", "sim", std::string(2000, 'a') + "é🙂");
            call.max_tokens = 1000;
            call.idempotency_key = std::to_string(round);
            bench.hub.start(test::makeReservation(), call, heard.events());
            test::pollUntilEnd(bench.hub, heard, 60'000'000);
            QVERIFY(heard.answer().simulated);
            QCOMPARE(heard.text, call.messages[0].text);
            QVERIFY(heard.pieces.size() > 10);
            texts.insert(heard.text);
            latencies.insert(heard.answer().latency_us);
            QCOMPARE(heard.answer().usage_raw["completion_tokens"].get<int>(), 502);
            QVERIFY(heard.answer().ttft_us > 100'000 && heard.answer().ttft_us < 2'000'000);
            QVERIFY(std::abs(heard.answer().latency_us - heard.answer().ttft_us - 10'040'000) <
                    10'000); // 502 tokens at 50/s
        }
        QCOMPARE(texts.size(), std::size_t{1});
        QCOMPARE(latencies.size(), std::size_t{1});
    }
    void simWithoutLatency() {
        Bench bench(0);
        Heard heard;
        bench.hub.start(test::makeReservation(), test::simpleCall("sim", "sim", "now"), heard.events());
        const auto before = bench.clock.monoUs();
        bench.hub.poll(0);
        QCOMPARE(heard.answer().text, std::string("now"));
        QCOMPARE(bench.clock.monoUs(), before);
    }
    void simKeepsTheCap() {
        Bench bench(0);
        Heard heard;
        ModelCall call = test::simpleCall("sim", "sim", "ééééééééééééééééééééééééééééééé");
        call.max_tokens = 5;
        bench.run(heard, call);
        QCOMPARE(heard.answer().finish_reason, std::string("length"));
        QCOMPARE(heard.answer().usage_raw["completion_tokens"].get<int>(), 5);
        QCOMPARE(heard.answer().text.size(), std::size_t{20});
    }
    void simContextOverflow() {
        Bench bench(0);
        SimProfile small = profile();
        small.context_tokens = 100;
        bench.hub.addSimModel(small);
        Heard heard;
        bench.run(heard, test::simpleCall("sim", "sim", std::string(1000, 'x')));
        QCOMPARE(heard.failure().http_status, 400);
        QVERIFY(!heard.failure().retryable);
        QVERIFY(heard.failure().partial.simulated);
    }
    void simPromptCache() {
        Bench bench(0);
        const std::string prefix(40'000, 'p');
        Heard first, second, third;
        bench.run(first, test::simpleCall("sim", "sim", prefix + "one"));
        bench.run(second, test::simpleCall("sim", "sim", prefix + "two"));
        QCOMPARE(first.answer().usage_raw["prompt_tokens_details"]["cached_tokens"].get<int>(), 0);
        const int cached = second.answer().usage_raw["prompt_tokens_details"]["cached_tokens"].get<int>();
        QVERIFY(cached > 9000 && cached % 128 == 0 &&
                cached < second.answer().usage_raw["prompt_tokens"].get<int>());
        bench.clock.advanceUs(400'000'000);
        bench.run(third, test::simpleCall("sim", "sim", prefix + "three"));
        QCOMPARE(third.answer().usage_raw["prompt_tokens_details"]["cached_tokens"].get<int>(), 0);
    }
    void simErrorsCanBeRetried() {
        Bench bench(0);
        SimProfile flaky = profile();
        flaky.error_rate = 0.5;
        bench.hub.addSimModel(flaky);
        int failed = 0;
        for (int i = 0; i < 200; ++i) {
            const ModelCall call = test::simpleCall("sim", "sim", "question " + std::to_string(i));
            int tries = 0;
            for (bool done = false; !done; ++tries) {
                QVERIFY2(tries < 30, "a call must not fail for ever");
                Heard heard;
                bench.run(heard, call);
                done = heard.failure().error.code.empty();
                if (!done) {
                    ++failed;
                    QVERIFY(heard.failure().retryable && heard.failure().partial.simulated);
                }
            }
        }
        QVERIFY(failed > 120 && failed < 300); // one failure per answer on average
    }
    void schemaBrainObeysTheSchema() {
        Bench bench(0);
        bench.hub.addSimModel(profile("schema"));
        ModelCall call = test::simpleCall("sim", "sim");
        call.output_schema = {
            {"type", "object"},
            {"properties",
             {{"label", {{"enum", {"a", "b"}}}},
              {"count", {{"type", "integer"}, {"minimum", 3}, {"maximum", 5}}},
              {"list", {{"type", "array"}, {"minItems", 2}, {"items", {{"type", "string"}}}}}}}};
        for (int seed = 0; seed < 20; ++seed) {
            call.seed = seed;
            Heard heard;
            bench.run(heard, call);
            const json value = json::parse(heard.answer().text, nullptr, false);
            QVERIFY(value["label"] == "a" || value["label"] == "b");
            QVERIFY(value["count"] >= 3 && value["count"] <= 5);
            QVERIFY(value["list"].size() >= 2);
        }
    }
    void scriptBrain() {
        Bench bench(0);
        bench.hub.addSimBrain("script", makeScriptBrain({{"sum", "4"}, {"", "what?"}}));
        bench.hub.addSimModel(profile("script"));
        Heard sum, other;
        bench.run(sum, test::simpleCall("sim", "sim", "the sum please"));
        bench.run(other, test::simpleCall("sim", "sim", "hello"));
        QCOMPARE(sum.text, std::string("4"));
        QCOMPARE(other.text, std::string("what?"));
    }
    void shippedProfilesAreValid() {
        const auto text = DiskFileSystem().read(TALLY_SOURCE_DIR "/resources/sim/profiles.json", 1 << 20);
        QVERIFY(text.has_value());
        const auto profiles = parseSimProfiles(*text);
        QVERIFY2(profiles.has_value(), profiles ? "" : profiles.error().text().c_str());
        for (const auto& one : *profiles)
            QVERIFY(!one.price_model.empty() && one.source.size() > 20);
        QCOMPARE(parseSimProfiles("{\"profiles\":[{\"name\":\"x\",\"source\":\"s\",\"error_rate\":2}]}")
                     .error()
                     .where,
                 std::string("/profiles/0/error_rate"));
        QVERIFY(!parseSimProfiles("[]"));
    }
    void recordThenReplay() {
        Bench bench(0);
        MemoryJournal journal;
        RecordingPort recording(bench.hub, bench.clock, [&](const RecordedCall& call) {
            const json text = call; // through JSON, as the store keeps it
            auto back = recordedCallFromJson(text);
            if (!back) qFatal("%s", back.error().text().c_str());
            journal.add(std::move(*back));
        });
        std::vector<Heard> live(4), replayed(4);
        const std::vector<ModelCall> calls{
            test::simpleCall("sim", "sim", "one"), test::simpleCall("sim", "sim", "two"),
            test::simpleCall("sim", "sim", "one"), test::simpleCall("gone", "sim", "one")};
        for (std::size_t i = 0; i < calls.size(); ++i)
            recording.start(test::makeReservation(), calls[i], live[i].events());
        for (int i = 0; i < 10; ++i)
            recording.poll(0);
        QCOMPARE(journal.left(), std::size_t{4});
        RecordedPort replay(journal);
        for (std::size_t i = 0; i < calls.size(); ++i)
            replay.start(test::makeReservation(), calls[i], replayed[i].events());
        replay.poll(0);
        for (std::size_t i = 0; i < calls.size(); ++i) {
            QCOMPARE(replayed[i].ends, 1);
            QVERIFY(outcomeToJson(*replayed[i].outcome) == outcomeToJson(*live[i].outcome));
            QCOMPARE(replayed[i].text, live[i].text);
        }
        Heard diverged;
        replay.start(test::makeReservation(), test::simpleCall("sim", "sim", "three"), diverged.events());
        replay.poll(0);
        QCOMPARE(diverged.failure().error.code, std::string("replay.divergence"));
        QVERIFY(diverged.failure().error.message.find("sim/sim") != std::string::npos);
        QVERIFY(!diverged.failure().sent);
    }
    void callHashCoversWhatIsAsked() {
        const ModelCall base = test::simpleCall("p", "m", "text");
        std::set<std::string> hashes{callHash(base)};
        const auto differs = [&](auto change) {
            ModelCall call = base;
            change(call);
            return hashes.insert(callHash(call)).second;
        };
        QVERIFY(differs([](ModelCall& c) { c.provider = "q"; }));
        QVERIFY(differs([](ModelCall& c) { c.model = "n"; }));
        QVERIFY(differs([](ModelCall& c) { c.messages.push_back({"user", ""}); }));
        QVERIFY(differs([](ModelCall& c) { c.messages[0] = {"use", "rtext"}; }));
        QVERIFY(differs([](ModelCall& c) { c.max_tokens = 5; }));
        QVERIFY(differs([](ModelCall& c) { c.temperature = 0; }));
        QVERIFY(differs([](ModelCall& c) { c.seed = 0; }));
        QVERIFY(differs([](ModelCall& c) { c.stop = {"x"}; }));
        QVERIFY(differs([](ModelCall& c) { c.embed = {"x"}; }));
        QVERIFY(differs([](ModelCall& c) { c.extra = {{"a", 1}}; }));
        QVERIFY(differs([](ModelCall& c) { c.output_schema = json::object(); }));
        QVERIFY(!differs([](ModelCall& c) { c.idempotency_key = "other", c.total_timeout_ms = 1; }));
    }
};
TALLY_TEST(TestModels)
#include "test_models.moc"
