// What all charts share: a plot area with fixed margins, a stepped y axis, x labels, a legend line, a tooltip
// that follows the mouse, and a base layer that is drawn once per change and per device ratio. Widgets
// repaint at most ten times a second however often data arrives. UI thread only.
#pragma once
#include "ui/charts/series.h"

#include <QBasicTimer>
#include <QPixmap>
#include <QWidget>

namespace tally::ui {

struct Tokens;

class ChartBase : public QWidget {
    Q_OBJECT
public:
    explicit ChartBase(QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setValueText(ValueText text);
    /// Shorter text for the y axis than for tooltips.
    void setAxisText(ValueText text);
    void setXText(ValueText text);
    /// Shown in the middle while there are no data.
    void setEmptyText(const QString& text);
    [[nodiscard]] qint64 top() const { return scale_.top(); }
    /// How often the base layer was drawn; tests hold the rate down with it.
    [[nodiscard]] int baseDraws() const { return base_draws_; }
    [[nodiscard]] QSize sizeHint() const override { return {420, 220}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 120}; }

protected:
    struct LegendEntry {
        QString name;
        QColor color;
        bool dashed = false;
    };
    struct Range {
        qint64 from = 0;
        qint64 to = 1;
    };

    virtual void drawData(QPainter& painter, const QRectF& plot, const Tokens& tokens) = 0;
    [[nodiscard]] virtual std::vector<LegendEntry> legend(const Tokens& tokens) const = 0;
    [[nodiscard]] virtual bool hasData() const = 0;
    [[nodiscard]] virtual qint64 highest() const = 0;
    [[nodiscard]] virtual Range xRange() const = 0;
    /// Text for the mouse at `position` (widget pixels); empty: none.
    [[nodiscard]] virtual QString tipAt(const QPointF& position) const = 0;
    /// Whether x carries labels at regular distances; bars with names say no.
    [[nodiscard]] virtual bool xTicks() const { return true; }
    /// A sentence for assistive technology.
    [[nodiscard]] virtual QString spoken() const;

    void dataChanged();
    [[nodiscard]] QRectF plotArea() const;
    [[nodiscard]] double xPixel(qint64 x, const QRectF& plot) const;
    [[nodiscard]] double yPixel(qint64 y, const QRectF& plot) const;
    [[nodiscard]] qint64 xAt(double pixel, const QRectF& plot) const;
    [[nodiscard]] QString valueText(qint64 v) const {
        return value_text_ ? value_text_(v) : QString::number(v);
    }
    [[nodiscard]] QString xText(qint64 v) const { return x_text_ ? x_text_(v) : QString::number(v); }

    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void drawBase();
    [[nodiscard]] int besideTitle() const; ///< pixels
    [[nodiscard]] bool legendBelow() const;
    void drawLegend(QPainter& painter, const Tokens& tokens) const;
    void drawAxes(QPainter& painter, const QRectF& plot, const Tokens& tokens) const;

    QString title_;
    QString empty_;
    [[nodiscard]] QString axisText(qint64 v) const { return axis_text_ ? axis_text_(v) : valueText(v); }

    ValueText value_text_;
    ValueText axis_text_;
    ValueText x_text_;
    SteppedScale scale_;
    QPixmap base_;
    bool base_old_ = true;
    int base_draws_ = 0;
    QBasicTimer frame_;
    QPointF mouse_ = {-1, -1};
};

} // namespace tally::ui
