// All budgets with what is spent, reserved and left.
#pragma once
#include "core/api/values.h"
#include "core/model/event.h"
#include "ui/pages/page.h"

#include <map>

class QVBoxLayout;

namespace tally::ui {

class BudgetCard;

class BudgetsPage : public Page {
    Q_OBJECT
public:
    BudgetsPage(Session& session, const ActionRegistry& actions, QWidget* parent);
    void refresh() override;

Q_SIGNALS:
    void stopAllRequested();

private:
    void apply(const std::vector<Event>& events);
    void fill(const std::vector<api::BudgetView>& budgets);
    void addNew();
    void edit(const Budget& budget);
    void remove(const Budget& budget);
    void openItems(const Budget& budget);

    QVBoxLayout* list_;
    std::map<BudgetId, BudgetCard*> cards_;
    bool none_yet_ = false; ///< the button of the empty state makes the first budget
};

} // namespace tally::ui
