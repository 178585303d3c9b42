#include "core/base/money.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;

class Money : public QObject {
    Q_OBJECT
private slots:
    void parsesExactDecimals() {
        QCOMPARE(Pico::parse("0.15")->value(), 150'000'000'000);
        QCOMPARE(Pico::parse("0.000000000001")->value(), 1);
        QCOMPARE(Pico::parse("-2.5")->value(), -2'500'000'000'000);
        QCOMPARE(Pico::parse("9007.199254740991")->value(), Pico::max_value);
        QCOMPARE(Pico::parse("1.0000000000000000")->value(), 1'000'000'000'000);
    }
    void refusesEverythingElse_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");
        for (const auto& [text, code] : {std::pair{"", "money.syntax"},
                                         {"1.", "money.syntax"},
                                         {".5", "money.syntax"},
                                         {"1e3", "money.syntax"},
                                         {"1,5", "money.syntax"},
                                         {" 1", "money.syntax"},
                                         {"+1", "money.syntax"},
                                         {"1.2.3", "money.syntax"},
                                         {"0.0000000000001", "money.precision"},
                                         {"9007.199254740992", "money.range"},
                                         {"99999999999999999999999999999999999999999", "money.range"}})
            QTest::addRow("%s", text) << text << code;
    }
    void refusesEverythingElse() {
        QFETCH(QString, text);
        QFETCH(QString, code);
        const auto result = Pico::parse(text.toStdString());
        QVERIFY(!result);
        QCOMPARE(QString::fromStdString(result.error().code), code);
    }
    void printsWithoutLoss() {
        QCOMPARE(Pico::of(41'577'800'000).toString(), std::string("0.0415778"));
        QCOMPARE(Pico::of(-1).toString(), std::string("-0.000000000001"));
        QCOMPARE(PicoSum::of(Int128{1} << 100).picoString(), std::string("1267650600228229401496703205376"));
        QCOMPARE(PicoSum::parsePico("-1267650600228229401496703205376")->value(), -(Int128{1} << 100));
    }
    void sumsStayExactBeyond64Bits() {
        PicoSum sum;
        for (int i = 0; i < 5000; ++i)
            sum += Pico::of(Pico::max_value);
        QCOMPARE(sum.picoString(), std::string("45035996273704955000"));
        QVERIFY(!sum.narrow());
        QCOMPARE(multiply(Pico::max_value, Pico::of(Pico::max_value)).picoString(),
                 std::string("81129638414606663681390495662081"));
    }
    void shortFormNeverShowsZeroForSomething() {
        QCOMPARE(shortDollars(PicoSum::of(1)), std::string("$0.000000000001"));
        QCOMPARE(shortDollars(*Pico::parse("0.00006")), std::string("$0.00006"));
        QCOMPARE(shortDollars(*Pico::parse("0.0000123456")), std::string("$0.0000123"));
        QCOMPARE(shortDollars(*Pico::parse("-0.009996")), std::string("-$0.0100"));
        QCOMPARE(shortDollars(*Pico::parse("0.05")), std::string("$0.0500"));
        QCOMPARE(shortDollars(PicoSum()), std::string("$0.0000"));
        QCOMPARE(shortDollars(Pico::of(41'577'800'000)), std::string("$0.0416"));
        QCOMPARE(shortDollars(*Pico::parse("12.34565")), std::string("$12.3456"));
        QCOMPARE(shortDollars(*Pico::parse("-41.866"), 2), std::string("-$41.87"));
    }
};
TALLY_TEST(Money)
#include "test_money.moc"
