#include "ui/widgets/table_export.h"

#include "ui/models/table_model.h"

#include <nlohmann/json.hpp>

namespace tally::ui {
namespace {

QString csvCell(QString text, bool number) {
    if (!number && !text.isEmpty() && QStringLiteral("=+-@\t\r").contains(text.front()))
        text.prepend(QLatin1Char('\''));
    if (text.contains(QLatin1Char('"')) || text.contains(QLatin1Char(',')) ||
        text.contains(QLatin1Char('\n')))
        return QLatin1Char('"') + text.replace(QStringLiteral("\""), QStringLiteral("\"\"")) +
               QLatin1Char('"');
    return text;
}

QString markdownCell(QString text) {
    return text.replace(QStringLiteral("|"), QStringLiteral("\\|"))
        .replace(QLatin1Char('\n'), QLatin1Char(' '));
}

QString header(const QAbstractItemModel& model, int column) {
    if (const auto* table = qobject_cast<const TableModel*>(&model))
        return table->columns()[static_cast<std::size_t>(column)].title;
    return model.headerData(column, Qt::Horizontal).toString();
}

bool isNumber(const QAbstractItemModel& model, int column) {
    const auto* table = qobject_cast<const TableModel*>(&model);
    return table && table->columns()[static_cast<std::size_t>(column)].number;
}

QString exact(const QAbstractItemModel& model, int row, int column) {
    return model.index(row, column).data(ExactRole).toString();
}

QString asJson(const QAbstractItemModel& model, const std::vector<int>& rows,
               const std::vector<int>& columns) {
    nlohmann::ordered_json out = nlohmann::ordered_json::array();
    for (const int row : rows) {
        nlohmann::ordered_json object = nlohmann::ordered_json::object();
        for (const int column : columns) {
            const auto* table = qobject_cast<const TableModel*>(&model);
            const QString key =
                table ? table->columns()[static_cast<std::size_t>(column)].key : header(model, column);
            object[key.toStdString()] = exact(model, row, column).toStdString();
        }
        out.push_back(std::move(object));
    }
    return QString::fromStdString(out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

} // namespace

QString exportRows(const QAbstractItemModel& model, const std::vector<int>& rows,
                   const std::vector<int>& columns, TableFormat format) {
    if (format == TableFormat::json) return asJson(model, rows, columns);
    QStringList lines;
    const auto line = [&](auto&& cell) {
        QStringList cells;
        for (const int column : columns)
            cells << cell(column);
        switch (format) {
        case TableFormat::csv:
            lines << cells.join(QLatin1Char(','));
            break;
        case TableFormat::markdown:
            lines << QStringLiteral("| %1 |").arg(cells.join(QStringLiteral(" | ")));
            break;
        default:
            lines << cells.join(QLatin1Char('\t'));
        }
    };
    const auto shaped = [&](const QString& text, bool number) {
        if (format == TableFormat::csv) return csvCell(text, number);
        if (format == TableFormat::markdown) return markdownCell(text);
        QString flat = text;
        return flat.replace(QLatin1Char('\t'), QLatin1Char(' ')).replace(QLatin1Char('\n'), QLatin1Char(' '));
    };
    line([&](int column) { return shaped(header(model, column), false); });
    if (format == TableFormat::markdown)
        line([&](int column) {
            return isNumber(model, column) ? QStringLiteral("---:") : QStringLiteral("---");
        });
    for (const int row : rows)
        line([&](int column) { return shaped(exact(model, row, column), isNumber(model, column)); });
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace tally::ui
