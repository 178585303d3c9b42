// Every decoder against recorded-by-hand streams (tests/fixtures/provider): the answer is right, and stays
// the same however the bytes are cut.
#include "core/base/encoding.h"
#include "core/base/rng.h"
#include "core/provider/wire.h"
#include "tests/core/provider/support_calls.h"
#include "tests/support/suite.h"

#include <QTest>

#include <algorithm>

using namespace tally;
using namespace tally::provider;
using nlohmann::json;

namespace {
constexpr std::int64_t sunday_1994_us = 784'111'777'000'000; // Sun, 06 Nov 1994 08:49:37 GMT

struct Decoded {
    CallOutcome outcome;
    std::string spoken;
    bool pieces_ok = true;
};

Decoded decode(const json& entry, const std::vector<std::string>& pieces) {
    ProviderConfig config;
    config.kind = parseProviderKind(entry["kind"].get<std::string>()).value();
    ModelCall call = test::simpleCall("p");
    if (entry["schema"].get<bool>()) call.output_schema = {{"type", "object"}};
    const auto decoder = makeDecoder(config, call);
    Headers headers{{"Content-Type", entry["content_type"].get<std::string>()}};
    if (entry.contains("headers"))
        for (const auto& item : entry["headers"].items())
            headers.emplace_back(item.key(), item.value().get<std::string>());
    decoder->head(entry["status"].get<int>(), headers);
    Decoded result;
    for (const auto& piece : pieces)
        if (!decoder->feed(piece, [&](std::string_view text, bool reasoning) {
                result.pieces_ok = result.pieces_ok && isUtf8(text) && !text.empty();
                if (!reasoning) result.spoken += text;
            }))
            break;
    result.outcome = decoder->finish({}, true, sunday_1994_us);
    return result;
}

/// Every field of `expected` is as in `actual`; the first that is not.
std::string difference(const json& expected, const json& actual, const std::string& at = {}) {
    if (!expected.is_object() || at.find("usage_raw") != std::string::npos)
        return expected == actual ? std::string()
                                  : at + ": expected " + expected.dump() + ", got " + actual.dump();
    for (const auto& item : expected.items()) {
        if (!actual.contains(item.key())) return at + "/" + item.key() + " is missing in " + actual.dump();
        const auto found = difference(item.value(), actual[item.key()], at + "/" + item.key());
        if (!found.empty()) return found;
    }
    return {};
}

std::vector<std::string> cut(const std::string& bytes, std::size_t size) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < bytes.size(); at += size)
        pieces.push_back(bytes.substr(at, size));
    return pieces;
}
} // namespace

