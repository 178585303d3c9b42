#include "ui/shell/rail.h"

#include "ui/shell/action_registry.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"

#include <QButtonGroup>
#include <QToolButton>
#include <QVBoxLayout>

namespace tally::ui {

Rail::Rail(const ActionRegistry& actions, QWidget* parent)
    : QFrame(parent)
    , column_(new QVBoxLayout(this))
    , group_(new QButtonGroup(this)) {
    setObjectName(QStringLiteral("rail"));
    setFixedWidth(size::rail);
    setAccessibleName(tr("Pages"));
    column_->setContentsMargins(12, 16, 12, 12);
    column_->setSpacing(4);
    auto* name = makeLabel(QStringLiteral("Tallystick"), Type::page, false, this);
    name->setContentsMargins(8, 2, 0, 12);
    column_->addWidget(name);
    for (const char* id : {"page.overview", "page.live", "page.workflows", "page.budgets", "page.audit"})
        addPage(actions, QString::fromLatin1(id));
    column_->addStretch(1);
    addPage(actions, QStringLiteral("page.settings"));
    column_->addSpacing(8);
    stop_ = makeButton(QString(), ButtonKind::danger, QStringLiteral("stopAll"), this);
    stop_->setIcon(icon(QStringLiteral("stop"), Tint::on_danger));
    stop_->setMinimumHeight(36);
    // The pointer may rest here; only a press stops. Tab reaches it last.
    connect(stop_, &QPushButton::clicked, this, [this] {
        if (stopped_)
            Q_EMIT receiptWanted();
        else
            Q_EMIT stopPressed();
    });
    column_->addWidget(stop_);
    setStopped(false);
}

QToolButton* Rail::addPage(const ActionRegistry& actions, const QString& id) {
    QAction* action = actions.action(id);
    auto* button = new QToolButton(this);
    button->setObjectName(QStringLiteral("nav.") + id.mid(5));
    button->setProperty("nav", true);
    button->setCheckable(true);
    button->setText(QStringLiteral("  ") + action->text());
    button->setAccessibleName(action->text());
    button->setIcon(icon(id.mid(5), Tint::muted));
    button->setIconSize({size::icon, size::icon});
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setMinimumHeight(34);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setToolTip(shownKeys(action->shortcut().toString()));
    connect(button, &QToolButton::clicked, action, &QAction::trigger);
    group_->addButton(button);
    column_->addWidget(button);
    buttons_[id.mid(5)] = button;
    return button;
}

void Rail::setCurrent(const QString& page_id) {
    if (const auto it = buttons_.find(page_id); it != buttons_.end()) it->second->setChecked(true);
}

void Rail::setStopped(bool stopped) {
    stopped_ = stopped;
    stop_->setText(stopped ? tr("Stopped: receipt") : tr("Stop all"));
    stop_->setProperty("kind", stopped ? QStringLiteral("plain") : QStringLiteral("danger"));
    stop_->setIcon(icon(stopped ? QStringLiteral("receipt") : QStringLiteral("stop"),
                        stopped ? Tint::danger : Tint::on_danger));
    setLookProperty(stop_, "stopped", stopped);
    stop_->setToolTip(stopped ? tr("Everything is stopped. Shows the receipt; resuming is done there.")
                              : tr("Stops all work at once, without a question (%1)")
                                    .arg(shownKeys(QStringLiteral("Ctrl+Shift+K"))));
    stop_->setAccessibleName(stop_->text());
    stop_->setAccessibleDescription(stop_->toolTip());
}

} // namespace tally::ui
