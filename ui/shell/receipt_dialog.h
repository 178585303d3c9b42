// The receipt of a stop: what was ordered, what is confirmed, what it still cost. Not modal. "Resume" is here
// and only here.
#pragma once
#include "core/base/result.h"
#include "core/model/kill.h"

#include <QDialog>

class QFormLayout;
class QLabel;
class QPushButton;

namespace tally::ui {

class Session;
class StateChip;

class ReceiptDialog : public QDialog {
    Q_OBJECT
public:
    ReceiptDialog(Session& session, QWidget* parent);
    /// The order has just been sent.
    void begin(const KillOrder& order);
    void accepted(const Result<KillId>& id);
    /// A receipt that belongs to the shown order.
    void update(const KillReceipt& receipt);
    void show(const KillReceipt& receipt);
    [[nodiscard]] QString asText() const;

private:
    void fill();
    void resume(bool continue_runs);
    void addRow(const QString& name, const QString& value, const QString& object_name = {});

    Session& session_;
    KillReceipt receipt_;
    StateChip* chip_;
    QLabel* title_;
    QLabel* sentence_;
    QFormLayout* rows_;
    QPushButton* open_;
    QPushButton* continue_;
    QStringList text_;
};

} // namespace tally::ui
