// Draws table cells: text, right-aligned mono numbers with an optional share bar, state chips, a "sim" mark.
#pragma once
#include <QStyledItemDelegate>

namespace tally::ui {

class CellDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace tally::ui
