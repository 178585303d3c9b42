#include "ui/widgets/budget_bar.h"

#include "ui/theme/theme.h"
#include "ui/widgets/format.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace tally::ui {

BudgetBar::BudgetBar(QWidget* parent)
    : QWidget(parent) {
    setFixedHeight(10);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void BudgetBar::setState(const BudgetState& state) {
    const Int128 limit = state.budget.limit.value();
    spent_ = static_cast<int>(std::clamp<std::int64_t>(permilleOf(state.spent.value(), limit), 0, 1000));
    reserved_ = static_cast<int>(
        std::clamp<std::int64_t>(permilleOf(state.reserved.value(), limit), 0, 1000 - spent_));
    // Something spent is never drawn as nothing.
    if (spent_ == 0 && state.spent.value() > 0) spent_ = 2;
    ticks_ = state.budget.warn_percent;
    const int first_warning = ticks_.empty() ? 100 : *std::min_element(ticks_.begin(), ticks_.end());
    over_ = state.exhausted || spent_ >= 1000;
    near_ = spent_ >= first_warning * 10;
    setAccessibleName(tr("%1 spent, %2 reserved").arg(permille(spent_), permille(reserved_)));
    update();
}

void BudgetBar::paintEvent(QPaintEvent*) {
    const Tokens& t = theme().tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (layoutDirection() == Qt::RightToLeft) {
        painter.translate(width(), 0);
        painter.scale(-1, 1);
    }
    const QRectF bar(0, 2, width(), 6);
    QPainterPath shape;
    shape.addRoundedRect(bar, 3, 3);
    painter.fillPath(shape, t.raised);
    const QColor color = over_ ? t.danger : near_ ? t.warn_fill : t.accent;
    painter.save();
    painter.setClipPath(shape);
    const double spent = width() * spent_ / 1000.0;
    const double reserved = width() * reserved_ / 1000.0;
    painter.fillRect(QRectF(0, 2, spent, 6), color);
    if (reserved > 0) {
        const QRectF part(spent, 2, std::max(2.0, reserved), 6);
        painter.fillRect(part, mix(color, t.raised, 0.25));
        painter.setPen(QPen(color, 1.2));
        painter.setClipRect(part, Qt::IntersectClip);
        for (double x = part.left() - 6; x < part.right() + 6; x += 5)
            painter.drawLine(QPointF(x, 8), QPointF(x + 6, 2));
    }
    painter.restore();
    painter.setPen(QPen(t.muted, 1));
    for (const int percent : ticks_) {
        if (percent <= 0 || percent >= 100) continue;
        const double x = width() * percent / 100.0;
        painter.drawLine(QPointF(x, 0), QPointF(x, 10));
    }
}

} // namespace tally::ui
