#include "core/model/budget.h"
#include "tests/support/suite.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace tally;
using nlohmann::json;

class BudgetTest : public QObject {
    Q_OBJECT
private slots:
    void jsonRoundTrips() {
        Budget b;
        b.id = BudgetId("b-1");
        b.scope = {ScopeType::workflow, "licence-triage"};
        b.window = Window::day;
        b.limit = *Pico::parse("5.000000000001");
        b.policy = BudgetPolicy::wait;
        b.warn_percent = {50, 90};
        b.by = "operator";
        const auto back = budgetFromJson(json(b));
        QVERIFY2(back.has_value(), back ? "" : back.error().text().c_str());
        QVERIFY(*back == b);
    }
    void errorsNameThePlaceAndTheFix_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("where");
        QTest::newRow("float") << R"({"limit": 5.0})"
                               << "/limit";
        QTest::newRow("negative") << R"({"limit": "-1"})"
                                  << "/limit";
        QTest::newRow("window") << R"({"limit": "1", "window": "fortnight"})"
                                << "/window";
        QTest::newRow("scope") << R"({"limit": "1", "scope": "team:x"})"
                               << "/scope";
        QTest::newRow("nameless") << R"({"limit": "1", "scope": "workflow"})"
                                  << "/scope";
        QTest::newRow("unknown") << R"({"limit": "1", "limt": "2"})"
                                 << "/limt";
        QTest::newRow("missing") << R"({})"
                                 << "/limit";
        QTest::newRow("percent") << R"({"limit": "1", "warn_percent": [0]})"
                                 << "/warn_percent";
    }
    void errorsNameThePlaceAndTheFix() {
        QFETCH(QString, text);
        QFETCH(QString, where);
        const auto result = budgetFromJson(json::parse(text.toStdString()));
        QVERIFY(!result.has_value());
        QCOMPARE(QString::fromStdString(result.error().where), where);
    }
    void windowsTurnAtUtcBorders() {
        const std::int64_t sunday = 1'795'323'884'123'456; // 2026-11-22 05:04:44 UTC
        QCOMPARE(windowAt(Window::hour, sunday).key, std::string("2026-11-22T05"));
        QCOMPARE(windowAt(Window::day, sunday).key, std::string("2026-11-22"));
        QCOMPARE(windowAt(Window::week, sunday).key, std::string("w2026-11-16"));
        QCOMPARE(windowAt(Window::month, sunday).key, std::string("2026-11"));
        QCOMPARE(windowAt(Window::total, sunday).end_us, 0);
        for (const Window w : {Window::hour, Window::day, Window::week, Window::month}) {
            const WindowSpan span = windowAt(w, sunday);
            QVERIFY(span.start_us <= sunday && sunday < span.end_us);
            QCOMPARE(windowAt(w, span.start_us).key, span.key);
            QCOMPARE(windowAt(w, span.end_us - 1).key, span.key);
            QVERIFY(windowAt(w, span.end_us).key != span.key);
            QCOMPARE(windowAt(w, span.end_us).start_us, span.end_us);
        }
        QCOMPARE(windowAt(Window::month, 1'798'761'600'000'000 - 1).key, std::string("2026-12"));
        QCOMPARE(windowAt(Window::month, 1'798'761'600'000'000).key, std::string("2027-01"));
    }
};
TALLY_TEST(BudgetTest)
#include "test_budget.moc"
