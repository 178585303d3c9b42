#include "core/api/open.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/picture.h"
#include "tests/support/suite.h"
#include "ui/bridge/session.h"
#include "ui/models/verdict_words.h"
#include "ui/pages/audit_page.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"
#include "ui/widgets/table_view.h"

#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

using namespace tally;

namespace {
ui::Theme& theme() {
    static auto* instance = [] {
        auto* plurals = new QTranslator(qApp);
        if (plurals->load(QStringLiteral(":/tally/i18n/tallystick_en.qm")))
            QCoreApplication::installTranslator(plurals);
        return new ui::Theme(*qApp);
    }();
    return *instance;
}

template <class W>
W* named(QWidget& window, const char* name) {
    return window.findChild<W*>(QString::fromLatin1(name));
}

/// A window without a workspace, as an auditor starts it (`tallystick --audit`), over the real verifier.
struct Desk {
    Desk()
        : auditor(api::makeAuditor())
        , session(nullptr, auditor.get(), mailbox)
        , window(session) {
        window.resize(1200, 760);
        window.show();
    }
    ~Desk() { auditor.reset(); }
    QString put(const std::string& bytes, const char* name) {
        const QString path = folder.filePath(QString::fromLatin1(name));
        QFile file(path);
        if (file.open(QIODevice::WriteOnly)) file.write(bytes.data(), static_cast<qint64>(bytes.size()));
        return path;
    }
    /// Opens a file and waits for the verdict.
    void open(const QString& path) {
        window.openFile(path);
        QTRY_VERIFY_WITH_TIMEOUT(named<QPushButton>(window, "verifyAgain")->isEnabled(), 120'000);
    }
    QString label(const char* name) { return named<QLabel>(window, name)->text(); }
    QString cell(const char* table, int row, int column) {
        return named<ui::TableView>(window, table)->model()->index(row, column).data().toString();
    }
    QTemporaryDir folder;
    ui::Mailbox mailbox;
    std::unique_ptr<api::Auditor> auditor;
    ui::Session session;
    ui::MainWindow window;
};
} // namespace

class TestRealFiles : public QObject {
    Q_OBJECT

    static constexpr int picture_width = 980; ///< fits into the help window

