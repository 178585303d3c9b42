// One record as it stands in the file, in canonical form, and its hashes. Everything foreign is escaped.
#pragma once
#include "core/api/values.h"

#include <QFrame>

class QVBoxLayout;

namespace tally::ui {

class RecordPanel : public QFrame {
    Q_OBJECT
public:
    explicit RecordPanel(QWidget* parent = nullptr);
    void show(const api::AuditRecord& record, const std::vector<Finding>& findings);
    void clear();

private:
    void addText(const QString& title, const std::string& text);
    QVBoxLayout* rows_;
};

} // namespace tally::ui
