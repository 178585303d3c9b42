#include "core/base/json_text.h"
#include "tests/support/suite.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace tally;

class JsonTextTest : public QObject {
    Q_OBJECT
private slots:
    void reads() {
        QCOMPARE(parseJson("{\"a\": [\"}]\\\"[\", 1]}")->at("a").at(1).get<int>(), 1);
        QCOMPARE(parseJson("[1,").error().code, std::string("json.syntax"));
        QCOMPARE(parseJson("").error().code, std::string("json.syntax"));
    }
    void bounded() {
        const auto nested = [](std::size_t levels) {
            return std::string(levels, '[') + std::string(levels, ']');
        };
        QVERIFY(parseJson(nested(200)).has_value());
        QCOMPARE(parseJson(nested(201)).error().code, std::string("json.depth"));
        QCOMPARE(parseJson(nested(3'000'000)).error().code, std::string("json.depth"));
        QVERIFY(parseJson("\"" + std::string(1000, '[') + "\"").has_value()); // in a string they are text
    }
};
TALLY_TEST(JsonTextTest)
#include "test_json_text.moc"
