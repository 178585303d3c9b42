#include "ui/models/live_run.h"

#include "ui/models/steps_model.h"

#include <algorithm>

namespace tally::ui {
namespace {
constexpr std::size_t most_points = 4000; // thinned to half when reached: a chart draws 600
constexpr std::size_t most_text = 32 * 1024;
} // namespace

LiveRun::LiveRun(QObject* parent)
    : QObject(parent)
    , steps_(new StepsModel(this)) {}

void LiveRun::open(const RunId& run) {
    id_ = run;
    summary_ = {};
    summary_.id = run;
    costs_ = {};
    spent_.clear();
    latency_.clear();
    first_token_.clear();
    counted_.clear();
    total_ = {};
    stream_path_.clear();
    stream_text_.clear();
    stream_cut_ = 0;
    steps_->clear();
    Q_EMIT changed(true);
    Q_EMIT streamChanged();
}

void LiveRun::setSummary(const RunSummary& run) {
    if (run.id != id_) return;
    summary_ = run;
    if (spent_.empty() && run.started_us > 0) spent_.push_back({run.started_us, 0});
    Q_EMIT changed(true);
}

void LiveRun::addSteps(const std::vector<StepRecord>& steps) {
    std::vector<const StepRecord*> batch;
    for (const StepRecord& step : steps) {
        if (step.run != id_) continue;
        batch.push_back(&step);
        account(step);
    }
    steps_->upsert(batch);
    Q_EMIT changed(true);
}

void LiveRun::setCosts(const api::CostTable& table) {
    costs_ = table;
    Q_EMIT changed(false);
}

void LiveRun::apply(const std::vector<Event>& events) {
    std::vector<const StepRecord*> batch;
    bool touched = false, text = false;
    for (const Event& event : events) {
        if (const auto* run = std::get_if<RunChanged>(&event); run && run->run.id == id_) {
            summary_ = run->run;
            touched = true;
        } else if (const auto* step = std::get_if<StepChanged>(&event); step && step->step.run == id_) {
            batch.push_back(&step->step);
            account(step->step);
        } else if (const auto* delta = std::get_if<TextDelta>(&event); delta && delta->run == id_) {
            stream(*delta);
            text = true;
        }
    }
    if (!batch.empty()) steps_->upsert(batch);
    if (touched || !batch.empty()) Q_EMIT changed(true);
    if (text) Q_EMIT streamChanged();
}

void LiveRun::rememberPoint(std::vector<ChartPoint>& points, ChartPoint point) {
    if (!points.empty() && point.x < points.back().x)
        point.x = points.back().x; // completions arrive out of order
    points.push_back(point);
    if (points.size() > most_points) points = decimate(points, most_points, most_points / 2);
}

void LiveRun::account(const StepRecord& step) {
    const bool ended = step.status != StepStatus::waiting && step.status != StepStatus::running;
    if (!ended) return;
    const std::string key = StepsModel::keyOf(step);
    const std::int64_t at = step.started_us + step.queue_us + step.latency_us;
    const auto [it, first] = counted_.try_emplace(key, Pico());
    if (it->second != step.cost) {
        total_ += PicoSum(step.cost);
        total_ -= PicoSum(it->second);
        it->second = step.cost;
        rememberPoint(spent_, {at, chartNano(total_)});
    }
    if (!first || step.kind != StepKind::model) return;
    rememberPoint(latency_, {at, step.latency_us});
    if (step.ttft_us > 0) rememberPoint(first_token_, {at, step.ttft_us});
}

void LiveRun::stream(const TextDelta& delta) {
    if (delta.path != stream_path_) {
        stream_path_ = delta.path;
        stream_text_.clear();
        stream_cut_ = 0;
    }
    stream_text_ += delta.text;
    if (stream_text_.size() > most_text) {
        std::size_t cut = stream_text_.size() - most_text / 2;
        // Not in the middle of a character.
        while (cut < stream_text_.size() && (static_cast<unsigned char>(stream_text_[cut]) & 0xC0) == 0x80)
            ++cut;
        stream_cut_ += cut;
        stream_text_.erase(0, cut);
    }
}

} // namespace tally::ui
