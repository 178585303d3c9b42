#include "tests/support/picture.h"
#include "tests/support/suite.h"
#include "tests/ui/fake_data.h"
#include "tests/ui/window_fixture.h"
#include "ui/pages/live_page.h"
#include "ui/pages/page.h"
#include "ui/widgets/table_view.h"

#include <QDialog>
#include <QDir>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QPixmap>
#include <QProcess>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>
#include <QTranslator>

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
    static QString compare(QWidget& shown, const QString& name) {
        const QImage picture = reduced(shown.grab().toImage());
        if (picture.isNull() || !picture.save(outputDir() + QLatin1Char('/') + name))
            return QStringLiteral("%1 cannot be written").arg(name);
        const QString reference = referenceDir() + QLatin1Char('/') + name;
        if (!QFile::exists(reference)) return {};
        const int far = difference(picture, QImage(reference));
        return far > 100 ? QStringLiteral("%1 differs in %2 of 10000 pixels").arg(name).arg(far) : QString();
    }

    static void prepare(WindowFixture& f, Amount amount, const QString& page, QSize size = {1440, 900}) {
        f.window.resize(size);
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

    /// What a picture shows besides the page itself.
    static void bring(WindowFixture& f, const QString& state) {
        const auto click = [&](const char* button) {
            QTest::mouseClick(f.window.findChild<QPushButton*>(QString::fromLatin1(button)), Qt::LeftButton);
        };
        if (state == QLatin1String("reasons")) click("ladderReasons");
        if (state == QLatin1String("failed")) {
            f.auditor.failure =
                Error{"file.open", "The file cannot be read: Permission denied",
                      "Ask its owner for a copy that you may read", "/srv/exports/prod.tracelog"};
            click("verifyAgain");
        }
        if (state == QLatin1String("running")) {
            f.auditor.hold = true;
            click("verifyAgain");
        }
        if (state == QLatin1String("text")) {
            f.window.findChild<QTabWidget*>(QStringLiteral("auditTabs"))->setCurrentIndex(2);
            settle();
            auto* payloads = f.window.findChild<ui::TableView*>(QStringLiteral("payloads"));
            payloads->setCurrentIndex(payloads->model()->index(1, 0));
        }
        if (state == QLatin1String("erase")) {
            click("eraseNow");
            f.window.findChild<QLineEdit*>(QStringLiteral("eraseSubject"))
                ->setText(QStringLiteral("customer-17"));
            auto* plan = f.window.findChild<QLabel*>(QStringLiteral("erasePlan"));
            QTRY_VERIFY(plan->text().contains(QStringLiteral("574")));
        }
        settle();
    }

    /// English, or German with its numbers.
    struct Language {
        explicit Language(bool german) {
            if (!german || !words.load(QStringLiteral(":/tally/i18n/tallystick_de.qm"))) return;
            QCoreApplication::installTranslator(&words);
            QLocale::setDefault(QLocale(QLocale::German, QLocale::Germany));
        }
        ~Language() {
            QCoreApplication::removeTranslator(&words);
            QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        }
        QTranslator words;
    };

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
                compare(f.window, QStringLiteral("%1-%2-%3.png")
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
            f.window,
            QStringLiteral("audit-%1-%2.png").arg(QString::fromLatin1(QTest::currentDataTag()), scaleName()));
        QVERIFY2(said.isEmpty(), qPrintable(said));
    }
    /// Windows, states and languages besides the usual: as narrow as a small laptop, German, failed, dialogs.
    void shapes_data() {
        QTest::addColumn<QString>("page");
        QTest::addColumn<QSize>("size");
        QTest::addColumn<QString>("state");
        QTest::addColumn<bool>("german");
        QTest::addColumn<bool>("dark");
        const QSize small(1024, 700), usual(1440, 900);
        const auto add = [](const char* name, const char* page, QSize size, const char* state, bool german,
                            bool dark) {
            QTest::newRow(name) << QString::fromLatin1(page) << size << QString::fromLatin1(state) << german
                                << dark;
        };
        add("audit-narrow-light", "audit", small, "checked", false, false);
        add("audit-narrow-dark", "audit", small, "checked", false, true);
        add("audit-narrow-reasons-dark", "audit", small, "reasons", false, true);
        add("audit-narrow-empty-light", "audit", small, "empty", false, false);
        add("audit-narrow-failed-light", "audit", small, "failed", false, false);
        add("audit-narrow-german-light", "audit", small, "checked", true, false);
        add("audit-german-dark", "audit", usual, "checked", true, true);
        add("audit-running-dark", "audit", usual, "running", false, true);
        add("audit-text-light", "audit", usual, "text", false, false);
        add("audit-text-dark", "audit", usual, "text", false, true);
        add("settings-german-light", "settings", usual, "", true, false);
        add("settings-narrow-light", "settings", small, "", false, false);
        add("erase-light", "settings", usual, "erase", false, false);
        add("erase-german-dark", "settings", usual, "erase", true, true);
        for (const char* page : {"overview", "live", "workflows", "budgets"}) {
            add(qPrintable(QStringLiteral("%1-narrow-dark").arg(QLatin1String(page))), page, small, "", false,
                true);
            add(qPrintable(QStringLiteral("%1-narrow-german-light").arg(QLatin1String(page))), page, small,
                "", true, false);
        }
    }
    void shapes() {
        QFETCH(QString, page);
        QFETCH(QSize, size);
        QFETCH(QString, state);
        QFETCH(bool, german);
        QFETCH(bool, dark);
        theme().setMode(dark ? ui::ThemeMode::dark : ui::ThemeMode::light);
        QDir().mkpath(outputDir());
        const Language language(german);
        WindowFixture f(Amount::little, state != QLatin1String("text"));
        prepare(f, state == QLatin1String("empty") ? Amount::none : Amount::little, page, size);
        bring(f, state);
        QWidget* shown = &f.window;
        for (QDialog* dialog : f.window.findChildren<QDialog*>())
            if (dialog->isVisible()) shown = dialog;
        const QString said = compare(
            *shown,
            QStringLiteral("%1-%2.png").arg(QString::fromLatin1(QTest::currentDataTag()), scaleName()));
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
