#include "ui/charts/series.h"

#include <algorithm>
#include <limits>

namespace tally::ui {

qint64 chartNano(PicoSum sum) {
    constexpr Int128 largest = std::numeric_limits<qint64>::max() / 8;
    return static_cast<qint64>(std::clamp(sum.value() / 1000, -largest, largest));
}

std::vector<ChartPoint> decimate(const std::vector<ChartPoint>& points, int columns, std::size_t limit) {
    const std::size_t most =
        std::max<std::size_t>(4, std::min(limit, static_cast<std::size_t>(std::max(columns, 2)) * 2));
    if (points.size() <= most) return points;
    const qint64 first = points.front().x;
    const auto span = static_cast<Int128>(std::max<qint64>(1, points.back().x - first));
    const auto buckets = static_cast<Int128>((most - 2) / 2);
    std::vector<ChartPoint> out;
    out.reserve(most);
    out.push_back(points.front());
    std::size_t i = 1;
    const std::size_t end = points.size() - 1;
    while (i < end) {
        const Int128 bucket = (points[i].x - first) * buckets / span;
        std::size_t low = i, high = i;
        std::size_t next = i;
        for (; next < end && (points[next].x - first) * buckets / span == bucket; ++next) {
            if (points[next].y < points[low].y) low = next;
            if (points[next].y > points[high].y) high = next;
        }
        out.push_back(points[std::min(low, high)]);
        if (low != high) out.push_back(points[std::max(low, high)]);
        i = next;
    }
    out.push_back(points.back());
    return out;
}

qint64 SteppedScale::roundTop(qint64 highest) {
    const qint64 wanted = std::max<qint64>(1, (std::max<qint64>(highest, 1) + steps - 1) / steps);
    qint64 power = 1;
    while (power <= wanted / 10)
        power *= 10;
    for (const qint64 factor : {1, 2, 5, 10})
        if (power * factor >= wanted) return power * factor * steps;
    return power * 10 * steps;
}

bool SteppedScale::fit(qint64 highest) {
    const qint64 fitted = roundTop(highest);
    if (highest <= top_ &&
        (fitted >= top_ || static_cast<Int128>(highest) * 5 > static_cast<Int128>(top_) * 2))
        return false;
    if (fitted == top_) return false;
    top_ = fitted;
    return true;
}

} // namespace tally::ui
