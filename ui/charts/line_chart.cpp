#include "ui/charts/line_chart.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace tally::ui {

void LineChart::setSeries(std::vector<Series> series) {
    series_ = std::move(series);
    bool any = false;
    for (Series& s : series_) {
        s.points = decimate(s.points, qMax(width(), 100));
        if (s.points.empty() || fixed_range_) continue;
        range_.from = any ? std::min(range_.from, s.points.front().x) : s.points.front().x;
        range_.to = any ? std::max(range_.to, s.points.back().x) : s.points.back().x;
        any = true;
    }
    // One moment alone: a second around it, so that the axis has something to say.
    if (range_.to <= range_.from) range_.to = range_.from + 1'000'000;
    dataChanged();
}

void LineChart::setRange(qint64 from, qint64 to) {
    range_ = {from, std::max(to, from + 1)};
    fixed_range_ = true;
    dataChanged();
}

void LineChart::setLimit(std::optional<qint64> limit, const QString& name) {
    limit_ = limit;
    limit_name_ = name;
    dataChanged();
}

void LineChart::setStepped(bool stepped) {
    stepped_ = stepped;
}

bool LineChart::hasData() const {
    return std::any_of(series_.begin(), series_.end(), [](const Series& s) { return !s.points.empty(); });
}

qint64 LineChart::highest() const {
    qint64 top = 0;
    for (const Series& s : series_)
        for (const ChartPoint& p : s.points)
            top = std::max(top, p.y);
    // A limit far above the data would press them into the floor: it joins the axis once they reach a quarter
    // of it.
    if (limit_ && top >= *limit_ / 4) top = std::max(top, *limit_);
    return top;
}

std::vector<ChartBase::LegendEntry> LineChart::legend(const Tokens& t) const {
    std::vector<LegendEntry> out;
    for (const Series& s : series_)
        out.push_back({s.name, t.series[static_cast<std::size_t>(s.hue) % t.series.size()], false});
    if (limit_) out.push_back({limit_name_, t.danger, true});
    return out;
}

void LineChart::drawData(QPainter& painter, const QRectF& plot, const Tokens& t) {
    for (const Series& s : series_) {
        if (s.points.empty()) continue;
        const QColor color = t.series[static_cast<std::size_t>(s.hue) % t.series.size()];
        if (dots_) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            for (const ChartPoint& p : s.points)
                painter.drawEllipse(QPointF(xPixel(p.x, plot), yPixel(p.y, plot)), 2.2, 2.2);
            continue;
        }
        QPainterPath path;
        double last_y = 0;
        for (std::size_t i = 0; i < s.points.size(); ++i) {
            const QPointF p(xPixel(s.points[i].x, plot), yPixel(s.points[i].y, plot));
            if (i == 0)
                path.moveTo(p);
            else {
                if (stepped_) path.lineTo(p.x(), last_y);
                path.lineTo(p);
            }
            last_y = p.y();
        }
        if (stepped_) {
            QPainterPath fill = path;
            fill.lineTo(path.currentPosition().x(), plot.bottom());
            fill.lineTo(xPixel(s.points.front().x, plot), plot.bottom());
            fill.closeSubpath();
            painter.fillPath(fill, mix(color, t.surface, t.dark ? 0.25 : 0.18));
        }
        painter.setPen(QPen(color, 1.5));
        painter.setBrush(Qt::NoBrush);
        if (s.points.size() == 1)
            painter.drawEllipse(path.currentPosition(), 2, 2);
        else
            painter.drawPath(path);
    }
    if (limit_ && *limit_ <= top()) {
        const double y = yPixel(*limit_, plot);
        painter.setPen(QPen(t.danger, 1.5, Qt::DashLine));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    }
}

QString LineChart::tipAt(const QPointF& position) const {
    const qint64 x = xAt(position.x(), plotArea());
    QString tip = xText(x);
    for (const Series& s : series_) {
        if (s.points.empty()) continue;
        auto it = std::upper_bound(s.points.begin(), s.points.end(), x,
                                   [](qint64 v, const ChartPoint& p) { return v < p.x; });
        if (it != s.points.begin()) --it;
        tip += QStringLiteral("\n%1  %2").arg(s.name, valueText(it->y));
    }
    if (limit_) tip += QStringLiteral("\n%1  %2").arg(limit_name_, valueText(*limit_));
    return tip;
}

} // namespace tally::ui
