// The last amounts of one kind and how far a new one is from them: the median and the median absolute
// deviation of their logarithms (Rousseeuw and Croux 1993 for the scale). Amounts are whole numbers (pico,
// tokens); only statistics are floating point. Memory: at most 512 amounts. The statistics are made again
// after a sixteenth of the amounts is new, because making them for every item of a batch was a tenth of the
// engine's time.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>

namespace tally::guard {

class RobustSeries {
public:
    void add(std::int64_t amount);
    [[nodiscard]] std::size_t size() const { return amounts_.size(); }
    [[nodiscard]] std::int64_t median() const;
    /// Robust deviations of log(amount) above the median; negative below it.
    [[nodiscard]] double deviations(std::int64_t amount) const;
    /// Far above its like: more than `pct` percent of the median and more than `mads` deviations; at least
    /// `least` amounts must be known.
    [[nodiscard]] bool isFarAbove(std::int64_t amount, int least, int pct, int mads) const;

private:
    void refresh() const;
    std::deque<std::int64_t> amounts_; ///< newest last
    mutable std::int64_t median_ = 0;
    mutable double log_median_ = 0, log_mad_ = 0;
    mutable bool made_ = false;
    mutable std::size_t unseen_ = 0; ///< amounts since the statistics were made
};

} // namespace tally::guard
