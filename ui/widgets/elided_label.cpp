#include "ui/widgets/elided_label.h"

#include "ui/theme/fonts.h"

#include <QPainter>
#include <QStyleOption>

namespace tally::ui {

ElidedLabel::ElidedLabel(const QString& text, QWidget* parent)
    : QLabel(parent) {
    setTextFormat(Qt::PlainText);
    setFont(typeFont(Type::body));
    setProperty("muted", true);
    setText(text);
}

void ElidedLabel::setText(const QString& text) {
    QLabel::setText(text);
    setToolTip(text);
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QStyleOption option;
    option.initFrom(this);
    QPainter painter(this);
    painter.setPen(option.palette.color(QPalette::WindowText));
    painter.setFont(font());
    painter.drawText(rect(), static_cast<int>(Qt::AlignVCenter | Qt::AlignLeading) | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), Qt::ElideRight, width()));
}

} // namespace tally::ui
