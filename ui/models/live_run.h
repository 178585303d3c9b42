// Everything the Live page knows about one run: summary, steps, the running total, the text that streams. Fed
// by replies and by frames of live events; tells the page once per frame. UI thread only.
#pragma once
#include "core/api/values.h"
#include "core/model/event.h"
#include "ui/charts/series.h"

#include <QObject>

#include <deque>
#include <map>

namespace tally::ui {

class StepsModel;

class LiveRun : public QObject {
    Q_OBJECT
public:
    explicit LiveRun(QObject* parent = nullptr);

    void open(const RunId& run);
    void setSummary(const RunSummary& run);
    void addSteps(const std::vector<StepRecord>& steps);
    void setCosts(const api::CostTable& table);
    void apply(const std::vector<Event>& events);

    [[nodiscard]] const RunId& id() const { return id_; }
    [[nodiscard]] const RunSummary& summary() const { return summary_; }
    [[nodiscard]] StepsModel* steps() const { return steps_; }
    /// Running total over time (nano-dollars over wall-clock microseconds), thinned to a bounded number of
    /// points.
    [[nodiscard]] const std::vector<ChartPoint>& spent() const { return spent_; }
    [[nodiscard]] const std::vector<ChartPoint>& latency() const { return latency_; }
    [[nodiscard]] const std::vector<ChartPoint>& firstToken() const { return first_token_; }
    [[nodiscard]] const api::CostTable& costs() const { return costs_; }
    /// Path whose text streamed last, and its text so far (the end of it, when it is long).
    [[nodiscard]] const std::string& streamPath() const { return stream_path_; }
    [[nodiscard]] const std::string& streamText() const { return stream_text_; }
    [[nodiscard]] std::size_t streamCut() const { return stream_cut_; }
    [[nodiscard]] bool active() const {
        return !id_.empty() && !isEnded(summary_.status) && summary_.status != RunStatus::stopped;
    }

Q_SIGNALS:
    /// Once per frame; `money` when costs moved (the stacked bars are old then).
    void changed(bool money);
    void streamChanged();

private:
    void account(const StepRecord& step);
    void rememberPoint(std::vector<ChartPoint>& points, ChartPoint point);
    void stream(const TextDelta& delta);

    RunId id_;
    RunSummary summary_;
    StepsModel* steps_;
    api::CostTable costs_;
    std::vector<ChartPoint> spent_;
    std::vector<ChartPoint> latency_;
    std::vector<ChartPoint> first_token_;
    std::map<std::string, Pico> counted_; ///< cost already in total_, per step attempt
    PicoSum total_;
    std::string stream_path_;
    std::string stream_text_;
    std::size_t stream_cut_ = 0;
};

} // namespace tally::ui
