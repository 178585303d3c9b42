#include "tests/support/suite.h"
#include "tests/ui/window_fixture.h"
#include "ui/pages/audit_page.h"
#include "ui/widgets/table_view.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>
#include <QUrl>
#include <nlohmann/json.hpp>

using namespace tally;
using namespace tally::test;

namespace {
template <class W>
W* named(QWidget& window, const char* name) {
    return window.findChild<W*>(QString::fromLatin1(name));
}

/// The Audit page with a file that was checked.
struct Checked : WindowFixture {
    explicit Checked(bool altered = true)
        : WindowFixture(Amount::little, altered) {
        window.openFile(QStringLiteral("/tmp/prod.tracelog"));
        settle();
    }
    QString label(const char* name) { return named<QLabel>(window, name)->text(); }
    void trigger(const char* action) {
        auto* found = window.findChild<QAction*>(QString::fromLatin1(action));
        QVERIFY2(found && found->isEnabled(), action);
        found->trigger();
        settle();
    }
    void click(const char* button) {
        auto* found = named<QPushButton>(window, button);
        QVERIFY2(found && found->isEnabled(), button);
        QTest::mouseClick(found, Qt::LeftButton);
        settle();
    }
    QString cell(const char* table, int row, int column) {
        const auto* model = named<ui::TableView>(window, table)->model();
        return model->index(row, column).data().toString();
    }
};
} // namespace

