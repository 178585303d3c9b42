// A table of ready-made cells, for lists that are small and replaced as a whole (cost rows, findings,
// providers …).
#pragma once
#include "core/base/money.h"
#include "ui/models/table_model.h"

#include <optional>

namespace tally::ui {

struct Cell {
    QString text;
    QVariant sort; ///< qlonglong or invalid: by text
    QString exact; ///< empty: text
    QString tip;
    std::optional<StateLook> look;
    int share = -1; ///< parts per thousand
    bool simulated = false;
};

Cell textCell(const QString& text, const QString& tip = {});
Cell lookCell(const StateLook& look);
Cell countCell(std::int64_t n);
Cell moneyCell(PicoSum sum, int places = 6);

struct ListRow {
    QString key;
    std::vector<Cell> cells;
};

class ListModel : public TableModel {
    Q_OBJECT
public:
    using TableModel::TableModel;
    void setRows(std::vector<ListRow> rows);
    [[nodiscard]] const std::vector<ListRow>& rows() const { return rows_; }

protected:
    [[nodiscard]] int sourceRows() const override { return static_cast<int>(rows_.size()); }
    [[nodiscard]] QVariant cell(int source, int column, int role) const override;

private:
    std::vector<ListRow> rows_;
};

} // namespace tally::ui
