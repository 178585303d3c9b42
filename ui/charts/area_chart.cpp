#include "ui/charts/area_chart.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace tally::ui {

void AreaChart::setSeries(std::vector<Series> series) {
    // Bins beyond the pixel width are added together, in all series alike, so that the stack stays a true
    // total.
    const std::size_t bins = series.empty() ? 0 : series.front().points.size();
    const std::size_t most = 600;
    if (bins > most) {
        const std::size_t step = (bins + most - 1) / most;
        for (Series& s : series) {
            std::vector<ChartPoint> merged;
            for (std::size_t i = 0; i < s.points.size(); i += step) {
                ChartPoint p = s.points[i];
                for (std::size_t k = i + 1; k < std::min(i + step, s.points.size()); ++k)
                    p.y += s.points[k].y;
                merged.push_back(p);
            }
            s.points = std::move(merged);
        }
    }
    series_ = std::move(series);
    dataChanged();
}

qint64 AreaChart::highest() const {
    qint64 top = 0;
    for (std::size_t i = 0; hasData() && i < series_.front().points.size(); ++i) {
        qint64 sum = 0;
        for (const Series& s : series_)
            sum += i < s.points.size() ? s.points[i].y : 0;
        top = std::max(top, sum);
    }
    return top;
}

ChartBase::Range AreaChart::xRange() const {
    if (!hasData()) return {};
    const auto& p = series_.front().points;
    return {p.front().x, std::max(p.back().x, p.front().x + 1)};
}

std::vector<ChartBase::LegendEntry> AreaChart::legend(const Tokens& t) const {
    std::vector<LegendEntry> out;
    for (const Series& s : series_)
        out.push_back({s.name, t.series[static_cast<std::size_t>(s.hue) % t.series.size()], false});
    return out;
}

void AreaChart::drawData(QPainter& painter, const QRectF& plot, const Tokens& t) {
    const std::size_t n = series_.front().points.size();
    std::vector<qint64> below(n, 0);
    for (const Series& s : series_) {
        if (s.points.size() != n) continue;
        const QColor color = t.series[static_cast<std::size_t>(s.hue) % t.series.size()];
        QPolygonF area;
        QPainterPath edge;
        for (std::size_t i = 0; i < n; ++i) {
            const QPointF p(xPixel(s.points[i].x, plot), yPixel(below[i] + s.points[i].y, plot));
            area << p;
            if (i == 0)
                edge.moveTo(p);
            else
                edge.lineTo(p);
        }
        for (std::size_t i = n; i-- > 0;)
            area << QPointF(xPixel(s.points[i].x, plot), yPixel(below[i], plot));
        painter.setPen(Qt::NoPen);
        painter.setBrush(mix(color, t.surface, t.dark ? 0.62 : 0.48));
        painter.drawPolygon(area);
        painter.setPen(QPen(color, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(edge);
        for (std::size_t i = 0; i < n; ++i)
            below[i] += s.points[i].y;
    }
}

QString AreaChart::tipAt(const QPointF& position) const {
    const qint64 x = xAt(position.x(), plotArea());
    const auto& p = series_.front().points;
    auto it = std::upper_bound(p.begin(), p.end(), x, [](qint64 v, const ChartPoint& q) { return v < q.x; });
    if (it != p.begin()) --it;
    const auto i = static_cast<std::size_t>(it - p.begin());
    QString tip = xText(it->x);
    qint64 sum = 0;
    for (std::size_t s = series_.size(); s-- > 0;) {
        if (i >= series_[s].points.size()) continue;
        sum += series_[s].points[i].y;
        tip += QStringLiteral("\n%1  %2").arg(series_[s].name, valueText(series_[s].points[i].y));
    }
    return tip + QLatin1Char('\n') + tr("all  %1").arg(valueText(sum));
}

} // namespace tally::ui