class TestAudit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneDropNamesRecordFieldAndOriginal() {
        Checked f;
        QCOMPARE(f.label("verdictHeadline"), QStringLiteral("Altered: record 61"));
        QVERIFY(f.label("verdictMeaning").contains(QStringLiteral("Bytes of the file were changed")));
        QCOMPARE(f.label("recordTitle"), QStringLiteral("Record 61"));
        QCOMPARE(f.cell("recordFields", 0, 0), QStringLiteral("Changed"));
        QCOMPARE(f.cell("recordFields", 0, 1), QStringLiteral("cost_pico"));
        QCOMPARE(f.cell("recordFields", 0, 2), QStringLiteral("1200000"));
        QCOMPARE(f.cell("recordFields", 0, 3), QStringLiteral("186400000"));
        QVERIFY(f.label("recordHow").startsWith(QStringLiteral("Proven by hash")));
        QVERIFY(f.label("hashSame").startsWith(QStringLiteral("≠")));
        QVERIFY(named<QPlainTextEdit>(f.window, "hashInput")
                    ->toPlainText()
                    .startsWith(QStringLiteral("000000  00 7b 22")));
    }
    void aRecordThatIsProvenHasNothingToCompare() {
        Checked f;
        auto* records = named<ui::TableView>(f.window, "records");
        records->selectKey(QStringLiteral("3"));
        settle();
        QCOMPARE(f.label("recordTitle"), QStringLiteral("Record 3"));
        QVERIFY(named<ui::TableView>(f.window, "recordFields")->isColumnHidden(0));
        QVERIFY(named<ui::TableView>(f.window, "recordFields")->isColumnHidden(3));
        QVERIFY(!named<QLabel>(f.window, "recordHow")->isVisible());
        QCOMPARE(f.label("hashSame"), QStringLiteral("= the same"));
        QCOMPARE(named<QPlainTextEdit>(f.window, "canonicalLine")->toPlainText(),
                 QStringLiteral("the same, byte for byte"));
    }
    void aFindingLeadsToItsRecord() {
        Checked f;
        named<ui::TableView>(f.window, "records")->selectKey(QStringLiteral("3"));
        auto* findings = named<ui::TableView>(f.window, "findings");
        findings->setCurrentIndex(findings->model()->index(1, 0));
        findings->setCurrentIndex(findings->model()->index(0, 0));
        settle();
        QCOMPARE(f.label("recordTitle"), QStringLiteral("Record 61"));
    }
    void theStripIsWalkedByKeys() {
        Checked f;
        QWidget* strip = nullptr;
        for (QWidget* w : f.window.currentPage()->findChildren<QWidget*>())
            if (w->accessibleName() == QStringLiteral("The log, oldest record first")) strip = w;
        QVERIFY(strip && strip->focusPolicy() == Qt::StrongFocus);
        QTest::keyClick(strip, Qt::Key_Home);
        QCOMPARE(f.label("recordTitle"), QStringLiteral("Record 0"));
        QTest::keyClick(strip, Qt::Key_Right);
        QCOMPARE(f.label("recordTitle"), QStringLiteral("Record 1"));
        QTest::keyClick(strip, Qt::Key_N);
        QCOMPARE(f.label("recordTitle"), QStringLiteral("Record 61"));
        QCOMPARE(strip->accessibleDescription(), QStringLiteral("Record 61: with a finding"));
        QTest::keyClick(strip, Qt::Key_End);
        QCOMPARE(f.label("recordTitle"), QStringLiteral("Record 95"));
        QTest::mouseClick(strip, Qt::LeftButton, Qt::NoModifier, QPoint(2, 8));
        QCOMPARE(f.label("recordTitle"), QStringLiteral("Record 0"));
    }
    void aRecordIsCopiedAsTextAndAsJson() {
        Checked f;
        f.trigger("recordCopyText");
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.contains(QStringLiteral("cost_pico: in the file \"1200000\", sealed \"186400000\"")),
                 qPrintable(text));
        QVERIFY(!text.contains(QChar(0x202E)) && text.contains(QStringLiteral("⟨U+202E⟩")));
        f.trigger("recordCopyJson");
        const auto json = nlohmann::json::parse(QGuiApplication::clipboard()->text().toStdString());
        QCOMPARE(json["seq"].get<int>(), 61);
        QCOMPARE(json["state"].get<std::string>(), std::string("altered"));
        QCOMPARE(json["changed"][0]["original"].get<std::string>(), std::string("186400000"));
        f.trigger("audit.copyJson");
        const auto verdict = nlohmann::json::parse(QGuiApplication::clipboard()->text().toStdString());
        QCOMPARE(verdict["schema"].get<std::string>(), std::string("tally-verify/v1"));
        f.trigger("audit.copyText");
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("ALTERED")));
    }
    void figuresAreDerivedWhenSomebodyLooks() {
        Checked f;
        QCOMPARE(f.auditor.figures_asked, 0);
        auto* tabs = named<QTabWidget>(f.window, "auditTabs");
        tabs->setCurrentIndex(1);
        settle();
        QCOMPARE(f.auditor.figures_asked, 1);
        QCOMPARE(f.auditor.payloads_asked, 0);
        QVERIFY(f.label("figuresSentence").contains(QStringLiteral("1 of 2 ended runs do not add up")));
        // What does not add up stands first, with both amounts.
        QCOMPARE(f.cell("figures", 0, 0), QStringLiteral("Does not add up"));
        QCOMPARE(f.cell("figures", 0, 2), QStringLiteral("r-0002"));
        QCOMPARE(f.cell("figures", 0, 4), QStringLiteral("$ 5.295812000"));
        QCOMPARE(f.cell("figures", 0, 5), QStringLiteral("$ 5.109412000"));
        QCOMPARE(named<ui::TableView>(f.window, "figures")->model()->rowCount(), 7);
        tabs->setCurrentIndex(0);
        tabs->setCurrentIndex(1);
        settle();
        QCOMPARE(f.auditor.figures_asked, 1); // the same file is not read twice
        f.click("verifyAgain");
        QCOMPARE(f.auditor.figures_asked, 2);
    }
    void payloadsAreToldApart() {
        Checked f;
        named<QTabWidget>(f.window, "auditTabs")->setCurrentIndex(2);
        settle();
        QVERIFY(f.label("payloadsSentence").startsWith(QStringLiteral("1 do not match")));
        QStringList states;
        for (int row = 0; row < 5; ++row)
            states << f.cell("payloads", row, 0);
        QCOMPARE(states, QStringList({QStringLiteral("Does not match"), QStringLiteral("Matches"),
                                      QStringLiteral("Matches"), QStringLiteral("Erased"),
                                      QStringLiteral("Withheld")}));
        auto* payloads = named<ui::TableView>(f.window, "payloads");
        payloads->setCurrentIndex(payloads->model()->index(3, 0));
        settle();
        QCOMPARE(f.label("recordTitle"), QStringLiteral("Record 8"));
    }
    void theFingerprintIsEnteredWhereItIsMissing() {
        Checked f(false);
        QCOMPARE(f.auditor.requests.back().pin, std::string());
        QVERIFY(f.auditor.requests.back().own_memory);
        f.click("enterPins");
        auto* dialog = named<QDialog>(f.window, "pinsDialog");
        QVERIFY(dialog && dialog->isVisible());
        named<QLineEdit>(*dialog, "auditPin")->setText(QStringLiteral("  d72ee299  "));
        named<QPlainTextEdit>(*dialog, "auditKey")->setPlainText(QStringLiteral("w1+a+b\n\n w2+c+d\n"));
        named<QComboBox>(*dialog, "memoryChoice")->setCurrentIndex(1);
        named<QLineEdit>(*dialog, "auditMemory")->setText(QStringLiteral("/tmp/memory.json"));
        named<QLineEdit>(*dialog, "pinName")->setText(QStringLiteral("acme 2026"));
        QTest::mouseClick(named<QPushButton>(*dialog, "pinsApply"), Qt::LeftButton);
        settle();
        const api::VerifyRequest& asked = f.auditor.requests.back();
        QCOMPARE(asked.pin, std::string("d72ee299"));
        QCOMPARE(asked.vkeys, (std::vector<std::string>{"w1+a+b", "w2+c+d"}));
        QCOMPARE(asked.memory, std::string("/tmp/memory.json"));
        QVERIFY(!asked.own_memory);
        QCOMPARE(f.auditor.saved_pins.size(), 1U);
        QCOMPARE(f.auditor.saved_pins[0].name, std::string("acme 2026"));
        // It stays for the next file, and can be chosen by its name.
        f.trigger("audit.pins");
        auto* again = named<QDialog>(f.window, "pinsDialog");
        QCOMPARE(named<QLineEdit>(*again, "auditPin")->text(), QStringLiteral("d72ee299"));
        QCOMPARE(named<QComboBox>(*again, "pinStored")->count(), 2);
    }
    void aPinThatCannotBeKeptIsSaidInPlace() {
        Checked f(false);
        f.trigger("audit.pins");
        auto* dialog = named<QDialog>(f.window, "pinsDialog");
        named<QLineEdit>(*dialog, "auditPin")->setText(QStringLiteral("abc"));
        named<QLineEdit>(*dialog, "pinName")->setText(QStringLiteral("acme"));
        const std::size_t before = f.auditor.requests.size();
        QTest::mouseClick(named<QPushButton>(*dialog, "pinsApply"), Qt::LeftButton);
        settle();
        QVERIFY(dialog->isVisible());
        QVERIFY(named<QLabel>(*dialog, "pinsDialogError")->text().contains(QStringLiteral("no fingerprint")));
        QCOMPARE(f.auditor.requests.size(), before);
    }
    void aForkShowsBothStates() {
        WindowFixture f(Amount::little);
        f.auditor.memory.answer = "mismatch";
        f.auditor.memory.then =
            LogState{"d72e", "o", 137, "aa11bb22cc33dd44", FakeWorkspace::now_us, "old.tracelog"};
        f.auditor.memory.now = LogState{"d72e", "o", 96, "ee55ff6600112233"};
        f.window.openFile(QStringLiteral("/tmp/prod.tracelog"));
        settle();
        auto* said = named<QLabel>(f.window, "verdictMemory");
        QVERIFY(said->isVisible());
        QCOMPARE(said->text(), QStringLiteral("You saw: 137 records, root aa11…dd44, on 2026-11-22 14:55:00, "
                                              "old.tracelog. This file: 96 records, root ee55…2233."));
        QCOMPARE(said->property("tone").toString(), QStringLiteral("danger"));
    }
    void twoExportsAreCompared() {
        Checked f;
        f.window.openFile(QStringLiteral("/tmp/newer.tracelog"));
        settle();
        f.trigger("audit.compare");
        auto* dialog = named<QDialog>(f.window, "compareDialog");
        QCOMPARE(named<QLineEdit>(*dialog, "compareFirst")->text(), QStringLiteral("/tmp/prod.tracelog"));
        QCOMPARE(named<QLineEdit>(*dialog, "compareSecond")->text(), QStringLiteral("/tmp/newer.tracelog"));
        QTest::mouseClick(named<QPushButton>(*dialog, "compareGo"), Qt::LeftButton);
        settle();
        QCOMPARE(named<QLabel>(*dialog, "compareSaid")->text(),
                 QStringLiteral("The same records before 61, then different ones."));
        QVERIFY(
            named<QLabel>(*dialog, "compareFacts")->text().contains(QStringLiteral("95 records the same")));
        auto* table = named<ui::TableView>(*dialog, "comparison");
        QCOMPARE(table->model()->rowCount(), 2);
        QCOMPARE(table->model()->index(0, 3).data().toString(), QStringLiteral("186400000"));
        QTest::mouseClick(named<QPushButton>(*dialog, "compareCopy"), Qt::LeftButton);
        const auto json = nlohmann::json::parse(QGuiApplication::clipboard()->text().toStdString());
        QVERIFY(json.is_object() && !json.empty());
    }
    void twoFilesThatAreDroppedAreCompared() {
        WindowFixture f(Amount::little);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(QStringLiteral("/tmp/a.tracelog")),
                      QUrl::fromLocalFile(QStringLiteral("/tmp/b.tracelog"))});
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&f.window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&f.window, &drop);
        settle();
        QCOMPARE(f.window.currentPage()->objectName(), QStringLiteral("page.audit"));
        auto* dialog = named<QDialog>(f.window, "compareDialog");
        QVERIFY(dialog && named<QLabel>(*dialog, "compareSaid")->isVisible());
        QCOMPARE(named<QLineEdit>(*dialog, "compareSecond")->text(), QStringLiteral("/tmp/b.tracelog"));
    }
    void oneProofIsCheckedByPaste() {
        Checked f;
        f.trigger("audit.proof");
        auto* dialog = named<QDialog>(f.window, "proofDialog");
        auto* go = named<QPushButton>(*dialog, "proofCheck");
        auto* said = named<QLabel>(*dialog, "proofSaid");
        auto* error = named<QLabel>(*dialog, "proofDialogError");
        named<QPlainTextEdit>(*dialog, "proofText")
            ->setPlainText(QStringLiteral("c2sp.org/tlog-proof@v1\nindex 21"));
        QTest::mouseClick(go, Qt::LeftButton);
        settle();
        QVERIFY(!said->isVisible() && error->isVisible() && error->text().contains(QStringLiteral("key")));
        QTest::mouseClick(named<QPushButton>(*dialog, "proofTakeKey"), Qt::LeftButton);
        settle();
        QTest::mouseClick(go, Qt::LeftButton);
        settle();
        QVERIFY(said->isVisible() && !error->isVisible());
        QVERIFY(said->text().startsWith(QStringLiteral("Proven: this is record 21 of")));
        QVERIFY(f.auditor.proofs.back().text.ends_with('\n'));
        QCOMPARE(named<QPlainTextEdit>(*dialog, "proofEntry")->toPlainText(), QStringLiteral("{\"seq\":21}"));
        // A changed proof takes the old answer away.
        named<QPlainTextEdit>(*dialog, "proofText")->setPlainText(QStringLiteral("nonsense"));
        QTest::mouseClick(go, Qt::LeftButton);
        settle();
        QVERIFY(!said->isVisible() && error->isVisible());
    }
    void aReportIsSaved() {
        Checked f;
        f.trigger("audit.report");
        auto* dialog = named<QDialog>(f.window, "reportDialog");
        QCOMPARE(named<QLineEdit>(*dialog, "reportOut")->text(),
                 QStringLiteral("/tmp/prod.tracelog.report.json"));
        QCOMPARE(named<QLineEdit>(*dialog, "reportPassphrase")->echoMode(), QLineEdit::Password);
        named<QLineEdit>(*dialog, "reportKey")->setText(QStringLiteral("/tmp/key.pem"));
        named<QLineEdit>(*dialog, "reportPassphrase")->setText(QStringLiteral("secret"));
        named<QLineEdit>(*dialog, "reportNote")->setText(QStringLiteral("acme 2026"));
        named<QCheckBox>(*dialog, "reportPdf")->setChecked(false); // the scripted report has no pages
        QTest::mouseClick(named<QPushButton>(*dialog, "reportSave"), Qt::LeftButton);
        settle();
        QCOMPARE(f.auditor.reports.size(), 1U);
        QCOMPARE(f.auditor.reports[0].key, std::string("/tmp/key.pem"));
        QCOMPARE(f.auditor.reports[0].passphrase, std::string("secret"));
        QCOMPARE(f.auditor.reports[0].note, std::string("acme 2026"));
    }
    void progressSaysWhatHowMuchAndHowFast() {
        WindowFixture f(Amount::little);
        f.auditor.hold = true;
        f.window.openFile(QStringLiteral("/tmp/prod.tracelog"));
        auto* facts = named<QLabel>(f.window, "verdictFacts");
        // At once, before anything was read.
        QVERIFY2(facts->text().startsWith(QStringLiteral("reading · 0 of")), qPrintable(facts->text()));
        QTRY_VERIFY_WITH_TIMEOUT(
            facts->text().startsWith(QStringLiteral("checking content · 81.0 MB of 100.0 MB")), 60'000);
        QVERIFY(facts->text().contains(QStringLiteral("/s")) &&
                facts->text().endsWith(QStringLiteral(" left")));
        f.auditor.finish();
        settle();
        QCOMPARE(named<QLabel>(f.window, "verdictHeadline")->text(), QStringLiteral("Altered: record 61"));
    }
    void cancellingDoesNotWaitForTheVerifier() {
        WindowFixture f(Amount::little);
        f.auditor.hold = true;
        f.window.openFile(QStringLiteral("/tmp/prod.tracelog"));
        settle();
        QTest::mouseClick(named<QPushButton>(f.window, "cancelVerify"), Qt::LeftButton);
        auto* title = named<QLabel>(*named<QWidget>(*f.window.currentPage(), "pageState"), "stateTitle");
        QVERIFY(f.auditor.last_cancel.cancelled() && title->isVisible());
        QCOMPARE(title->text(), QStringLiteral("The check was cancelled"));
        f.auditor.hold = false;
        f.auditor.finish(); // the late answer changes nothing
        settle();
        QVERIFY(title->isVisible());
        f.window.findChild<QPushButton*>(QStringLiteral("stateAction"));
        QTest::mouseClick(
            named<QPushButton>(*named<QWidget>(*f.window.currentPage(), "pageState"), "stateAction"),
            Qt::LeftButton);
        settle();
        QCOMPARE(named<QLabel>(f.window, "verdictHeadline")->text(), QStringLiteral("Altered: record 61"));
    }
    void hostileTextStaysHarmlessAndSmall() {
        WindowFixture f(Amount::little);
        Verdict v = fakeVerdictForTests();
        f.auditor.verdict = v;
        f.window.resize(880, 560);
        f.window.openFile(QStringLiteral("/tmp/prod.tracelog"));
        settle();
        for (QLabel* label : f.window.currentPage()->findChildren<QLabel*>())
            QVERIFY2(!label->text().contains(QChar(0x202E)) && label->textFormat() != Qt::RichText,
                     qPrintable(label->text()));
        QVERIFY(f.window.width() <= 880);
        QCOMPARE(named<ui::TableView>(f.window, "findings")->model()->rowCount(), 200);
    }
    void everyControlHasANameAndTakesTheFocus() {
        Checked f;
        for (const int tab : {0, 1, 2}) {
            named<QTabWidget>(f.window, "auditTabs")->setCurrentIndex(tab);
            settle();
            for (QWidget* w : f.window.currentPage()->findChildren<QWidget*>()) {
                const auto* button = qobject_cast<QPushButton*>(w);
                const bool control = button != nullptr || qobject_cast<QLineEdit*>(w) != nullptr ||
                                     qobject_cast<QPlainTextEdit*>(w) != nullptr ||
                                     qobject_cast<ui::TableView*>(w) != nullptr;
                if (!control || !w->isVisible()) continue;
                QVERIFY2(!w->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                         qPrintable(w->objectName()));
                QVERIFY2(w->focusPolicy() & Qt::TabFocus, qPrintable(w->objectName()));
            }
        }
    }

private:
    static Verdict fakeVerdictForTests() {
        Verdict v;
        v.level = VerdictLevel::altered;
        v.intact = false;
        v.entries = 96;
        v.checkpoints = 2;
        v.sealed_to = v.signed_to = 95;
        v.origin = std::string("evil\xE2\x80\xAE.example/") + std::string(3000, 'x');
        for (int i = 0; i < 200; ++i) {
            Finding f;
            f.code = "ALTERED";
            f.seq = i % 96;
            f.field = "mod\xD0\xB5l";
            f.stored = "\xE2\x80\xAE" + std::string(5000, 'y');
            f.original = "z";
            f.message = "record changed \xE2\x80\xAE" + std::string(2000, 'm');
            v.findings.push_back(f);
        }
        return v;
    }
};

TALLY_TEST(TestAudit)
#include "test_audit.moc"
