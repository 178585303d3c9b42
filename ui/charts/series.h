// Values for charts. Everything is an integer: money is passed in nano-dollars (pico / 1000, so $9.2 billion
// fit), times in microseconds. A chart maps integers to pixels and prints the same integers through its
// formatter.
#pragma once
#include "core/base/money.h"

#include <QString>
#include <QtGlobal>

#include <functional>
#include <vector>

namespace tally::ui {

struct ChartPoint {
    qint64 x = 0;
    qint64 y = 0;
    bool operator==(const ChartPoint&) const = default;
};

struct Series {
    QString name;
    int hue = 0;                    ///< index into Tokens::series
    std::vector<ChartPoint> points; ///< ascending x
};

using ValueText = std::function<QString(qint64)>;

/// Saturates at the ends of 64 bits; for pixels and for axis labels.
qint64 chartNano(PicoSum sum);

/// At most 2 points per pixel column (the lowest and the highest, in their order), never more than `limit` in
/// all; the first and last point survive. O(n).
std::vector<ChartPoint> decimate(const std::vector<ChartPoint>& points, int columns, std::size_t limit = 600);

/// A y axis that does not jump: the top is four round steps (1, 2, 5 × 10^k), grows at once, and shrinks only
/// when the data would fill less than two fifths of it.
class SteppedScale {
public:
    static constexpr int steps = 4;
    /// Returns true if the top moved.
    bool fit(qint64 highest);
    [[nodiscard]] qint64 top() const { return top_; }
    static qint64 roundTop(qint64 highest);

private:
    qint64 top_ = steps;
};

} // namespace tally::ui
