#include "core/audit/cfp.h"
#include "core/audit/entry_rules.h"
#include "core/audit/tolerant_json.h"
#include "core/audit/unicode.h"
#include "core/base/encoding.h"
#include "core/base/rng.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>

#include <functional>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

class TestCfp : public QObject {
    Q_OBJECT

    static std::string codeOf(std::string_view line) {
        std::vector<CfpField> fields;
        return toText(parseCfp(line, fields).code);
    }

private slots:
    void acceptsTheVectors() {
        const auto all = test::fixtureJson("vectors.json");
        for (const auto& v : all["cfp_accept"]) {
            const auto line = v.get<std::string>();
            const auto entry = parseEntry(line);
            QVERIFY2(entry.has_value(), line.c_str());
            QCOMPARE(*encodeEntry(*entry), line);
        }
    }

    void refusesTheVectorsWithTheirCode() {
        int n = 0;
        const auto all = test::fixtureJson("vectors.json");
        for (const auto& v : all["cfp_reject"]) {
            std::string line;
            if (v.contains("repeat")) {
                const auto& r = v["repeat"];
                line = r[0].get<std::string>();
                for (int i = 0; i < r[2].get<int>(); ++i)
                    line += r[1].get<std::string>();
                line += r[3].get<std::string>();
            } else {
                line = asText(*fromHex(v["hex"].get<std::string>()));
            }
            QCOMPARE(codeOf(line), v["code"].get<std::string>());
            ++n;
        }
        QCOMPARE(n, 46);
    }

    void everyLineOfTheGoodLogEncodesBack() {
        const std::string file = test::fixture("good.tracelog");
        std::size_t at = file.find("@entries ");
        at = file.find('\n', at) + 1;
        for (int i = 0; i < 137; ++i) {
            const std::size_t end = file.find('\n', at);
            const std::string line = file.substr(at, end - at);
            const auto entry = parseEntry(line);
            QVERIFY(entry.has_value());
            QCOMPARE(*encodeEntry(*entry), line);
            QCOMPARE(fieldDigests(*entry), *entry->text("fd"));
            QVERIFY(checkEntry(*entry).has_value());
            at = end + 1;
        }
    }

    void randomEntriesSurviveBothWays() {
        SeededRng rng(7);
        const std::string pieces[] = {"a",  "\"", "\\", "\n", "\x01", "\x7f", "é",
                                      "要", "😀",  "/",  "\t", "\x1f", " "};
        for (int round = 0; round < 2000; ++round) {
            Entry e;
            for (std::uint64_t k = rng.below(8); k > 0; --k) {
                std::string key(1, static_cast<char>('a' + rng.below(26)));
                for (std::uint64_t n = rng.below(6); n > 0; --n)
                    key.push_back("abc019_"[rng.below(7)]);
                if (rng.below(3) == 0)
                    e.set(key, static_cast<std::int64_t>(rng.below(1U << 30)) *
                                   (rng.below(2) == 0 ? -8388607 : 1));
                else if (rng.below(4) == 0)
                    e.set(key, rng.below(2) == 0);
                else {
                    std::string text;
                    for (std::uint64_t n = rng.below(40); n > 0; --n)
                        text += pieces[rng.below(std::size(pieces))];
                    e.set(key, text);
                }
            }
            const auto line = encodeEntry(e);
            QVERIFY(line.has_value());
            const auto back = parseEntry(*line);
            QVERIFY2(back.has_value(), line->c_str());
            QVERIFY(*back == e);
            // One byte changed: either refused, or another canonical text that encodes back to itself.
            std::string changed = *line;
            changed[rng.below(changed.size())] = static_cast<char>(rng.below(256));
            const auto other = parseEntry(changed);
            if (other) QCOMPARE(*encodeEntry(*other), changed);
        }
    }

    void encoderRefusesWhatCannotBeCanonical() {
        QCOMPARE(encodeEntry(Entry{{"A", true}}).error().code, "cfp.E_KEY"s);
        QCOMPARE(encodeEntry(Entry{{"a", max_cfp_int + 1}}).error().code, "cfp.E_RANGE"s);
        QCOMPARE(encodeEntry(Entry{{"a", "\xff"s}}).error().code, "cfp.E_UTF8"s);
        QCOMPARE(encodeEntry(Entry{{"a", std::string(65535, 'x')}}).error().code, "cfp.E_LEN"s);
    }

    void entryRulesNameTheField() {
        const auto status = checkEntry(Entry{{"kind", "beat"s}});
        QVERIFY(!status);
        QCOMPARE(status.error().code, "entry.field"s);
        QVERIFY(kindOf("settle") == Kind::settle);
        QVERIFY(!kindOf("steps"));
    }

    void fieldDigestOfTheVector() {
        const auto v = test::fixtureJson("vectors.json")["fd"];
        QCOMPARE(fieldDigest("cost_pico", std::to_string(v["value"].get<std::int64_t>())),
                 v["digest"].get<std::string>());
    }

