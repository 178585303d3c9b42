// A card with a title, fields, and one line below them that says how the last order went.
#pragma once
#include <QFrame>

class QLabel;
class QVBoxLayout;

namespace tally::ui {

class AnsweringCard : public QFrame {
    Q_OBJECT
protected:
    /// `said_name`: object name of the line.
    AnsweringCard(const QString& title, const QString& said_name, QWidget* parent);
    [[nodiscard]] QVBoxLayout* column() const { return column_; }
    /// Puts the line, then the buttons at the lower right; called last.
    void finish(std::initializer_list<QWidget*> buttons);
    void say(const QString& text, bool trouble);
    void saySilence();

private:
    QVBoxLayout* column_;
    QLabel* said_;
};

} // namespace tally::ui
