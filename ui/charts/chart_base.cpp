#include "ui/charts/chart_base.h"

#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QTimerEvent>
#include <QToolTip>

#include <cmath>

namespace tally::ui {
namespace {
constexpr int frame_ms = 100; // ten redraws a second are enough for the eye and cost one per cent of a core
constexpr int margin_left = 72;
constexpr int margin_right = 16;
constexpr int margin_top = 40;
constexpr int margin_bottom = 28;
constexpr int legend_line = 20;
constexpr int legend_gap = 14;
constexpr int legend_swatch = 16;
} // namespace

ChartBase::ChartBase(QWidget* parent)
    : QWidget(parent) {
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    if (Theme* t = theme().object())
        connect(t, &Theme::changed, this, [this] {
            base_old_ = true;
            update();
        });
}

void ChartBase::setTitle(const QString& title) {
    title_ = title;
    setAccessibleName(title);
    dataChanged();
}
void ChartBase::setValueText(ValueText text) {
    value_text_ = std::move(text);
}
void ChartBase::setAxisText(ValueText text) {
    axis_text_ = std::move(text);
}
void ChartBase::setXText(ValueText text) {
    x_text_ = std::move(text);
}
void ChartBase::setEmptyText(const QString& text) {
    empty_ = text;
}

QString ChartBase::spoken() const {
    return hasData() ? tr("highest value %1").arg(valueText(highest())) : empty_;
}

void ChartBase::dataChanged() {
    base_old_ = true;
    if (!isVisible()) return;
    if (!frame_.isActive()) frame_.start(frame_ms, this);
}

void ChartBase::showEvent(QShowEvent* event) {
    base_old_ = true;
    QWidget::showEvent(event);
}

void ChartBase::timerEvent(QTimerEvent* event) {
    if (event->timerId() != frame_.timerId()) return QWidget::timerEvent(event);
    frame_.stop();
    setAccessibleDescription(spoken());
    update();
}

void ChartBase::resizeEvent(QResizeEvent* event) {
    base_old_ = true;
    QWidget::resizeEvent(event);
}

QRectF ChartBase::plotArea() const {
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    const int left = rtl ? margin_right : margin_left;
    const int right = rtl ? margin_left : margin_right;
    const int top = margin_top + (legendBelow() ? legend_line : 0);
    return QRectF(left, top, qMax(10, width() - left - right), qMax(10, height() - top - margin_bottom));
}

double ChartBase::xPixel(qint64 x, const QRectF& plot) const {
    const Range r = xRange();
    const double part = static_cast<double>(x - r.from) / static_cast<double>(qMax<qint64>(1, r.to - r.from));
    return plot.left() + part * plot.width();
}

double ChartBase::yPixel(qint64 y, const QRectF& plot) const {
    return plot.bottom() - static_cast<double>(y) / static_cast<double>(scale_.top()) * plot.height();
}

qint64 ChartBase::xAt(double pixel, const QRectF& plot) const {
    const Range r = xRange();
    return r.from +
           static_cast<qint64>((pixel - plot.left()) / plot.width() * static_cast<double>(r.to - r.from));
}

int ChartBase::besideTitle() const {
    return width() - QFontMetrics(typeFont(Type::title)).horizontalAdvance(title_) - 56;
}

/// A legend that finds no room beside the title has a line of its own.
bool ChartBase::legendBelow() const {
    const QFontMetrics metrics(typeFont(Type::caption));
    int needed = 0;
    for (const LegendEntry& entry : legend(theme().tokens()))
        needed += legend_swatch + metrics.horizontalAdvance(entry.name) + legend_gap;
    return needed > besideTitle();
}

void ChartBase::drawLegend(QPainter& painter, const Tokens& t) const {
    painter.setFont(typeFont(Type::title));
    painter.setPen(t.text);
    painter.drawText(QRect(16, 10, width() - 32, 20), Qt::AlignVCenter | Qt::AlignLeading, title_);
    painter.setFont(typeFont(Type::caption));
    const QFontMetrics metrics(painter.font());
    const std::vector<LegendEntry> entries = legend(t);
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    // As many as fit, first ones first; the others are counted, not dropped in silence.
    const bool below = legendBelow();
    const int y = below ? 10 + legend_line : 10;
    const int room = below ? width() - 32 : besideTitle();
    const auto entryWidth = [&](const LegendEntry& e) {
        return legend_swatch + metrics.horizontalAdvance(e.name);
    };
    std::size_t fit = 0;
    int used = 0;
    const int rest_width = metrics.horizontalAdvance(tr("+%1 more").arg(entries.size()));
    for (; fit < entries.size(); ++fit) {
        const int next = used + entryWidth(entries[fit]) + legend_gap;
        if (next + (fit + 1 < entries.size() ? rest_width : 0) > room) break;
        used = next;
    }
    const QString rest = fit < entries.size() ? tr("+%1 more").arg(entries.size() - fit) : QString();
    int x = rtl != below ? 16 : width() - 16 - used - (rest.isEmpty() ? -legend_gap : rest_width);
    for (std::size_t i = 0; i < fit; ++i) {
        const LegendEntry& entry = entries[i];
        if (entry.dashed) {
            painter.setPen(QPen(entry.color, 1.5, Qt::DashLine));
            painter.drawLine(x - 2, y + 10, x + 11, y + 10);
        } else {
            painter.fillRect(QRect(x, y + 5, 10, 10), entry.color);
        }
        painter.setPen(t.muted);
        painter.drawText(QRect(x + legend_swatch, y, entryWidth(entry), 20), Qt::AlignVCenter | Qt::AlignLeft,
                         entry.name);
        x += entryWidth(entry) + legend_gap;
    }
    painter.setPen(t.muted);
    painter.drawText(QRect(x, y, rest_width + 8, 20), Qt::AlignVCenter | Qt::AlignLeft, rest);
}

void ChartBase::drawAxes(QPainter& painter, const QRectF& plot, const Tokens& t) const {
    painter.setFont(monoFont(10));
    const QFontMetrics metrics(painter.font());
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    // Without data, or with zeros alone, there is no scale to show: only the floor.
    for (int i = 0; i <= (hasData() && highest() > 0 ? SteppedScale::steps : 0); ++i) {
        const qint64 v = scale_.top() / SteppedScale::steps * i;
        const double y = std::round(yPixel(v, plot)) + 0.5;
        painter.setPen(QPen(t.grid, 1));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        if (!hasData()) return;
        painter.setPen(t.muted);
        const QRectF box = rtl ? QRectF(plot.right() + 8, y - 8, margin_left - 12, 16)
                               : QRectF(4, y - 8, margin_left - 12, 16);
        painter.drawText(box, Qt::AlignVCenter | (rtl ? Qt::AlignLeft : Qt::AlignRight), axisText(v));
    }
    if (!xTicks() || !hasData()) return;
    const int ticks = qBound(2, static_cast<int>(plot.width() / 110), 7);
    const Range r = xRange();
    for (int i = 0; i < ticks; ++i) {
        const qint64 x = r.from + static_cast<qint64>(static_cast<Int128>(r.to - r.from) * i / (ticks - 1));
        const QString label = xText(x);
        const int w = metrics.horizontalAdvance(label) + 4;
        const double px = plot.left() + plot.width() * i / (ticks - 1);
        const double left = qBound(plot.left() - 20.0, px - w / 2.0, width() - w - 4.0);
        painter.drawText(QRectF(left, plot.bottom() + 5, w, 16), Qt::AlignCenter, label);
    }
}

void ChartBase::drawBase() {
    const double ratio = devicePixelRatioF();
    const QSize pixels(qCeil(width() * ratio), qCeil(height() * ratio));
    if (base_.size() != pixels || !qFuzzyCompare(base_.devicePixelRatio(), ratio)) {
        base_ = QPixmap(pixels);
        base_.setDevicePixelRatio(ratio);
    }
    base_.fill(Qt::transparent);
    const Tokens& t = theme().tokens();
    scale_.fit(highest());
    QPainter painter(&base_);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setLayoutDirection(layoutDirection());
    drawLegend(painter, t);
    const QRectF plot = plotArea();
    drawAxes(painter, plot, t);
    if (hasData()) {
        painter.save();
        painter.setClipRect(plot.adjusted(-1, -2, 1, 1));
        drawData(painter, plot, t);
        painter.restore();
    } else {
        painter.setFont(typeFont(Type::body));
        painter.setPen(t.muted);
        painter.drawText(plot, Qt::AlignCenter | Qt::TextWordWrap, empty_);
    }
    base_old_ = false;
    ++base_draws_;
}

void ChartBase::paintEvent(QPaintEvent*) {
    if (base_old_ || !qFuzzyCompare(base_.devicePixelRatio(), devicePixelRatioF())) drawBase();
    QPainter painter(this);
    painter.drawPixmap(0, 0, base_);
    const QRectF plot = plotArea();
    if (hasData() && plot.contains(mouse_)) {
        painter.setPen(QPen(theme().tokens().muted, 1, Qt::DotLine));
        painter.drawLine(QPointF(mouse_.x(), plot.top()), QPointF(mouse_.x(), plot.bottom()));
    }
}

void ChartBase::mouseMoveEvent(QMouseEvent* event) {
    mouse_ = event->position();
    QString tip = hasData() && plotArea().contains(mouse_) ? tipAt(mouse_) : QString();
    if (mouse_.y() < plotArea().top()) // the legend: also what found no room in it
        for (const LegendEntry& entry : legend(theme().tokens()))
            tip += (tip.isEmpty() ? QString() : QStringLiteral("\n")) + entry.name;
    if (tip.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(event->globalPosition().toPoint(), tip, this);
    update();
}

void ChartBase::leaveEvent(QEvent* event) {
    mouse_ = {-1, -1};
    update();
    QWidget::leaveEvent(event);
}

} // namespace tally::ui
