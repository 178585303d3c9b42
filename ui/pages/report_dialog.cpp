#include "ui/pages/report_dialog.h"

#include "ui/bridge/session.h"
#include "ui/report/report_pages.h"
#include "ui/widgets/card.h"
#include "ui/widgets/format.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>

namespace tally::ui {

ReportDialog::ReportDialog(Session& session, std::shared_ptr<api::AuditFile> file, QWidget* parent)
    : FormDialog(QStringLiteral("reportDialog"), tr("Save a report of this check"), parent)
    , session_(session)
    , file_(std::move(file)) {
    setMinimumWidth(680);
    column()->insertWidget(1, makeWrapped(tr("What was checked and what was not, the verdict, findings and "
                                             "totals. Signed with your own key, nobody can change it "
                                             "unnoticed; `tally report check` checks it."),
                                          true, this));
    out_ = addFile(tr("Report (JSON)"), QStringLiteral("reportOut"), {}, true);
    out_->setText(qs(file_->path()) + QStringLiteral(".report.json"));
    pdf_ = new QCheckBox(tr("also as PDF, for people"), this);
    pdf_->setChecked(true);
    addField(tr("Report (PDF)"), pdf_, QStringLiteral("reportPdf"));
    key_ = addFile(tr("Your key"), QStringLiteral("reportKey"),
                   tr("private key, PEM; empty: the report is not signed"), false);
    passphrase_ = addLine(tr("Its passphrase"), QStringLiteral("reportPassphrase"));
    passphrase_->setEchoMode(QLineEdit::Password);
    note_ = addLine(tr("Note"), QStringLiteral("reportNote"), tr("engagement, client, remark"));
    go_ = finish(tr("Save"), QStringLiteral("reportSave"), QStringLiteral("reportCancel"));
    connect(go_, &QPushButton::clicked, this, &ReportDialog::write);
}

QLineEdit* ReportDialog::addFile(const QString& words, const QString& object_name, const QString& hint,
                                 bool save) {
    auto* holder = new QWidget(this);
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(0, 0, 0, 0);
    auto* line = new QLineEdit(holder);
    line->setObjectName(object_name);
    line->setAccessibleName(words);
    line->setPlaceholderText(hint);
    auto* browse =
        makeButton(tr("Browse…"), ButtonKind::plain, object_name + QStringLiteral("Browse"), holder);
    browse->setAccessibleName(tr("Browse for: %1").arg(words));
    row->addWidget(line, 1);
    row->addWidget(browse);
    addField(words, holder, object_name + QStringLiteral("Row"));
    connect(browse, &QPushButton::clicked, this, [this, line, words, save] {
        const QString chosen = save ? QFileDialog::getSaveFileName(this, words, line->text())
                                    : QFileDialog::getOpenFileName(this, words);
        if (!chosen.isEmpty()) line->setText(chosen);
    });
    return line;
}

void ReportDialog::write() {
    hideError();
    setLookProperty(out_, "invalid", out_->text().trimmed().isEmpty());
    if (out_->text().trimmed().isEmpty()) return;
    ReportRequest request;
    request.out = out_->text().trimmed().toStdString();
    request.key = key_->text().trimmed().toStdString();
    request.passphrase = passphrase_->text().toStdString();
    request.note = note_->text().trimmed().toStdString();
    passphrase_->clear();
    go_->setEnabled(false);
    session_.auditor()->writeReport(file_, std::move(request),
                                    session_.reply<ReportInfo>(this, [this](Result<ReportInfo> info) {
                                        go_->setEnabled(true);
                                        if (!info) return showError(info.error());
                                        written(*info);
                                    }));
}

void ReportDialog::written(const ReportInfo& info) {
    if (pdf_->isChecked()) {
        QString path = out_->text().trimmed();
        if (path.endsWith(QLatin1String(".json"), Qt::CaseInsensitive)) path.chop(5);
        if (const auto sheets = renderReport(info.text, path + QStringLiteral(".pdf")); !sheets)
            return showError(sheets.error());
    }
    Q_EMIT session_.message(tr("%1 is written, SHA-256 %2, %3.")
                                .arg(safeText(QFileInfo(out_->text().trimmed()).fileName(), 80),
                                     shortHash(info.sha256),
                                     info.vkey.empty() ? tr("not signed") : tr("signed")),
                            false);
    accept();
}

} // namespace tally::ui
