#include "core/base/file.h"
#include "tests/core/price/support_cost_cases.h"
#include "tests/support/suite.h"

#include <QTest>

class TestRealUsage : public QObject {
    Q_OBJECT
private slots:
    void pricesAreExactOrMissing() {
        if (tally::test::dataDir().empty()) QSKIP("real usage reports are not on this machine");
        const auto text = tally::DiskFileSystem().read(
            tally::test::dataDir() + "/prices/genai-prices/usages_dev.json", std::uint64_t{1} << 30);
        if (!text) QSKIP("real usage reports are not on this machine");
        const auto result = tally::test::judgeCostCases(*text, "2026-07-29");
        QVERIFY(result);
        const auto all = QString::fromStdString(result->dump());
        QCOMPARE(result->at("wrong").get<int>(), 0);
        QVERIFY2(result->at("exact").get<int>() >= 1700, qPrintable(all));
        QCOMPARE(result->at("covered").get<int>(), result->at("exact").get<int>());
    }
};

TALLY_TEST(TestRealUsage)
#include "test_real_usage.moc"
