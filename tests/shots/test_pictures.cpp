#include "tests/support/suite.h"
#include "tests/ui/window_fixture.h"
#include "ui/pages/live_page.h"
#include "ui/pages/page.h"
#include "ui/widgets/table_view.h"

#include <QDir>
#include <QImage>
#include <QPixmap>
#include <QProcess>
#include <QTest>

#include <cmath>

using namespace tally;
using namespace tally::test;

/// Page pictures × {dark, light} × {1×, 2×} × {no data, little, much}. All are written to the build folder;
/// those with a reference under tests/shots/reference are compared.
class TestPictures : public QObject {
    Q_OBJECT

    static QString scaleName() { return qEnvironmentVariable("TALLY_SHOTS_SCALE", QStringLiteral("1x")); }
    static QString outputDir() { return QStringLiteral(TALLY_BINARY_DIR "/shots"); }
    static QString referenceDir() { return QStringLiteral(TALLY_SOURCE_DIR "/tests/shots/reference"); }

    /// Share of pixels, in parts per ten thousand, that differ by more than a little: another FreeType draws
    /// edges anew.
    static int difference(const QImage& a, const QImage& b) {
        if (a.size() != b.size()) return 10'000;
        qint64 far = 0;
        for (int y = 0; y < a.height(); ++y)
            for (int x = 0; x < a.width(); ++x) {
                const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
                const int d = std::abs(qRed(p) - qRed(q)) + std::abs(qGreen(p) - qGreen(q)) +
                              std::abs(qBlue(p) - qBlue(q));
                far += d > 96 ? 1 : 0;
            }
        return static_cast<int>(far * 10'000 / (qint64{1} * a.width() * a.height()));
    }

    static void prepare(WindowFixture& f, Amount amount, const QString& page) {
        f.window.resize(1440, 900);
        f.window.showPage(page);
        settle();
        if (page == QLatin1String("audit") && amount != Amount::none) {
            f.window.openFile(QStringLiteral("/srv/exports/prod-2026-11.tracelog"));
            settle();
        }
        if (page == QLatin1String("live") && amount != Amount::none) {
            const RunId run = f.core.runList().front().id;
            f.core.feed().publish(
                TextDelta{run, "triage[11]/read",
                          "{\n  \"licences\": [\"GPL-2.0-or-later\", \"MIT\"],\n  \"copyleft\": true,\n  "
                          "\"obligations\": "
                          "[\"keep the notice\", \"offer the source\"],\n  \"person_needed\": false"});
            f.frame();
            QTest::qWait(120); // the stream is laid out at most ten times a second
        }
        settle();
    }

private Q_SLOTS:
    void pages_data() {
        QTest::addColumn<int>("amount");
        QTest::addColumn<bool>("dark");
        const char* const amounts[] = {"none", "little", "much"};
        for (int amount = 0; amount < 3; ++amount)
            for (const bool dark : {true, false})
                QTest::addRow("%s-%s", amounts[amount], dark ? "dark" : "light") << amount << dark;
    }
    void pages() {
        QFETCH(int, amount);
        QFETCH(bool, dark);
        theme().setMode(dark ? ui::ThemeMode::dark : ui::ThemeMode::light);
        QDir().mkpath(outputDir());
        WindowFixture f(static_cast<Amount>(amount));
        QStringList wrong;
        for (const QString& page : f.window.pageIds()) {
            prepare(f, static_cast<Amount>(amount), page);
            const QImage picture = f.window.grab().toImage().convertToFormat(QImage::Format_RGB888);
            QVERIFY(!picture.isNull());
            const QString name = QStringLiteral("%1-%2-%3.png")
                                     .arg(page, QString::fromLatin1(QTest::currentDataTag()), scaleName());
            picture.save(outputDir() + QLatin1Char('/') + name);
            const QString reference = referenceDir() + QLatin1Char('/') + name;
            if (!QFile::exists(reference)) continue;
            const int far = difference(picture, QImage(reference).convertToFormat(QImage::Format_RGB888));
            if (far > 100) wrong << QStringLiteral("%1 differs in %2 of 10000 pixels").arg(name).arg(far);
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
    void twice() {
        if (scaleName() != QLatin1String("1x")) QSKIP("this is the run at twice the size");
        QProcess again;
        QProcessEnvironment env = QProcessEnvironment::systemEnvironment();
        env.insert(QStringLiteral("TALLY_SHOTS_SCALE"), QStringLiteral("2x"));
        env.insert(QStringLiteral("QT_SCALE_FACTOR"), QStringLiteral("2"));
        again.setProcessEnvironment(env);
        again.setProcessChannelMode(QProcess::MergedChannels);
        again.start(QCoreApplication::applicationFilePath(), {QStringLiteral("pictures")});
        QVERIFY(again.waitForFinished(200'000));
        QVERIFY2(again.exitCode() == 0, again.readAll().constData());
    }
};

TALLY_TEST(TestPictures)
#include "test_pictures.moc"
