#include "ui/shell/stop_control.h"

#include "ui/bridge/session.h"
#include "ui/shell/receipt_dialog.h"

#include <QWidget>

namespace tally::ui {

StopControl::StopControl(Session& session, QWidget* window)
    : QObject(window)
    , session_(session)
    , window_(window) {
    if (session_.feed()) connect(session_.feed(), &FeedBridge::frame, this, &StopControl::apply);
}

void StopControl::stopEverything() {
    KillOrder order;
    order.scope = KillScope::all;
    order.reason = "stopped from the window";
    send(std::move(order));
}

void StopControl::stopRun(const RunId& run, const QString& workflow) {
    if (run.empty()) return;
    KillOrder order;
    order.scope = KillScope::run;
    order.target = run.str();
    order.reason = "stopped from the window: " + workflow.toStdString();
    send(std::move(order));
}

void StopControl::send(KillOrder order) {
    if (!session_.hasWorkspace()) return;
    order.by = session_.actor();
    // The order leaves before anything is drawn.
    session_.core().kill(order, session_.reply<KillId>(this, [this](Result<KillId> id) {
        if (dialog_) dialog_->accepted(id);
    }));
    Q_EMIT ordered();
    dialog()->begin(order);
}

void StopControl::apply(const std::vector<Event>& events) {
    for (const Event& event : events)
        if (const auto* changed = std::get_if<KillChanged>(&event); changed && dialog_)
            dialog_->update(changed->receipt);
}

void StopControl::showLastReceipt() {
    if (!session_.hasWorkspace()) return;
    session_.core().receipts(
        session_.reply<std::vector<KillReceipt>>(this, [this](Result<std::vector<KillReceipt>> receipts) {
            if (!receipts) return session_.fail(receipts.error());
            if (receipts->empty()) {
                Q_EMIT session_.message(tr("Nothing was ever stopped in this workspace."), false);
                return;
            }
            dialog()->show(receipts->front());
        }));
}

ReceiptDialog* StopControl::dialog() {
    if (!dialog_) {
        dialog_ = new ReceiptDialog(session_, window_);
        dialog_->setAttribute(Qt::WA_DeleteOnClose);
    }
    return dialog_;
}

} // namespace tally::ui
