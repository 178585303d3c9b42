// Making or changing a budget. While the fields change, "what would have happened" over the recorded history
// stands below.
#pragma once
#include "core/api/values.h"
#include "ui/widgets/form_dialog.h"

#include <QTimer>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace tally::ui {

class Session;

class BudgetDialog : public FormDialog {
    Q_OBJECT
public:
    BudgetDialog(Session& session, const Budget& budget, QWidget* parent);
    [[nodiscard]] Result<Budget> budget() const;

Q_SIGNALS:
    void saved();

private:
    void build();
    void load(const Budget& budget);
    void ask();
    void save();
    void showUnit();
    [[nodiscard]] LimitMeter meter() const;

    Session& session_;
    Budget start_;
    QComboBox* scope_;
    QLineEdit* name_;
    QComboBox* window_;
    QComboBox* meter_;
    QLineEdit* limit_;
    QLabel* unit_;
    QComboBox* policy_;
    QCheckBox* simulated_;
    QLineEdit* warn_;
    QLineEdit* label_;
    QLineEdit* reason_;
    QLabel* what_if_;
    QPushButton* save_;
    QTimer ask_again_;
};

} // namespace tally::ui
