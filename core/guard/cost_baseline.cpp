#include "core/guard/cost_baseline.h"

#include "core/guard/digest.h"

#include <fmt/format.h>

#include <cmath>

namespace tally::guard {
namespace {

constexpr std::size_t most_open = 65'536; ///< items of runs that never said that they ended

} // namespace

std::optional<Alert> CostBaseline::compare(const Series& series, const CostKey& key, const RunId& run,
                                           const std::string& item, std::int64_t pico,
                                           const GuardConfig& config) {
    if (config.cost == Reaction::off ||
        !series.items.isFarAbove(pico, config.cost_min_items, config.cost_min_ratio_pct, config.cost_mads))
        return std::nullopt;
    const std::int64_t median = series.items.median();
    const double deviations = series.items.deviations(pico);
    Alert alert;
    alert.detector = "cost.item";
    alert.run = run;
    alert.action = config.cost == Reaction::stop ? AlertAction::stop : AlertAction::warn;
    const std::string times =
        median > 0 ? fmt::format("{} times", pico / median) : std::string("far more than");
    alert.sentence = fmt::format(
        "{} in {} has cost {}, {} the median of the last {} items ({}), {:.0f} robust deviations above "
        "it.",
        item.empty() ? "This step" : "Item " + brief(item), key.step, shortDollars(Pico::of(pico)), times,
        series.items.size(), shortDollars(Pico::of(median)), deviations);
    alert.evidence = {{"step", key.step},
                      {"model", key.model},
                      {"item", item},
                      {"cost_pico", pico},
                      {"median_pico", median},
                      {"items", series.items.size()},
                      {"deviations", std::floor(deviations)}};
    return alert;
}

std::optional<Alert> CostBaseline::add(const CostKey& key, const RunId& run, const std::string& item,
                                       Pico cost, const GuardConfig& config) {
    Series& series = series_[key];
    if (item.empty()) {
        auto alert = compare(series, key, run, item, cost.value(), config);
        series.items.add(cost.value());
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
    series_[key].items.add(cost.value());
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
        series.items.add(open->second.pico);
        series.open.erase(open);
    }
}

void CostBaseline::runEnded(const RunId& run) {
    for (auto& [key, series] : series_) {
        auto it = series.open.lower_bound({run, std::string()});
        while (it != series.open.end() && it->first.first == run) {
            series.items.add(it->second.pico);
            it = series.open.erase(it);
        }
    }
}

} // namespace tally::guard
