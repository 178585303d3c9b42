#include "ui/pages/page.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/header_bar.h"
#include "ui/widgets/page_state.h"

#include <QLineEdit>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace tally::ui {

Page::Page(const QString& id, const QString& title, Session& session, const ActionRegistry& actions,
           QWidget* parent)
    : QWidget(parent)
    , id_(id)
    , session_(session)
    , actions_(actions) {
    setObjectName(QStringLiteral("page.") + id);
    setAccessibleName(title);
    setFocusPolicy(Qt::ClickFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(size::page_margin, 16, size::page_margin, size::page_margin - 8);
    column->setSpacing(12);
    header_ = new HeaderBar(title, this);
    column->addWidget(header_);
    auto* holder = new QWidget(this);
    stack_ = new QStackedLayout(holder);
    auto* content = new QWidget(holder);
    body_ = new QVBoxLayout(content);
    body_->setContentsMargins(0, 0, 0, 0);
    body_->setSpacing(size::card_gap);
    state_ = new PageState(holder);
    state_->setObjectName(QStringLiteral("pageState"));
    stack_->addWidget(content);
    stack_->addWidget(state_);
    column->addWidget(holder, 1);
    connect(state_, &PageState::actionPressed, this, &Page::refresh);
}

void Page::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (loaded_) return;
    loaded_ = true;
    refresh();
}

void Page::goTo(const QString&) {}

void Page::focusFilter() {
    for (QLineEdit* line : findChildren<QLineEdit*>())
        if (line->property("pageFilter").toBool() && line->isVisible()) {
            line->setFocus(Qt::ShortcutFocusReason);
            line->selectAll();
            return;
        }
}

void Page::showBody() {
    stack_->setCurrentIndex(0);
}
void Page::showState() {
    stack_->setCurrentIndex(1);
}

void Page::showLoading() {
    state_->showLoading(tr("Reading…"));
    showState();
}

void Page::showFailure(const Error& error) {
    state_->showError(error, tr("Try again"));
    showState();
}

} // namespace tally::ui
