#include "ui/widgets/kpi_card.h"

#include "ui/charts/sparkline.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elided_label.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QVBoxLayout>

namespace tally::ui {

KpiCard::KpiCard(const QString& object_name, const QString& caption, int hue, QWidget* parent)
    : QFrame(parent)
    , caption_text_(caption) {
    setObjectName(object_name);
    setProperty("card", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(size::card_padding, 12, size::card_padding, 12);
    column->setSpacing(2);
    column->addWidget(new ElidedLabel(caption, this));
    figure_ = makeLabel(QStringLiteral("–"), Type::figure, false, this);
    context_ = new ElidedLabel(QString(), this);
    figure_->setMinimumWidth(40);
    figure_->setMinimumHeight(QFontMetrics(typeFont(Type::figure)).height());
    line_ = new Sparkline(this);
    line_->setHue(hue);
    column->addWidget(figure_);
    column->addWidget(context_);
    column->addSpacing(6);
    column->addWidget(line_);
    setAccessibleName(caption);
}

void KpiCard::setFigure(const QString& figure, const QString& context, Tone tone) {
    figure_->setText(figure);
    fitFigure();
    context_->setText(context);
    setTone(context_, tone);
    setAccessibleDescription(figure + QStringLiteral(". ") + context);
}

/// A figure is never cut: in a narrow window it is smaller.
void KpiCard::fitFigure() {
    const int room = width() - 2 * size::card_padding;
    const bool fits = QFontMetrics(typeFont(Type::figure)).horizontalAdvance(figure_->text()) <= room;
    figure_->setFont(typeFont(fits ? Type::figure : Type::title));
}

void KpiCard::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    fitFigure();
}

void KpiCard::setValues(std::vector<qint64> values) {
    line_->setValues(std::move(values));
}

void KpiCard::setShare(int thousandths, Tone tone) {
    line_->setShare(thousandths, tone);
}

void KpiCard::setOpens(bool opens) {
    setFocusPolicy(opens ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(opens ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setToolTip(opens ? tr("Show what this is made of") : QString());
}

void KpiCard::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && focusPolicy() != Qt::NoFocus && rect().contains(event->pos()))
        Q_EMIT opened();
}

void KpiCard::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
        Q_EMIT opened();
    else
        QFrame::keyPressEvent(event);
}

void KpiCard::focusInEvent(QFocusEvent* event) {
    setLookProperty(this, "hot", true);
    QFrame::focusInEvent(event);
}

void KpiCard::focusOutEvent(QFocusEvent* event) {
    setLookProperty(this, "hot", false);
    QFrame::focusOutEvent(event);
}

} // namespace tally::ui
