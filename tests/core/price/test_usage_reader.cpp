#include "core/price/usage_reader.h"
#include "tests/support/suite.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace tally;
using namespace tally::price;
using nlohmann::json;

class TestUsageReader : public QObject {
    Q_OBJECT
private slots:
    void reads_data() {
        QTest::addColumn<QString>("flavour");
        QTest::addColumn<QString>("raw");
        QTest::addColumn<QString>("expected"); // meters, or an error code
        const auto row = [](const char* name, const char* flavour, const char* raw, const char* expected) {
            QTest::newRow(name) << flavour << raw << expected;
        };
        row("chat", "openai",
            R"({"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150, "prompt_tokens_details": {"cached_tokens": 60, "audio_tokens": 10}, "completion_tokens_details": {"reasoning_tokens": 20, "audio_tokens": 5, "accepted_prediction_tokens": 3}})",
            R"({"in": 30, "cache_read": 60, "audio_in": 10, "out": 25, "reasoning": 20, "audio_out": 5})");
        row("chat cache write", "openai",
            R"({"prompt_tokens": 4020, "completion_tokens": 4, "prompt_tokens_details": {"cache_write_tokens": 4012}})",
            R"({"in": 8, "cache_write": 4012, "out": 4})");
        row("chat reasoning beside", "openai",
            R"({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 35, "completion_tokens_details": {"reasoning_tokens": 20}})",
            R"({"in": 10, "out": 5, "reasoning": 20})");
        row("chat hidden tokens", "openai",
            R"({"prompt_tokens": 66, "completion_tokens": 6, "total_tokens": 100})", "usage.contradiction");
        row("deepseek", "openai",
            R"({"prompt_tokens": 10, "completion_tokens": 1, "prompt_cache_hit_tokens": 4, "prompt_cache_miss_tokens": 6})",
            R"({"in": 6, "cache_read": 4, "out": 1})");
        row("null details", "openai",
            R"({"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": null})",
            R"({"in": 10, "out": 1})");
        row("cached above input", "openai",
            R"({"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 11}})",
            "usage.contradiction");
        row("reasoning above output", "openai",
            R"({"prompt_tokens": 10, "completion_tokens": 1, "completion_tokens_details": {"reasoning_tokens": 2}})",
            "usage.contradiction");
        row("negative", "openai", R"({"prompt_tokens": -1, "completion_tokens": 1})", "usage.negative");
        row("fraction", "openai", R"({"prompt_tokens": 1.5, "completion_tokens": 1})", "usage.not_a_count");
        row("text", "openai", R"({"prompt_tokens": "12", "completion_tokens": 1})", "usage.not_a_count");
        row("huge", "openai", R"({"prompt_tokens": 18446744073709551615, "completion_tokens": 1})",
            "usage.not_a_count");
        row("missing", "openai", R"({"prompt_tokens": 5})", "usage.missing");
        row("new counter", "openai",
            R"({"prompt_tokens": 5, "completion_tokens": 1, "completion_tokens_details": {"telepathy_tokens": 7}})",
            "usage.unknown_counter");
        row("cache write unknown there", "openai-compatible",
            R"({"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": {"cache_write_tokens": 8}})",
            "usage.unknown_counter");
        row("no object", "openai", "null", "usage.missing");
        row("responses", "openai-responses",
            R"({"input_tokens": 43902, "input_tokens_details": {"cached_tokens": 4352}, "output_tokens": 4474, "output_tokens_details": {"reasoning_tokens": 3840}, "total_tokens": 48376})",
            R"({"in": 39550, "cache_read": 4352, "out": 634, "reasoning": 3840})");
        row("foreign report", "openai-responses",
            R"({"input_tokens": 3, "cache_read_input_tokens": 9511, "output_tokens": 1})",
            "usage.unknown_counter");
        row("embeddings", "openai-embeddings", R"({"prompt_tokens": 12, "total_tokens": 12})",
            R"({"in": 12})");
        row("embeddings through chat", "openai", R"({"prompt_tokens": 12, "total_tokens": 12})",
            R"({"in": 12})");
        row("embeddings with output", "openai-embeddings", R"({"prompt_tokens": 12, "completion_tokens": 3})",
            "usage.unknown_counter");
        row("anthropic", "anthropic",
            R"({"input_tokens": 3, "cache_read_input_tokens": 9511, "cache_creation_input_tokens": 700, "cache_creation": {"ephemeral_5m_input_tokens": 500, "ephemeral_1h_input_tokens": 200}, "output_tokens": 44, "output_tokens_details": {"thinking_tokens": 33}, "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 1}, "service_tier": "standard"})",
            R"({"in": 3, "cache_read": 9511, "cache_write": 500, "cache_write_1h": 200, "out": 11, "reasoning": 33, "search": 2})");
        row("anthropic lifetimes", "anthropic",
            R"({"input_tokens": 3, "cache_creation_input_tokens": 700, "cache_creation": {"ephemeral_5m_input_tokens": 500}, "output_tokens": 4})",
            "usage.contradiction");
        row("anthropic compaction", "anthropic",
            R"({"input_tokens": 180, "output_tokens": 8, "cache_creation_input_tokens": 0, "iterations": [{"type": "compaction", "input_tokens": 100, "output_tokens": 82, "cache_creation_input_tokens": 55096, "cache_creation": {"ephemeral_5m_input_tokens": 55096, "ephemeral_1h_input_tokens": 0}}, {"type": "message", "input_tokens": 180, "output_tokens": 8}]})",
            R"({"in": 280, "cache_write": 55096, "out": 90})");
        row("anthropic adviser", "anthropic",
            R"({"input_tokens": 1, "output_tokens": 2, "iterations": [{"type": "advisor_message", "model": "x", "input_tokens": 9, "output_tokens": 9}]})",
            "usage.unknown_counter");
        row("anthropic cloud search", "anthropic-cloud",
            R"({"input_tokens": 1, "output_tokens": 1, "server_tool_use": {"web_search_requests": 1}})",
            "usage.unknown_counter");
        row("gemini", "gemini",
            R"({"promptTokenCount": 440, "toolUsePromptTokenCount": 86, "candidatesTokenCount": 10, "thoughtsTokenCount": 27, "totalTokenCount": 563, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 341}], "trafficType": "ON_DEMAND"})",
            R"({"in": 526, "out": 10, "reasoning": 27})");
        row("gemini media", "gemini",
            R"({"promptTokenCount": 345, "cachedContentTokenCount": 230, "candidatesTokenCount": 51, "totalTokenCount": 396, "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 58}, {"modality": "DOCUMENT", "tokenCount": 172}], "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 87}, {"modality": "DOCUMENT", "tokenCount": 258}]})",
            R"({"in": 29, "cache_read": 58, "image_in": 86, "cache_read_image": 172, "out": 51})");
        row("gemini picture out", "gemini",
            R"({"promptTokenCount": 33, "candidatesTokenCount": 1780, "thoughtsTokenCount": 529, "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1120}]})",
            R"({"in": 33, "out": 660, "image_out": 1120, "reasoning": 529})");
        row("gemini ambiguous", "gemini",
            R"({"promptTokenCount": 300, "cachedContentTokenCount": 100, "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 200}]})",
            "usage.ambiguous");
        row("gemini cached above input", "gemini",
            R"({"promptTokenCount": 10, "cachedContentTokenCount": 11})", "usage.contradiction");
        row("gemini total", "gemini",
            R"({"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 99})",
            "usage.contradiction");
        row("gemini modality", "gemini",
            R"({"promptTokenCount": 10, "promptTokensDetails": [{"modality": "SMELL", "tokenCount": 4}]})",
            "usage.unknown_counter");
        row("bedrock", "bedrock",
            R"({"inputTokens": 3, "outputTokens": 61, "cacheReadInputTokens": 2074, "cacheReadInputTokenCount": 2074, "cacheWriteInputTokens": 297, "cacheDetails": [{"inputTokens": 97, "ttl": "5m"}, {"inputTokens": 200, "ttl": "1h"}], "totalTokens": 2435})",
            R"({"in": 3, "cache_read": 2074, "cache_write": 97, "cache_write_1h": 200, "out": 61})");
        row("exclusive", "exclusive", R"({"in": 5, "out": 0, "compute_ms": 12})",
            R"({"in": 5, "out": 0, "compute_ms": 12})");
        row("exclusive bad meter", "exclusive", R"({"In": 5})", "usage.unknown_counter");
        row("flavour", "cobol", "{}", "usage.unknown_flavour");
    }
    void reads() {
        QFETCH(QString, flavour);
        QFETCH(QString, raw);
        QFETCH(QString, expected);
        const auto got = readUsage(flavour.toStdString(), json::parse(raw.toStdString()));
        if (expected.startsWith('{')) {
            QVERIFY2(got, got ? "" : got.error().text().c_str());
            QCOMPARE(QString::fromStdString(json(*got).dump()),
                     QString::fromStdString(json::parse(expected.toStdString()).dump()));
        } else {
            QVERIFY(!got);
            QCOMPARE(QString::fromStdString(got.error().code), expected);
        }
    }
    void metersSumToWhatTheProviderCounted() {
        const auto raw = json::parse(
            R"({"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500, "prompt_tokens_details": {"cached_tokens": 300, "audio_tokens": 40}, "completion_tokens_details": {"reasoning_tokens": 60}})");
        const auto got = readUsage("openai", raw);
        QCOMPARE(got->inputTokens(), std::int64_t{1000});
        QCOMPARE(got->outputTokens(), std::int64_t{500});
    }
    void theErrorNamesThePlace() {
        const auto got = readUsage(
            "openai",
            json::parse(
                R"({"prompt_tokens": 1, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": -3}})"));
        QCOMPARE(got.error().where, std::string("/prompt_tokens_details/cached_tokens"));
    }
    void everyFlavourSurvivesForeignShapes() {
        for (const auto flavour : usageFlavours())
            for (const char* text :
                 {"{}", "[]", "3", "{\"promptTokensDetails\": 7}",
                  "{\"input_tokens\": {}, \"prompt_tokens\": []}", "{\"iterations\": [7, null]}",
                  "{\"cacheDetails\": [1]}", "{\"promptTokensDetails\": [{\"modality\": 5}]}"})
                for (const auto reading : {Reading::full, Reading::declared})
                    (void)readUsage(flavour, json::parse(text),
                                    reading); // an error or a value, never a crash
    }
};

TALLY_TEST(TestUsageReader)
#include "test_usage_reader.moc"
