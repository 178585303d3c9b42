// Writes the report of one verification: for machines (JSON, signed with the auditor's own key if one is
// given) and for people (PDF beside it).
#pragma once
#include "core/api/auditor.h"
#include "ui/widgets/form_dialog.h"

class QCheckBox;

namespace tally::ui {

class Session;

class ReportDialog : public FormDialog {
    Q_OBJECT
public:
    ReportDialog(Session& session, std::shared_ptr<api::AuditFile> file, QWidget* parent);

private:
    QLineEdit* addFile(const QString& words, const QString& object_name, const QString& hint, bool save);
    void write();
    void written(const ReportInfo& info);

    Session& session_;
    std::shared_ptr<api::AuditFile> file_;
    QLineEdit* out_;
    QCheckBox* pdf_;
    QLineEdit* key_;
    QLineEdit* passphrase_;
    QLineEdit* note_;
    QPushButton* go_;
};

} // namespace tally::ui
