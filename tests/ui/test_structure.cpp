#include "tests/support/suite.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

/// What the compiler cannot hold: layers, no blocking call, no words outside tr(), complete translations.
class TestStructure : public QObject {
    Q_OBJECT
    static QStringList sources() {
        QStringList out;
        QDirIterator it(QStringLiteral(TALLY_SOURCE_DIR "/ui"),
                        {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files,
                        QDirIterator::Subdirectories);
        while (it.hasNext())
            out << it.next();
        return out;
    }
    static QString read(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
private Q_SLOTS:
    void uiSeesOnlyTheDoorOfTheCore() {
        const QRegularExpression include(QStringLiteral("#include \"core/([^\"]+)\""));
        QVERIFY(sources().size() > 80);
        for (const QString& path : sources()) {
            auto matches = include.globalMatch(read(path));
            while (matches.hasNext()) {
                const QString header = matches.next().captured(1);
                const bool allowed =
                    header.startsWith(QLatin1String("api/values.h")) ||
                    header.startsWith(QLatin1String("api/workspace.h")) ||
                    header == QLatin1String("api/auditor.h") || header.startsWith(QLatin1String("model/")) ||
                    header.startsWith(QLatin1String("base/")) || header == QLatin1String("feed/event_feed.h");
                QVERIFY2(allowed, qPrintable(path + QStringLiteral(" includes core/") + header));
            }
        }
    }
    void nothingBlocksTheUiThread() {
        const QRegularExpression blocking(
            QStringLiteral("\\b(waitFor\\w*|std::this_thread|QThread::\\w*sleep|\\.get_future|std::future|"
                           "QEventLoop|BlockingQueuedConnection|sqlite3?_|QSql|"
                           "QTcp\\w+|QNetwork\\w+|popen|system\\()"));
        for (const QString& path : sources()) {
            const auto match = blocking.match(read(path));
            QVERIFY2(!match.hasMatch(), qPrintable(path + QStringLiteral(": ") + match.captured()));
        }
    }
    void coloursAreNamed() {
        const QRegularExpression literal(QStringLiteral("QColor\\(0x|QColor\\(\"#|#[0-9a-fA-F]{6}\\b"));
        for (const QString& path : sources()) {
            if (path.contains(QLatin1String("/theme/"))) continue;
            QVERIFY2(!literal.match(read(path)).hasMatch(), qPrintable(path));
        }
    }
    void filesStaySmall() {
        for (const QString& path : sources())
            QVERIFY2(read(path).count(QLatin1Char('\n')) <= 420, qPrintable(path));
    }
    void translationsAreFinished() {
        for (const char* name : {"tallystick_de.ts", "tallystick_en.ts"}) {
            const QString text =
                read(QStringLiteral(TALLY_SOURCE_DIR "/translations/") + QLatin1String(name));
            QVERIFY(!text.isEmpty());
            QVERIFY2(!text.contains(QLatin1String("type=\"unfinished\"")), name);
        }
    }
};

TALLY_TEST(TestStructure)
#include "test_structure.moc"
