// A dialog of labelled fields: title, form, whatever a subclass puts below it, an error line, Cancel and one
// button that does it. Deletes itself when it closes.
#pragma once
#include "core/base/result.h"

#include <QDialog>

class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace tally::ui {

class FormDialog : public QDialog {
    Q_OBJECT
protected:
    FormDialog(const QString& object_name, const QString& title, QWidget* parent);

    /// The label is also the field's accessible name.
    void addField(const QString& words, QWidget* field, const QString& object_name);
    QLineEdit* addLine(const QString& words, const QString& object_name, const QString& hint = {});
    /// Error line and buttons; called last. Enter presses the button that is returned.
    QPushButton* finish(const QString& do_it, const QString& object_name, const QString& cancel_name);
    [[nodiscard]] QVBoxLayout* column() const { return column_; }
    void showError(const Error& error);
    void hideError();

private:
    QVBoxLayout* column_;
    QFormLayout* form_;
    QLabel* error_ = nullptr;
};

} // namespace tally::ui
