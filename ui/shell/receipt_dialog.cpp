#include "ui/shell/receipt_dialog.h"

#include "ui/bridge/session.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"
#include "ui/widgets/state_chip.h"

#include <QApplication>
#include <QClipboard>
#include <QFormLayout>
#include <QHBoxLayout>

namespace tally::ui {

ReceiptDialog::ReceiptDialog(Session& session, QWidget* parent)
    : QDialog(parent)
    , session_(session) {
    setObjectName(QStringLiteral("receipt"));
    setWindowTitle(tr("Stop receipt"));
    setModal(false);
    setMinimumWidth(680);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    auto* top = new QHBoxLayout;
    title_ = makeLabel(QString(), Type::page, false, this);
    title_->setObjectName(QStringLiteral("receiptTitle"));
    chip_ = new StateChip(this);
    top->addWidget(title_, 1);
    top->addWidget(chip_);
    column->addLayout(top);
    sentence_ = makeWrapped(QString(), true, this);
    sentence_->setObjectName(QStringLiteral("receiptSentence"));
    column->addWidget(sentence_);
    rows_ = new QFormLayout;
    rows_->setHorizontalSpacing(24);
    rows_->setVerticalSpacing(6);
    column->addLayout(rows_);
    column->addStretch(1);
    auto* buttons = new QHBoxLayout;
    auto* copy = makeButton(tr("Copy"), ButtonKind::plain, QStringLiteral("receiptCopy"), this);
    open_ = makeButton(tr("Admit new work again"), ButtonKind::plain, QStringLiteral("receiptResume"), this);
    continue_ = makeButton(tr("Admit and continue the stopped runs"), ButtonKind::plain,
                           QStringLiteral("receiptContinue"), this);
    auto* close = makeButton(tr("Close"), ButtonKind::primary, QStringLiteral("receiptClose"), this);
    buttons->addWidget(copy);
    buttons->addStretch(1);
    buttons->addWidget(open_);
    buttons->addWidget(continue_);
    buttons->addWidget(close);
    column->addLayout(buttons);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(asText()); });
    connect(open_, &QPushButton::clicked, this, [this] { resume(false); });
    connect(continue_, &QPushButton::clicked, this, [this] { resume(true); });
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    // Enter closes; it never resumes.
    close->setDefault(true);
}

void ReceiptDialog::begin(const KillOrder& order) {
    receipt_ = {};
    receipt_.order = order;
    fill();
    QDialog::show();
    raise();
}

void ReceiptDialog::accepted(const Result<KillId>& id) {
    if (!id) {
        title_->setText(tr("The stop order was not accepted"));
        chip_->setLook({Tone::danger, Shape::square, tr("Failed")});
        sentence_->setText(safeText(id.error().text(), 800));
        return;
    }
    if (receipt_.order.id.empty()) receipt_.order.id = *id;
    fill();
}

void ReceiptDialog::update(const KillReceipt& receipt) {
    const bool same = receipt.order.id == receipt_.order.id ||
                      (receipt_.order.id.empty() && receipt.order.scope == receipt_.order.scope &&
                       receipt.order.target == receipt_.order.target);
    if (!same) return;
    receipt_ = receipt;
    fill();
}

void ReceiptDialog::show(const KillReceipt& receipt) {
    receipt_ = receipt;
    fill();
    QDialog::show();
    raise();
}

void ReceiptDialog::addRow(const QString& name, const QString& value, const QString& object_name) {
    auto* figure = makeMono(value, this);
    figure->setObjectName(object_name);
    rows_->addRow(makeLabel(name, Type::body, true, this), figure);
    text_ << QStringLiteral("%1: %2").arg(name, value);
}

void ReceiptDialog::fill() {
    const KillReceipt& r = receipt_;
    const QString target = safeText(r.order.target, 120);
    switch (r.order.scope) {
    case KillScope::all:
        title_->setText(tr("Everything is stopped"));
        break;
    case KillScope::run:
        title_->setText(tr("Run %1 is stopped").arg(shortId(r.order.target)));
        break;
    case KillScope::workflow:
        title_->setText(tr("Workflow %1 is stopped").arg(target));
        break;
    case KillScope::process:
        title_->setText(tr("Process %1 is stopped").arg(target));
        break;
    }
    text_ = {title_->text()};
    if (r.resumed)
        chip_->setLook({Tone::neutral, Shape::ring, tr("Resumed")});
    else if (r.complete)
        chip_->setLook({Tone::ok, Shape::dot, tr("Complete")});
    else
        chip_->setLook({Tone::warn, Shape::triangle, tr("Stopping")});
    sentence_->setText(
        r.confirmation.empty()
            ? tr("The order is out. No new call is admitted; calls under way are being cancelled.")
            : safeText(r.confirmation, 800));
    text_ << sentence_->text();
    while (rows_->rowCount() > 0)
        rows_->removeRow(0);
    if (r.ordered_us > 0)
        addRow(tr("Ordered"), dateTime(r.ordered_us) + QStringLiteral(" · ") + safeText(r.order.by, 80));
    if (r.ordered_us > 0) addRow(tr("Nothing admitted after"), duration(r.admission_closed_us));
    if (r.ordered_us > 0) addRow(tr("Last call ended after"), duration(r.stop_us));
    addRow(tr("Calls in flight"), count(r.inflight));
    addRow(tr("Calls stopped"), count(r.stopped), QStringLiteral("receiptStopped"));
    addRow(tr("Runs stopped"), count(r.runs_stopped), QStringLiteral("receiptRuns"));
    addRow(tr("Retries cancelled"), count(r.retries_cancelled));
    addRow(tr("Programs ended"), count(r.children_ended));
    addRow(tr("Outcome unknown"), count(r.unknown_outcome));
    addRow(tr("Cost after the order"), moneyExact(r.tail), QStringLiteral("receiptTail"));
    addRow(tr("Entry in the log"), r.log_seq >= 0 ? count(r.log_seq) : tr("being written"));
    const bool can_resume = !r.order.id.empty() && r.complete && !r.resumed;
    open_->setVisible(can_resume);
    continue_->setVisible(can_resume && r.runs_stopped > 0);
    // The text grew or shrank: the dialog takes the height that it needs now.
    sentence_->setMinimumHeight(sentence_->heightForWidth(qMax(width(), minimumWidth()) - 48));
    layout()->activate();
    adjustSize();
}

void ReceiptDialog::resume(bool continue_runs) {
    open_->setEnabled(false);
    continue_->setEnabled(false);
    session_.core().resumeKill(receipt_.order.id, continue_runs, session_.actor(),
                               session_.reply<void>(this, [this](Status status) {
                                   open_->setEnabled(true);
                                   continue_->setEnabled(true);
                                   if (!status) return session_.fail(status.error());
                                   receipt_.resumed = true;
                                   fill();
                               }));
}

QString ReceiptDialog::asText() const {
    return text_.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace tally::ui
