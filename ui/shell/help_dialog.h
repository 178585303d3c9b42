// What the program ships to read: how to verify, how to verify without Tallystick, the walk through a
// tampered file, and the specification of the trace log. Markdown from the resources; no network.
#pragma once
#include <QDialog>

class QListWidget;
class QTextBrowser;
class QUrl;

namespace tally::ui {

class HelpDialog : public QDialog {
    Q_OBJECT
public:
    explicit HelpDialog(QWidget* parent);
    /// Names of the pages, for the tests.
    [[nodiscard]] static QStringList pageFiles();
    void showPage(int row);

private:
    void follow(const QUrl& url);
    QListWidget* list_;
    QTextBrowser* text_;
};

} // namespace tally::ui
