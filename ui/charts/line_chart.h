// Lines over x, with an optional limit line (a budget) and an optional stepped shape for running totals.
#pragma once
#include "ui/charts/chart_base.h"

#include <optional>

namespace tally::ui {

class LineChart : public ChartBase {
    Q_OBJECT
public:
    using ChartBase::ChartBase;
    void setSeries(std::vector<Series> series);
    void setLimit(std::optional<qint64> limit, const QString& name = {});
    /// A fixed x axis instead of the ends of the data.
    void setRange(qint64 from, qint64 to);
    /// Running totals: hold each value until the next point, and fill below the first series.
    void setStepped(bool stepped);
    /// Single measurements of unlike things (latencies of different models): points, no line between them.
    void setDots(bool dots) { dots_ = dots; }
    [[nodiscard]] const std::vector<Series>& series() const { return series_; }

protected:
    void drawData(QPainter& painter, const QRectF& plot, const Tokens& tokens) override;
    [[nodiscard]] std::vector<LegendEntry> legend(const Tokens& tokens) const override;
    [[nodiscard]] bool hasData() const override;
    [[nodiscard]] qint64 highest() const override;
    [[nodiscard]] Range xRange() const override { return range_; }
    [[nodiscard]] QString tipAt(const QPointF& position) const override;

private:
    std::vector<Series> series_;
    std::optional<qint64> limit_;
    QString limit_name_;
    bool stepped_ = false;
    bool dots_ = false;
    Range range_;
    bool fixed_range_ = false;
};

} // namespace tally::ui
