// What check steps do with a model's answer: it comes from outside and may be long or shaped to hurt.
#include "core/engine/definition_check.h"
#include "core/engine/schema_check.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using engine::regexFinds;
using engine::schemaViolation;
using nlohmann::json;

class SchemaCheckTest : public QObject {
    Q_OBJECT
private slots:
    void regexes_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("found");
        const auto row = [](const char* pattern, const char* text, bool found) {
            QTest::addRow("%s in %s", pattern, text) << QString(pattern) << QString(text) << found;
        };
        row("[a-m]$", "xyz\na", true);
        row("^b", "a\nb", false); // one text, not lines
        row("^\\d{2,4}-\\w+$", "123-ab", true);
        row("^\\d{2,4}-\\w+$", "1-ab", false);
        row("^(?:a|b)*?c$", "ababc", true);
        row("\\u00e9", "caf\u00e9", true);
        row("^[\\u00e0-\\u00ff]$", "\u00e9", true);
        row("^.$", "\u00e9", true); // a character, not a byte
        row("a\\/b\\-c", "a/b-c", true);
        row("\\\\u0041", "\\u0041", true); // an escaped backslash before a plain u
    }
    void regexes() {
        QFETCH(QString, pattern);
        QFETCH(QString, text);
        QFETCH(bool, found);
        const auto result = regexFinds(pattern.toStdString(), text.toStdString());
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        QCOMPARE(*result, found);
    }
    void longAnswersNeitherEndNorBlockTheProgram() {
        const std::string text(4'000'000, 'a');
        QCOMPARE(regexFinds("^[a-z]+$", text), Result<bool>(true));
        QCOMPARE(regexFinds("^(a|b)*$", text), Result<bool>(true));
        QCOMPARE(regexFinds("^(a+)+$", text + "b"),
                 Result<bool>(false)); // exponential for a backtracking matcher
        QCOMPARE(schemaViolation({{"pattern", "^(a|b)*$"}}, json(text)), std::string());
    }
    void unusableRegexesSayWhy() {
        for (const char* pattern : {"(", "(?=a)b", "(a)\\1", "[z-a]", "a{99999}", "\\"}) {
            const auto result = regexFinds(pattern, "a");
            QVERIFY2(!result.has_value(), pattern);
            QCOMPARE(result.error().code, std::string("check.regex"));
        }
        QVERIFY(!schemaViolation({{"pattern", "("}}, json("x")).empty());
    }
    void aDefinitionsRegexIsJudgedBeforeItRuns() {
        const std::string text =
            "{\"name\": \"w\", \"process\": \"p\", \"steps\": [\n"
            "{\"id\": \"c\", \"kind\": \"check\", \"input\": \"x\", \"regex\": \"(open\"}]}";
        const auto found = engine::checkExpressions(text);
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(found[0].pointer, std::string("/steps/0/regex"));
        QCOMPARE(found[0].line, 2);
    }
};
TALLY_TEST(SchemaCheckTest)
#include "test_schema_check.moc"
