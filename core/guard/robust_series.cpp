#include "core/guard/robust_series.h"

#include "core/base/money.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tally::guard {
namespace {

constexpr std::size_t most_amounts = 512;
constexpr std::size_t refresh_share = 16;
/// 1.4826 makes the median absolute deviation of a normal distribution its standard deviation.
constexpr double mad_scale = 1.4826;
/// Amounts that are all the same have no deviation; below 5 % nothing is an anomaly.
const double least_deviation = std::log(1.05);

double logOf(std::int64_t amount) {
    return std::log1p(static_cast<double>(amount));
}

template <class T>
T middle(std::vector<T> values) {
    const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), half, values.end());
    return *half;
}

} // namespace

void RobustSeries::add(std::int64_t amount) {
    amounts_.push_back(amount);
    if (amounts_.size() > most_amounts) amounts_.pop_front();
    ++unseen_;
}

void RobustSeries::refresh() const {
    if (amounts_.empty() || (made_ && unseen_ * refresh_share <= amounts_.size())) return;
    median_ = middle(std::vector<std::int64_t>(amounts_.begin(), amounts_.end()));
    log_median_ = logOf(median_);
    std::vector<double> deviations;
    deviations.reserve(amounts_.size());
    for (const std::int64_t amount : amounts_)
        deviations.push_back(std::abs(logOf(amount) - log_median_));
    log_mad_ = std::max(middle(std::move(deviations)) * mad_scale, least_deviation);
    made_ = true;
    unseen_ = 0;
}

std::int64_t RobustSeries::median() const {
    refresh();
    return median_;
}

double RobustSeries::deviations(std::int64_t amount) const {
    refresh();
    return made_ ? (logOf(amount) - log_median_) / log_mad_ : 0;
}

bool RobustSeries::isFarAbove(std::int64_t amount, int least, int pct, int mads) const {
    if (amounts_.size() < static_cast<std::size_t>(least)) return false;
    refresh();
    return amount > median_ && Int128{100} * amount >= Int128{pct} * median_ && deviations(amount) >= mads;
}

} // namespace tally::guard
