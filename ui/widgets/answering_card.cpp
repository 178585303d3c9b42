#include "ui/widgets/answering_card.h"

#include "ui/widgets/card.h"

#include <QVBoxLayout>

namespace tally::ui {

AnsweringCard::AnsweringCard(const QString& title, const QString& said_name, QWidget* parent)
    : QFrame(parent)
    , column_(new QVBoxLayout(this))
    , said_(makeWrapped(QString(), false, this)) {
    setProperty("card", true);
    column_->setContentsMargins(16, 12, 16, 12);
    column_->setSpacing(8);
    column_->addWidget(makeLabel(title, Type::title, false, this));
    said_->setObjectName(said_name);
    said_->hide();
}

void AnsweringCard::finish(std::initializer_list<QWidget*> buttons) {
    column_->addWidget(said_);
    column_->addStretch(1);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    for (QWidget* button : buttons)
        row->addWidget(button);
    column_->addLayout(row);
}

void AnsweringCard::say(const QString& text, bool trouble) {
    said_->setText(text);
    setTone(said_, trouble ? Tone::danger : Tone::ok);
    said_->show();
}

void AnsweringCard::saySilence() {
    said_->hide();
}

} // namespace tally::ui
