// One step explained: quantity × rate = amount per meter, the rate line and why it applies, times, input,
// output, the line in the log. Foreign text is shown escaped.
#pragma once
#include "core/api/values.h"
#include "ui/widgets/detail_panel.h"

namespace tally::ui {

class Session;

class StepPanel : public DetailPanel {
    Q_OBJECT
public:
    explicit StepPanel(Session& session, QWidget* parent = nullptr);
    void open(const RunId& run, const std::string& path, int attempt);
    void clear();

private:
    void fill(const StepDetail& detail);
    Session& session_;
};

} // namespace tally::ui
