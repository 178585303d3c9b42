// The one table of the window: sort by header, filter to / not to a cell's value, copy as text, CSV, JSON or
// Markdown, columns that can be hidden, moved, sized and are remembered under the table's id. Selection and
// position survive a reset.
#pragma once
#include "ui/widgets/table_export.h"

#include <QTableView>

class QMenu;

namespace tally::ui {

class TableModel;

class TableView : public QTableView {
    Q_OBJECT
public:
    explicit TableView(const QString& table_id, QWidget* parent = nullptr);
    void setTable(TableModel* model);
    [[nodiscard]] TableModel* table() const { return model_; }
    void copySelection(TableFormat format);
    void filterCurrent(bool negate);
    void selectKey(const QString& key);
    [[nodiscard]] QString currentKey() const;
    void resetColumns();
    /// The menu of the current cell; owned by the caller.
    [[nodiscard]] QMenu* makeMenu();

Q_SIGNALS:
    void opened(const QString& key); ///< double click or Enter
    void currentKeyChanged(const QString& key);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    void addColumnsMenu(QMenu* menu);
    void headerClicked(int section);
    void saveColumns() const;
    void restoreColumns();
    [[nodiscard]] std::vector<int> shownColumns() const;
    [[nodiscard]] std::vector<int> selectedRows() const;

    QString id_;
    TableModel* model_ = nullptr;
    QString kept_key_;
    bool restoring_ = false;
};

} // namespace tally::ui