    static void picture(Desk& desk, const char* name) {
        const QString file = QString::fromLatin1(name);
        QDir().mkpath(QStringLiteral(TALLY_BINARY_DIR "/shots"));
        // Scroll bars and column widths find their place by and by: until two pictures are the same.
        QImage before, now = desk.window.grab().toImage();
        for (int i = 0; i < 200 && now != before; ++i) {
            QTest::qWait(50);
            before = std::exchange(now, desk.window.grab().toImage());
        }
        const QImage made = test::reduced(now.scaledToWidth(picture_width, Qt::SmoothTransformation), 64);
        QVERIFY(made.save(QStringLiteral(TALLY_BINARY_DIR "/shots/") + file));
        const QString kept = QStringLiteral(TALLY_SOURCE_DIR "/resources/help/") + file;
        QVERIFY2(QFile::exists(kept), qPrintable(kept));
        const int far = test::difference(made, QImage(kept));
        QVERIFY2(far <= 100,
                 qPrintable(QStringLiteral("%1 differs in %2 of 10000 pixels").arg(file).arg(far)));
    }

private Q_SLOTS:
    void initTestCase() {
        QCoreApplication::setOrganizationName(QStringLiteral("tallystick-test"));
        QCoreApplication::setApplicationName(QStringLiteral("tallystick-test-auditor"));
        static QTemporaryDir settings;
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        theme().setMode(ui::ThemeMode::light);
    }
    /// The walk of the help page, with its pictures: one action names record, field and original value.
    void theWalk() {
        Desk desk;
        const QString path = desk.put(test::attackBundle("edit-cost-digit"), "acme-2026.tracelog");
        desk.open(path); // action 1: drop the file
        QCOMPARE(desk.label("verdictHeadline"), QStringLiteral("Altered: record 38"));
        QVERIFY(desk.label("verdictMeaning").contains(QStringLiteral("Bytes of the file were changed")));
        QCOMPARE(desk.label("recordTitle"), QStringLiteral("Record 38"));
        QCOMPARE(desk.cell("recordFields", 0, 1), QStringLiteral("cost_pico"));
        QCOMPARE(desk.cell("recordFields", 0, 2), QStringLiteral("117813720000"));
        QCOMPARE(desk.cell("recordFields", 0, 3), QStringLiteral("117813750000"));
        QVERIFY(desk.label("recordHow").startsWith(QStringLiteral("Proven by hash")));
        picture(desk, "walk-1.png");
        named<QTabWidget>(desk.window, "recordTabs")->setCurrentIndex(2); // action 2: why it is proven
        QVERIFY(desk.label("hashSame").startsWith(QStringLiteral("≠")));
        picture(desk, "walk-2.png");
    }
    void attacksAreNamed_data() {
        QTest::addColumn<QString>("attack");
        QTest::addColumn<QString>("headline");
        const auto add = [](const char* attack, const char* headline) {
            QTest::newRow(attack) << QString::fromLatin1(attack) << QString::fromUtf8(headline);
        };
        add("alert-edited", "Altered: record 34");
        add("alert-forward", "Signed so, but wrong: record 34");
        add("bad-status", "Signed so, but wrong: record 102");
    }
    void attacksAreNamed() {
        QFETCH(QString, attack);
        QFETCH(QString, headline);
        Desk desk;
        desk.open(desk.put(test::attackBundle(attack.toStdString()), "attack.tracelog"));
        QCOMPARE(desk.label("verdictHeadline"), headline);
    }
    /// Every attack of the specification: a verdict, never a green one, and the list of payloads agrees with
    /// it.
    void everyAttackHasAVerdictAndAgreeingPayloads() {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("attack.tracelog"));
        const auto auditor = api::makeAuditor();
        int compared = 0;
        for (const auto& attack : test::fixtureJson("attacks.json")) {
            const auto name = attack["name"].get<std::string>();
            QFile out(path);
            QVERIFY(out.open(QIODevice::WriteOnly));
            const std::string bundle = test::attackBundle(name);
            out.write(bundle.data(), static_cast<qint64>(bundle.size()));
            out.close();
            std::shared_ptr<api::AuditFile> file;
            std::optional<api::PayloadList> list;
            std::atomic<bool> done = false;
            api::VerifyRequest request;
            request.path = path.toStdString();
            auditor->verify(request, {}, {}, [&](Result<std::shared_ptr<api::AuditFile>> checked) {
                if (checked) file = *checked;
                done = true;
            });
            QTRY_VERIFY_WITH_TIMEOUT(done, 60'000);
            QVERIFY2(file, name.c_str());
            if (!attack["ok"].get<bool>())
                QVERIFY2(ui::sentenceOf(file->verdict()).tone != ui::Tone::ok, name.c_str());
            if (!file->verdict().totals || !file->verdict().totals->complete) continue;
            done = false;
            auditor->payloads(file, {}, [&](Result<api::PayloadList> all) {
                if (all) list = *all;
                done = true;
            });
            QTRY_VERIFY_WITH_TIMEOUT(done && list, 60'000);
            const VerdictTotals& totals = *file->verdict().totals;
            using State = api::PayloadSlot::State;
            const auto n = [&](State s) { return list->count[static_cast<std::size_t>(s)]; };
            QVERIFY2(n(State::opened) == totals.payloads_ok && n(State::erased) == totals.payloads_erased &&
                         n(State::withheld) == totals.payloads_withheld,
                     qPrintable(QStringLiteral("%1: %2 %3 %4, verdict %5 %6 %7")
                                    .arg(QString::fromStdString(name))
                                    .arg(n(State::opened))
                                    .arg(n(State::erased))
                                    .arg(n(State::withheld))
                                    .arg(totals.payloads_ok)
                                    .arg(totals.payloads_erased)
                                    .arg(totals.payloads_withheld)));
            ++compared;
        }
        QVERIFY(compared > 20);
    }
    void aGoodLogIsRememberedAndContinued() {
        Desk desk;
        desk.open(desk.put(test::fixture("old-96.tracelog"), "old.tracelog"));
        QVERIFY2(desk.label("verdictMemory").contains(QStringLiteral("This log was not seen before.")),
                 qPrintable(desk.label("verdictMemory")));
        desk.open(desk.put(test::fixture("good.tracelog"), "new.tracelog"));
        QVERIFY2(desk.label("verdictMemory").startsWith(QStringLiteral("Seen before: 96 records")),
                 qPrintable(desk.label("verdictMemory")));
        desk.open(desk.put(test::fixture("old-96.tracelog"), "old.tracelog"));
        QVERIFY(desk.label("verdictHeadline").startsWith(QStringLiteral("Rolled back")));
        QVERIFY2(desk.label("verdictMemory").startsWith(QStringLiteral("You saw: 137 records")),
                 qPrintable(desk.label("verdictMemory")));
    }
    void figuresAddUpToTheVerdict() {
        Desk desk;
        desk.open(desk.put(test::fixture("good.tracelog"), "good.tracelog"));
        auto* tabs = named<QTabWidget>(desk.window, "auditTabs");
        tabs->setCurrentIndex(1);
        auto* sentence = named<QLabel>(desk.window, "figuresSentence");
        QTRY_VERIFY_WITH_TIMEOUT(sentence->isVisible(), 60'000);
        const auto cost = test::fixtureJson("good.verdict.json")["totals"]["cost_pico"].get<std::string>();
        const PicoSum expected = PicoSum::of(static_cast<Int128>(std::stoll(cost)));
        QVERIFY2(sentence->text().contains(QString::fromStdString(expected.toString())),
                 qPrintable(sentence->text()));
        QVERIFY2(sentence->text().contains(QStringLiteral("ended runs add up")),
                 qPrintable(sentence->text()));
    }
    void oneExportContinuesTheOther() {
        Desk desk;
        desk.open(desk.put(test::fixture("old-96.tracelog"), "a.tracelog"));
        desk.open(desk.put(test::fixture("good.tracelog"), "b.tracelog"));
        desk.window.findChild<QAction*>(QStringLiteral("audit.compare"))->trigger();
        auto* dialog = named<QDialog>(desk.window, "compareDialog");
        auto* said = named<QLabel>(*dialog, "compareSaid");
        QTest::mouseClick(named<QPushButton>(*dialog, "compareGo"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(
            said->text().startsWith(QStringLiteral("The second file continues the first")), 60'000);
        QVERIFY(
            named<QLabel>(*dialog, "compareFacts")->text().contains(QStringLiteral("96 records the same")));
    }
    void proofsAreProvenOrRefused() {
        Desk desk;
        desk.open(desk.put(test::fixture("good.tracelog"), "good.tracelog"));
        desk.window.findChild<QAction*>(QStringLiteral("audit.proof"))->trigger();
        auto* dialog = named<QDialog>(desk.window, "proofDialog");
        auto* key = named<QLineEdit>(*dialog, "proofKey");
        auto* text = named<QPlainTextEdit>(*dialog, "proofText");
        auto* said = named<QLabel>(*dialog, "proofSaid");
        auto* error = named<QLabel>(*dialog, "proofDialogError");
        QTest::mouseClick(named<QPushButton>(*dialog, "proofTakeKey"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(key->text().contains(QStringLiteral("+90fa533b+")), 60'000);
        text->setPlainText(QString::fromStdString(test::fixture("step-21.tlog-proof")));
        QTest::mouseClick(named<QPushButton>(*dialog, "proofCheck"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(said->isVisible(), 60'000);
        QVERIFY(said->text().startsWith(QStringLiteral("Proven: this is record 21 of")));
        QVERIFY(named<QPlainTextEdit>(*dialog, "proofEntry")
                    ->toPlainText()
                    .contains(QStringLiteral("41577800000")));
        const auto bad =
            test::filesBelow(TALLY_SOURCE_DIR "/tests/fixtures/tracelog/proofs-bad", ".tlog-proof");
        QCOMPARE(bad.size(), 7U);
        for (const std::string& path : bad) {
            text->setPlainText(QString::fromStdString(test::readFile(path)));
            QTest::mouseClick(named<QPushButton>(*dialog, "proofCheck"), Qt::LeftButton);
            QTRY_VERIFY2_WITH_TIMEOUT(error->isVisible(), path.c_str(), 60'000);
            QVERIFY2(!said->isVisible(), path.c_str());
        }
    }
    void malformedFilesAreAVerdictToo() {
        Desk desk;
        desk.open(desk.put("PK\x03\x04 no bundle", "x.tracelog"));
        QCOMPARE(desk.label("verdictHeadline"), QStringLiteral("Not readable as a bundle"));
        desk.open(desk.put("", "empty.tracelog"));
        QCOMPARE(desk.label("verdictHeadline"), QStringLiteral("Not readable as a bundle"));
        desk.window.openFile(desk.folder.filePath(QStringLiteral("missing.tracelog")));
        auto* state = named<QWidget>(*desk.window.currentPage(), "pageState");
        QTRY_VERIFY_WITH_TIMEOUT(named<QLabel>(*state, "stateTitle")->isVisible(), 60'000);
    }
};

TALLY_TEST(TestRealFiles)
#include "test_real_files.moc"
