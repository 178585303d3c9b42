#include "tests/support/suite.h"
#include "tests/ui/window_fixture.h"
#include "ui/widgets/table_view.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>

using namespace tally;
using namespace tally::test;

namespace {
template <class W>
W* named(QWidget& window, const char* name) {
    return window.findChild<W*>(QString::fromLatin1(name));
}
void click(QWidget& window, const char* name) {
    auto* button = named<QPushButton>(window, name);
    QVERIFY2(button && button->isEnabled() && button->isVisible(), name);
    QTest::mouseClick(button, Qt::LeftButton);
    settle();
}

/// The Audit page with a checked file.
struct Checked : WindowFixture {
    Checked()
        : WindowFixture(Amount::little) {
        window.openFile(QStringLiteral("/tmp/prod.tracelog"));
        settle();
    }
    void record(const char* seq) {
        named<ui::TableView>(window, "records")->selectKey(QString::fromLatin1(seq));
        settle();
    }
    void showTexts() {
        named<QTabWidget>(window, "recordTabs")->setCurrentIndex(3);
        settle();
    }
    void choose(const char* slot) {
        auto* choice = named<QComboBox>(window, "payloadChoice");
        choice->setCurrentIndex(choice->findData(QString::fromLatin1(slot)));
        Q_EMIT choice->activated(choice->currentIndex());
        settle();
    }
    QString said() { return named<QLabel>(window, "payloadSaid")->text(); }
    QString text() { return named<QPlainTextEdit>(window, "payloadText")->toPlainText(); }
};

/// The dialog that erases, opened from the Settings page.
struct Erasing : WindowFixture {
    explicit Erasing(const char* button = "eraseNow", Amount amount = Amount::little)
        : WindowFixture(amount) {
        window.showPage(QStringLiteral("settings"));
        settle();
        click(window, button);
        dialog = named<QDialog>(window, "eraseDialog");
    }
    void type(const char* field, const char* text) {
        named<QLineEdit>(*dialog, field)->setText(QString::fromLatin1(text));
    }
    QString plan() { return named<QLabel>(*dialog, "erasePlan")->text(); }
    QPushButton* doIt() { return named<QPushButton>(*dialog, "eraseDoIt"); }
    QCheckBox* sure() { return named<QCheckBox>(*dialog, "eraseSure"); }
    QDialog* dialog = nullptr;
};
} // namespace

