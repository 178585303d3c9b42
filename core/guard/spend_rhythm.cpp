#include "core/guard/spend_rhythm.h"

#include <fmt/format.h>

namespace tally::guard {
namespace {

constexpr std::int64_t hour_us = 3'600'000'000;
constexpr int least_weeks = 4, least_hours = 24;

Alert alertOf(std::string detector, const GuardConfig& config) {
    Alert alert;
    alert.detector = std::move(detector);
    alert.action = config.cost == Reaction::stop ? AlertAction::stop : AlertAction::warn;
    return alert;
}

} // namespace

std::optional<Alert> SpendRhythm::hour(const StepObservation& step, const GuardConfig& config) {
    const std::int64_t now = step.at_us / hour_us;
    if (now != hour_) {
        if (hour_ >= 0) {
            week_[static_cast<std::size_t>(hour_ % 168)].add(hour_pico_);
            hours_.add(hour_pico_);
        }
        hour_ = now;
        hour_pico_ = 0;
        hour_reported_ = false;
    }
    hour_pico_ += step.cost.value();
    const RobustSeries& same = week_[static_cast<std::size_t>(now % 168)];
    const bool seasonal = same.size() >= static_cast<std::size_t>(least_weeks);
    const RobustSeries& like = seasonal ? same : hours_;
    if (hour_reported_ || !like.isFarAbove(hour_pico_, seasonal ? least_weeks : least_hours,
                                           config.cost_min_ratio_pct, config.cost_mads))
        return std::nullopt;
    hour_reported_ = true;
    Alert alert = alertOf("cost.hour", config);
    alert.sentence = fmt::format(
        "This hour has cost {} so far; the median of {} {} is {}.", shortDollars(Pico::of(hour_pico_)),
        like.size(), seasonal ? "same hours of the week" : "hours", shortDollars(Pico::of(like.median())));
    alert.evidence = {{"cost_pico", hour_pico_},
                      {"median_pico", like.median()},
                      {"hours", like.size()},
                      {"seasonal", seasonal}};
    return alert;
}

std::optional<Alert> SpendRhythm::run(const StepObservation& step, const GuardConfig& config) {
    Run& run = runs_[step.run];
    run.workflow = step.workflow;
    run.pico += step.cost.value();
    const RobustSeries& like = runs_of_[step.workflow];
    if (run.reported ||
        !like.isFarAbove(run.pico, config.cost_min_items, config.cost_min_ratio_pct, config.cost_mads))
        return std::nullopt;
    run.reported = true;
    Alert alert = alertOf("cost.run", config);
    alert.sentence = fmt::format("This run has cost {} so far; the median of the last {} runs of {} is {}.",
                                 shortDollars(Pico::of(run.pico)), like.size(), step.workflow,
                                 shortDollars(Pico::of(like.median())));
    alert.evidence = {{"cost_pico", run.pico}, {"median_pico", like.median()}, {"runs", like.size()}};
    return alert;
}

std::vector<Alert> SpendRhythm::feed(const StepObservation& step, const GuardConfig& config) {
    std::vector<Alert> out;
    if (config.cost == Reaction::off || step.cost.isZero()) return out;
    if (auto alert = run(step, config)) out.push_back(std::move(*alert));
    if (auto alert = hour(step, config)) out.push_back(std::move(*alert));
    return out;
}

void SpendRhythm::runEnded(const RunId& run) {
    const auto found = runs_.find(run);
    if (found == runs_.end()) return;
    runs_of_[found->second.workflow].add(found->second.pico);
    runs_.erase(found);
}

} // namespace tally::guard
