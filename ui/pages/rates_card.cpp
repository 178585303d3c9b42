#include "ui/pages/rates_card.h"

#include "ui/bridge/session.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QDir>
#include <QFileDialog>
#include <QLineEdit>
#include <QVBoxLayout>

namespace tally::ui {

RatesCard::RatesCard(Session& session, QWidget* parent)
    : AnsweringCard(tr("Contract rates"), QStringLiteral("contractSaid"), parent)
    , session_(session) {
    now_ = makeWrapped(tr("None: every price comes from the catalogue."), true, this);
    now_->setObjectName(QStringLiteral("contractNow"));
    column()->addWidget(now_);
    auto* row = new QHBoxLayout;
    path_ = new QLineEdit(this);
    path_->setObjectName(QStringLiteral("contractPath"));
    path_->setAccessibleName(tr("File of contract rates"));
    path_->setPlaceholderText(tr("file of rates, format tally-prices/1"));
    auto* browse = makeButton(tr("Choose…"), ButtonKind::plain, QStringLiteral("contractChoose"), this);
    row->addWidget(path_, 1);
    row->addWidget(browse);
    column()->addLayout(row);
    use_ = makeButton(tr("Use these rates"), ButtonKind::primary, QStringLiteral("contractUse"), this);
    check_ = makeButton(tr("Check"), ButtonKind::plain, QStringLiteral("contractCheck"), this);
    remove_ = makeButton(tr("Remove"), ButtonKind::plain, QStringLiteral("contractRemove"), this);
    finish({remove_, check_, use_});
    const auto ready = [this] {
        const bool named = !path_->text().trimmed().isEmpty();
        use_->setEnabled(named);
        check_->setEnabled(named);
        saySilence();
    };
    connect(path_, &QLineEdit::textChanged, this, ready);
    connect(path_, &QLineEdit::returnPressed, this, &RatesCard::check);
    connect(browse, &QPushButton::clicked, this, &RatesCard::choose);
    connect(use_, &QPushButton::clicked, this, &RatesCard::use);
    connect(check_, &QPushButton::clicked, this, &RatesCard::check);
    connect(remove_, &QPushButton::clicked, this, &RatesCard::remove);
    ready();
    remove_->setEnabled(false);
}

QString RatesCard::sentence(const api::ContractInfo& contract) const {
    return tr("%1: %2 for %3", "name of the contract: N rate lines for N models")
        .arg(safeText(contract.name, 120), tr("%Ln rate line(s)", nullptr, static_cast<int>(contract.lines)),
             tr("%Ln model(s)", nullptr, static_cast<int>(contract.models)));
}

void RatesCard::show(const api::ContractInfo& contract) {
    const bool used = !contract.source.empty();
    remove_->setEnabled(used);
    now_->setText(used ? tr("%1, in use since %2").arg(sentence(contract), dateTime(contract.set_us))
                       : tr("None: every price comes from the catalogue."));
    now_->setToolTip(used ? safeText(contract.source, 400) : QString());
}

void RatesCard::choose() {
    const QString file = QFileDialog::getOpenFileName(this, tr("Choose a file of contract rates"), {},
                                                      tr("Rates (*.json);;All files (*)"));
    if (file.isEmpty()) return;
    path_->setText(file);
    check();
}

void RatesCard::check() {
    const QString path = QDir().absoluteFilePath(path_->text().trimmed());
    if (!session_.hasWorkspace() || path_->text().trimmed().isEmpty()) return;
    session_.core().checkContract(
        path.toStdString(), session_.reply<api::ContractInfo>(
                                this, [this](Result<api::ContractInfo> result) { answer(result, true); }));
}

void RatesCard::use() {
    if (!session_.hasWorkspace()) return;
    session_.core().setContract(
        QDir().absoluteFilePath(path_->text().trimmed()).toStdString(),
        session_.reply<api::ContractInfo>(
            this, [this](Result<api::ContractInfo> result) { answer(result, false); }));
}

void RatesCard::remove() {
    if (!session_.hasWorkspace()) return;
    session_.core().setContract(
        {}, session_.reply<api::ContractInfo>(this, [this](Result<api::ContractInfo> result) {
            if (!result) return say(safeText(result.error().text(), 800), true);
            show({});
            say(tr("Removed. Later calls cost the catalogue's price; what was booked stays as it is."),
                false);
        }));
}

void RatesCard::answer(const Result<api::ContractInfo>& result, bool only_checked) {
    if (!result) return say(safeText(result.error().text(), 800), true);
    if (only_checked) return say(tr("The file is well formed. %1.").arg(sentence(*result)), false);
    path_->clear();
    show(*result);
    say(tr("In use. Later calls cost these rates; what was booked stays as it is."), false);
}

} // namespace tally::ui
