// Stacked areas over common x bins: who makes up the total, over time.
#pragma once
#include "ui/charts/chart_base.h"

namespace tally::ui {

class AreaChart : public ChartBase {
    Q_OBJECT
public:
    using ChartBase::ChartBase;
    /// Every series has one point per bin, at the same x.
    void setSeries(std::vector<Series> series);

protected:
    void drawData(QPainter& painter, const QRectF& plot, const Tokens& tokens) override;
    [[nodiscard]] std::vector<LegendEntry> legend(const Tokens& tokens) const override;
    [[nodiscard]] bool hasData() const override {
        return !series_.empty() && !series_.front().points.empty();
    }
    [[nodiscard]] qint64 highest() const override;
    [[nodiscard]] Range xRange() const override;
    [[nodiscard]] QString tipAt(const QPointF& position) const override;

private:
    std::vector<Series> series_;
};

} // namespace tally::ui
