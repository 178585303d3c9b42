// The one header line of a page: title, facts, an optional "simulated" mark, and one to three actions at the
// far end.
#pragma once
#include <QWidget>

class QLabel;
class QHBoxLayout;
class QVBoxLayout;
class QAbstractButton;

namespace tally::ui {

class ElidedLabel;
class StateChip;

class HeaderBar : public QWidget {
    Q_OBJECT
public:
    explicit HeaderBar(const QString& title, QWidget* parent = nullptr);
    void setTitle(const QString& title);
    void setFacts(const QStringList& facts); ///< joined with a dot
    void setSimulated(bool simulated);
    void addAction(QWidget* control);
    /// The facts get the whole width, under the title and the actions.
    void setFactsBelow();

private:
    QLabel* title_;
    ElidedLabel* facts_;
    StateChip* simulated_;
    QVBoxLayout* column_;
    QHBoxLayout* row_;
};

} // namespace tally::ui
