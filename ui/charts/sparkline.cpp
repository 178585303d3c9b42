#include "ui/charts/sparkline.h"

#include "ui/charts/series.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace tally::ui {

Sparkline::Sparkline(QWidget* parent)
    : QWidget(parent) {
    setMinimumHeight(28);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void Sparkline::setValues(std::vector<qint64> values) {
    if (values == values_) return;
    values_ = std::move(values);
    update();
}

void Sparkline::setHue(int hue) {
    hue_ = hue;
    update();
}

void Sparkline::setShare(int thousandths, Tone tone) {
    share_ = thousandths;
    tone_ = tone;
    update();
}

void Sparkline::paintEvent(QPaintEvent*) {
    const Tokens& t = theme().tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0, 2, 0, -1);
    if (share_ >= 0) {
        const QRectF track(box.left(), box.bottom() - 8, box.width(), 6);
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.raised);
        painter.drawRoundedRect(track, 3, 3);
        painter.setBrush(tone_ == Tone::warn      ? t.warn_fill
                         : tone_ == Tone::neutral ? t.accent
                                                  : toneColor(tone_, t));
        const double part = track.width() * std::min(share_, 1000) / 1000.0;
        if (share_ > 0)
            painter.drawRoundedRect(QRectF(track.left(), track.top(), std::max(4.0, part), 6), 3, 3);
        return;
    }
    if (values_.size() < 2) {
        painter.setPen(QPen(t.grid, 1));
        painter.drawLine(box.bottomLeft(), box.bottomRight());
        return;
    }
    std::vector<ChartPoint> points;
    for (std::size_t i = 0; i < values_.size(); ++i)
        points.push_back({static_cast<qint64>(i), values_[i]});
    points = decimate(points, width());
    const qint64 top = std::max<qint64>(1, *std::max_element(values_.begin(), values_.end()));
    const auto last = static_cast<double>(values_.size() - 1);
    QPainterPath path;
    for (const ChartPoint& p : points) {
        const QPointF at(box.left() + static_cast<double>(p.x) / last * box.width(),
                         box.bottom() - static_cast<double>(p.y) / static_cast<double>(top) * box.height());
        if (path.elementCount() == 0)
            path.moveTo(at);
        else
            path.lineTo(at);
    }
    const QColor color = t.series[static_cast<std::size_t>(hue_) % t.series.size()];
    QPainterPath fill = path;
    fill.lineTo(box.bottomRight());
    fill.lineTo(box.bottomLeft());
    fill.closeSubpath();
    painter.fillPath(fill, mix(color, t.surface, t.dark ? 0.22 : 0.16));
    painter.setPen(QPen(color, 1.5));
    painter.drawPath(path);
}

} // namespace tally::ui