    void tolerantParserKeepsWhatWasWritten() {
        const auto parsed = parseTolerant(
            " {\"a\" : 1.50, \"a\":1e400,\"b\":[1,{\"c\":null}],\"d\":\"\\u0041\\ud83d\\ude00\"}\r");
        QCOMPARE(parsed.outcome, TolerantParse::Outcome::object);
        QCOMPARE(parsed.fields.size(), std::size_t{4});
        QCOMPARE(show(parsed.fields[0].second), "1.50"s);
        QCOMPARE(show(parsed.fields[1].second), "1e400"s);
        QCOMPARE(show(parsed.fields[2].second), "[1,{\"c\":null}]"s);
        QCOMPARE(show(parsed.fields[3].second), "A😀"s);
        QCOMPARE(parseTolerant("[1]").outcome, TolerantParse::Outcome::not_object);
        for (const char* bad :
             {"", "{", "{\"a\":NaN}", "{\"a\":\"\\ud83d\"}", "{\"a\":01}", "{\"a\":1}x", "{\"a\":\"\xff\"}"})
            QCOMPARE(parseTolerant(bad).outcome, TolerantParse::Outcome::unparseable);
        QCOMPARE(parseTolerant(std::string(1'000'000, '[')).outcome, TolerantParse::Outcome::unparseable);
        QVERIFY(exactInteger("5.0") == 5);
        QVERIFY(exactInteger("-1.2e3") == -1200);
        QVERIFY(!exactInteger("1.5"));
        QVERIFY(!exactInteger("1e999999999999"));
    }

    void normalForms() {
        QCOMPARE(toNfd("é要각"), "e\xcc\x81要\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"s);
        QCOMPARE(toNfc("e\xcc\x81\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"), "é각"s);
        QCOMPARE(toNfc("q\xcc\x87\xcc\xa3"),
                 "q\xcc\xa3\xcc\x87"s); // marks in order of their class, nothing to compose
        QCOMPARE(toNfc(""), ""s);
    }

    /// RFC 8785's own examples: their canonical output is accepted where it is flat, and refused otherwise;
    /// what is accepted encodes back to the published bytes.
    void canonicalJsonOfOthers() {
        const std::string spec = test::specDir();
        if (spec.empty()) QSKIP("the conformance data of other projects is not here");
        int files = 0, accepted = 0;
        for (const auto& path :
             test::filesBelow(spec + "/conformance/jcs-cyberphone/testdata/output", ".json")) {
            std::string text = test::readFile(path);
            while (!text.empty() && text.back() == '\n')
                text.pop_back();
            ++files;
            if (const auto entry = parseEntry(text)) {
                QCOMPARE(*encodeEntry(*entry), text);
                ++accepted;
            } else {
                QVERIFY2(entry.error().code.rfind("cfp.E_", 0) == 0, path.c_str());
            }
            // Each string inside, whatever surrounds it, has one form for both.
            const auto json = nlohmann::json::parse(text, nullptr, false);
            QVERIFY2(!json.is_discarded(), path.c_str());
            std::function<bool(const nlohmann::json&)> strings = [&](const nlohmann::json& j) {
                if (j.is_string())
                    return text.find(encodeValue(Value(j.get<std::string>()))) != std::string::npos;
                bool good = true;
                for (const auto& [key, value] : j.items())
                    good = good && (!value.is_structured() && !value.is_string() ? true : strings(value));
                return good;
            };
            QVERIFY2(strings(json), path.c_str());
        }
        QCOMPARE(files, 6);
        QVERIFY(accepted < files);
    }

    void jsonTestSuiteNeverPassesNorCrashes() {
        const std::string spec = test::specDir();
        if (spec.empty()) QSKIP("the conformance data of other projects is not here");
        const auto parsing = test::filesBelow(spec + "/conformance/jsontestsuite/test_parsing", ".json");
        const auto transform = test::filesBelow(spec + "/conformance/jsontestsuite/test_transform", ".json");
        QVERIFY(parsing.size() > 250 && transform.size() > 10);
        for (const std::string& path : parsing) {
            const std::string text = test::readFile(path);
            const bool must_fail = path.substr(path.rfind('/') + 1, 1) == "n";
            QVERIFY2(!must_fail || codeOf(text) != "", path.c_str());
            const bool tolerant = parseTolerant(text).outcome != TolerantParse::Outcome::unparseable;
            QVERIFY2(!must_fail || !tolerant || text.substr(0, 3) == "\xef\xbb\xbf", path.c_str());
        }
        for (const std::string& path : transform)
            QVERIFY2(codeOf(test::readFile(path)) != "", path.c_str());
    }
};

TALLY_TEST(TestCfp)
#include "test_cfp.moc"
