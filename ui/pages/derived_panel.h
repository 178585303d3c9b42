// A table that is made from a whole verified file once more, when somebody looks at it: figures, payloads.
// One sentence above it; says that it is reading, and why it could not.
#pragma once
#include "core/api/auditor.h"
#include "ui/models/list_model.h"

#include <QWidget>

#include <functional>

class QLabel;

namespace tally::ui {

class TablePanel;
class TableView;

struct DerivedRows {
    QString sentence;
    QString note; ///< what is not listed
    std::vector<ListRow> rows;
};

class DerivedPanel : public QWidget {
    Q_OBJECT
public:
    using Done = std::function<void(Result<DerivedRows>)>;
    /// Asks the core; `done` is called on the UI thread.
    using Ask = std::function<void(std::shared_ptr<api::AuditFile>, CancelToken, Done done)>;

    DerivedPanel(const QString& table_id, const QString& title, std::vector<TableColumn> columns, Ask ask,
                 QWidget* parent);
    ~DerivedPanel() override;
    void setFile(std::shared_ptr<api::AuditFile> file);
    [[nodiscard]] TableView* view() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    void read();
    void fill(const Result<DerivedRows>& rows);

    Ask ask_;
    std::shared_ptr<api::AuditFile> file_;
    CancelToken cancel_;
    quint64 turn_ = 0; ///< an answer about an older file is not shown
    bool read_ = false;
    QLabel* sentence_;
    ListModel* model_;
    TablePanel* table_;
};

} // namespace tally::ui
