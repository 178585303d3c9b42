#include "ui/shell/page_factory.h"

#include "ui/pages/audit_page.h"
#include "ui/pages/budgets_page.h"
#include "ui/pages/live_page.h"
#include "ui/pages/overview_page.h"
#include "ui/pages/settings_page.h"
#include "ui/pages/workflows_page.h"
#include "ui/shell/stop_control.h"

#include <QObject>

namespace tally::ui {

std::vector<Page*> makePages(Session& session, const ActionRegistry& actions, StopControl& stop,
                             QWidget* parent) {
    auto* live = new LivePage(session, actions, parent);
    auto* budgets = new BudgetsPage(session, actions, parent);
    QObject::connect(live, &LivePage::stopRequested, &stop,
                     [&stop](const QString& run, const QString& workflow) {
                         stop.stopRun(RunId(run.toStdString()), workflow);
                     });
    QObject::connect(budgets, &BudgetsPage::stopAllRequested, &stop, &StopControl::stopEverything);
    return {new OverviewPage(session, actions, parent),  live,
            new WorkflowsPage(session, actions, parent), budgets,
            new AuditPage(session, actions, parent),     new SettingsPage(session, actions, parent)};
}

} // namespace tally::ui
