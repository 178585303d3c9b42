#include "ui/models/list_model.h"

#include "ui/charts/series.h"
#include "ui/widgets/format.h"

namespace tally::ui {

Cell textCell(const QString& text, const QString& tip) {
    Cell c;
    c.text = text;
    c.tip = tip;
    return c;
}

Cell lookCell(const StateLook& look) {
    Cell c;
    c.text = look.word;
    c.look = look;
    return c;
}

Cell countCell(std::int64_t n) {
    Cell c;
    c.text = count(n);
    c.sort = qlonglong(n);
    c.exact = QString::number(n);
    return c;
}

Cell moneyCell(PicoSum sum, int places) {
    Cell c;
    c.text = money(sum, places);
    c.sort = qlonglong(chartNano(sum));
    c.exact = QString::fromStdString(sum.toString());
    c.tip = moneyExact(sum);
    return c;
}

void ListModel::setRows(std::vector<ListRow> rows) {
    rows_ = std::move(rows);
    sourceReset();
}

QVariant ListModel::cell(int source, int column, int role) const {
    const ListRow& row = rows_[static_cast<std::size_t>(source)];
    if (role == KeyRole) return row.key;
    if (static_cast<std::size_t>(column) >= row.cells.size()) return {};
    const Cell& c = row.cells[static_cast<std::size_t>(column)];
    switch (role) {
    case Qt::DisplayRole:
        return c.text;
    case SortRole:
        return c.sort;
    case ExactRole:
        return c.exact.isEmpty() ? QVariant() : QVariant(c.exact);
    case Qt::ToolTipRole:
        return c.tip.isEmpty() ? QVariant() : QVariant(c.tip);
    case LookRole:
        return c.look ? QVariant::fromValue(*c.look) : QVariant();
    case ShareRole:
        return c.share >= 0 ? QVariant(c.share) : QVariant();
    case SimulatedRole:
        return c.simulated;
    default:
        return {};
    }
}

} // namespace tally::ui
