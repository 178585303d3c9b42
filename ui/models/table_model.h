// The base of every table: columns, sorting, filters ("this", "not this", free text) and one change notice
// per frame, without a proxy. Rows live in the subclass as values; this class only keeps the order in which
// they are shown. UI thread only.
#pragma once
#include "ui/widgets/state_look.h"

#include <QAbstractTableModel>

#include <vector>

namespace tally::ui {

/// Beyond Qt::DisplayRole.
enum TableRole {
    LookRole = Qt::UserRole + 1, ///< StateLook: drawn as a chip
    ShareRole,                   ///< int, parts per thousand: drawn as a bar under the number
    SortRole,                    ///< qlonglong or QString
    ExactRole,                   ///< what copy and export write: every digit, no grouping, no locale
    KeyRole,                     ///< QString, the identity of the row, column-independent
    SimulatedRole,               ///< bool: marked "sim"
};

struct TableColumn {
    QString key; ///< stable, for saved settings and exports
    QString title;
    int width = 120;
    bool number = false; ///< right-aligned in mono
    bool code = false;   ///< left-aligned in mono
    bool hidden = false; ///< at first
};

struct CellFilter {
    int column = 0;
    QString value;
    bool negate = false;
    bool operator==(const CellFilter&) const = default;
};

class TableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    explicit TableModel(std::vector<TableColumn> columns, QObject* parent = nullptr);

    [[nodiscard]] const std::vector<TableColumn>& columns() const { return columns_; }
    [[nodiscard]] int sourceRow(int row) const;
    [[nodiscard]] int rowOfKey(const QString& key) const; ///< -1: not shown
    [[nodiscard]] QString keyAt(int row) const;
    [[nodiscard]] int hiddenByFilter() const;

    void setFilterText(const QString& text);
    void addFilter(const CellFilter& filter);
    void removeFilter(int index);
    void clearFilters();
    [[nodiscard]] const std::vector<CellFilter>& filters() const { return filters_; }
    [[nodiscard]] int sortColumn() const { return sort_column_; }
    [[nodiscard]] Qt::SortOrder sortOrder() const { return sort_order_; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;
    /// More rows than this are neither sorted nor filtered here: the source has to do it.
    static constexpr int sortable_rows = 200'000;
    [[nodiscard]] bool sortable() const { return sourceRows() <= sortable_rows; }
    /// Column -1 restores the order of the source.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

Q_SIGNALS:
    void filtersChanged();
    /// Exactly one per applied frame, after the structural signals of the item model.
    void frameApplied();

protected:
    [[nodiscard]] virtual int sourceRows() const = 0;
    [[nodiscard]] virtual QVariant cell(int source, int column, int role) const = 0;
    /// The rows were replaced.
    void sourceReset();
    /// Call after the values changed: rows [first, last] changed (first > last: none) and `appended` rows
    /// were added at the end. Call it once per frame.
    void sourceChanged(int first, int last, int appended);

private:
    /// Which source rows are shown, in which order. A table of ten million rows in source order needs no list
    /// of them.
    struct Arrangement {
        bool plain = true;
        int shown = 0;
        std::vector<int> order; ///< only when not plain
        [[nodiscard]] int at(int row) const { return plain ? row : order[static_cast<std::size_t>(row)]; }
        bool operator==(const Arrangement&) const = default;
    };
    [[nodiscard]] bool identity() const;
    [[nodiscard]] bool passes(int source) const;
    [[nodiscard]] Arrangement arrange() const;
    void rearrange();

    std::vector<TableColumn> columns_;
    Arrangement rows_;
    std::vector<CellFilter> filters_;
    QString text_;
    int sort_column_ = -1;
    Qt::SortOrder sort_order_ = Qt::AscendingOrder;
};

} // namespace tally::ui
