// One budget: its bar (spent, reserved, headroom), the numbers, the forecast in a sentence, history, edit and
// remove.
#pragma once
#include "core/api/values.h"

#include <QFrame>

class QLabel;

namespace tally::ui {

class BudgetBar;
class Sparkline;

class BudgetCard : public QFrame {
    Q_OBJECT
public:
    explicit BudgetCard(QWidget* parent = nullptr);
    void show(const api::BudgetView& view);
    void show(const BudgetState& state);
    [[nodiscard]] const api::BudgetView& view() const { return view_; }

Q_SIGNALS:
    void editPressed();
    void removePressed();
    void itemsPressed();

private:
    void fill();
    api::BudgetView view_;
    QLabel* title_;
    QLabel* kind_;
    QLabel* amount_;
    QLabel* parts_;
    QLabel* sentence_;
    BudgetBar* bar_;
    Sparkline* history_;
};

} // namespace tally::ui
