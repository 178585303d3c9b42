#include "ui/pages/retention_card.h"

#include "ui/bridge/session.h"
#include "ui/pages/erase_dialog.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QVBoxLayout>

namespace tally::ui {

RetentionCard::RetentionCard(Session& session, QWidget* parent)
    : AnsweringCard(tr("Prompts and answers"), QStringLiteral("retentionSaid"), parent)
    , session_(session) {
    now_ = makeWrapped(QString(), true, this);
    now_->setObjectName(QStringLiteral("retentionNow"));
    column()->addWidget(now_);
    remove_ = makeButton(tr("Remove the rule"), ButtonKind::plain, QStringLiteral("retentionRemove"), this);
    change_ = makeButton(QString(), ButtonKind::plain, QStringLiteral("retentionChange"), this);
    erase_ = makeButton(tr("Erase…"), ButtonKind::plain, QStringLiteral("eraseNow"), this);
    erase_->setAccessibleName(tr("Erase prompts and answers"));
    finish({remove_, change_, erase_});
    connect(remove_, &QPushButton::clicked, this, &RetentionCard::remove);
    connect(change_, &QPushButton::clicked, this, &RetentionCard::change);
    connect(erase_, &QPushButton::clicked, this, &RetentionCard::eraseNow);
    show({});
    for (QPushButton* button : {change_, erase_})
        button->setEnabled(session.hasWorkspace());
}

void RetentionCard::read() {
    if (!session_.hasWorkspace()) return;
    session_.core().retention(session_.reply<Retention>(this, [this](Result<Retention> rule) {
        if (!rule) return say(safeText(rule.error().text(), 600), true);
        saySilence();
        show(*rule);
    }));
}

void RetentionCard::show(const Retention& rule) {
    rule_ = rule;
    const bool holds = rule.days > 0;
    remove_->setVisible(holds);
    change_->setText(holds ? tr("Change the rule…") : tr("Set a rule…"));
    if (!holds)
        return now_->setText(tr("Kept until somebody or a rule erases them; the log verifies without them."));
    QStringList lines{tr("Erased %Ln day(s) after a run has ended.", nullptr, static_cast<int>(rule.days))};
    if (!rule.process.empty()) lines << tr("Only process %1.").arg(safeText(rule.process, 80));
    if (!rule.workflow.empty()) lines << tr("Only workflow %1.").arg(safeText(rule.workflow, 80));
    lines << tr("Reason: %1; set by %2 on %3.")
                 .arg(safeText(rule.reason, 200), safeText(rule.by, 60), dateTime(rule.set_us))
          << (rule.applied_us > 0 ? tr("Last applied %1.").arg(dateTime(rule.applied_us))
                                  : tr("Not applied yet."));
    now_->setText(lines.join(QLatin1Char(' ')));
}

void RetentionCard::change() {
    if (!session_.hasWorkspace()) return;
    auto* dialog = new EraseDialog(session_, EraseDialog::Kind::standing, rule_, this);
    connect(dialog, &EraseDialog::changed, this, &RetentionCard::read);
    dialog->open();
}

void RetentionCard::eraseNow() {
    if (!session_.hasWorkspace()) return;
    auto* dialog = new EraseDialog(session_, EraseDialog::Kind::once, {}, this);
    connect(dialog, &EraseDialog::changed, this, &RetentionCard::read);
    dialog->open();
}

void RetentionCard::remove() {
    Retention none;
    none.by = session_.actor();
    session_.core().setRetention(none, session_.reply<Retention>(this, [this](Result<Retention> rule) {
        if (!rule) return say(safeText(rule.error().text(), 600), true);
        show(*rule);
        say(tr("Removed. What was erased stays erased; nothing more is."), false);
    }));
}

} // namespace tally::ui
