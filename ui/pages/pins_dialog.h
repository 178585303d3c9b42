// What a file is compared with: the fingerprint or key from the engagement letter, witnesses, and what was
// seen of the log before. Kept pins can be chosen by name. Nothing is sent anywhere.
#pragma once
#include "core/api/auditor.h"
#include "ui/widgets/form_dialog.h"

class QComboBox;
class QPlainTextEdit;

namespace tally::ui {

class Session;

class PinsDialog : public FormDialog {
    Q_OBJECT
public:
    /// `now`: what the page compares with at present.
    PinsDialog(Session& session, const api::VerifyRequest& now, QWidget* parent);

Q_SIGNALS:
    /// path is empty.
    void chosen(const tally::api::VerifyRequest& request);

private:
    void readPins();
    void apply();
    void keep();
    [[nodiscard]] api::VerifyRequest request() const;

    Session& session_;
    std::vector<StoredPin> pins_;
    QComboBox* stored_;
    QLineEdit* pin_;
    QLineEdit* name_;
    QPlainTextEdit* witnesses_;
    QComboBox* memory_;
    QLineEdit* memory_file_;
};

} // namespace tally::ui
