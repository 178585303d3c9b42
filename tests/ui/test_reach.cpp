#include "tests/support/suite.h"
#include "tests/ui/window_fixture.h"
#include "ui/pages/page.h"
#include "ui/widgets/elided_label.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTabWidget>
#include <QTest>
#include <QTranslator>

#include <algorithm>
#include <optional>

using namespace tally;
using namespace tally::test;

namespace {
/// What can be used, and so must be reachable and have a name.
bool isControl(const QWidget* w) {
    if (!w->isVisible() || !w->isEnabled() || w->focusProxy()) return false;
    if (qobject_cast<const QHeaderView*>(w)) return false; // belongs to its table
    if (const auto* button = qobject_cast<const QAbstractButton*>(w))
        return button->metaObject()->className() != QByteArray("QToolButton") ||
               !qobject_cast<const QTabBar*>(w->parent()); // the arrows of a tab bar: its tabs have keys
    return qobject_cast<const QLineEdit*>(w) || qobject_cast<const QPlainTextEdit*>(w) ||
           qobject_cast<const QComboBox*>(w) || qobject_cast<const QAbstractItemView*>(w) ||
           qobject_cast<const QTabBar*>(w) || w->focusPolicy() == Qt::StrongFocus;
}

std::vector<QWidget*> controls(QWidget& root) {
    std::vector<QWidget*> out;
    for (QWidget* w : root.findChildren<QWidget*>())
        if (w->window() == root.window() && isControl(w) && !w->objectName().startsWith(QLatin1String("qt_")))
            out.push_back(w);
    return out;
}

QString nameOf(const QWidget* w) {
    return QStringLiteral("%1 %2 (%3)")
        .arg(QString::fromLatin1(w->metaObject()->className()), w->objectName(), w->accessibleName());
}

/// Everything that Tab leads to, once around.
QSet<QWidget*> reached(QWidget& window) {
    QSet<QWidget*> out;
    window.activateWindow();
    QApplication::setActiveWindow(&window);
    const QWidget* first = nullptr;
    for (int presses = 0; presses < 400; ++presses) {
        QWidget* at = QApplication::focusWidget();
        QTest::keyClick(at ? at : &window, Qt::Key_Tab);
        QWidget* next = QApplication::focusWidget();
        if (!next || next == first) break;
        if (next == at) {
            qWarning() << "Tab does not leave" << next;
            break;
        }
        if (!first) first = next;
        out.insert(next);
    }
    return out;
}

/// One of a group of which Tab reaches the one that is on: the arrow keys lead to the others.
bool reachedByArrows(const QWidget* w, const QSet<QWidget*>& by_tab) {
    const auto* button = qobject_cast<const QAbstractButton*>(w);
    if (!button || !(button->autoExclusive() || button->group())) return false;
    return std::any_of(by_tab.begin(), by_tab.end(), [&](const QWidget* other) {
        return other->parent() == w->parent() && other->metaObject() == w->metaObject();
    });
}

QString checkControls(QWidget& root, const QString& where) {
    QStringList wrong;
    reached(*root.window()); // entering a table selects a row, which may open a panel
    settle();
    const QSet<QWidget*> by_tab = reached(*root.window());
    for (QWidget* w : controls(root)) {
        const auto* button = qobject_cast<QAbstractButton*>(w);
        const auto* bar = qobject_cast<QTabBar*>(w);
        if (w->accessibleName().isEmpty() && !(button && !button->text().isEmpty()) && !bar)
            wrong << QStringLiteral("%1: no name: %2").arg(where, nameOf(w));
        if (!by_tab.contains(w) && !reachedByArrows(w, by_tab))
            wrong << QStringLiteral("%1: Tab does not lead to %2").arg(where, nameOf(w));
    }
    for (const QString& line : wrong)
        qWarning().noquote() << line; // the message of a failure is cut
    return wrong.join(QLatin1Char('\n'));
}

/// The focus changes how a control looks.
bool focusShows(QWidget* w) {
    w->clearFocus();
    const QImage without = w->grab().toImage();
    w->setFocus(Qt::TabFocusReason);
    QCoreApplication::processEvents();
    const QImage with = w->grab().toImage();
    return !w->hasFocus() || with != without;
}

/// Texts that have less room than they need. Labels that end in "…" have a tooltip and are meant to.
QStringList cutTexts(QWidget& page) {
    QStringList wrong;
    for (QLabel* label : page.findChildren<QLabel*>()) {
        if (!label->isVisible() || label->text().isEmpty()) continue;
        if (qobject_cast<ui::ElidedLabel*>(label)) {
            if (label->toolTip().isEmpty()) wrong << label->text();
            continue;
        }
        const bool narrow = !label->wordWrap() && label->width() + 1 < label->sizeHint().width();
        const bool low = label->height() + 1 < label->heightForWidth(label->width());
        if (narrow || (label->wordWrap() && low)) wrong << QStringLiteral("label: ") + label->text();
    }
    for (QAbstractButton* button : page.findChildren<QAbstractButton*>())
        if (button->isVisible() && !button->text().isEmpty() &&
            button->width() + 1 < button->sizeHint().width() && button->toolTip().isEmpty())
            wrong << QStringLiteral("button: ") + button->text();
    return wrong;
}

struct German {
    German() {
        loaded = translator.load(QStringLiteral(":/tally/i18n/tallystick_de.qm"));
        QCoreApplication::installTranslator(&translator);
    }
    ~German() { QCoreApplication::removeTranslator(&translator); }
    QTranslator translator;
    bool loaded = false;
};

void openEverything(WindowFixture& f, const QString& page) {
    f.window.showPage(page);
    settle();
    if (page == QLatin1String("audit")) {
        f.window.openFile(QStringLiteral("/srv/exports/prod-2026-11.tracelog"));
        settle();
    }
}
} // namespace

