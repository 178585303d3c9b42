// A card around a TableView: title, filter line ("/"), a chip per filter, and a count that never hides that
// rows are hidden.
#pragma once
#include <QFrame>

class QLabel;
class QLineEdit;
class QHBoxLayout;
class QStackedLayout;

namespace tally::ui {

class PageState;
class TableModel;
class TableView;

class TablePanel : public QFrame {
    Q_OBJECT
public:
    TablePanel(const QString& table_id, const QString& title, TableModel* model, QWidget* parent = nullptr);
    [[nodiscard]] TableView* view() const { return view_; }
    [[nodiscard]] QLineEdit* filterLine() const { return filter_; }
    /// Shown while the source has no rows.
    [[nodiscard]] PageState* emptyState() const { return empty_; }
    void addControl(QWidget* control);
    /// For rows that the page does not hold: "showing the newest 500 of 12,000".
    void setNote(const QString& note);

private:
    void update();
    TableModel* model_;
    TableView* view_;
    QLineEdit* filter_;
    QLabel* count_;
    QHBoxLayout* chips_;
    QHBoxLayout* top_;
    QStackedLayout* stack_;
    PageState* empty_;
    QString note_;
};

} // namespace tally::ui
