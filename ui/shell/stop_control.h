// Stopping. One press sends the order at once, without a question, and opens the receipt; the receipt fills
// as the engine confirms. Resuming is offered only there, as a separate act.
#pragma once
#include "core/model/event.h"

#include <QObject>
#include <QPointer>

#include <vector>

namespace tally::ui {

class ReceiptDialog;
class Session;

class StopControl : public QObject {
    Q_OBJECT
public:
    StopControl(Session& session, QWidget* window);
    void stopEverything();
    void stopRun(const RunId& run, const QString& workflow);
    void showLastReceipt();

Q_SIGNALS:
    void ordered();

private:
    void send(KillOrder order);
    void apply(const std::vector<Event>& events);
    ReceiptDialog* dialog();
    Session& session_;
    QWidget* window_;
    QPointer<ReceiptDialog> dialog_;
};

} // namespace tally::ui
