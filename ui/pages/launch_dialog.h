// Starting a run: inputs, limits, which model plays which role, a label. What is wrong is said beside the
// field; nothing starts before everything is right.
#pragma once
#include "core/api/values.h"

#include <QDialog>

#include <map>

class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace tally::ui {

class Session;

class LaunchDialog : public QDialog {
    Q_OBJECT
public:
    LaunchDialog(Session& session, api::WorkflowInfo workflow, QWidget* parent);
    /// The request as the fields say, or the error of the first wrong field (where = its name).
    [[nodiscard]] Result<api::StartRun> request() const;

Q_SIGNALS:
    void started(const QString& run_id);

private:
    void addInputs(QFormLayout* form);
    void addLimits(QFormLayout* form);
    void addRoles(QFormLayout* form);
    QLineEdit* addField(QFormLayout* form, const QString& name, const QString& label, const QString& value,
                        const QString& hint);
    void start();
    [[nodiscard]] Result<nlohmann::json> inputValue(const WorkflowInput& input) const;
    [[nodiscard]] Result<std::int64_t> number(const QString& name) const;
    void showError(const Error& error);

    Session& session_;
    api::WorkflowInfo workflow_;
    std::map<QString, QLineEdit*> fields_;
    QLabel* error_;
    QPushButton* start_;
};

} // namespace tally::ui
