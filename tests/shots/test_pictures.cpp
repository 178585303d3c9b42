#include "tests/support/picture.h"
#include "tests/support/suite.h"
#include "tests/ui/fake_data.h"
#include "tests/ui/window_fixture.h"
#include "ui/pages/live_page.h"
#include "ui/pages/page.h"
#include "ui/widgets/table_view.h"

#include <QDir>
#include <QImage>
#include <QPixmap>
#include <QProcess>
#include <QTabWidget>
#include <QTest>

using namespace tally;
using namespace tally::test;

/// Page pictures × {dark, light} × {1×, 2×} × {no data, little, much}. All are written to the build folder;
/// those with a reference under tests/shots/reference are compared.
class TestPictures : public QObject {
    Q_OBJECT

    static QString scaleName() { return qEnvironmentVariable("TALLY_SHOTS_SCALE", QStringLiteral("1x")); }
    static QString outputDir() { return QStringLiteral(TALLY_BINARY_DIR "/shots"); }
    static QString referenceDir() { return QStringLiteral(TALLY_SOURCE_DIR "/tests/shots/reference"); }

    /// Writes the picture and, where there is a reference, says how it differs; empty: well.
    static QString compare(WindowFixture& f, const QString& name) {
        const QImage picture = reduced(f.window.grab().toImage());
        if (picture.isNull() || !picture.save(outputDir() + QLatin1Char('/') + name))
            return QStringLiteral("%1 cannot be written").arg(name);
        const QString reference = referenceDir() + QLatin1Char('/') + name;
        if (!QFile::exists(reference)) return {};
        const int far = difference(picture, QImage(reference));
        return far > 100 ? QStringLiteral("%1 differs in %2 of 10000 pixels").arg(name).arg(far) : QString();
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
            const QString said =
                compare(f, QStringLiteral("%1-%2-%3.png")
                               .arg(page, QString::fromLatin1(QTest::currentDataTag()), scaleName()));
            if (!said.isEmpty()) wrong << said;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
    /// What the Audit page can say besides "altered".
    void audit_data() {
        QTest::addColumn<QString>("state");
        QTest::addColumn<bool>("dark");
        for (const char* state : {"proven", "hash", "malformed", "rolledback", "figures", "payloads"})
            for (const bool dark : {true, false})
                QTest::addRow("%s-%s", state, dark ? "dark" : "light") << QString::fromLatin1(state) << dark;
    }
    void audit() {
        QFETCH(QString, state);
        QFETCH(bool, dark);
        theme().setMode(dark ? ui::ThemeMode::dark : ui::ThemeMode::light);
        QDir().mkpath(outputDir());
        WindowFixture f(Amount::little, state != QLatin1String("proven"));
        Verdict v = fakeVerdict(state != QLatin1String("proven"), 96);
        if (state == QLatin1String("proven")) {
            v.level = VerdictLevel::continuous;
            v.pin = v.memory = "match";
            v.memory_size = 64;
            f.auditor.memory.answer = "match";
            f.auditor.memory.remembered = true;
            f.auditor.memory.then = LogState{"d72e",
                                             "o",
                                             64,
                                             "aa11bb22cc33dd44",
                                             FakeWorkspace::now_us - 86'400'000'000,
                                             "october.tracelog"};
        } else if (state == QLatin1String("malformed")) {
            v = {};
            Finding broken;
            broken.code = "CONTAINER";
            broken.message = "the section \"entries\" says that it has 9223372036854775807 bytes";
            v.findings = {broken};
        } else if (state == QLatin1String("rolledback")) {
            v.memory = "mismatch";
            v.findings.front().code = "ROLLBACK";
            v.findings.front().field.reset();
            v.findings.front().seq = 96;
            v.findings.front().to_seq = 136;
            v.findings.front().message = "records that were seen before are missing";
            f.auditor.memory.answer = "mismatch";
            f.auditor.memory.then = LogState{"d72e",
                                             "o",
                                             137,
                                             "aa11bb22cc33dd44",
                                             FakeWorkspace::now_us - 86'400'000'000,
                                             "october.tracelog"};
            f.auditor.memory.now = LogState{"d72e", "o", 96, "ee55ff6600112233"};
        }
        f.auditor.verdict = v;
        prepare(f, Amount::little, QStringLiteral("audit"));
        auto* tabs = f.window.findChild<QTabWidget*>(QStringLiteral("auditTabs"));
        if (state == QLatin1String("figures")) tabs->setCurrentIndex(1);
        if (state == QLatin1String("payloads")) tabs->setCurrentIndex(2);
        if (state == QLatin1String("hash"))
            f.window.findChild<QTabWidget*>(QStringLiteral("recordTabs"))->setCurrentIndex(2);
        settle();
        const QString said = compare(
            f,
            QStringLiteral("audit-%1-%2.png").arg(QString::fromLatin1(QTest::currentDataTag()), scaleName()));
        QVERIFY2(said.isEmpty(), qPrintable(said));
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