class TestWires : public QObject {
    Q_OBJECT
    json cases_;
private slots:
    void initTestCase() {
        cases_ = json::parse(test::fixture("streams.json"), nullptr, false);
        QVERIFY(cases_.is_object() && cases_.size() >= 30);
    }
    void golden_data() {
        QTest::addColumn<QString>("name");
        for (const auto& item : cases_.items())
            QTest::newRow(item.key().c_str()) << QString::fromStdString(item.key());
    }
    void golden() {
        QFETCH(QString, name);
        const json& entry = cases_[name.toStdString()];
        const std::string body = test::fixture(name.toStdString() + ".body");
        const Decoded whole = decode(entry, {body});
        const json seen = outcomeToJson(whole.outcome);
        QVERIFY2(difference(entry["expect"], seen).empty(), difference(entry["expect"], seen).c_str());
        QVERIFY(whole.pieces_ok);
        if (const auto* answer = std::get_if<ModelAnswer>(&whole.outcome);
            answer != nullptr && entry["content_type"] == "text/event-stream")
            QCOMPARE(whole.spoken, answer->text); // what was streamed is what is stored
        for (std::size_t size = 1; size <= 40; ++size) {
            const Decoded split = decode(entry, cut(body, size));
            QVERIFY2(outcomeToJson(split.outcome) == seen, qPrintable(QString("pieces of %1").arg(size)));
            QCOMPARE(split.spoken, whole.spoken);
            QVERIFY(split.pieces_ok);
        }
    }
    void everyTruncationIsAValue() {
        // Wherever the stream is cut: a value, no crash, and an answer only if the provider had finished it.
        for (const auto& item : cases_.items()) {
            const std::string body = test::fixture(item.key() + ".body");
            for (std::size_t length = 0; length < body.size(); length += 7) {
                const auto outcome = decode(item.value(), {body.substr(0, length)}).outcome;
                if (const auto* failure = std::get_if<CallFailure>(&outcome)) {
                    QVERIFY(!failure->error.code.empty() && !failure->error.message.empty());
                    QVERIFY(failure->sent);
                } else {
                    QVERIFY(!std::get<ModelAnswer>(outcome).finish_reason.empty());
                }
            }
        }
    }
    void randomDamageIsAValue() {
        SeededRng rng(11);
        for (const auto& item : cases_.items()) {
            const std::string body = test::fixture(item.key() + ".body");
            if (body.empty()) continue;
            for (int round = 0; round < 30; ++round) {
                std::string damaged = body;
                for (int i = 0; i < 3; ++i)
                    damaged[rng.below(damaged.size())] = static_cast<char>(rng.below(256));
                const auto decoded = decode(item.value(), cut(damaged, 1 + rng.below(50)));
                QVERIFY(decoded.pieces_ok);
                if (const auto* answer = std::get_if<ModelAnswer>(&decoded.outcome))
                    QVERIFY(isUtf8(answer->text));
            }
        }
    }
    void deepAnswersAreValues() {
        // Printing or copying such a value recurses: a server's brackets must not run the client out of
        // stack.
        const std::string deep = std::string(60'000, '[');
        for (const ProviderKind kind : {ProviderKind::openai, ProviderKind::anthropic, ProviderKind::gemini})
            for (const int status : {200, 500})
                for (const std::string& body :
                     {"{\"detail\":" + deep, "{\"usage\":" + deep + std::string(60'000, ']') + "}",
                      "{\"detail\":" + deep + std::string(60'000, ']') + "}"}) {
                    ProviderConfig config;
                    config.kind = kind;
                    const auto decoder = makeDecoder(config, ModelCall());
                    decoder->head(status, {{"content-type", "application/json"}});
                    (void)decoder->feed(body, {});
                    QVERIFY(!outcomeToJson(decoder->finish({}, true, 0)).empty());
                }
    }
    void transportErrors() {
        ProviderConfig config;
        const auto decoder = makeDecoder(config, test::simpleCall("p"));
        const Status refused = fail("provider.connect", "no connection: refused");
        const auto outcome = decoder->finish(refused, false, 0);
        const auto& failure = std::get<CallFailure>(outcome);
        QVERIFY(!failure.sent);
        QVERIFY(failure.retryable);
        QCOMPARE(failure.error.code, std::string("provider.connect"));
    }
    void brokenAfterTheEndIsStillAnAnswer() {
        ProviderConfig config;
        const auto decoder = makeDecoder(config, test::simpleCall("p"));
        decoder->head(200, {{"content-type", "text/event-stream"}});
        decoder->feed(test::fixture("openai_chat.body"), {});
        QVERIFY(decoder->complete());
        const Status reset = fail("provider.cut", "the connection broke");
        QVERIFY(std::holds_alternative<ModelAnswer>(decoder->finish(reset, true, 0)));
    }
    void embeddings() {
        ModelCall call = test::simpleCall("p");
        call.embed = {"a", "b"};
        ProviderConfig config;
        const std::string body =
            R"({"object":"list","model":"e","data":[{"index":1,"embedding":[0.5,-1]},{"index":0,"embedding":[0.25,2]}],"usage":{"prompt_tokens":4,"total_tokens":4}})";
        const auto decoder = makeDecoder(config, call);
        decoder->head(200, {{"content-type", "application/json"}});
        for (const auto& piece : cut(body, 7))
            QVERIFY(decoder->feed(piece, {}));
        const auto outcome = decoder->finish({}, true, 0);
        const auto& answer = std::get<ModelAnswer>(outcome);
        QCOMPARE(answer.embeddings.size(), std::size_t{2});
        QCOMPARE(answer.embeddings[0], (std::vector<float>{0.25F, 2}));
        QCOMPARE(answer.embeddings[1], (std::vector<float>{0.5F, -1}));
        QCOMPARE(answer.usage_raw["prompt_tokens"].get<int>(), 4);
        const auto wrong = makeDecoder(config, call);
        wrong->head(200, {{"content-type", "application/json"}});
        wrong->feed(R"({"data":[{"index":9,"embedding":[1]},{"index":0,"embedding":[1]}]})", {});
        const auto failed = wrong->finish({}, true, 0);
        QCOMPARE(std::get<CallFailure>(failed).error.code, std::string("provider.protocol"));
    }
};
TALLY_TEST(TestWires)
#include "test_wires.moc"
