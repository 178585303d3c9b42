// One record as it stands in the file, in canonical form, and its hashes. Everything foreign is escaped.
#pragma once
#include "core/api/values.h"
#include "ui/widgets/detail_panel.h"

namespace tally::ui {

class RecordPanel : public DetailPanel {
    Q_OBJECT
public:
    explicit RecordPanel(QWidget* parent = nullptr);
    void show(const api::AuditRecord& record, const std::vector<Finding>& findings);
    void clear();
};

} // namespace tally::ui
