#include "ui/widgets/page_state.h"

#include "ui/theme/icons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QVBoxLayout>

namespace tally::ui {
namespace {
constexpr int text_width = 520;
}

PageState::PageState(QWidget* parent)
    : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setSpacing(8);
    column->addStretch(2);
    icon_ = new QLabel(this);
    icon_->setAlignment(Qt::AlignCenter);
    title_ = makeLabel(QString(), Type::title, false, this);
    title_->setAlignment(Qt::AlignCenter);
    title_->setObjectName(QStringLiteral("stateTitle"));
    text_ = makeWrapped(QString(), true, this);
    text_->setAlignment(Qt::AlignCenter);
    text_->setObjectName(QStringLiteral("stateText"));
    action_ = makeButton(QString(), ButtonKind::primary, QStringLiteral("stateAction"), this);
    connect(action_, &QPushButton::clicked, this, &PageState::actionPressed);
    column->addWidget(icon_);
    column->addWidget(title_);
    column->addWidget(text_, 0, Qt::AlignHCenter);
    column->addSpacing(8);
    column->addWidget(action_, 0, Qt::AlignHCenter);
    column->addStretch(3);
}

void PageState::show(const QString& icon_name, const QString& title, const QString& text,
                     const QString& action, bool danger) {
    icon_->setPixmap(
        icon(icon_name, danger ? Tint::danger : Tint::muted).pixmap(QSize(28, 28), devicePixelRatioF()));
    title_->setText(title);
    text_->setText(text);
    fitText();
    text_->setVisible(!text.isEmpty());
    action_->setText(action);
    action_->setVisible(!action.isEmpty());
    setAccessibleName(title + QStringLiteral(". ") + text);
}

/// In a narrow panel the text gets narrower instead of holding it open.
void PageState::fitText() {
    const int room = qBound(120, width() - 32, text_width);
    text_->setMinimumSize(0, 0); // else it never gets lower again
    text_->setFixedSize(room, qMax(0, text_->heightForWidth(room)));
}

void PageState::resizeEvent(QResizeEvent* event) {
    fitText();
    QWidget::resizeEvent(event);
}

void PageState::showEmpty(const QString& title, const QString& text, const QString& action,
                          const QString& icon_name) {
    show(icon_name.isEmpty() ? QStringLiteral("info") : icon_name, title, text, action, false);
}

void PageState::showLoading(const QString& text) {
    show(QStringLiteral("clock"), text, {}, {}, false);
}

void PageState::showError(const Error& error, const QString& action) {
    QString text;
    if (!error.where.empty()) text += safeText(error.where, 400) + QLatin1Char('\n');
    if (!error.hint.empty()) text += safeText(error.hint, 600) + QLatin1Char('\n');
    text += QStringLiteral("[%1]").arg(safeText(error.code, 80));
    show(QStringLiteral("error"), safeText(error.message, 600), text, action, true);
}

} // namespace tally::ui
