#include "tests/support/suite.h"
#include "tests/ui/window_fixture.h"
#include "ui/shell/help_dialog.h"

#include <QAction>
#include <QDialog>
#include <QFile>
#include <QListWidget>
#include <QRegularExpression>
#include <QTest>
#include <QTextBrowser>
#include <QUrl>

using namespace tally;
using namespace tally::test;

namespace {
template <class W>
W* named(QWidget& window, const char* name) {
    return window.findChild<W*>(QString::fromLatin1(name));
}
} // namespace

class TestHelpPages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theHelpIsCompleteAndItsLinksLead() {
        WindowFixture f(Amount::none);
        f.window.findChild<QAction*>(QStringLiteral("help.verify"))->trigger();
        settle();
        auto* help = named<QDialog>(f.window, "helpDialog");
        auto* text = named<QTextBrowser>(*help, "helpText");
        auto* list = named<QListWidget>(*help, "helpPages");
        const QStringList files = ui::HelpDialog::pageFiles();
        QCOMPARE(list->count(), static_cast<int>(files.size()));
        for (int row = 0; row < list->count(); ++row) {
            list->setCurrentRow(row);
            const QString markdown = text->toMarkdown();
            QVERIFY2(text->toPlainText().size() > 500, qPrintable(files[row]));
            auto links = QRegularExpression(QStringLiteral("\\]\\(([^)]+)\\)")).globalMatch(markdown);
            while (links.hasNext()) {
                const QString target = links.next().captured(1);
                const bool known = files.contains(target) || target.startsWith(QLatin1String("https://")) ||
                                   QFile::exists(QStringLiteral(":/tally/help/") + target);
                QVERIFY2(known, qPrintable(files[row] + QStringLiteral(" links ") + target));
            }
        }
        list->setCurrentRow(0);
        Q_EMIT text->anchorClicked(QUrl(QStringLiteral("without-tallystick.md")));
        QCOMPARE(list->currentRow(), 1);
        QVERIFY(text->toPlainText().contains(QStringLiteral("sha256sum")));
    }
};

TALLY_TEST(TestHelpPages)
#include "test_help_pages.moc"
