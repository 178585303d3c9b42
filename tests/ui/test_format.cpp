#include "tests/support/suite.h"
#include "ui/charts/axis_text.h"
#include "ui/widgets/format.h"

#include <QLocale>
#include <QTest>

using namespace tally;
using namespace tally::ui;

class TestFormat : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void moneyIsExact() {
        QCOMPARE(money(PicoSum::of(Int128{9'412'000'000'000}), 4), QStringLiteral("$ 9.4120"));
        QCOMPARE(money(PicoSum::of(Int128{41'577'800'000}), 4), QStringLiteral("$ 0.0416"));
        QCOMPARE(money(PicoSum::of(25), 4), QStringLiteral("< $ 0.0001"));
        QCOMPARE(money(PicoSum(), 2), QStringLiteral("$ 0.00"));
        QCOMPARE(money(PicoSum::of(Int128{1'005'000'000'000}), 2), QStringLiteral("$ 1.00")); // half to even
        QCOMPARE(money(PicoSum::of(Int128{1'015'000'000'000}), 2), QStringLiteral("$ 1.02"));
        QCOMPARE(moneyExact(PicoSum::of(41'577'800'001)), QStringLiteral("$ 0.041577800001"));
        QCOMPARE(money(PicoSum::of(Int128{1'234'567'000'000} * 1'000'000), 2),
                 QStringLiteral("$ 1,234,567.00"));
    }
    void moneyFollowsTheLanguage() {
        QLocale::setDefault(QLocale(QLocale::German));
        QCOMPARE(money(PicoSum::of(Int128{1'234'500'000'000'000}), 2), QStringLiteral("$ 1.234,50"));
    }
    void durations() {
        QCOMPARE(duration(612'000), QStringLiteral("612 ms"));
        QCOMPARE(duration(9'104'000), QStringLiteral("9.1 s"));
        QCOMPARE(duration(252'000'000), QStringLiteral("4 min 12 s"));
        QCOMPARE(permille(7), QStringLiteral("0.7 %"));
        QCOMPARE(permille(680), QStringLiteral("68 %"));
    }
    void axisLabelsDiffer() {
        const auto label = [](int step, Int128 top) {
            return moneyAxis(PicoSum::of(top / 4 * step), PicoSum::of(top));
        };
        QCOMPARE(label(1, 4'000'000), QStringLiteral("$ 0.000001"));
        QCOMPARE(label(3, 4'000'000), QStringLiteral("$ 0.000003"));
        QCOMPARE(label(0, 4'000'000), QStringLiteral("$ 0.000000"));
        QCOMPARE(label(2, 200'000'000'000), QStringLiteral("$ 0.10"));
        QCOMPARE(label(3, Int128{8'000'000'000'000}), QStringLiteral("$ 6.00"));
        QCOMPARE(span(20'000'000), QStringLiteral("20 s"));
        QCOMPARE(span(20'500'000), QStringLiteral("20.5 s"));
    }
    void foreignTextIsHarmless() {
        QCOMPARE(safeText(QStringLiteral("invoice\u202Egpj.exe")), QStringLiteral("invoice⟨U+202E⟩gpj.exe"));
        QCOMPARE(safeText(QStringLiteral("a\u200Bb\u0007")), QStringLiteral("a⟨U+200B⟩b⟨U+0007⟩"));
        QCOMPARE(safeText(QStringLiteral("one\ntwo")), QStringLiteral("one two"));
        QVERIFY(safeText(QString(5000, QLatin1Char('x')), 100).contains(QStringLiteral("more character")));
        // Letters of another script inside a Latin word, and styled ones anywhere.
        QCOMPARE(safeText(QStringLiteral("gpt-4\u043E, p\u0430ypal")),
                 QStringLiteral("gpt-4⟨U+043E⟩, p⟨U+0430⟩ypal"));
        QCOMPARE(safeText(QStringLiteral("{\"model\":\"\u03BFpenai/x\"}")),
                 QStringLiteral("{\"model\":\"⟨U+03BF⟩penai/x\"}"));
        QCOMPARE(safeText(QStringLiteral("\uFF47pt")), QStringLiteral("⟨U+FF47⟩pt"));
        QCOMPARE(safeText(QString::fromUcs4(U"\U0001D41A1")), QStringLiteral("⟨U+1D41A⟩1"));
        // Honest words of one script, digits and accents stay.
        for (const char* honest : {"вопрос 7", "Größe naïve", "αβγ", "12 µs", "日本語 GPT-4o"})
            QCOMPARE(safeText(QString::fromUtf8(honest)), QString::fromUtf8(honest));
        QVERIFY(safeText(std::string("\xff\xfe")).contains(QChar(QChar::ReplacementCharacter)));
    }
};

TALLY_TEST(TestFormat)
#include "test_format.moc"
