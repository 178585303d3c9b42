// Connecting a provider. The key goes to the keychain through the core and is forgotten here at once.
#pragma once
#include "core/api/values.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace tally::ui {

class Session;

class ProviderDialog : public QDialog {
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
    QLineEdit* models_;
    QLineEdit* requests_;
    QLineEdit* tokens_;
    QLineEdit* concurrent_;
    QLineEdit* proxy_;
    QLineEdit* ca_;
    QLineEdit* price_as_;
    QLabel* error_;
    QPushButton* add_;
};

} // namespace tally::ui
