#include "tests/support/suite.h"
#include "tests/ui/window_fixture.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"

#include <QDir>
#include <QFontDatabase>
#include <QTest>

using namespace tally;
using namespace tally::ui;

class TestTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textIsReadable() {
        for (const Tokens* t : {&darkTokens(), &lightTokens()}) {
            const auto readable = [](const QColor& words, const QColor& under) {
                QVERIFY2(contrast(words, under) >= 4.5,
                         qPrintable(words.name() + QStringLiteral(" on ") + under.name() +
                                    QStringLiteral(" = ") + QString::number(contrast(words, under))));
            };
            for (const QColor& under : {t->bg, t->surface, t->raised})
                for (const QColor& words : {t->text, t->muted})
                    readable(words, under);
            for (const QColor& under : {t->bg, t->surface})
                for (const QColor& words : {t->ok, t->warn, t->danger})
                    readable(words, under);
            QVERIFY(contrast(t->accent, t->surface) >= 4.5); // links and chips stand on surfaces only
            QVERIFY(contrast(t->text, t->selection) >= 4.5);
            QVERIFY(contrast(t->on_accent, t->accent) >= 4.5);
            QVERIFY(contrast(t->on_danger, t->danger_fill) >= 4.5);
        }
    }
    void everyIconIsDrawn() {
        test::theme();
        const QStringList files = QDir(QStringLiteral(":/tally/icons")).entryList({QStringLiteral("*.svg")});
        QVERIFY(files.size() > 25);
        for (const QString& file : files) {
            const QImage picture = iconPixmap(file.chopped(4), Qt::black, 16, 2.0).toImage();
            QCOMPARE(picture.size(), QSize(32, 32));
            bool any = false;
            for (int y = 0; y < 32 && !any; ++y)
                for (int x = 0; x < 32 && !any; ++x)
                    any = qAlpha(picture.pixel(x, y)) > 100;
            QVERIFY2(any, qPrintable(file));
        }
    }
    void fontsAreBundled() {
        test::theme();
        QVERIFY(QFontDatabase::families().contains(QStringLiteral("JetBrains Mono NL")));
        QVERIFY(QFontDatabase::families().contains(QStringLiteral("Inter")));
    }
    void modeSwitchesTheTokens() {
        test::theme().setMode(ThemeMode::dark);
        QVERIFY(theme().tokens().dark);
        QCOMPARE(qApp->palette().color(QPalette::Window), darkTokens().bg);
        test::theme().setMode(ThemeMode::light);
        QVERIFY(!theme().tokens().dark);
    }
};

TALLY_TEST(TestTheme)
#include "test_theme.moc"
