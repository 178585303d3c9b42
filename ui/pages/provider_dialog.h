// Connecting a provider. The key goes to the keychain through the core and is forgotten here at once.
#pragma once
#include "core/api/values.h"
#include "ui/widgets/form_dialog.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace tally::ui {

class Session;

class ProviderDialog : public FormDialog {
    Q_OBJECT
public:
    ProviderDialog(Session& session, QWidget* parent);

Q_SIGNALS:
    void added();

private:
    [[nodiscard]] Result<api::AddProvider> request() const;
    void add();
    void suggest();
    Session& session_;
    QLineEdit* name_;
    QComboBox* kind_;
    QLineEdit* url_;
    QLineEdit* key_;
    QLineEdit* requests_;
    QLineEdit* tokens_;
    QLineEdit* concurrent_;
    QLineEdit* proxy_;
    QLineEdit* ca_;
    QLineEdit* price_as_;
    QPushButton* add_;
};

} // namespace tally::ui