/// Keyboard, names, visible focus, and texts that fit: on every page.
class TestReach : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyControlHasANameAndIsReachedByTab() {
        WindowFixture f(Amount::little);
        f.window.resize(1440, 900);
        QStringList wrong;
        for (const QString& page : f.window.pageIds()) {
            openEverything(f, page);
            wrong << checkControls(f.window, page);
        }
        wrong.removeAll(QString());
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
    void everyTabOfTheAuditPageToo() {
        WindowFixture f(Amount::little);
        f.window.resize(1440, 900);
        openEverything(f, QStringLiteral("audit"));
        QStringList wrong;
        for (const char* tabs : {"auditTabs", "recordTabs"}) {
            auto* widget = f.window.findChild<QTabWidget*>(QString::fromLatin1(tabs));
            for (int i = 1; i < widget->count(); ++i) {
                widget->setCurrentIndex(i);
                settle();
                wrong << checkControls(f.window,
                                       QStringLiteral("%1 %2").arg(QString::fromLatin1(tabs)).arg(i));
            }
        }
        wrong.removeAll(QString());
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
    void everyDialogToo_data() {
        QTest::addColumn<QString>("page");
        QTest::addColumn<QString>("button");
        const auto add = [](const char* page, const char* button) {
            QTest::newRow(button) << QString::fromLatin1(page) << QString::fromLatin1(button);
        };
        add("budgets", "newBudget");
        add("workflows", "runWorkflow");
        add("settings", "addProvider");
        add("settings", "eraseNow");
        add("settings", "retentionChange");
        add("audit", "enterPins");
    }
    void everyDialogToo() {
        QFETCH(QString, page);
        QFETCH(QString, button);
        WindowFixture f(Amount::little);
        openEverything(f, page);
        auto* opens = f.window.findChild<QPushButton*>(button);
        QVERIFY(opens);
        QTest::mouseClick(opens, Qt::LeftButton);
        settle();
        QDialog* dialog = nullptr;
        for (QDialog* each : f.window.findChildren<QDialog*>())
            if (each->isVisible()) dialog = each;
        QVERIFY(dialog);
        const QString wrong = checkControls(*dialog, button);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        const QStringList cut = cutTexts(*dialog);
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QLatin1Char('\n'))));
    }
    void theFocusIsSeen() {
        WindowFixture f(Amount::little);
        f.window.resize(1440, 900);
        QApplication::setActiveWindow(&f.window);
        QStringList wrong;
        for (const QString& page : f.window.pageIds()) {
            openEverything(f, page);
            for (QWidget* w : controls(f.window))
                if (!focusShows(w)) wrong << QStringLiteral("%1: %2").arg(page, nameOf(w));
        }
        wrong.removeDuplicates();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
    void nothingIsCut_data() {
        QTest::addColumn<bool>("german");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        for (const bool german : {false, true})
            for (const auto& [w, h] : {std::pair(1024, 700), std::pair(1200, 760), std::pair(1440, 900)})
                QTest::addRow("%s %d", german ? "German" : "English", w) << german << w << h;
    }
    void nothingIsCut() {
        QFETCH(bool, german);
        QFETCH(int, width);
        QFETCH(int, height);
        std::optional<German> words;
        if (german) {
            words.emplace();
            QVERIFY(words->loaded);
        }
        WindowFixture f(Amount::little);
        f.window.resize(width, height);
        QStringList wrong;
        for (const QString& page : f.window.pageIds()) {
            openEverything(f, page);
            if (f.window.width() > width || f.window.height() > height)
                wrong << QStringLiteral("%1 needs %2 × %3")
                             .arg(page)
                             .arg(f.window.width())
                             .arg(f.window.height());
            for (const QString& text : cutTexts(*f.window.currentPage()))
                wrong << page + QStringLiteral(": ") + text;
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
};

TALLY_TEST(TestReach)
#include "test_reach.moc"
