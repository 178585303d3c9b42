// Workflows: the list, the definition with its errors in place, and starting one.
#pragma once
#include "core/api/values.h"
#include "ui/pages/page.h"

#include <QTimer>

class QLabel;
class QPushButton;

namespace tally::ui {

class CodeView;
class ListModel;
class StateChip;
class TablePanel;

class WorkflowsPage : public Page {
    Q_OBJECT
public:
    WorkflowsPage(Session& session, const ActionRegistry& actions, QWidget* parent);
    void refresh() override;
    /// Shows a definition from a file, checked, not yet saved.
    void openFile(const QString& path);

private:
    void buildList(QWidget* parent);
    QWidget* buildEditor(QWidget* parent);
    void fillList(std::vector<api::WorkflowInfo> workflows);
    void select(const QString& name);
    void showFacts(const api::WorkflowInfo& info);
    void setText(const QString& text, const QString& source);
    void check();
    void showDiagnostics(const std::vector<Diagnostic>& diagnostics);
    void save();
    void launch();
    [[nodiscard]] const api::WorkflowInfo* selected() const;

    std::vector<api::WorkflowInfo> workflows_;
    QString name_;
    ListModel* list_model_ = nullptr;
    TablePanel* list_ = nullptr;
    QLabel* title_ = nullptr;
    QLabel* facts_ = nullptr;
    StateChip* verdict_ = nullptr;
    CodeView* code_ = nullptr;
    ListModel* findings_model_ = nullptr;
    TablePanel* findings_ = nullptr;
    QPushButton* save_ = nullptr;
    QPushButton* run_ = nullptr;
    QTimer check_again_;
    bool clean_ = false;
    bool edited_ = false;
};

} // namespace tally::ui
