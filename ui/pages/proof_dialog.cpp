#include "ui/pages/proof_dialog.h"

#include "ui/bridge/session.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QFileInfo>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace tally::ui {
namespace {
QPlainTextEdit* makeBox(int height, bool read_only, QWidget* parent) {
    auto* box = new QPlainTextEdit(parent);
    box->setFont(monoFont(11));
    box->setFixedHeight(height);
    box->setReadOnly(read_only);
    box->setTabChangesFocus(true);
    return box;
}
} // namespace

ProofDialog::ProofDialog(Session& session, const QString& bundle, QWidget* parent)
    : FormDialog(QStringLiteral("proofDialog"), tr("Verify one proof"), parent)
    , session_(session)
    , bundle_(bundle) {
    setMinimumWidth(720);
    column()->insertWidget(1, makeWrapped(tr("A proof (.tlog-proof) shows that one record stands under a "
                                             "signed checkpoint, and nothing about the others."),
                                          true, this));
    text_ = makeBox(150, false, this);
    text_->setPlaceholderText(QStringLiteral("c2sp.org/tlog-proof@v1\nextra …\nindex …"));
    addField(tr("Proof"), text_, QStringLiteral("proofText"));
    key_ = addLine(tr("Key that signed"), QStringLiteral("proofKey"), tr("name+id+key, from the owner"));
    key_->setFont(monoFont(11));
    if (!bundle_.isEmpty()) {
        auto* take = makeButton(tr("Use the key in %1").arg(safeText(QFileInfo(bundle_).fileName(), 60)),
                                ButtonKind::link, QStringLiteral("proofTakeKey"), this);
        take->setToolTip(tr("The key as that file says it: worth as much as its verdict"));
        column()->addWidget(take, 0, Qt::AlignLeading);
        connect(take, &QPushButton::clicked, this, &ProofDialog::takeKey);
    }
    said_ = makeWrapped(QString(), false, this);
    said_->setObjectName(QStringLiteral("proofSaid"));
    said_->hide();
    column()->addWidget(said_);
    entry_ = makeBox(120, true, this);
    entry_->setObjectName(QStringLiteral("proofEntry"));
    entry_->setAccessibleName(tr("Proven record"));
    entry_->hide();
    column()->addWidget(entry_);
    QPushButton* go = finish(tr("Check"), QStringLiteral("proofCheck"), QStringLiteral("proofClose"));
    connect(go, &QPushButton::clicked, this, &ProofDialog::check);
}

void ProofDialog::takeKey() {
    hideError();
    session_.auditor()->signingKey(bundle_.toStdString(),
                                   session_.reply<std::string>(this, [this](Result<std::string> key) {
                                       if (!key) return showError(key.error());
                                       key_->setText(qs(*key));
                                   }));
}

void ProofDialog::check() {
    hideError();
    said_->hide();
    entry_->hide();
    api::ProofRequest request;
    request.text = text_->toPlainText().toStdString();
    // What was pasted from a mail may have lost the line feed at its end.
    if (!request.text.empty() && request.text.back() != '\n') request.text += '\n';
    if (const QString key = key_->text().trimmed(); !key.isEmpty())
        request.vkeys.push_back(key.toStdString());
    session_.auditor()->checkProofs(std::move(request),
                                    session_.reply<std::vector<api::ProofCheck>>(
                                        this, [this](Result<std::vector<api::ProofCheck>> proofs) {
                                            if (!proofs) return showError(proofs.error());
                                            show(*proofs);
                                        }));
}

void ProofDialog::show(const std::vector<api::ProofCheck>& proofs) {
    if (proofs.empty()) return;
    const api::ProofCheck& first = proofs.front();
    QString text =
        proofs.size() == 1
            ? tr("Proven: this is record %1 of %2, sealed among %3 records by the key given here.")
                  .arg(count(first.seq), safeText(first.origin, 120), count(first.size))
            : tr("Proven: all %1 records of %2 are sealed by the key given here.")
                  .arg(count(static_cast<std::int64_t>(proofs.size())), safeText(first.origin, 120));
    text += QLatin1Char(' ') + tr("Whose key it is, the proof cannot say.");
    said_->setText(text);
    setTone(said_, Tone::ok);
    said_->show();
    QStringList lines;
    for (const api::ProofCheck& proof : proofs)
        lines << safeText(proof.line, 70'000);
    entry_->setPlainText(lines.join(QLatin1Char('\n')));
    entry_->show();
}

} // namespace tally::ui
