#include "core/filter/expression.h"
#include "tests/support/suite.h"

#include <QTest>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

using namespace tally;
using filter::Expression;
using nlohmann::json;

namespace {
const json scope = {
    {"steps", {{"classify", {{"output", {{"label", "GPL"}, {"p", 0.93}, {"ids", {1, 2, 3}}}}}}}},
    {"inputs", {{"limit", 10}, {"name", "Zoë"}}},
    {"empty", json::array()}};

/// A random integer expression as text together with its value by plain arithmetic.
struct Sample {
    std::string text;
    std::int64_t value;
};
Sample randomSample(int depth) {
    if (depth == 0 || *rc::gen::inRange(0, 3) == 0) {
        const auto n = *rc::gen::inRange<std::int64_t>(0, 1000);
        return {std::to_string(n), n};
    }
    const Sample a = randomSample(depth - 1);
    const Sample b = randomSample(depth - 1);
    switch (*rc::gen::inRange(0, 4)) {
    case 0:
        return {"(" + a.text + " + " + b.text + ")", a.value + b.value};
    case 1:
        return {"(" + a.text + " - " + b.text + ")", a.value - b.value};
    case 2:
        return {"max(" + a.text + ", " + b.text + ")", std::max(a.value, b.value)};
    default:
        return {"(-(" + a.text + "))", -a.value};
    }
}
} // namespace

class ExpressionTest : public QObject {
    Q_OBJECT
private slots:
    void evaluates_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* text, const char* expected) {
            QTest::addRow("%s", text) << text << expected;
        };
        row("steps.classify.output.p >= 0.9", "true");
        row("steps.classify.output.label == 'GPL' and inputs.limit > 5", "true");
        row("not (inputs.limit == 10) or false", "false");
        row("steps.classify.output.ids[-1] + 2 * 3", "9");
        row("steps.nothing.at.all == null", "true");
        row("len(inputs.name)", "3");
        row("'gpl' in lower(steps.classify.output.label)", "true");
        row("steps.classify.output.label ~ \"gp\"", "true");
        row("2 in steps.classify.output.ids", "true");
        row("10 / 4", "2.5");
        row("10 / 5", "2");
        row("7 % 3", "1");
        row("count([1, 0, '', 'x'])", "2");
        row("max(1, 5, 3) - min([4, 2])", "3");
        row("number('12') + 1", "13");
        row("number('twelve')", "null");
        row("exists(inputs.limit) && !exists(inputs.other)", "true");
        row("9007199254740993 == 9007199254740993", "true");
        row("9007199254740993 == 9007199254740992", "false");
    }
    void evaluates() {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const auto expression = Expression::parse(text.toStdString());
        QVERIFY2(expression.has_value(), expression ? "" : expression.error().text().c_str());
        const auto value = expression->evaluate(scope);
        QVERIFY(value.has_value());
        QCOMPARE(value->dump(), expected.toStdString());
    }
    void errorsPointAtTheCharacter_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("where");
        const auto row = [](const char* text, const char* where) {
            QTest::addRow("%s", text) << text << where;
        };
        row("a ==", "character 5");
        row("(a == 1", "character 8");
        row("a = 1", "character 4");
        row("len(1, 2)", "character 1");
        row("lenght(a)", "character 1");
        row("a b", "character 3");
        row("'open", "character 1");
        row("a.", "character 3");
        row("99999999999999999999", "character 1");
    }
    void errorsPointAtTheCharacter() {
        QFETCH(QString, text);
        QFETCH(QString, where);
        const auto expression = Expression::parse(text.toStdString());
        QVERIFY(!expression.has_value());
        QCOMPARE(QString::fromStdString(expression.error().where), where);
    }
    void refusesInsteadOfWrapping() {
        QCOMPARE(Expression::parse("9223372036854775807 + 1")->evaluate({}).error().code,
                 std::string("filter.overflow"));
        QCOMPARE(Expression::parse("1 / 0")->evaluate({}).error().code, std::string("filter.divide"));
        QCOMPARE(Expression::parse("1 < 'a'")->evaluate({}).error().code, std::string("filter.type"));
    }
    void deepNestingEndsInAnError() {
        QVERIFY(!Expression::parse(std::string(100'000, '(')).has_value());
        QVERIFY(!Expression::parse(std::string(100'000, '-') + "1").has_value());
        QVERIFY(!Expression::parse(std::string(100'000, '!') + "1").has_value());
    }
    void longChainsEndInAnError() {
        // They lean to the left: without a bound, evaluating and even freeing them would run out of stack.
        const auto chain = [](int operators, const char* each) {
            std::string text = "1";
            for (int i = 0; i < operators; ++i)
                text += each;
            return text;
        };
        QCOMPARE(Expression::parse(chain(1000, " + 1"))->evaluate({})->get<int>(), 1001);
        QCOMPARE(Expression::parse(chain(1000, " and 1"))->evaluate({}), json(true));
        QCOMPARE(Expression::parse(chain(300'000, "+1")).error().code, std::string("filter.syntax"));
        QCOMPARE(Expression::parse(chain(300'000, " or 1")).error().code, std::string("filter.syntax"));
    }
    void listsThePathsItReads() {
        const auto paths = Expression::parse("steps.a.output.x > inputs.n and len(items[0]) < 3")->paths();
        QCOMPARE(paths, (std::vector<std::string>{"steps.a.output.x", "inputs.n", "items"}));
    }
    void agreesWithPlainArithmetic() {
        QVERIFY(rc::check([] {
            const Sample sample = randomSample(4);
            const auto value = Expression::parse(sample.text)->evaluate({});
            RC_ASSERT(value.has_value());
            RC_ASSERT(value->template get<std::int64_t>() == sample.value);
        }));
    }
};
TALLY_TEST(ExpressionTest)
#include "test_expression.moc"
