#include "ui/widgets/state_look.h"

#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"

#include <QFontMetrics>
#include <QPainter>
#include <QPainterPath>

namespace tally::ui {
namespace {
constexpr int chip_height = 20;
constexpr int chip_padding = 8;
constexpr int shape_side = 7;

void paintShape(QPainter& painter, const QRectF& box, Shape shape, const QColor& color) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    switch (shape) {
    case Shape::dot:
        painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5));
        break;
    case Shape::square:
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5));
        break;
    case Shape::bar:
        painter.drawRect(QRectF(box.x(), box.center().y() - 1.5, box.width(), 3));
        break;
    case Shape::triangle: {
        const QPointF points[] = {
            {box.center().x(), box.top()}, {box.right(), box.bottom()}, {box.left(), box.bottom()}};
        painter.drawPolygon(points, 3);
        break;
    }
    case Shape::diamond: {
        const QPointF points[] = {{box.center().x(), box.top()},
                                  {box.right(), box.center().y()},
                                  {box.center().x(), box.bottom()},
                                  {box.left(), box.center().y()}};
        painter.drawPolygon(points, 4);
        break;
    }
    case Shape::ring:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.5));
        painter.drawEllipse(box.adjusted(1, 1, -1, -1));
        break;
    }
}
} // namespace

QColor toneColor(Tone tone, const Tokens& t) {
    switch (tone) {
    case Tone::neutral:
        return t.muted;
    case Tone::info:
        return t.accent;
    case Tone::ok:
        return t.ok;
    case Tone::warn:
        return t.warn;
    case Tone::danger:
        return t.danger;
    }
    return t.muted;
}

QSize chipSize(const StateLook& look) {
    const QFontMetrics metrics(typeFont(Type::caption));
    return {chip_padding + shape_side + 6 + metrics.horizontalAdvance(look.word) + chip_padding, chip_height};
}

void paintChip(QPainter& painter, const QRect& rect, const StateLook& look, const Tokens& t) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = toneColor(look.tone, t);
    const bool rtl = painter.layoutDirection() == Qt::RightToLeft;
    const int width = qMin(chipSize(look).width(), rect.width());
    QRect chip(0, 0, width, chip_height);
    chip.moveTop(rect.y() + (rect.height() - chip_height) / 2);
    chip.moveLeft(rtl ? rect.right() - width + 1 : rect.x());
    painter.setPen(Qt::NoPen);
    painter.setBrush(mix(color, t.surface, t.dark ? 0.20 : 0.14));
    painter.drawRoundedRect(chip, chip_height / 2.0, chip_height / 2.0);
    const int shape_x = rtl ? chip.right() - chip_padding - shape_side + 1 : chip.x() + chip_padding;
    paintShape(painter, QRectF(shape_x, chip.center().y() - shape_side / 2 + 0.5, shape_side, shape_side),
               look.shape, color);
    painter.setFont(typeFont(Type::caption));
    painter.setPen(mix(color, t.text, t.dark ? 0.55 : 0.45));
    const int inset = chip_padding + shape_side + 6;
    const QRect words =
        rtl ? chip.adjusted(chip_padding, 0, -inset, 0) : chip.adjusted(inset, 0, -chip_padding + 2, 0);
    painter.drawText(
        words, Qt::AlignVCenter | Qt::AlignLeading,
        QFontMetrics(typeFont(Type::caption)).elidedText(look.word, Qt::ElideRight, words.width() + 2));
    painter.restore();
}

} // namespace tally::ui
