#include "core/guard/cost_baseline.h"

#include "core/guard/digest.h"

#include <fmt/format.h>

#include <cmath>

namespace tally::guard {
namespace {

constexpr std::size_t most_items = 512;
constexpr std::size_t most_open = 65'536; ///< items of runs that never said that they ended
/// 1.4826 makes the median absolute deviation of a normal distribution its standard deviation.
constexpr double mad_scale = 1.4826;
/// The statistics move slowly once there are many items: they are made again after a sixteenth of them is
/// new, because making them for every item of a batch was a tenth of the engine's time.
constexpr std::size_t refresh_share = 16;
/// Items that all cost the same have no deviation; below 5 % nothing is an anomaly.
const double least_deviation = std::log(1.05);

double logCost(std::int64_t pico) {
    return std::log1p(static_cast<double>(pico));
}

template <class T>
T middle(std::vector<T> values) {
    const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), half, values.end());
    return *half;
}

} // namespace

void CostBaseline::refresh(const Series& series) {
    if (series.made && series.unseen * refresh_share <= series.items.size()) return;
    series.median = middle(std::vector<std::int64_t>(series.items.begin(), series.items.end()));
    series.log_median = logCost(series.median);
    std::vector<double> deviations;
    deviations.reserve(series.items.size());
    for (const std::int64_t pico : series.items)
        deviations.push_back(std::abs(logCost(pico) - series.log_median));
    series.log_mad = std::max(middle(std::move(deviations)) * mad_scale, least_deviation);
    series.made = true;
    series.unseen = 0;
}

void CostBaseline::finish(Series& series, std::int64_t pico) {
    series.items.push_back(pico);
    if (series.items.size() > most_items) series.items.pop_front();
    ++series.unseen;
}

std::optional<Alert> CostBaseline::compare(const Series& series, const CostKey& key, const RunId& run,
                                           const std::string& item, std::int64_t pico,
                                           const GuardConfig& config) {
    if (config.cost == Reaction::off || series.items.size() < static_cast<std::size_t>(config.cost_min_items))
        return std::nullopt;
    refresh(series);
    if (multiply(100, Pico::of(pico)) < multiply(config.cost_min_ratio_pct, Pico::of(series.median)))
        return std::nullopt;
    const double deviations = (logCost(pico) - series.log_median) / series.log_mad;
    if (pico <= series.median || deviations < config.cost_mads) return std::nullopt;
    Alert alert;
    alert.detector = "cost.item";
    alert.run = run;
    alert.action = config.cost == Reaction::stop ? AlertAction::stop : AlertAction::warn;
    const std::string times =
        series.median > 0 ? fmt::format("{} times", pico / series.median) : std::string("far more than");
    alert.sentence = fmt::format(
        "{} in {} has cost {}, {} the median of the last {} items ({}), {:.0f} robust deviations above "
        "it.",
        item.empty() ? "This step" : "Item " + brief(item), key.step, shortDollars(Pico::of(pico)), times,
        series.items.size(), shortDollars(Pico::of(series.median)), deviations);
    alert.evidence = {{"step", key.step},
                      {"model", key.model},
                      {"item", item},
                      {"cost_pico", pico},
                      {"median_pico", series.median},
                      {"items", series.items.size()},
                      {"deviations", std::floor(deviations)}};
    return alert;
}

std::optional<Alert> CostBaseline::add(const CostKey& key, const RunId& run, const std::string& item,
                                       Pico cost, const GuardConfig& config) {
    Series& series = series_[key];
    if (item.empty()) {
        auto alert = compare(series, key, run, item, cost.value(), config);
        finish(series, cost.value());
        return alert;
    }
    if (series.open.size() >= most_open) series.open.erase(series.open.begin());
    Item& open = series.open[{run, item}];
    open.pico += cost.value();
    if (open.reported) return std::nullopt;
    auto alert = compare(series, key, run, item, open.pico, config);
    open.reported = alert.has_value();
    return alert;
}

void CostBaseline::learn(const CostKey& key, Pico cost) {
    finish(series_[key], cost.value());
}

std::optional<Alert> CostBaseline::judge(const CostKey& key, const RunId& run, const std::string& item,
                                         const GuardConfig& config) const {
    const auto series = series_.find(key);
    if (series == series_.end()) return std::nullopt;
    const auto open = series->second.open.find({run, item});
    if (open == series->second.open.end()) return std::nullopt;
    return compare(series->second, key, run, item, open->second.pico, config);
}

void CostBaseline::itemEnded(const RunId& run, const std::string& item) {
    for (auto& [key, series] : series_) {
        const auto open = series.open.find({run, item});
        if (open == series.open.end()) continue;
        finish(series, open->second.pico);
        series.open.erase(open);
    }
}

void CostBaseline::runEnded(const RunId& run) {
    for (auto& [key, series] : series_) {
        auto it = series.open.lower_bound({run, std::string()});
        while (it != series.open.end() && it->first.first == run) {
            finish(series, it->second.pico);
            it = series.open.erase(it);
        }
    }
}

} // namespace tally::guard
