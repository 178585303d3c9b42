// The command palette (Ctrl+K): actions, recent files, workflows. It never stops work by itself: stop
// commands appear only when their name was typed, and never as the preselected answer to an empty line.
#pragma once
#include <QFrame>

#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace tally::ui {

class ActionRegistry;

struct PaletteItem {
    QString text;
    QString detail; ///< keys or group
    bool only_on_search = false;
    std::function<void()> run;
};

class Palette : public QFrame {
    Q_OBJECT
public:
    explicit Palette(QWidget* parent);
    void open(std::vector<PaletteItem> items);
    [[nodiscard]] QStringList shown() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill(const QString& query);
    void accept();
    QLineEdit* line_;
    QListWidget* list_;
    std::vector<PaletteItem> items_;
    std::vector<std::size_t> matches_;
};

std::vector<PaletteItem> paletteActions(const ActionRegistry& actions);
/// 0: no match; higher is better. Words may be typed in any order, letters of a word must be adjacent.
int paletteScore(const QString& text, const QString& query);

} // namespace tally::ui
