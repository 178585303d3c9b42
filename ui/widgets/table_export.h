// Rows of a table as text for the clipboard or a file. Exact values, in the shown order, only the shown
// columns.
#pragma once
#include <QString>

#include <vector>

class QAbstractItemModel;

namespace tally::ui {

enum class TableFormat { text, csv, json, markdown };
/// CSV cells that a spreadsheet would run as a formula get a leading apostrophe.
QString exportRows(const QAbstractItemModel& model, const std::vector<int>& rows,
                   const std::vector<int>& columns, TableFormat format);

} // namespace tally::ui
