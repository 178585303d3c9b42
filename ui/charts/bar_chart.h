// One stacked bar per name (a step), made of parts (meters). Bars beyond the room fold into a last bar "n
// more".
#pragma once
#include "ui/charts/chart_base.h"

namespace tally::ui {

struct Bar {
    QString name;
    std::vector<qint64> parts; ///< one per part name
};

class BarChart : public ChartBase {
    Q_OBJECT
public:
    using ChartBase::ChartBase;
    void setBars(std::vector<QString> part_names, std::vector<Bar> bars);
    [[nodiscard]] const std::vector<Bar>& bars() const { return bars_; }

Q_SIGNALS:
    void barClicked(const QString& name);

protected:
    void drawData(QPainter& painter, const QRectF& plot, const Tokens& tokens) override;
    [[nodiscard]] std::vector<LegendEntry> legend(const Tokens& tokens) const override;
    [[nodiscard]] bool hasData() const override { return !bars_.empty(); }
    [[nodiscard]] qint64 highest() const override;
    [[nodiscard]] Range xRange() const override;
    [[nodiscard]] QString tipAt(const QPointF& position) const override;
    [[nodiscard]] bool xTicks() const override { return false; }
    void mousePressEvent(QMouseEvent* event) override;

private:
    [[nodiscard]] int shown() const;
    [[nodiscard]] Bar at(int index) const;
    [[nodiscard]] int indexAt(double x) const;
    void drawLabels(QPainter& painter, const QRectF& plot, const Tokens& tokens);
    std::vector<QString> part_names_;
    std::vector<Bar> bars_;
};

} // namespace tally::ui
