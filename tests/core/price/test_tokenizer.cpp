#include "core/base/encoding.h"
#include "core/base/hash.h"
#include "core/price/prompt_count.h"
#include "core/price/token_ranks.h"
#include "core/price/tokenizer.h"
#include "core/price/unicode_classes.h"
#include "tests/core/price/support_token_cases.h"
#include "tests/support/suite.h"

#include <QTest>

#include <random>
#include <thread>

using namespace tally;
using namespace tally::price;

namespace {
const Tokenizer& o200k() {
    return **Tokenizer::get(Encoding::o200k_base);
}
const Tokenizer& cl100k() {
    return **Tokenizer::get(Encoding::cl100k_base);
}
using Ids = std::vector<std::uint32_t>;
} // namespace

class TestTokenizer : public QObject {
    Q_OBJECT
private slots:
    /// The tables are the published ones, token by token.
    void tablesAreThePublishedFiles() {
        const std::pair<const Tokenizer*, const char*> tables[] = {
            {&o200k(), "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"},
            {&cl100k(), "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"}};
        for (const auto& [tokenizer, expected] : tables) {
            std::string file;
            for (std::uint32_t i = 0; i < tokenizer->ranks().size(); ++i)
                file += toBase64(asBytes(tokenizer->ranks().bytes(i))) + " " + std::to_string(i) + "\n";
            QCOMPARE(sha256Hex(file), std::string(expected));
        }
    }
    void aDamagedTableIsRefused() {
        const unsigned char bytes[] = {1, 2, 3};
        QCOMPARE(TokenRanks::load(bytes, 10, 3, "00").error().code, std::string("tokenizer.damaged"));
    }
    void knownTokens() {
        QCOMPARE(o200k().encode("hello world"), (Ids{24912, 2375}));
        QCOMPARE(cl100k().encode("hello world"), (Ids{15339, 1917}));
        QCOMPARE(o200k().encode("don't DON'T"), (Ids{91418, 153384}));
        QCOMPARE(cl100k().encode("don't DON'T"), (Ids{15357, 956, 45373, 17773}));
        QCOMPARE(o200k().encode("<|endoftext|>"), (Ids{27, 91, 419, 1440, 919, 91, 29})); // plain text
        QCOMPARE(o200k().encode("x=1;\n\tif (a<b) {}\n"),
                 (Ids{87, 28, 16, 307, 1224, 350, 64, 81814, 8, 11421}));
        QCOMPARE(cl100k().encode("नमस्ते"), (Ids{61196, 88344, 79468, 31584, 97, 35470}));
        QCOMPARE(o200k().encode(""), Ids{});
        QCOMPARE(o200k().count(""), std::int64_t{0});
    }
    void referenceVectors() {
        const auto data = test::dataDir();
        if (data.empty()) QSKIP("the reference vectors are not on this machine");
        const auto result =
            test::judgeTokenCases(data + "/conformance/tokenizers", {data + "/eval/cuad_spans.jsonl"}, false);
        if (!result) QSKIP("the reference vectors are not on this machine");
        QVERIFY2(result->at("cases").get<int>() == result->at("exact").get<int>(), result->dump().c_str());
        QVERIFY(result->at("cases").get<int>() >= 177);
    }
    /// Any bytes: decoding gives them back, counting agrees with encoding, no more tokens than bytes.
    void roundTripOfAnyBytes() {
        std::mt19937_64 random(3);
        const std::string alphabet = "aB'sT  \n\r\t/1٣日é́.-\xff\xc0";
        for (int i = 0; i < 3000; ++i) {
            std::string text;
            for (auto n = random() % 60; n > 0; --n)
                text += i % 3 == 0 ? static_cast<char>(random()) : alphabet[random() % alphabet.size()];
            for (const auto* tokenizer : {&o200k(), &cl100k()}) {
                const auto ids = tokenizer->encode(text);
                QCOMPARE(tokenizer->decode(ids), text);
                QCOMPARE(tokenizer->count(text), static_cast<std::int64_t>(ids.size()));
                QVERIFY(ids.size() <= text.size());
            }
        }
    }
    /// Long runs without a break must not cost quadratic time: 200,000 characters in well under the test's
    /// time.
    void longPieces() {
        QCOMPARE(o200k().count(std::string(3000, 'a')), std::int64_t{375});
        for (const auto& text : {std::string(200'000, 'a'), std::string(200'000, ' ') + "x",
                                 std::string(200'000, '!'), std::string(200'000, '\n')})
            QVERIFY(o200k().count(text) > 1000 && cl100k().count(text) > 1000);
    }
    /// The heap for long pieces and the search for short ones find the same tokens.
    void longAndShortMergesAgree() {
        std::mt19937_64 random(5);
        for (int i = 0; i < 200; ++i) {
            std::string text;
            for (int n = 0; n < 150; ++n)
                text += static_cast<char>('a' + random() % 4);
            const auto ids = o200k().encode(text); // one piece, heap
            std::string again;
            for (const auto id : ids)
                again += o200k().ranks().bytes(id);
            QCOMPARE(again, text);
            QCOMPARE(o200k().count(text), static_cast<std::int64_t>(ids.size()));
        }
    }
    void threadsShareATokenizer() {
        std::string text;
        for (int i = 0; i < 2000; ++i)
            text += "The licence number " + std::to_string(i) + " grants rights. ";
        const auto expected = o200k().count(text);
        std::vector<std::int64_t> got(4);
        {
            std::vector<std::jthread> threads;
            for (auto& slot : got)
                threads.emplace_back([&slot, &text] { slot = o200k().count(text); });
        }
        for (const auto count : got)
            QCOMPARE(count, expected);
    }
    void encodingsOfModels() {
        QCOMPARE(encodingOf("gpt-4o-2024-08-06"), std::optional(Encoding::o200k_base));
        QCOMPARE(encodingOf("openai/gpt-5-mini"), std::optional(Encoding::o200k_base));
        QCOMPARE(encodingOf("gpt-4-turbo"), std::optional(Encoding::cl100k_base));
        QCOMPARE(encodingOf("text-embedding-3-small"), std::optional(Encoding::cl100k_base));
        QCOMPARE(encodingOf("claude-sonnet-4-5"), std::optional<Encoding>());
    }
    void promptsOfPublicModelsAreExact() {
        ModelCall call;
        call.model = "gpt-4o-2024-08-06";
        call.messages = {{"system", "You are a helpful assistant."}, {"user", "hello world"}};
        const auto got = countPrompt(call);
        QVERIFY(got);
        QCOMPARE(got->tokens, std::int64_t{6 + 1 + 3 + 2 + 1 + 3 + 3});
        QVERIFY(got->exact);
        call.output_schema = {{"type", "object"}};
        QVERIFY(!countPrompt(call)->exact);
        call.output_schema = nullptr;
        call.model = "gpt-5-mini";
        QVERIFY(!countPrompt(call)->exact);
    }
    void estimatesSayTheirErrorAndBasis() {
        const auto claude =
            estimate("The parties agree to the following terms and conditions.", "claude-sonnet-4-5");
        QVERIFY(claude && claude->error_pct > 0 && claude->tokens >= 10);
        QVERIFY(claude->basis.find("calibrated") != std::string::npos);
        const auto exact = estimate("hello world", "gpt-4o");
        QCOMPARE(exact->tokens, std::int64_t{2});
        QCOMPARE(exact->error_pct, 0);
        QVERIFY(estimate("日本語のテキスト", "gemini-2.5-pro")->error_pct >= 40);
    }
    void upperBoundsHold() {
        ModelCall call;
        call.messages = {{"system", "Be brief."}, {"user", "naïve café ﷺ ㌖ 日本語 \xff end"}};
        for (const char* model : {"gpt-4o", "gpt-5", "claude-opus-4-8", "gemini-2.5-pro", "mystery"}) {
            call.model = model;
            const auto bound = upperBound(call, model);
            const auto counted = countPrompt(call);
            QVERIFY(bound && counted);
            QVERIFY(*bound >= counted->tokens * 2); // with room for framing
        }
        const auto plain = *upperBound(call, "mystery");
        call.output_schema = {{"type", "object"}};
        QVERIFY(*upperBound(call, "mystery") > plain + 1000);
        // A name alone proves nothing: who does not know the tokenizer counts bytes, of the longer form.
        call = {};
        call.model = "gpt-4o";
        call.messages = {{"user", "ﷺ"}};
        QVERIFY(*upperBound(call, {}) >= 33);
        call.messages = {{"user", std::string(400'000, 'a')}};
        QVERIFY(*upperBound(call, "gpt-4o") >= 400'000); // too long to be counted on the engine thread
    }
    void normalisationCanOnlyGrowTheBound() {
        QCOMPARE(normalisedBytesBound("plain ascii"), std::int64_t{11});
        QCOMPARE(normalisedBytesBound("日本語"), std::int64_t{9});
        QCOMPARE(normalisedBytesBound("ﷺ"), std::int64_t{33}); // U+FDFA under NFKC
        QVERIFY(normalisedBytesBound("\xff") >= 3);
    }
};

TALLY_TEST(TestTokenizer)
#include "test_tokenizer.moc"
