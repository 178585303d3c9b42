#include "ui/widgets/header_bar.h"

#include "ui/widgets/card.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/state_chip.h"

#include <QHBoxLayout>

namespace tally::ui {

HeaderBar::HeaderBar(const QString& title, QWidget* parent)
    : QWidget(parent)
    , column_(new QVBoxLayout(this))
    , row_(new QHBoxLayout) {
    column_->setContentsMargins(0, 0, 0, 0);
    column_->setSpacing(4);
    column_->addLayout(row_);
    row_->setSpacing(12);
    title_ = makeLabel(title, Type::page, false, this);
    title_->setObjectName(QStringLiteral("pageTitle"));
    facts_ = new ElidedLabel(QString(), this);
    facts_->setObjectName(QStringLiteral("pageFacts"));
    simulated_ = new StateChip(this);
    simulated_->setLook({Tone::info, Shape::diamond, tr("simulated")});
    simulated_->setToolTip(
        tr("At least one answer here came from a simulated model: its price is real, its answer is not."));
    simulated_->hide();
    row_->addWidget(title_);
    row_->addWidget(simulated_);
    row_->addWidget(facts_, 1);
    setFixedHeight(36);
}

void HeaderBar::setFactsBelow() {
    const int at = row_->indexOf(facts_);
    row_->removeWidget(facts_);
    row_->insertStretch(at, 1);
    column_->addWidget(facts_);
    setFixedHeight(36 + 4 + facts_->sizeHint().height());
}

void HeaderBar::setTitle(const QString& title) {
    title_->setText(title);
}

void HeaderBar::setFacts(const QStringList& facts) {
    const QString text = facts.join(QStringLiteral(" · "));
    facts_->setText(text);
}

void HeaderBar::setSimulated(bool simulated) {
    simulated_->setVisible(simulated);
}
void HeaderBar::addAction(QWidget* control) {
    row_->addWidget(control);
}

} // namespace tally::ui
