#include "tests/support/suite.h"
#include "ui/charts/series.h"

#include <QTest>

#include <algorithm>

using namespace tally;
using namespace tally::ui;

class TestCharts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void decimationKeepsTheExtremes() {
        std::vector<ChartPoint> points;
        for (qint64 i = 0; i < 1'000'000; ++i)
            points.push_back({i, (i * 7919) % 1000});
        points[777'777].y = 5000;
        points[333'333].y = -5000;
        const std::vector<ChartPoint> thin = decimate(points, 1400);
        QVERIFY(thin.size() <= 600);
        QVERIFY(std::is_sorted(thin.begin(), thin.end(), [](auto a, auto b) { return a.x < b.x; }));
        QCOMPARE(thin.front(), points.front());
        QCOMPARE(thin.back(), points.back());
        QVERIFY(std::any_of(thin.begin(), thin.end(), [](auto p) { return p.y == 5000; }));
        QVERIFY(std::any_of(thin.begin(), thin.end(), [](auto p) { return p.y == -5000; }));
    }
    void fewPointsStayAsTheyAre() {
        const std::vector<ChartPoint> points = {{1, 2}, {3, 4}};
        QCOMPARE(decimate(points, 100), points);
        QVERIFY(decimate({}, 100).empty());
    }
    void samePlaceDoesNotLoop() {
        const std::vector<ChartPoint> points(5000, ChartPoint{7, 1});
        QVERIFY(decimate(points, 50).size() <= 600);
    }
    void scaleGrowsAtOnceAndShrinksLate() {
        SteppedScale scale;
        QVERIFY(scale.fit(2900));
        QCOMPARE(scale.top(), 4000);
        QVERIFY(!scale.fit(3100));
        QVERIFY(!scale.fit(1700)); // still above two fifths: nothing jumps
        QVERIFY(scale.fit(4001));
        QVERIFY(scale.fit(10));
        QCOMPARE(scale.top(), 20);
        QCOMPARE(SteppedScale::roundTop(0), 4);
        QVERIFY(SteppedScale::roundTop(std::numeric_limits<qint64>::max() / 8) > 0);
    }
    void moneySaturates() {
        QCOMPARE(chartNano(PicoSum::of(Int128{1'500})), 1);
        QVERIFY(chartNano(PicoSum::of(Int128{1} << 120)) > 0);
    }
};

TALLY_TEST(TestCharts)
#include "test_charts.moc"
