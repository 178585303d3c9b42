// The scrolling column beside a table that explains the selected row: titles, facts, texts. Foreign text is
// shown escaped.
#pragma once
#include <QFrame>

#include <string>

class QVBoxLayout;

namespace tally::ui {

class DetailPanel : public QFrame {
    Q_OBJECT
protected:
    /// `card`: with a border of its own.
    DetailPanel(const QString& object_name, bool card, QWidget* parent);

    /// Empties the column.
    [[nodiscard]] QVBoxLayout* startOver();
    [[nodiscard]] QVBoxLayout* rows() const { return rows_; }
    /// Only a sentence, while nothing is selected.
    void showHint(const QString& sentence);
    /// A heading and a box with the text; `nothing` instead of an empty one. `height` 0: at least three
    /// lines.
    void addText(const QString& title, const std::string& text, const QString& nothing, bool keep_lines,
                 int height = 0);

private:
    QVBoxLayout* rows_;
};

} // namespace tally::ui
