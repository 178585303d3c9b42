// What was spent, how fast, how much is left, and which runs did it.
#pragma once
#include "core/api/values.h"
#include "core/model/event.h"
#include "ui/pages/page.h"

#include <QTimer>

#include <optional>

namespace tally::ui {

class AreaChart;
class DemoCard;
class KpiCard;
class LineChart;
class RunsModel;
class TablePanel;

class OverviewPage : public Page {
    Q_OBJECT
public:
    OverviewPage(Session& session, const ActionRegistry& actions, QWidget* parent);
    void refresh() override;

protected:
    void hideEvent(QHideEvent* event) override;

private:
    void buildCards();
    void buildCharts();
    void buildRuns();
    void apply(const std::vector<Event>& events);
    void show(const api::Overview& overview);
    void showCards(const api::Overview& overview);
    void showCharts(const api::Overview& overview);
    void openCosts(const QString& title, api::CostQuery query);
    void settle();

    KpiCard* spend_ = nullptr;
    KpiCard* burn_ = nullptr;
    KpiCard* budget_ = nullptr;
    KpiCard* latency_ = nullptr;
    KpiCard* failed_ = nullptr;
    DemoCard* demo_ = nullptr;
    AreaChart* tokens_ = nullptr;
    LineChart* times_ = nullptr;
    RunsModel* runs_ = nullptr;
    TablePanel* panel_ = nullptr;
    QTimer again_;
    std::optional<api::Overview> shown_;
};

} // namespace tally::ui
