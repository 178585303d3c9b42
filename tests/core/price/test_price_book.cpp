#include "core/price/price_book.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::price;

namespace {
const PriceBook& book() {
    static const auto built = PriceBook::builtin();
    return *built;
}
std::string layer(const std::string& models, const std::string& provider = "openai") {
    return R"({"format": "tally-prices/1", "name": "contract", "version": "7", "currency": "USD", "per": {"*": 1000000, "request": 1000, "compute_ms": 3600000},
 "providers": [{"id": ")" +
           provider + R"(", "models": [)" + models + "]}]}";
}
std::int64_t pico(const Result<RateLine>& line, const char* name) {
    return line ? line->rates.find(name)->second.value() : -1;
}
Context size(std::int64_t tokens, std::string tier = "standard") {
    Context c;
    c.input_tokens = tokens, c.tier = std::move(tier);
    return c;
}
} // namespace

class TestPriceBook : public QObject {
    Q_OBJECT
private slots:
    void builtinParses() {
        QVERIFY2(PriceBook::builtin().has_value(),
                 PriceBook::builtin() ? "" : PriceBook::builtin().error().text().c_str());
    }

    void aLineExplainsItself() {
        const auto got = book().resolve("anthropic", "claude-sonnet-4-5-20250929", "2026-08-15", size(100));
        QVERIFY(got);
        QCOMPARE(got->model, std::string("claude-sonnet-4-5"));
        QCOMPARE(pico(got, "in"), std::int64_t{3'000'000});
        QCOMPARE(pico(got, "cache_write_1h"), std::int64_t{6'000'000});
        QCOMPARE(pico(got, "search"), std::int64_t{10'000'000'000});
        QCOMPARE(
            got->why,
            std::string("claude-sonnet-4-5-20250929 is a snapshot of claude-sonnet-4-5; tier standard."));
        QVERIFY(got->source.starts_with("tallystick 2026-08.1 (https://"));
    }
    void longContextIsAboveTheThreshold() {
        QCOMPARE(pico(book().resolve("anthropic", "claude-sonnet-4-5", "2026-08-15", size(200'000)), "in"),
                 std::int64_t{3'000'000});
        const auto above = book().resolve("anthropic", "claude-sonnet-4-5", "2026-08-15", size(200'001));
        QCOMPARE(pico(above, "out"), std::int64_t{22'500'000});
        QCOMPARE(above->tier, std::string("long-context"));
        QCOMPARE(book().linesUpTo("anthropic", "claude-sonnet-4-5", "2026-08-15", size(200'000))->size(),
                 std::size_t{1});
        QCOMPARE(book().linesUpTo("anthropic", "claude-sonnet-4-5", "2026-08-15", size(200'001))->size(),
                 std::size_t{2});
    }
    void datesDecide() {
        QCOMPARE(pico(book().resolve("anthropic", "claude-sonnet-5", "2026-08-31"), "in"),
                 std::int64_t{2'000'000});
        QCOMPARE(pico(book().resolve("anthropic", "claude-sonnet-5", "2026-09-01"), "in"),
                 std::int64_t{3'000'000});
        QCOMPARE(pico(book().resolve("openai", "o3", "2025-06-09"), "out"), std::int64_t{40'000'000});
        QCOMPARE(pico(book().resolve("openai", "o3", "2025-06-10"), "out"), std::int64_t{8'000'000});
    }
    void tiersDecide() {
        QCOMPARE(pico(book().resolve("openai", "gpt-5-mini", "2026-08-15", size(10, "flex")), "in"),
                 std::int64_t{125'000});
        QCOMPARE(pico(book().resolve("openai", "gpt-5-mini", "2026-08-15", size(10, "default")), "in"),
                 std::int64_t{250'000});
        const auto none = book().resolve("openai", "gpt-5-mini", "2026-08-15", size(10, "scale"));
        QCOMPARE(none.error().code, std::string("price.no_line"));
        QVERIFY(none.error().hint.find("standard, flex, priority") != std::string::npos);
        // The long-context price of this tier is not known: no line rather than a guess.
        QCOMPARE(book().resolve("openai", "gpt-5.4", "2026-08-15", size(300'000, "priority")).error().code,
                 std::string("price.no_line"));
    }
    void namesAreNeverGuessed_data() {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("expected"); // empty: unknown
        QTest::newRow("name") << "openai"
                              << "gpt-5"
                              << "gpt-5";
        QTest::newRow("case") << "openai"
                              << "GPT-5"
                              << "gpt-5";
        QTest::newRow("snapshot listed") << "openai"
                                         << "gpt-5-2025-08-07"
                                         << "gpt-5";
        QTest::newRow("snapshot not listed") << "openai"
                                             << "gpt-5-2031-01-01"
                                             << "";
        QTest::newRow("longer name") << "openai"
                                     << "gpt-5-ultra"
                                     << "";
        QTest::newRow("shorter name") << "openai"
                                      << "gpt"
                                      << "";
        QTest::newRow("dated") << "anthropic"
                               << "claude-haiku-4-5-20251001"
                               << "claude-haiku-4-5";
        QTest::newRow("not a date") << "anthropic"
                                    << "claude-haiku-4-5-fast"
                                    << "";
        QTest::newRow("not the next minor") << "anthropic"
                                            << "claude-opus-4-9"
                                            << "";
        QTest::newRow("bedrock") << "aws"
                                 << "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
                                 << "regional.anthropic.claude-sonnet-4-5-20250929-v1:0";
        QTest::newRow("bedrock global") << "aws"
                                        << "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
                                        << "global.anthropic.claude-sonnet-4-5-20250929-v1:0";
        QTest::newRow("resource name") << "google"
                                       << "models/gemini-2.5-pro"
                                       << "gemini-2.5-pro";
        QTest::newRow("resold") << "azure"
                                << "gpt-5-mini-2025-08-07"
                                << "gpt-5-mini";
        QTest::newRow("catch-all") << "local"
                                   << "anything.gguf"
                                   << "*";
        QTest::newRow("other provider's model") << "mistral"
                                                << "gpt-5"
                                                << "";
    }
    void namesAreNeverGuessed() {
        QFETCH(QString, provider);
        QFETCH(QString, model);
        QFETCH(QString, expected);
        const auto got = book().resolve(provider.toStdString(), model.toStdString(), "2026-08-15");
        QCOMPARE(QString::fromStdString(got ? got->model : std::string()), expected);
        if (!got) {
            QCOMPARE(got.error().code, std::string("price.unknown_model"));
            QVERIFY(got.error().hint.find(model.toStdString()) != std::string::npos); // says how to price it
        }
    }
    void resoldModelsSayWhoseListPriceTheyCost() {
        const auto got = book().resolve("azure", "gpt-5", "2026-08-15");
        QVERIFY(got);
        QCOMPARE(got->provider, std::string("azure"));
        QVERIFY(got->why.find("list price of openai") != std::string::npos);
    }
    void anUnknownProviderSaysHowToAddIt() {
        const auto got = book().resolve("acme", "x1", "2026-08-15");
        QCOMPARE(got.error().code, std::string("price.unknown_provider"));
        QVERIFY(got.error().hint.find("\"acme\"") != std::string::npos);
    }
    void aContractOverridesLineByLine() {
        auto mine = PriceBook::builtin();
        QVERIFY(mine->addLayer(
            layer(
                R"({"name": "gpt-5", "lines": [{"to": "2027-01-01", "rates": {"in": "1.00", "out": "8"}}]})"),
            "contract.json"));
        QCOMPARE(pico(mine->resolve("openai", "gpt-5", "2026-08-15"), "in"), std::int64_t{1'000'000});
        QVERIFY(mine->resolve("openai", "gpt-5", "2026-08-15")->source.starts_with("contract 7"));
        QCOMPARE(pico(mine->resolve("openai", "gpt-5", "2027-01-01"), "in"),
                 std::int64_t{1'250'000}); // the contract ended
        QCOMPARE(pico(mine->resolve("openai", "gpt-5", "2026-08-15", size(1, "flex")), "in"),
                 std::int64_t{625'000});
        QCOMPARE(pico(mine->resolve("openai", "gpt-4o", "2026-08-15"), "in"), std::int64_t{2'500'000});
        QCOMPARE(mine->layers().front(), std::string("contract 7"));
    }
    void ratesAreRoundedOnceHalfToEvenAndSayIt() {
        PriceBook mine;
        QVERIFY(mine.addLayer(
            layer(
                R"({"name": "m", "lines": [{"rates": {"in": "0.0000005", "out": "0.0000015", "cache_read": "0.00000250001", "compute_ms": "1", "request": "0.005"}}]})"),
            "f"));
        const auto got = mine.resolve("openai", "m", "2026-08-15");
        QCOMPARE(pico(got, "in"), std::int64_t{0});         // 0.5 pico
        QCOMPARE(pico(got, "out"), std::int64_t{2});        // 1.5 pico
        QCOMPARE(pico(got, "cache_read"), std::int64_t{3}); // 2.50001 pico
        QCOMPARE(pico(got, "compute_ms"), std::int64_t{277'778});
        QCOMPARE(pico(got, "request"), std::int64_t{5'000'000});
        QVERIFY(got->why.find("in rounded from 0.0000005 per 1000000") != std::string::npos);
    }
    void badFilesNameThePlaceAndTheFix_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("where");
        const auto model = [](const char* lines) {
            return QString::fromStdString(layer(std::string(R"({"name": "m", "lines": )") + lines + "}"));
        };
        QTest::newRow("syntax") << "{\n\"format\": }"
                                << "price.syntax"
                                << "line 2";
        QTest::newRow("other format") << "{}"
                                      << "price.format"
                                      << "x.json";
        QTest::newRow("number") << model(R"([{"rates": {"in": 0.15}}])") << "price.rate"
                                << "/providers/0/models/0/lines/0/rates/in";
        QTest::newRow("garbage") << model(R"([{"rates": {"in": "1,5"}}])") << "price.rate"
                                 << "/rates/in";
        QTest::newRow("negative") << model(R"([{"rates": {"in": "-1"}}])") << "price.rate"
                                  << "/rates/in";
        QTest::newRow("meter") << model(R"([{"rates": {"In": "1"}}])") << "price.format"
                               << "/rates/In";
        QTest::newRow("dangling") << model(R"([{"rates": {"out": "=in"}}])") << "price.rate"
                                  << "/rates/out";
        QTest::newRow("day") << model(R"([{"from": "15.8.2026", "rates": {"in": "1"}}])") << "price.format"
                             << "/from";
        QTest::newRow("ends early")
            << model(R"([{"from": "2026-08-15", "to": "2026-08-15", "rates": {"in": "1"}}])")
            << "price.format"
            << "/to";
        QTest::newRow("twice") << model(R"([{"rates": {"in": "1"}}, {"rates": {"in": "2"}}])")
                               << "price.duplicate"
                               << "/lines/1";
        QTest::newRow("no lines") << model("[]") << "price.format"
                                  << "/models/0";
        QTest::newRow("same name")
            << QString::fromStdString(layer(
                   R"({"name": "a", "lines": [{"rates": {"in": "1"}}]}, {"name": "b", "also": ["A"], "lines": [{"rates": {"in": "1"}}]})"))
            << "price.duplicate"
            << "/models/1";
        QTest::newRow("threshold") << model(R"([{"above_input": "many", "rates": {"in": "1"}}])")
                                   << "price.format"
                                   << "/above_input";
    }
    void badFilesNameThePlaceAndTheFix() {
        QFETCH(QString, text);
        QFETCH(QString, code);
        QFETCH(QString, where);
        PriceBook mine;
        const auto got = mine.addLayer(text.toStdString(), "x.json");
        QVERIFY(!got);
        QCOMPARE(QString::fromStdString(got.error().code), code);
        QVERIFY2(QString::fromStdString(got.error().where).contains(where), got.error().where.c_str());
    }
    void everyLineOfTheCatalogueCanBeResolved() {
        int rows = 0;
        for (const auto& row : book().rows()) {
            ++rows;
            QVERIFY(!row.line.rates.empty());
            QVERIFY(!row.line.source.empty());
            if (row.line.model == "*") continue;
            Context context;
            context.input_tokens = row.above_input + 1;
            context.tier = row.line.tier == "long-context"
                               ? "standard"
                               : row.line.tier.substr(0, row.line.tier.find("-long-context"));
            const auto day =
                row.line.effective_from.empty() ? std::string("2020-01-01") : row.line.effective_from;
            const auto got = book().resolve(row.line.provider, row.line.model, day, context);
            QVERIFY2(got && got->rates == row.line.rates, (row.line.provider + " " + row.line.model).c_str());
        }
        QVERIFY(rows > 400);
    }
    void daysAreUtc() { QCOMPARE(isoDay(1'790'000'000'000'000), std::string("2026-09-21")); }
};

TALLY_TEST(TestPriceBook)
#include "test_price_book.moc"