/// Reading the texts that a file opens, and erasing those of the workspace.
class TestPayloads : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPromptIsReadEscapedWhenSomebodyLooks() {
        Checked f;
        f.record("4");
        QVERIFY(f.auditor.read.empty());
        f.showTexts();
        QCOMPARE(f.auditor.read.size(), 1U);
        QCOMPARE(f.auditor.read[0].seq, 4);
        QCOMPARE(f.auditor.read[0].slot, std::string("in"));
        QCOMPARE(f.text(),
                 QStringLiteral("Which licences does this file name?\nCopyright 2019 Ada ⟨U+202E⟩."));
        f.window.findChild<QAction*>(QStringLiteral("payloadCopyShown"))->trigger();
        QVERIFY(!QGuiApplication::clipboard()->text().contains(QChar(0x202E)));
        f.window.findChild<QAction*>(QStringLiteral("payloadCopyExact"))->trigger();
        QVERIFY(QGuiApplication::clipboard()->text().endsWith(QStringLiteral("Ada \u202E.")));
        // The next record goes on with the same kind of text.
        f.choose("out");
        f.record("8");
        QCOMPARE(f.auditor.read.back().seq, 8);
        QCOMPARE(f.auditor.read.back().slot, std::string("out"));
    }
    void aLongTextComesInPartsThatCutNoCharacter() {
        Checked f;
        f.record("4");
        f.showTexts();
        f.choose("out");
        const auto part = static_cast<qsizetype>(api::PayloadRequest::most_at_once) - 1;
        QCOMPARE(f.text(), QString(part, QLatin1Char('a')));
        QVERIFY(!named<QPushButton>(f.window, "payloadEarlier")->isEnabled());
        QVERIFY(named<QLabel>(f.window, "payloadPart")
                    ->text()
                    .startsWith(QStringLiteral("bytes 0 to 32,767 of")));
        click(f.window, "payloadLater");
        QCOMPARE(f.text(), QStringLiteral("ä") + QString(100, QLatin1Char('b')));
        QVERIFY(!named<QPushButton>(f.window, "payloadLater")->isEnabled());
        click(f.window, "payloadEarlier");
        QCOMPARE(f.text().size(), part);
    }
    void aRowOfTheListOpensItsText() {
        Checked f;
        named<QTabWidget>(f.window, "auditTabs")->setCurrentIndex(2);
        settle();
        auto* payloads = named<ui::TableView>(f.window, "payloads");
        payloads->setCurrentIndex(payloads->model()->index(0, 0));
        settle();
        QCOMPARE(named<QLabel>(f.window, "recordTitle")->text(), QStringLiteral("Record 44"));
        QVERIFY(f.auditor.read.back().state == api::PayloadSlot::State::mismatching);
        QVERIFY(f.said().contains(QStringLiteral("not what the record commits to")));
        QVERIFY(named<QPlainTextEdit>(f.window, "payloadText")->isVisible());
        payloads->setCurrentIndex(payloads->model()->index(4, 0));
        settle();
        QCOMPARE(f.auditor.read.back().slot, std::string("docs"));
        QVERIFY(f.said().startsWith(QStringLiteral("Erased")));
        QVERIFY(!named<QPlainTextEdit>(f.window, "payloadText")->isVisible());
    }
    void aRecordWithoutTextsSaysSo() {
        Checked f;
        f.record("3");
        f.showTexts();
        QVERIFY(f.said().contains(QStringLiteral("commits to no")));
        QVERIFY(f.auditor.read.empty());
    }

    void nothingIsErasedWithoutReasonAndConfirmation() {
        Erasing f;
        QVERIFY(f.dialog);
        QVERIFY(f.plan().contains(QStringLiteral("fill in at least one")));
        QVERIFY(!f.sure()->isEnabled() && !f.doIt()->isEnabled());
        f.type("eraseSubject", "customer-17");
        QTRY_VERIFY(f.plan().contains(QStringLiteral("574 payloads of 287 steps in 7 ended runs")));
        QVERIFY(f.plan().contains(QStringLiteral("1 run that fits stays")));
        QVERIFY(f.core.erased.empty() && !f.doIt()->isEnabled());
        f.sure()->setChecked(true);
        QVERIFY(!f.doIt()->isEnabled()); // no reason yet
        f.type("eraseReason", "request of the person");
        QVERIFY(f.doIt()->isEnabled() && !f.doIt()->isDefault());
        // Another order has to be confirmed again.
        f.type("eraseDays", "30");
        QVERIFY(!f.doIt()->isEnabled() && !f.sure()->isChecked());
        QTRY_VERIFY(f.sure()->isEnabled());
        f.sure()->setChecked(true);
        QCOMPARE(f.doIt()->text(), QStringLiteral("Erase 574 payloads"));
        click(*f.dialog, "eraseDoIt");
        QCOMPARE(f.core.erased.size(), 1U);
        QVERIFY(f.core.erased[0].policy == f.core.planned.back());
        QCOMPARE(f.core.erased[0].policy.subject, std::string("customer-17"));
        QVERIFY(f.core.erased[0].policy.ended_before_us > 0);
        QCOMPARE(f.core.erased[0].reason, std::string("request of the person"));
        QCOMPARE(f.core.erased[0].by, std::string("ana"));
        QVERIFY(f.plan().contains(QStringLiteral("Logged as records 20,418 to 20,991")));
        QVERIFY(!f.doIt()->isVisible() && f.dialog->isVisible());
    }
    void whatFitsNothingCannotBeErased() {
        Erasing f;
        f.type("eraseProcess", "nobody");
        f.type("eraseReason", "x");
        QTRY_VERIFY(f.plan().startsWith(QStringLiteral("Nothing")));
        QVERIFY(!f.sure()->isEnabled() && !f.doIt()->isEnabled());
        f.type("eraseDays", "soon");
        QTRY_VERIFY(f.plan().contains(QStringLiteral("whole number of days")));
    }
    void aRuleIsSetShownAndRemoved() {
        Erasing f("retentionChange");
        QVERIFY(named<QLabel>(f.window, "retentionNow")->text().startsWith(QStringLiteral("Kept until")));
        QVERIFY(!named<QPushButton>(f.window, "retentionRemove")->isVisible());
        f.type("eraseDays", "90");
        f.type("eraseWorkflow", "licence-triage");
        f.type("eraseReason", "retention period");
        QTRY_VERIFY(f.sure()->isEnabled());
        QVERIFY(!f.doIt()->isEnabled());
        f.sure()->setChecked(true);
        click(*f.dialog, "eraseDoIt");
        QCOMPARE(f.core.rules.size(), 1U);
        QCOMPARE(f.core.rules[0].days, 90);
        QCOMPARE(f.core.rules[0].workflow, std::string("licence-triage"));
        QVERIFY(f.core.erased.empty());
        click(*f.dialog, "eraseCancel");
        const QString now = named<QLabel>(f.window, "retentionNow")->text();
        QVERIFY2(now.startsWith(QStringLiteral("Erased 90 days after a run has ended.")) &&
                     now.contains(QStringLiteral("Only workflow licence-triage.")),
                 qPrintable(now));
        click(f.window, "retentionRemove");
        QCOMPARE(f.core.rules.back().days, 0);
        QVERIFY(named<QLabel>(f.window, "retentionNow")->text().startsWith(QStringLiteral("Kept until")));
    }
};

TALLY_TEST(TestPayloads)
#include "test_payloads.moc"
