#include "ui/charts/bar_chart.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <numeric>

namespace tally::ui {
namespace {
constexpr int slot_width = 72;
qint64 total(const Bar& bar) {
    return std::accumulate(bar.parts.begin(), bar.parts.end(), qint64{0});
}
} // namespace

void BarChart::setBars(std::vector<QString> part_names, std::vector<Bar> bars) {
    part_names_ = std::move(part_names);
    bars_ = std::move(bars);
    dataChanged();
}

int BarChart::shown() const {
    const int room = qMax(2, static_cast<int>(plotArea().width() / slot_width));
    return qMin(room, static_cast<int>(bars_.size()));
}

Bar BarChart::at(int index) const {
    const int n = shown();
    if (index < n - 1 || static_cast<int>(bars_.size()) <= n) return bars_[static_cast<std::size_t>(index)];
    Bar rest;
    rest.name = tr("%Ln more", nullptr, static_cast<int>(bars_.size()) - n + 1);
    rest.parts.assign(part_names_.size(), 0);
    for (std::size_t i = static_cast<std::size_t>(index); i < bars_.size(); ++i)
        for (std::size_t p = 0; p < std::min(rest.parts.size(), bars_[i].parts.size()); ++p)
            rest.parts[p] += bars_[i].parts[p];
    return rest;
}

qint64 BarChart::highest() const {
    qint64 top = 0;
    for (int i = 0; i < shown(); ++i)
        top = std::max(top, total(at(i)));
    return top;
}

ChartBase::Range BarChart::xRange() const {
    return {0, std::max<qint64>(1, shown())};
}

std::vector<ChartBase::LegendEntry> BarChart::legend(const Tokens& t) const {
    std::vector<LegendEntry> out;
    for (std::size_t i = 0; i < part_names_.size(); ++i)
        out.push_back({part_names_[i], t.series[i % t.series.size()], false});
    return out;
}

void BarChart::drawData(QPainter& painter, const QRectF& plot, const Tokens& t) {
    const int n = shown();
    const double slot = plot.width() / n;
    const double width = qMin(48.0, slot * 0.56);
    for (int i = 0; i < n; ++i) {
        const Bar bar = at(i);
        const double x = std::round(plot.left() + slot * (i + 0.5) - width / 2);
        qint64 below = 0;
        for (std::size_t p = 0; p < bar.parts.size(); ++p) {
            if (bar.parts[p] <= 0) continue;
            const double top_y = yPixel(below + bar.parts[p], plot);
            const double bottom_y = yPixel(below, plot);
            painter.fillRect(QRectF(x, top_y, width, bottom_y - top_y),
                             mix(t.series[p % t.series.size()], t.surface, t.dark ? 0.85 : 0.8));
            below += bar.parts[p];
        }
    }
    painter.setClipping(false);
    drawLabels(painter, plot, t);
}

void BarChart::drawLabels(QPainter& painter, const QRectF& plot, const Tokens& t) {
    painter.setFont(typeFont(Type::caption));
    painter.setPen(t.muted);
    const QFontMetrics metrics(painter.font());
    const double slot = plot.width() / shown();
    for (int i = 0; i < shown(); ++i) {
        const QRectF box(plot.left() + slot * i + 2, plot.bottom() + 5, slot - 4, 18);
        painter.drawText(box, Qt::AlignCenter,
                         metrics.elidedText(at(i).name, Qt::ElideMiddle, static_cast<int>(box.width())));
    }
}

int BarChart::indexAt(double x) const {
    const QRectF plot = plotArea();
    const int i = static_cast<int>((x - plot.left()) / plot.width() * shown());
    return qBound(0, i, shown() - 1);
}

QString BarChart::tipAt(const QPointF& position) const {
    const Bar bar = at(indexAt(position.x()));
    QString tip = bar.name;
    for (std::size_t p = 0; p < std::min(bar.parts.size(), part_names_.size()); ++p)
        if (bar.parts[p] != 0) tip += QStringLiteral("\n%1  %2").arg(part_names_[p], valueText(bar.parts[p]));
    return tip + QLatin1Char('\n') + tr("all  %1").arg(valueText(total(bar)));
}

void BarChart::mousePressEvent(QMouseEvent* event) {
    if (hasData() && plotArea().contains(event->position())) {
        const int i = indexAt(event->position().x());
        const bool folded = i == shown() - 1 && static_cast<int>(bars_.size()) > shown();
        if (!folded) Q_EMIT barClicked(bars_[static_cast<std::size_t>(i)].name);
    }
    ChartBase::mousePressEvent(event);
}

} // namespace tally::ui
