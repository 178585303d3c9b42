#include "tests/support/suite.h"
#include "tests/ui/fake_data.h"
#include "ui/models/finding_words.h"
#include "ui/models/verdict_words.h"

#include <QCoreApplication>
#include <QFile>
#include <QRegularExpression>
#include <QTest>
#include <QTranslator>

using namespace tally;

namespace {
/// Code and sentence, as the core has them.
std::vector<std::pair<QString, QString>> sentencesOfTheCore() {
    QFile file(QStringLiteral(TALLY_SOURCE_DIR "/core/audit/findings.cpp"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QString text = QString::fromUtf8(file.readAll());
    text.replace(QRegularExpression(QStringLiteral("\"\\s*\n\\s*\"")), QString()); // joined literals
    static const QRegularExpression pair(QStringLiteral("\\{\\s*\"([A-Z_]{4,})\",\\s*\"([^\"]+)\"\\s*\\}"));
    std::vector<std::pair<QString, QString>> out;
    for (auto it = pair.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        out.emplace_back(match.captured(1), match.captured(2));
    }
    return out;
}

Finding finding(const QString& code, const QString& message) {
    Finding f;
    f.code = code.toStdString();
    f.message = message.toStdString();
    return f;
}
} // namespace

class TestFindings : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyCodeOfTheCoreHasWordsInEveryLanguage() {
        const auto core = sentencesOfTheCore();
        QVERIFY(core.size() > 70);
        for (const auto& [code, sentence] : core) {
            QVERIFY2(ui::knowsFinding(code.toStdString()), qPrintable(code));
            QCOMPARE(ui::findingSentence(finding(code, sentence)), sentence);
        }
        QTranslator german;
        QVERIFY(german.load(QStringLiteral(":/tally/i18n/tallystick_de.qm")));
        QCoreApplication::installTranslator(&german);
        QStringList same;
        for (const auto& [code, sentence] : core)
            if (ui::findingSentence(finding(code, sentence)) == sentence) same << code;
        QCoreApplication::removeTranslator(&german);
        QVERIFY2(same.isEmpty(), qPrintable(same.join(QLatin1Char(' '))));
    }
    void detailsAndFieldsAreKept() {
        Finding f =
            finding(QStringLiteral("CONTAINER"),
                    QStringLiteral("the file does not follow the framing of a trace bundle: the section "
                                   "says 9; 12 more findings like this are not listed"));
        QVERIFY(ui::findingSentence(f).endsWith(
            QStringLiteral(": the section says 9; 12 more findings like this are not listed")));
        f = finding(QStringLiteral("ALTERED"), QStringLiteral("the record was changed"));
        f.field = "cost_pico";
        f.stored = "1";
        f.original = "2";
        QCOMPARE(ui::findingInFull(f),
                 QStringLiteral("the record was changed: cost_pico says 1, sealed was 2"));
        f.original.reset();
        f.expected = "3";
        QCOMPARE(ui::findingInFull(f),
                 QStringLiteral("the record was changed: cost_pico says 1, right would be 3"));
        std::string hostile("\xE2\x80\xAE");
        hostile.append(5000, 'y');
        f.stored.emplace(hostile);
        QVERIFY(!ui::findingInFull(f).contains(QChar(0x202E)) && ui::findingInFull(f).size() < 200);
    }
    void whatTheWindowDoesNotKnowKeepsTheWordsOfTheCore() {
        QCOMPARE(ui::findingSentence(finding(QStringLiteral("NEW_CODE"), QStringLiteral("something else"))),
                 QStringLiteral("something else"));
        QCOMPARE(ui::findingSentence(finding(QStringLiteral("ALTERED"), QStringLiteral("other words"))),
                 QStringLiteral("other words"));
    }
    void aGermanPageHasNoEnglishSentence() {
        QTranslator german;
        QVERIFY(german.load(QStringLiteral(":/tally/i18n/tallystick_de.qm")));
        QCoreApplication::installTranslator(&german);
        const QString meaning = ui::sentenceOf(test::fakeVerdict(true, 96)).meaning;
        QCoreApplication::removeTranslator(&german);
        QVERIFY2(!meaning.contains(QStringLiteral("was changed")) &&
                     !meaning.contains(QStringLiteral("says")),
                 qPrintable(meaning));
        QVERIFY2(meaning.contains(QStringLiteral("cost_pico")), qPrintable(meaning));
    }
};

TALLY_TEST(TestFindings)
#include "test_findings.moc"
