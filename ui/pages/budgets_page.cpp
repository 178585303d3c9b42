#include "ui/pages/budgets_page.h"

#include "ui/bridge/session.h"
#include "ui/models/state_words.h"
#include "ui/pages/budget_card.h"
#include "ui/pages/budget_dialog.h"
#include "ui/pages/cost_dialog.h"
#include "ui/shell/action_registry.h"
#include "ui/theme/icons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/header_bar.h"
#include "ui/widgets/page_state.h"

#include <QMessageBox>
#include <QScrollArea>

namespace tally::ui {

BudgetsPage::BudgetsPage(Session& session, const ActionRegistry& registry, QWidget* parent)
    : Page(QStringLiteral("budgets"), tr("Budgets"), session, registry, parent) {
    auto* fresh = makeButton(tr("New budget…"), ButtonKind::plain, QStringLiteral("newBudget"), this);
    auto* stop = makeButton(tr("Stop all runs  %1").arg(shownKeys(QStringLiteral("Ctrl+Shift+K"))),
                            ButtonKind::danger, QStringLiteral("stopAllRuns"), this);
    stop->setIcon(icon(QStringLiteral("stop"), Tint::on_danger));
    header()->addAction(fresh);
    header()->addAction(stop);
    connect(fresh, &QPushButton::clicked, this, &BudgetsPage::addNew);
    connect(stop, &QPushButton::clicked, this, &BudgetsPage::stopAllRequested);
    auto* scroll = new QScrollArea(this);
    scroll->setFocusPolicy(Qt::NoFocus); // its cards have what can be used
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* inner = new QWidget(scroll);
    inner->setObjectName(QStringLiteral("scrollContents"));
    list_ = new QVBoxLayout(inner);
    list_->setContentsMargins(0, 0, 0, 0);
    list_->setSpacing(12);
    scroll->setWidget(inner);
    body()->addWidget(scroll, 1);
    disconnect(state(), &PageState::actionPressed, this, nullptr);
    connect(state(), &PageState::actionPressed, this, [this] {
        if (none_yet_)
            addNew();
        else
            refresh();
    });
    if (session.feed()) connect(session.feed(), &FeedBridge::frame, this, &BudgetsPage::apply);
}

void BudgetsPage::refresh() {
    none_yet_ = false;
    if (!session().hasWorkspace()) {
        state()->showEmpty(tr("No workspace is open"),
                           tr("Budgets live in a workspace. This window only checks bundles."));
        return showState();
    }
    if (cards_.empty()) showLoading();
    session().core().budgets(session().reply<std::vector<api::BudgetView>>(
        this, [this](Result<std::vector<api::BudgetView>> list) {
            if (!list) return showFailure(list.error());
            fill(*list);
        }));
}

void BudgetsPage::fill(const std::vector<api::BudgetView>& budgets) {
    clearLayout(list_);
    cards_.clear();
    int exhausted = 0;
    for (const api::BudgetView& view : budgets) {
        auto* card = new BudgetCard(this);
        card->show(view);
        exhausted += view.state.exhausted ? 1 : 0;
        connect(card, &BudgetCard::editPressed, this, [this, card] { edit(card->view().state.budget); });
        connect(card, &BudgetCard::removePressed, this, [this, card] { remove(card->view().state.budget); });
        connect(card, &BudgetCard::itemsPressed, this,
                [this, card] { openItems(card->view().state.budget); });
        cards_[view.state.budget.id] = card;
        list_->addWidget(card);
    }
    list_->addStretch(1);
    QStringList facts{tr("%Ln budget(s)", nullptr, static_cast<int>(budgets.size()))};
    if (exhausted > 0) facts << tr("%Ln at its limit", nullptr, exhausted);
    header()->setFacts(facts);
    if (!budgets.empty()) return showBody();
    none_yet_ = true;
    state()->showEmpty(tr("No budget yet"),
                       tr("A budget stops work before it costs too much: for the workspace, a process, a "
                          "workflow, a run, a model or a user."),
                       tr("Set the first budget"), QStringLiteral("budgets"));
    showState();
}

void BudgetsPage::apply(const std::vector<Event>& events) {
    std::map<BudgetId, const BudgetState*> newest;
    bool unknown = false;
    for (const Event& event : events) {
        if (const auto* changed = std::get_if<BudgetChanged>(&event)) {
            if (cards_.contains(changed->state.budget.id))
                newest[changed->state.budget.id] = &changed->state;
            else
                unknown = true;
        } else if (std::holds_alternative<BudgetRemoved>(event)) {
            unknown = true;
        }
    }
    for (const auto& [id, state] : newest)
        cards_[id]->show(*state);
    if (!unknown) return;
    if (isVisible())
        refresh();
    else
        markOld();
}

void BudgetsPage::addNew() {
    // Not a temporary: gcc 12 believes that its empty members may be used before they are set.
    const Budget fresh;
    edit(fresh);
}

void BudgetsPage::edit(const Budget& budget) {
    if (!session().hasWorkspace()) return;
    auto* dialog = new BudgetDialog(session(), budget, this);
    connect(dialog, &BudgetDialog::saved, this, &BudgetsPage::refresh);
    dialog->open();
}

void BudgetsPage::remove(const Budget& budget) {
    const auto answer = QMessageBox::question(
        this, tr("Remove this budget?"),
        tr("%1, %2: work is no longer held back by it. The removal is written to the log.")
            .arg(wordOf(budget.scope), wordOf(budget.window)),
        QMessageBox::Yes | QMessageBox::No, QMessageBox::No);
    if (answer != QMessageBox::Yes) return;
    session().core().removeBudget(budget.id, session().actor(), "removed in the window",
                                  session().reply<void>(this, [this](Status s) {
                                      if (!s) return session().fail(s.error());
                                      refresh();
                                  }));
}

void BudgetsPage::openItems(const Budget& budget) {
    api::CostQuery query;
    if (budget.scope.type == ScopeType::process) query.process = budget.scope.name;
    if (budget.scope.type == ScopeType::workflow) query.workflow = budget.scope.name;
    if (budget.scope.type == ScopeType::run && !budget.scope.name.empty())
        query.run = RunId(budget.scope.name);
    (new CostDialog(session(), wordOf(budget.scope), query, this))->open();
}

} // namespace tally::ui
