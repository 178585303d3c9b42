#include "ui/widgets/toast.h"

#include "ui/theme/icons.h"
#include "ui/widgets/card.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QToolButton>

namespace tally::ui {
namespace {
constexpr int stay_ms = 6000;
}

Toast::Toast(QWidget* parent)
    : QFrame(parent) {
    setObjectName(QStringLiteral("toast"));
    setProperty("card", true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 8, 8, 8);
    icon_ = new QLabel(this);
    text_ = makeWrapped(QString(), false, this);
    text_->setObjectName(QStringLiteral("toastText"));
    auto* close = new QToolButton(this);
    close->setIcon(icon(QStringLiteral("close"), Tint::muted));
    close->setAccessibleName(tr("Dismiss the message"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    row->addWidget(icon_, 0, Qt::AlignTop);
    row->addWidget(text_, 1);
    row->addWidget(close, 0, Qt::AlignTop);
    leave_.setSingleShot(true);
    leave_.setInterval(stay_ms);
    connect(&leave_, &QTimer::timeout, this, &QWidget::hide);
    parent->installEventFilter(this);
    hide();
}

void Toast::say(const QString& text, Tone tone) {
    text_->setText(text);
    const bool trouble = tone == Tone::danger || tone == Tone::warn;
    icon_->setPixmap(
        icon(trouble ? QStringLiteral("warning") : QStringLiteral("info"), tone == Tone::danger ? Tint::danger
                                                                           : trouble            ? Tint::warn
                                                                                     : Tint::accent)
            .pixmap(QSize(16, 16), devicePixelRatioF()));
    setTone(this, tone);
    setAccessibleName(text);
    show();
    raise();
    place();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    if (tone == Tone::danger)
        leave_.stop();
    else
        leave_.start();
}

QString Toast::text() const {
    return text_->text();
}

bool Toast::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize && isVisible()) place();
    return QFrame::eventFilter(watched, event);
}

void Toast::place() {
    const int width = qMin(560, parentWidget()->width() - 48);
    setFixedWidth(width);
    adjustSize();
    move((parentWidget()->width() - width) / 2, parentWidget()->height() - height() - 48);
}

} // namespace tally::ui
