// Checks one proof (or a list of them) that was pasted: whether the entry in it is under a signature of the
// given key. Shows the entry.
#pragma once
#include "core/api/auditor.h"
#include "ui/widgets/form_dialog.h"

class QPlainTextEdit;

namespace tally::ui {

class Session;

class ProofDialog : public FormDialog {
    Q_OBJECT
public:
    /// `bundle`: a verified file whose signing key may be taken; empty: none.
    ProofDialog(Session& session, const QString& bundle, QWidget* parent);

private:
    void check();
    void takeKey();
    void show(const std::vector<api::ProofCheck>& proofs);

    Session& session_;
    QString bundle_;
    QPlainTextEdit* text_;
    QLineEdit* key_;
    QLabel* said_;
    QPlainTextEdit* entry_;
};

} // namespace tally::ui
