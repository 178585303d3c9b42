// Against llama.cpp's server, which we did not write: chat and Anthropic wires streamed, usage with cached
// tokens, JSON Schema output, errors, and how soon a cancelled call frees its slot.
// Skipped where the server cannot be had, see llamaFolder().
#include "core/price/prompt_count.h"
#include "tests/core/integration_provider/support_servers.h"
#include "tests/support/suite.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace tally;
using namespace tally::provider;
using nlohmann::json;
using test::Heard;

namespace {
const std::string key = "test-key";

std::string longPrompt(int topic) {
    return "Topic " + std::to_string(topic) + ": " + std::string(600, 'w') + " go on and on and on";
}
} // namespace

class TestLlama : public QObject {
    Q_OBJECT
    test::ChildServer server_;

    ProviderConfig config(ProviderKind kind) const {
        ProviderConfig made;
        made.kind = kind;
        made.base_url =
            "http://127.0.0.1:" + std::to_string(server_.port) + (kind == ProviderKind::openai ? "/v1" : "");
        if (kind == ProviderKind::anthropic) made.schema_mode = SchemaMode::none;
        return made;
    }
    [[nodiscard]] int busySlots() const {
        const json all = json::parse(test::httpGet(server_.port, "/slots", key), nullptr, false);
        int busy = 0;
        if (all.is_array())
            for (const auto& slot : all)
                busy += slot.value("is_processing", false) ? 1 : 0;
        return all.is_array() ? busy : -1;
    }

private slots:
    void initTestCase() {
        QString why;
        const QString folder = test::llamaFolder(why);
        if (folder.isEmpty()) QSKIP(qPrintable("llama.cpp's server cannot be had: " + why));
        const int port = test::freePort();
        if (!server_.start(folder + "/llama-server",
                           {"-m", folder + "/tiny.gguf", "--host", "127.0.0.1", "--port",
                            QString::number(port), "-c", "8192", "-np", "4", "-t", "1", "--alias", "tiny",
                            "--api-key", QString::fromStdString(key)},
                           port, "/health", why))
            QSKIP(qPrintable("llama.cpp's server does not start: " + why));
    }
    void streamsAndBooksCachedTokens_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("openai") << static_cast<int>(ProviderKind::openai);
        QTest::newRow("anthropic") << static_cast<int>(ProviderKind::anthropic);
    }
    void streamsAndBooksCachedTokens() {
        QFETCH(int, kind);
        test::LiveHub live;
        QVERIFY(live.use(config(static_cast<ProviderKind>(kind)), key).has_value());
        ModelCall call = test::simpleCall("p", "tiny", longPrompt(kind));
        call.max_tokens = 24;
        call.seed = 1;
        std::int64_t total_in[2] = {0, 0};
        std::int64_t cached[2] = {0, 0};
        for (int i = 0; i < 2; ++i) {
            Heard heard;
            live.run(heard, call);
            QVERIFY2(heard.failure().error.code.empty(), heard.failure().error.text().c_str());
            QCOMPARE(heard.text, heard.answer().text);
            QVERIFY(heard.answer().finish_reason == "length" || heard.answer().finish_reason == "stop");
            QCOMPARE(heard.answer().reported_model, std::string("tiny"));
            const json& usage = heard.answer().usage_raw;
            QVERIFY(usage.is_object());
            if (heard.answer().usage_flavour == "openai") {
                total_in[i] = usage.at("prompt_tokens").get<std::int64_t>();
                cached[i] = usage.at("prompt_tokens_details")
                                .at("cached_tokens")
                                .get<std::int64_t>(); // inside the input
                QVERIFY(usage.at("completion_tokens").get<int>() > 0 &&
                        usage.at("completion_tokens").get<int>() <= 24);
            } else {
                cached[i] = usage.at("cache_read_input_tokens").get<std::int64_t>(); // beside the input
                total_in[i] = usage.at("input_tokens").get<std::int64_t>() + cached[i];
                QVERIFY(usage.at("output_tokens").get<int>() > 0 &&
                        usage.at("output_tokens").get<int>() <= 24);
            }
            QVERIFY(heard.answer().ttft_us > 0);
        }
        QCOMPARE(total_in[0], total_in[1]);
        QVERIFY2(cached[1] > cached[0] && cached[1] >= total_in[1] / 2,
                 qPrintable(QString("%1 of %2").arg(cached[1]).arg(total_in[1])));
        QVERIFY(*price::upperBound(call, {}) >= total_in[0]); // the bound that reservations are made from
    }
    void jsonSchema() {
        test::LiveHub live;
        QVERIFY(live.use(config(ProviderKind::openai), key).has_value());
        ModelCall call = test::simpleCall("p", "tiny", "hi");
        call.max_tokens = 400;
        call.output_schema = {
            {"type", "object"},
            {"properties", {{"label", {{"enum", {"a", "b"}}}}, {"sure", {{"type", "boolean"}}}}},
            {"required", json::array({"label", "sure"})},
            {"additionalProperties", false}};
        for (int seed = 0; seed < 5; ++seed) {
            call.seed = seed;
            Heard heard;
            live.run(heard, call);
            if (heard.answer().finish_reason == "length") continue; // it may fill the cap with white space
            const json value = json::parse(heard.answer().text, nullptr, false);
            QVERIFY2(value.is_object() && value.size() == 2, heard.answer().text.c_str());
            QVERIFY(value["label"] == "a" || value["label"] == "b");
            QVERIFY(value["sure"].is_boolean());
        }
    }
    void errors() {
        test::LiveHub live;
        QVERIFY(live.use(config(ProviderKind::openai), "wrong-key").has_value());
        Heard unauthorised;
        live.run(unauthorised, test::simpleCall("p", "tiny"));
        QCOMPARE(unauthorised.failure().error.code, std::string("provider.http_401"));
        QVERIFY(unauthorised.failure().error.message.find("API Key") != std::string::npos);
        test::LiveHub good;
        QVERIFY(good.use(config(ProviderKind::openai), key).has_value());
        Heard bad;
        ModelCall call = test::simpleCall("p", "tiny", std::string(60'000, 'x')); // above the slot's context
        good.run(bad, call);
        QCOMPARE(bad.failure().error.code, std::string("provider.http_400"));
        QVERIFY(!bad.failure().retryable);
    }
    void cancelFreesTheSlot() {
        test::LiveHub live;
        QVERIFY(live.use(config(ProviderKind::openai), key).has_value());
        std::vector<double> times_ms;
        for (int round = 0; round < 15; ++round) {
            Heard heard;
            ModelCall call = test::simpleCall("p", "tiny", "go on");
            call.max_tokens = 1'900;
            call.extra = {{"ignore_eos", true}};
            const CallId id = live.start(heard, call);
            for (int i = 0; i < 4000 && heard.text.empty() && heard.ends == 0; ++i)
                live.hub.poll(5'000);
            QCOMPARE(heard.ends, 0);
            const std::int64_t began = live.clock.monoUs();
            live.hub.cancel(id);
            int busy = -1;
            for (int i = 0; i < 2000 && busy != 0; ++i)
                busy = busySlots();
            const std::int64_t ended = live.clock.monoUs();
            QCOMPARE(busy, 0);
            live.hub.poll(0);
            QCOMPARE(heard.failure().error.code, std::string("provider.cancelled"));
            times_ms.push_back(static_cast<double>(ended - began) / 1000);
        }
        std::sort(times_ms.begin(), times_ms.end());
        qInfo("a cancelled call frees its slot: median %.1f ms, longest %.1f ms (%zu calls)",
              times_ms[times_ms.size() / 2], times_ms.back(), times_ms.size());
    }
};
TALLY_TEST(TestLlama)
#include "test_llama.moc"
