// What goes over the wire: bodies, headers and addresses of the three dialects, and what may not be asked.
#include "core/provider/http_error.h"
#include "core/provider/wire.h"
#include "tests/core/provider/support_calls.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::provider;
using nlohmann::json;

namespace {
ProviderConfig config(ProviderKind kind, const std::string& base = {}) {
    ProviderConfig made;
    made.name = "p";
    made.kind = kind;
    made.base_url = base;
    return made;
}
ModelCall fullCall() {
    ModelCall call = test::simpleCall("p", "the-model", "question");
    call.messages = {{"system", "be brief"}, {"user", "q1"}, {"assistant", "a1"}, {"user", "question"}};
    call.max_tokens = 77;
    call.temperature = 0.5;
    call.seed = 42;
    call.stop = {"END"};
    call.extra = {{"top_p", 0.9}};
    call.idempotency_key = "attempt-9";
    call.output_schema = {{"type", "object"},
                          {"properties", {{"a", {{"type", "string"}}}}},
                          {"required", json::array({"a"})},
                          {"additionalProperties", false}};
    return call;
}
json bodyOf(const Result<HttpRequest>& request) {
    return json::parse(request->body, nullptr, false);
}
} // namespace

class TestRequests : public QObject {
    Q_OBJECT
private slots:
    void openAi() {
        const auto request = buildRequest(config(ProviderKind::openai), fullCall());
        QVERIFY(request.has_value());
        QCOMPARE(request->url, std::string("https://api.openai.com/v1/chat/completions"));
        QCOMPARE(request->key_header, std::string("Authorization"));
        QCOMPARE(std::string(headerValue(request->headers, "x-client-request-id")), std::string("attempt-9"));
        const json body = bodyOf(request);
        QCOMPARE(body["max_completion_tokens"].get<int>(), 77);
        QVERIFY(!body.contains("max_tokens"));
        QVERIFY(body["stream"].get<bool>() && body["stream_options"]["include_usage"].get<bool>());
        QCOMPARE(body["messages"].size(), std::size_t{4});
        QCOMPARE(body["seed"].get<int>(), 42);
        QCOMPARE(body["top_p"].get<double>(), 0.9);
        QCOMPARE(body["response_format"]["type"].get<std::string>(), std::string("json_schema"));
        QVERIFY(body["response_format"]["json_schema"]["strict"].get<bool>());
    }
    void openAiCompatible() {
        ModelCall call = fullCall();
        call.output_schema["properties"]["b"] = {{"type", "string"}}; // not required: not strict
        const auto request = buildRequest(config(ProviderKind::openai, "http://127.0.0.1:8080/v1/"), call);
        QCOMPARE(request->url, std::string("http://127.0.0.1:8080/v1/chat/completions"));
        const json body = bodyOf(request);
        QCOMPARE(body["max_tokens"].get<int>(), 77);
        QVERIFY(!body["response_format"]["json_schema"]["strict"].get<bool>());
        auto set = config(ProviderKind::openai, "http://127.0.0.1:8080/v1");
        set.max_tokens_field = "max_completion_tokens";
        set.schema_mode = SchemaMode::none;
        const json other = bodyOf(buildRequest(set, call));
        QVERIFY(other.contains("max_completion_tokens") && !other.contains("response_format"));
    }
    void anthropic() {
        const auto request = buildRequest(config(ProviderKind::anthropic), fullCall());
        QCOMPARE(request->url, std::string("https://api.anthropic.com/v1/messages"));
        QCOMPARE(request->key_header, std::string("x-api-key"));
        QCOMPARE(std::string(headerValue(request->headers, "anthropic-version")), std::string("2023-06-01"));
        const json body = bodyOf(request);
        QCOMPARE(body["system"].get<std::string>(), std::string("be brief"));
        QCOMPARE(body["messages"].size(), std::size_t{3});
        QCOMPARE(body["max_tokens"].get<int>(), 77);
        QCOMPARE(body["tool_choice"]["name"].get<std::string>(), body["tools"][0]["name"].get<std::string>());
        QCOMPARE(body["stop_sequences"][0].get<std::string>(), std::string("END"));
        QVERIFY(!body.contains("seed"));
        const auto local = buildRequest(config(ProviderKind::anthropic, "http://localhost:1/v1"), fullCall());
        QCOMPARE(local->url, std::string("http://localhost:1/v1/messages"));
    }
    void gemini() {
        ModelCall call = fullCall();
        call.model = "gemini x?y";
        const auto request = buildRequest(config(ProviderKind::gemini), call);
        QCOMPARE(request->url, std::string("https://generativelanguage.googleapis.com/v1beta/models/"
                                           "gemini%20x%3Fy:streamGenerateContent?alt=sse"));
        const json body = bodyOf(request);
        QCOMPARE(body["contents"].size(), std::size_t{3});
        QCOMPARE(body["contents"][1]["role"].get<std::string>(), std::string("model"));
        QCOMPARE(body["systemInstruction"]["parts"][0]["text"].get<std::string>(), std::string("be brief"));
        QCOMPARE(body["generationConfig"]["maxOutputTokens"].get<int>(), 77);
        QCOMPARE(body["generationConfig"]["responseMimeType"].get<std::string>(),
                 std::string("application/json"));
    }
    void embeddings() {
        ModelCall call = test::simpleCall("p", "e");
        call.embed = {"one", "two"};
        call.max_tokens = 0;
        const auto request = buildRequest(config(ProviderKind::openai), call);
        QCOMPARE(request->url, std::string("https://api.openai.com/v1/embeddings"));
        QCOMPARE(bodyOf(request)["input"].size(), std::size_t{2});
        QCOMPARE(buildRequest(config(ProviderKind::anthropic), call).error().code,
                 std::string("provider.unsupported"));
        QCOMPARE(buildRequest(config(ProviderKind::gemini), call).error().where, std::string("/embed"));
    }
    void extraCannotUndoTheReservation_data() {
        QTest::addColumn<QString>("extra");
        for (const char* text :
             {"{\"max_tokens\":9999}", "{\"n\":5}", "{\"max_completion_tokens\":1}", "{\"model\":\"dear\"}",
              "{\"tools\":[]}", "{\"service_tier\":\"priority\"}", "{\"speed\":\"fast\"}",
              "{\"inference_geo\":\"us\"}", "{\"modalities\":[\"audio\"]}", "{\"some_new_field\":1}",
              "{\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}",
              "{\"generationConfig\":{\"responseModalities\":[\"IMAGE\"]}}", "{\"generationConfig\":null}",
              "{\"generationConfig\":{\"maxOutputTokens\":1}}", "{\"stream\":false}", "[1]"})
            QTest::newRow(text) << text;
    }
    void extraCannotUndoTheReservation() {
        QFETCH(QString, extra);
        ModelCall call = fullCall();
        call.extra = json::parse(extra.toStdString());
        for (const auto kind : {ProviderKind::openai, ProviderKind::anthropic, ProviderKind::gemini}) {
            const auto request = buildRequest(config(kind), call);
            QVERIFY(!request.has_value());
            QCOMPARE(request.error().code, std::string("provider.unsupported"));
            QVERIFY(request.error().where.rfind("/extra", 0) == 0);
        }
    }
    void badCalls() {
        ModelCall call = fullCall();
        call.max_tokens = 0;
        QCOMPARE(buildRequest(config(ProviderKind::openai), call).error().where, std::string("/max_tokens"));
        call = fullCall();
        call.messages.clear();
        QVERIFY(!buildRequest(config(ProviderKind::openai), call));
        call.messages = {{"system", "only"}};
        QVERIFY(!buildRequest(config(ProviderKind::anthropic), call));
        call = fullCall();
        call.messages[1].text = "bad \xff utf8";
        QVERIFY(!bodyOf(buildRequest(config(ProviderKind::openai), call)).is_discarded());
    }
    void httpDates() {
        for (const char* text :
             {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
            QCOMPARE(parseHttpDate(text).value_or(0), std::int64_t{784'111'777'000'000});
        for (const char* text : {"", "soon", "Sun, 06 Nov 1994", "Sun, 31 Feb 2020 08:49:37 GMT",
                                 "Sun, 06 Nov 1994 25:00:00 GMT"})
            QVERIFY(!parseHttpDate(text));
        QCOMPARE(retryAfterMs({{"Retry-After", "-5"}}, 0).value_or(-1), std::int64_t{0});
        QCOMPARE(retryAfterMs({{"Retry-After", "999999999999"}}, 0).value_or(-1),
                 std::int64_t{7 * 86'400'000LL});
        QVERIFY(!retryAfterMs({{"retry-after", "maybe"}}, 0));
        QVERIFY(!retryAfterMs({}, 0));
    }
};
TALLY_TEST(TestRequests)
#include "test_requests.moc"
