#include "core/context/bm25.h"
#include "core/context/fts_index.h"
#include "core/context/keyword.h"
#include "core/context/layers.h"
#include "core/context/sentences.h"
#include "core/context/structure.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::context;
using nlohmann::json;

namespace {
Passage of(const char* text) {
    return json(text).get<Passage>();
}
} // namespace

class Filters : public QObject {
    Q_OBJECT
private slots:
    void normalisesWords() {
        QCOMPARE(normaliseWords("  \"AS-IS\",\n No  Warranty.\xC3\xA9 "),
                 std::string("as is no warranty \xC3\xA9"));
        QCOMPARE(estimateTokens(""), 0);
        QCOMPARE(estimateTokens("12345"), 2);
    }
    void cutsCopyrightFilesByField() {
        const auto p = splitByStructure("Format: x\nUpstream-Name: y\n\nFiles: *\nCopyright: me\nTerms:\n Do "
                                        "what you like.\n .\n Really.\n\nComment: well\n");
        QCOMPARE(p.size(), std::size_t{6});
        QCOMPARE(p[4].kind, std::string("terms"));
        QCOMPARE(p[4].text, std::string("Do what you like.\n\nReally.\n"));
        QCOMPARE(p[5].kind, std::string("comment"));
    }
    void cutsPlainTextByEmptyLines() {
        const std::string text = "A heading\n\nFirst paragraph,\nstill the first.\n\n\nSecond.\n";
        const auto p = splitByStructure(text);
        QCOMPARE(p.size(), std::size_t{3});
        QCOMPARE(p[0].kind, std::string("heading"));
        QCOMPARE(p[1].kind, std::string("paragraph"));
        for (const auto& piece : p)
            QCOMPARE(text.substr(piece.start, piece.end - piece.start), piece.text);
    }
    void dropsRepeatsUnlessTold() {
        const char* text = "Same words here\n\nsame WORDS, here.\n";
        QCOMPARE(splitByStructure(text).size(), std::size_t{1});
        QCOMPARE(splitByStructure(text, {{}, 0, false}).size(), std::size_t{2});
    }
    void keywordsMatchWholeWordsAcrossLines() {
        const std::vector<Keyword> keys{{"public domain", 4}, {"ware", 3}};
        QCOMPARE(keywordScore("in the Public\n  Domain; no warez, software", keys), 4.0);
        std::string why;
        keywordScore("public domain ware", keys, &why);
        QCOMPARE(why, std::string("public domain, ware"));
        const auto kept = filterByKeyword({of("public domain"), of("nothing")}, {keys, 1, 0});
        QCOMPARE(kept.size(), std::size_t{1});
        QVERIFY(kept[0].why.find("keyword 4.0") != std::string::npos);
    }
    void bm25PrefersTheRareWordAndTheShortText() {
        const auto s =
            bm25({"the licence is granted", "the cat", "the dog and the other dog and more of the same"},
                 "licence the");
        QVERIFY(s[0] > s[1]);
        QVERIFY(s[1] > s[2]);
        QCOMPARE(bm25({}, "x").size(), std::size_t{0});
        QCOMPARE(bm25({"", "a"}, "zebra"), (std::vector<double>{0, 0}));
    }
    void relevanceKeepsTheBudgetAndTheOrder() {
        Passages in;
        for (int i = 0; i < 20; ++i)
            in.push_back(of(i % 2 == 0 ? "The licence permits redistribution of every copy, changed or not, "
                                         "for any purpose whatsoever."
                                       : "A list of files that nobody needs to read at all, and then some "
                                         "more of the same for length."));
        RelevanceOptions o;
        o.query = "licence redistribution";
        o.max_tokens = 100;
        const auto out = filterByRelevance(in, o);
        std::int64_t used = 0;
        for (const auto& p : out)
            used += estimateTokens(p.text);
        QVERIFY(used <= 100);
        QVERIFY(out.size() >= 3);
        for (const auto& p : out)
            QVERIFY(p.text.find("licence") != std::string::npos);
    }
    void trimKeepsTheFirstAndTheBestSentences() {
        std::string text = "This is the licence of the program. ";
        for (int i = 0; i < 40; ++i)
            text += "Padding sentence that says nothing of interest here. ";
        text += "Warranty is disclaimed entirely. Padding at the end of it all.";
        const auto out = trimToBudget(text, "warranty disclaimed", 30);
        QVERIFY(out.rfind("This is the licence", 0) == 0);
        QVERIFY(out.find("Warranty is disclaimed") != std::string::npos);
        QVERIFY(estimateTokens(out) <= 30);
        QCOMPARE(trimToBudget("short", "x", 10), std::string("short"));
    }
    void sentencesCoverTheText() {
        const auto s =
            sentences("One sentence that is long enough. Another; and a third part here that ends");
        QCOMPARE(s.size(), std::size_t{2});
        QVERIFY(sentences(std::string(5000, 'x')).size() > 5);
        QVERIFY(sentences("").empty());
    }
    void retrievesWithFts5() {
        auto index = FtsIndex::create();
        QVERIFY(index.has_value());
        QVERIFY(index
                    ->add({of("redistribution of binaries"), of("the weather is fine"),
                           of("redistributing source and binaries, binaries")})
                    .has_value());
        QCOMPARE(index->size(), std::size_t{3});
        const auto found = index->search("Binaries \"OR\" redistribute*", 5);
        QVERIFY(found.has_value());
        QCOMPARE(found->size(), std::size_t{2});
        QVERIFY((*found)[0].score >= (*found)[1].score);
        QVERIFY(index->search("", 5)->empty());
        QVERIFY(index->search("\"'(*-", 5)->empty());
        QCOMPARE(index->search("binaries", 5, 12)->size(), std::size_t{1});
    }
    void layersSayWhatIsWrong_data() {
        QTest::addColumn<QString>("layers");
        QTest::addColumn<QString>("where");
        QTest::newRow("no list") << "{}"
                                 << "/layers";
        QTest::newRow("unknown") << "[{\"layer\":\"magic\"}]"
                                 << "/layers/0/layer";
        QTest::newRow("option") << "[{\"layer\":\"structure\",\"depth\":1}]"
                                << "/layers/0/depth";
        QTest::newRow("type") << "[{\"layer\":\"structure\",\"min_bytes\":\"1\"}]"
                              << "/layers/0/min_bytes";
        QTest::newRow("negative") << "[{\"layer\":\"relevance\",\"query\":\"a\",\"top_k\":-1}]"
                                  << "/layers/0/top_k";
        QTest::newRow("no keywords") << "[{\"layer\":\"structure\"},{\"layer\":\"keyword\"}]"
                                     << "/layers/1";
        QTest::newRow("empty keyword") << "[{\"layer\":\"keyword\",\"keywords\":[\"a\",\"!\"]}]"
                                       << "/layers/0/keywords/1";
        QTest::newRow("no query") << "[{\"layer\":\"trim\"}]"
                                  << "/layers/0";
    }
    void layersSayWhatIsWrong() {
        QFETCH(QString, layers);
        QFETCH(QString, where);
        const auto checked = checkLayers(json::parse(layers.toStdString()));
        QVERIFY(!checked);
        QCOMPARE(QString::fromStdString(checked.error().where), where);
        QVERIFY(!checked.error().code.empty());
    }
    void layersRunInOrder() {
        const auto layers = json::parse(
            "[{\"layer\":\"structure\"},{\"layer\":\"keyword\",\"keywords\":[\"grant\"],\"min_score\":1},"
            "{\"layer\":\"trim\",\"query\":\"grant\",\"max_tokens\":50}]");
        const auto out = applyLayersToJson(layers, "We grant this.\n\nNothing here.\n\nThey grant that.\n");
        QVERIFY(out.has_value());
        QCOMPARE(out->size(), std::size_t{2});
        const json shown = *out;
        const auto again = applyLayersToJson(layers, shown);
        QCOMPARE(again->size(), std::size_t{2});
        QVERIFY(!applyLayersToJson(layers, 5));
        QVERIFY(!applyLayersToJson(layers, json::array({1})));
    }
};

TALLY_TEST(Filters)
#include "test_filters.moc"
