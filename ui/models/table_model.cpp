#include "ui/models/table_model.h"

#include <algorithm>
#include <numeric>

namespace tally::ui {

TableModel::TableModel(std::vector<TableColumn> columns, QObject* parent)
    : QAbstractTableModel(parent)
    , columns_(std::move(columns)) {}

bool TableModel::identity() const {
    return !sortable() || (sort_column_ < 0 && filters_.empty() && text_.isEmpty());
}

int TableModel::sourceRow(int row) const {
    return row >= 0 && row < rows_.shown ? rows_.at(row) : -1;
}

QString TableModel::keyAt(int row) const {
    const int source = sourceRow(row);
    return source < 0 ? QString() : cell(source, 0, KeyRole).toString();
}

int TableModel::rowOfKey(const QString& key) const {
    if (key.isEmpty() || !sortable()) return -1;
    for (int row = 0; row < rows_.shown; ++row)
        if (cell(rows_.at(row), 0, KeyRole).toString() == key) return row;
    return -1;
}

int TableModel::hiddenByFilter() const {
    return sourceRows() - rows_.shown;
}

int TableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : rows_.shown;
}

int TableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
    const int source = index.isValid() ? sourceRow(index.row()) : -1;
    if (source < 0 || index.column() >= columnCount()) return {};
    const TableColumn& column = columns_[static_cast<std::size_t>(index.column())];
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (column.number ? Qt::AlignRight : Qt::AlignLeft)));
    QVariant value = cell(source, index.column(), role);
    if (value.isValid()) return value;
    if (role == ExactRole || role == SortRole || role == Qt::AccessibleTextRole)
        return cell(source, index.column(), Qt::DisplayRole);
    return {};
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
    const TableColumn& column = columns_[static_cast<std::size_t>(section)];
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (column.number ? Qt::AlignRight : Qt::AlignLeft)));
    if (role != Qt::DisplayRole) return {};
    if (section != sort_column_) return column.title;
    return column.title + (sort_order_ == Qt::AscendingOrder ? QStringLiteral(" ↑") : QStringLiteral(" ↓"));
}

bool TableModel::passes(int source) const {
    for (const CellFilter& filter : filters_)
        if ((cell(source, filter.column, Qt::DisplayRole).toString() == filter.value) == filter.negate)
            return false;
    if (text_.isEmpty()) return true;
    for (int c = 0; c < columnCount(); ++c)
        if (cell(source, c, Qt::DisplayRole).toString().contains(text_, Qt::CaseInsensitive)) return true;
    return false;
}

TableModel::Arrangement TableModel::arrange() const {
    Arrangement out;
    out.plain = identity();
    out.shown = sourceRows();
    if (out.plain) return out;
    std::vector<int>& order = out.order;
    order.resize(static_cast<std::size_t>(sourceRows()));
    std::iota(order.begin(), order.end(), 0);
    order.erase(std::remove_if(order.begin(), order.end(), [this](int s) { return !passes(s); }),
                order.end());
    out.shown = static_cast<int>(order.size());
    if (sort_column_ < 0 || sort_column_ >= columnCount()) return out;
    // Keys once per row, not once per comparison.
    std::vector<QVariant> keys(static_cast<std::size_t>(sourceRows()));
    for (const int s : order) {
        QVariant key = cell(s, sort_column_, SortRole);
        keys[static_cast<std::size_t>(s)] = key.isValid() ? key : cell(s, sort_column_, Qt::DisplayRole);
    }
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        const QVariant& left = keys[static_cast<std::size_t>(sort_order_ == Qt::AscendingOrder ? a : b)];
        const QVariant& right = keys[static_cast<std::size_t>(sort_order_ == Qt::AscendingOrder ? b : a)];
        if (left.typeId() == QMetaType::LongLong && right.typeId() == QMetaType::LongLong)
            return left.toLongLong() < right.toLongLong();
        return QString::compare(left.toString(), right.toString(), Qt::CaseInsensitive) < 0;
    });
    return out;
}

void TableModel::rearrange() {
    Arrangement next = arrange();
    if (next == rows_) return;
    if (next.shown != rows_.shown) {
        beginResetModel();
        rows_ = std::move(next);
        endResetModel();
        return;
    }
    Q_EMIT layoutAboutToBeChanged();
    std::vector<int> row_of(static_cast<std::size_t>(sourceRows()), -1);
    for (int row = 0; row < next.shown; ++row)
        row_of[static_cast<std::size_t>(next.at(row))] = row;
    const QModelIndexList before = persistentIndexList();
    QModelIndexList after;
    for (const QModelIndex& index : before) {
        const int row = row_of[static_cast<std::size_t>(rows_.at(index.row()))];
        after << (row < 0 ? QModelIndex() : createIndex(row, index.column()));
    }
    rows_ = std::move(next);
    changePersistentIndexList(before, after);
    Q_EMIT layoutChanged();
}

void TableModel::sourceReset() {
    beginResetModel();
    rows_ = arrange();
    endResetModel();
    Q_EMIT frameApplied();
}

void TableModel::sourceChanged(int first, int last, int appended) {
    const int before = rows_.shown;
    if (identity()) {
        if (appended > 0) {
            beginInsertRows({}, before, before + appended - 1);
            rows_.shown += appended;
            endInsertRows();
        }
        if (first <= last) Q_EMIT dataChanged(index(first, 0), index(last, columnCount() - 1));
    } else if (appended > 0 || first <= last) {
        rearrange();
        // A new order says nothing about new values; a reset does.
        if (rows_.shown == before && before > 0)
            Q_EMIT dataChanged(index(0, 0), index(before - 1, columnCount() - 1));
    }
    Q_EMIT frameApplied();
}

void TableModel::sort(int column, Qt::SortOrder order) {
    sort_column_ = column;
    sort_order_ = order;
    rearrange();
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
}

void TableModel::setFilterText(const QString& text) {
    if (text == text_ || !sortable()) return;
    text_ = text;
    rearrange();
    Q_EMIT filtersChanged();
}

void TableModel::addFilter(const CellFilter& filter) {
    if (std::find(filters_.begin(), filters_.end(), filter) != filters_.end()) return;
    filters_.push_back(filter);
    rearrange();
    Q_EMIT filtersChanged();
}

void TableModel::removeFilter(int index) {
    if (index < 0 || index >= static_cast<int>(filters_.size())) return;
    filters_.erase(filters_.begin() + index);
    rearrange();
    Q_EMIT filtersChanged();
}

void TableModel::clearFilters() {
    filters_.clear();
    text_.clear();
    rearrange();
    Q_EMIT filtersChanged();
}

} // namespace tally::ui
