// Cost per item above a robust baseline (RobustSeries) per (workflow, step, model) over the last items.
// Judged at admission, so that an anomaly denies the next reservation. No amount of money is ever computed
// from statistics.
#pragma once
#include "core/guard/observation.h"
#include "core/guard/robust_series.h"

#include <map>
#include <unordered_map>

namespace tally::guard {

struct CostKey {
    std::string workflow;
    std::string step;
    std::string model;
    auto operator<=>(const CostKey&) const = default;
};

class CostBaseline {
public:
    /// What one attempt cost. Attempts of the same item add up until itemEnded; without an item each stands
    /// for itself. An alert (without workflow, path and time) the first time the item is far above its like.
    std::optional<Alert> add(const CostKey& key, const RunId& run, const std::string& item, Pico cost,
                             const GuardConfig& config);
    /// A finished item of the past.
    void learn(const CostKey& key, Pico cost);
    /// The same judgement without adding anything: for admission.
    [[nodiscard]] std::optional<Alert> judge(const CostKey& key, const RunId& run, const std::string& item,
                                             const GuardConfig& config) const;
    void itemEnded(const RunId& run, const std::string& item);
    void runEnded(const RunId& run);

private:
    struct Item {
        std::int64_t pico = 0;
        bool reported = false;
    };
    struct Series {
        RobustSeries items; ///< finished items in pico
        std::map<std::pair<RunId, std::string>, Item> open;
    };
    static std::optional<Alert> compare(const Series& series, const CostKey& key, const RunId& run,
                                        const std::string& item, std::int64_t pico,
                                        const GuardConfig& config);
    std::map<CostKey, Series> series_;
};

} // namespace tally::guard
