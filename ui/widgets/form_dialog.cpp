#include "ui/widgets/form_dialog.h"

#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QFormLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace tally::ui {

FormDialog::FormDialog(const QString& object_name, const QString& title, QWidget* parent)
    : QDialog(parent)
    , column_(new QVBoxLayout(this))
    , form_(new QFormLayout) {
    setObjectName(object_name);
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(560);
    column_->setContentsMargins(24, 20, 24, 20);
    column_->setSpacing(12);
    column_->addWidget(makeLabel(title, Type::page, false, this));
    form_->setHorizontalSpacing(16);
    form_->setVerticalSpacing(8);
    column_->addLayout(form_);
}

void FormDialog::addField(const QString& words, QWidget* field, const QString& object_name) {
    field->setObjectName(object_name);
    field->setAccessibleName(words);
    form_->addRow(makeLabel(words, Type::body, true, this), field);
}

QLineEdit* FormDialog::addLine(const QString& words, const QString& object_name, const QString& hint) {
    auto* line = new QLineEdit(this);
    line->setPlaceholderText(hint);
    addField(words, line, object_name);
    return line;
}

QPushButton* FormDialog::finish(const QString& do_it, const QString& object_name,
                                const QString& cancel_name) {
    error_ = makeWrapped(QString(), false, this);
    error_->setObjectName(objectName() + QStringLiteral("Error"));
    setTone(error_, Tone::danger);
    error_->hide();
    column_->addWidget(error_);
    auto* buttons = new QHBoxLayout;
    auto* cancel = makeButton(tr("Cancel"), ButtonKind::plain, cancel_name, this);
    auto* act = makeButton(do_it, ButtonKind::primary, object_name, this);
    act->setDefault(true);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(act);
    column_->addLayout(buttons);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    return act;
}

void FormDialog::showError(const Error& error) {
    error_->setText(safeText(error.text(), 600));
    error_->show();
}

void FormDialog::hideError() {
    error_->hide();
}

} // namespace tally::ui
