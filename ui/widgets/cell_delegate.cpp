#include "ui/widgets/cell_delegate.h"

#include "ui/models/table_model.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QPainter>

namespace tally::ui {
namespace {
constexpr int pad = 10; // as in the header

void drawShare(QPainter& painter, const QRect& cell, int thousandths, const Tokens& t) {
    const QRect track(cell.x() + pad, cell.bottom() - 5, cell.width() - 2 * pad, 3);
    painter.fillRect(track, t.raised);
    QRect part = track;
    part.setWidth(qMax(thousandths > 0 ? 2 : 0, track.width() * qBound(0, thousandths, 1000) / 1000));
    painter.fillRect(part, t.accent);
}

int drawSimulated(QPainter& painter, const QRect& cell, const Tokens& t) {
    painter.setFont(typeFont(Type::caption));
    const QString word = CellDelegate::tr("sim");
    const int width = painter.fontMetrics().horizontalAdvance(word) + 12;
    const QRect box(cell.right() - pad - width, cell.y() + (cell.height() - 18) / 2, width, 18);
    painter.setPen(QPen(mix(t.accent, t.surface, 0.5), 1, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.setPen(t.accent);
    painter.drawText(box, Qt::AlignCenter, word);
    return width + 6;
}
} // namespace

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const {
    return {120, size::row};
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
    const Tokens& t = theme().tokens();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, t.selection);
    else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, mix(t.text, t.surface, 0.03));
    const QVariant look = index.data(LookRole);
    QRect words = option.rect.adjusted(pad, 0, -pad, 0);
    if (look.isValid()) {
        paintChip(*painter, words, look.value<StateLook>(), t);
    } else {
        if (index.data(SimulatedRole).toBool())
            words.setRight(words.right() - drawSimulated(*painter, option.rect, t));
        const auto* table = qobject_cast<const TableModel*>(index.model());
        const TableColumn* column =
            table ? &table->columns()[static_cast<std::size_t>(index.column())] : nullptr;
        const bool number = column && column->number;
        const QVariant share = index.data(ShareRole);
        if (share.isValid()) {
            drawShare(*painter, option.rect, share.toInt(), t);
            words.setBottom(words.bottom() - 5);
        }
        painter->setFont(number || (column && column->code) ? monoFont() : typeFont(Type::body));
        const QVariant color = index.data(Qt::ForegroundRole);
        painter->setPen(color.isValid() ? color.value<QColor>() : t.text);
        const QString text = index.data(Qt::DisplayRole).toString();
        const Qt::Alignment side = number ? Qt::AlignRight : Qt::AlignLeading;
        painter->drawText(
            words, static_cast<int>(Qt::AlignVCenter | side) | Qt::TextSingleLine,
            painter->fontMetrics().elidedText(text, number ? Qt::ElideLeft : Qt::ElideRight, words.width()));
    }
    if (option.state & QStyle::State_HasFocus) {
        painter->setPen(QPen(t.accent, 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5));
    }
    painter->restore();
}

} // namespace tally::ui
