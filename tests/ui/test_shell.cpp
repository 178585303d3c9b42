#include "tests/support/suite.h"
#include "tests/ui/window_fixture.h"
#include "ui/pages/page.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/palette.h"
#include "ui/shell/receipt_dialog.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace tally;
using namespace tally::test;
using tally::ui::ReceiptDialog;

namespace {
template <class W>
W* named(QWidget& window, const char* name) {
    return window.findChild<W*>(QString::fromLatin1(name));
}
} // namespace

class TestShell : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void paletteNeverStopsWork() {
        WindowFixture f(Amount::little);
        QTest::keyClick(&f.window, Qt::Key_K, Qt::ControlModifier);
        settle();
        auto* palette = named<ui::Palette>(f.window, "palette");
        QVERIFY(palette->isVisible());
        QVERIFY(f.core.kills.empty());
        for (const QString& text : palette->shown())
            QVERIFY2(!text.contains(QStringLiteral("Stop"), Qt::CaseInsensitive) ||
                         text.contains(QStringLiteral("receipt")),
                     qPrintable(text));
        // The first suggestion, taken by reflex, stops nothing.
        QTest::keyClick(named<QLineEdit>(f.window, "paletteLine"), Qt::Key_Return);
        settle();
        QVERIFY(f.core.kills.empty());
        // Even hammering the key does not.
        for (int i = 0; i < 20; ++i)
            QTest::keyClick(&f.window, Qt::Key_K, Qt::ControlModifier);
        settle();
        QVERIFY(f.core.kills.empty());
    }
    void paletteFindsStopOnlyWhenAsked() {
        WindowFixture f(Amount::little);
        QTest::keyClick(&f.window, Qt::Key_K, Qt::ControlModifier);
        auto* line = named<QLineEdit>(f.window, "paletteLine");
        QTest::keyClicks(line, QStringLiteral("stop every"));
        QCOMPARE(named<ui::Palette>(f.window, "palette")->shown().value(0),
                 QStringLiteral("Stop everything"));
        QTest::keyClick(line, Qt::Key_Escape);
        QVERIFY(f.core.kills.empty());
    }
    void onePressStopsEverythingAndShowsTheReceipt() {
        WindowFixture f(Amount::little);
        QTest::keyClick(&f.window, Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(f.core.kills.size(), 1U); // before any event loop turns: the order is already out
        QVERIFY(f.core.kills.front().scope == KillScope::all);
        auto* receipt = named<ReceiptDialog>(f.window, "receipt");
        QVERIFY(receipt && receipt->isVisible());
        settle();
        f.core.publishReceipt(f.core.receiptFor(f.core.kills.front()));
        f.frame();
        QCOMPARE(named<QLabel>(*receipt, "receiptStopped")->text(), QStringLiteral("12"));
        QCOMPARE(named<QLabel>(*receipt, "receiptTail")->text(), QStringLiteral("$ 0.06012"));
        QVERIFY(receipt->asText().contains(QStringLiteral("Everything is stopped")));
        QVERIFY(f.core.resumed.empty());
    }
    void resumingIsASeparateAct() {
        WindowFixture f(Amount::little);
        QTest::mouseClick(named<QPushButton>(f.window, "stopAll"), Qt::LeftButton);
        QCOMPARE(f.core.kills.size(), 1U);
        settle();
        f.core.publishReceipt(f.core.receiptFor(f.core.kills.front()));
        EngineState engine;
        engine.running = true;
        engine.admission_open = false;
        f.core.feed().publish(engine);
        f.frame();
        // The switch now shows the receipt; pressing it again neither stops again nor resumes.
        auto* receipt = named<ReceiptDialog>(f.window, "receipt");
        QTest::mouseClick(named<QPushButton>(f.window, "stopAll"), Qt::LeftButton);
        settle();
        QCOMPARE(f.core.kills.size(), 1U);
        QVERIFY(f.core.resumed.empty());
        // Enter closes the receipt, it does not resume.
        QVERIFY(named<QPushButton>(*receipt, "receiptClose")->isDefault());
        QTest::mouseClick(named<QPushButton>(*receipt, "receiptResume"), Qt::LeftButton);
        settle();
        QCOMPARE(f.core.resumed.size(), 1U);
    }
    void stopOfOneRunNamesIt() {
        WindowFixture f(Amount::little);
        Q_EMIT f.session.openRun(QString::fromStdString(f.core.runList().front().id.str()));
        settle();
        QTest::keyClick(&f.window, Qt::Key_Period, Qt::ControlModifier);
        QCOMPARE(f.core.kills.size(), 1U);
        QVERIFY(f.core.kills.front().scope == KillScope::run);
        QCOMPARE(f.core.kills.front().target, f.core.runList().front().id.str());
    }
    void keysOpenPages() {
        WindowFixture f(Amount::little);
        const std::pair<Qt::Key, const char*> keys[] = {{Qt::Key_2, "live"},     {Qt::Key_3, "workflows"},
                                                        {Qt::Key_4, "budgets"},  {Qt::Key_5, "audit"},
                                                        {Qt::Key_9, "settings"}, {Qt::Key_1, "overview"}};
        for (const auto& [key, id] : keys) {
            QTest::keyClick(&f.window, key, Qt::ControlModifier);
            settle();
            QCOMPARE(f.window.currentPage()->id(), QString::fromLatin1(id));
        }
        QTest::keyClick(&f.window, Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(f.window.currentPage()->id(), QStringLiteral("settings"));
        QTest::keyClick(&f.window, Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(f.window.currentPage()->id(), QStringLiteral("overview"));
    }
    void everyShortcutIsUnique() {
        WindowFixture f(Amount::none);
        QStringList seen;
        for (const auto& entry : f.window.actions().entries()) {
            if (entry.keys.isEmpty()) continue;
            QVERIFY2(!seen.contains(entry.keys), qPrintable(entry.keys));
            seen << entry.keys;
        }
        QVERIFY(seen.contains(QStringLiteral("Ctrl+K")) && seen.contains(QStringLiteral("Ctrl+Shift+K")));
    }
    void everyControlHasANameAndAFocus() {
        WindowFixture f(Amount::much);
        for (const QString& id : f.window.pageIds()) {
            f.window.showPage(id);
            settle();
            for (QWidget* w : f.window.currentPage()->findChildren<QWidget*>()) {
                const auto* button = qobject_cast<QAbstractButton*>(w);
                const bool control = button || qobject_cast<QLineEdit*>(w) || qobject_cast<QComboBox*>(w);
                if (!control || !w->isVisible() || w->objectName().startsWith(QLatin1String("qt_")) ||
                    w->parentWidget()->inherits("QLineEdit") || w->parentWidget()->inherits("QTabBar") ||
                    w->inherits("QTableCornerButton") || w->parentWidget()->inherits("QTableView"))
                    continue;
                const QString name =
                    button && !button->text().isEmpty() ? button->text() : w->accessibleName();
                QVERIFY2(!name.isEmpty(),
                         qPrintable(id + QStringLiteral(": ") + w->objectName() + QStringLiteral(" ") +
                                    QString::fromLatin1(w->metaObject()->className())));
                QVERIFY2(w->focusPolicy() != Qt::NoFocus || !w->isEnabled(), qPrintable(w->objectName()));
            }
        }
    }
    void manyEventsAreOneFrame() {
        WindowFixture f(Amount::little);
        QSignalSpy frames(f.session.feed(), &ui::FeedBridge::frame);
        for (int i = 0; i < 5000; ++i)
            f.core.feed().publish(LogAdvanced{i, i});
        QVERIFY(frames.wait(2000));
        QCOMPARE(frames.size(), 1);
        QCOMPARE(named<QLabel>(f.window, "logHead")->text(), QStringLiteral("log 4,999, sealed 4,999"));
    }
    void anUnknownFileIsNamed() {
        WindowFixture f(Amount::none);
        f.window.openFile(QStringLiteral("/nowhere/at-all.png"));
        settle();
        QVERIFY(named<QLabel>(f.window, "toastText")->text().contains(QStringLiteral("at-all.png")));
    }
    void lateRepliesToTheDeadAreDropped() {
        ui::Mailbox mailbox;
        bool called = false;
        auto asker = std::make_unique<QObject>();
        const auto reply = mailbox.reply<int>(asker.get(), [&](Result<int>) { called = true; });
        asker.reset();
        reply(1);
        settle();
        QVERIFY(!called);
    }
};

TALLY_TEST(TestShell)
#include "test_shell.moc"
