#include "tests/support/picture.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>
#include <vector>

namespace tally::test {
namespace {
int distance(QRgb a, QRgb b) {
    return std::abs(qRed(a) - qRed(b)) + std::abs(qGreen(a) - qGreen(b)) + std::abs(qBlue(a) - qBlue(b));
}
/// A new colour has to be this far from those that were taken before.
constexpr int apart = 10;
} // namespace

QImage reduced(const QImage& picture, int colours) {
    const QImage rgb = picture.convertToFormat(QImage::Format_RGB32);
    std::unordered_map<QRgb, int> seen;
    for (int y = 0; y < rgb.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(rgb.constScanLine(y));
        for (int x = 0; x < rgb.width(); ++x)
            ++seen[line[x]];
    }
    std::vector<std::pair<int, QRgb>> often;
    often.reserve(seen.size());
    for (const auto& [colour, times] : seen)
        often.emplace_back(times, colour);
    std::sort(often.rbegin(), often.rend());
    QList<QRgb> table;
    for (const auto& [times, colour] : often) {
        if (table.size() >= colours) break;
        const bool close =
            std::any_of(table.begin(), table.end(), [c = colour](QRgb t) { return distance(t, c) < apart; });
        if (!close) table.append(colour);
    }
    std::unordered_map<QRgb, uchar> nearest;
    for (const auto& [times, colour] : often) {
        const auto it = std::min_element(table.begin(), table.end(), [c = colour](QRgb a, QRgb b) {
            return distance(a, c) < distance(b, c);
        });
        nearest[colour] = static_cast<uchar>(it - table.begin());
    }
    QImage out(rgb.size(), QImage::Format_Indexed8);
    out.setColorTable(table);
    for (int y = 0; y < rgb.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(rgb.constScanLine(y));
        uchar* to = out.scanLine(y);
        for (int x = 0; x < rgb.width(); ++x)
            to[x] = nearest[line[x]];
    }
    return out;
}

int difference(const QImage& first, const QImage& second) {
    if (first.size() != second.size()) return 10'000;
    const QImage a = first.convertToFormat(QImage::Format_RGB32);
    const QImage b = second.convertToFormat(QImage::Format_RGB32);
    qint64 far = 0;
    for (int y = 0; y < a.height(); ++y) {
        const auto* p = reinterpret_cast<const QRgb*>(a.constScanLine(y));
        const auto* q = reinterpret_cast<const QRgb*>(b.constScanLine(y));
        for (int x = 0; x < a.width(); ++x)
            far += distance(p[x], q[x]) > 96 ? 1 : 0;
    }
    return static_cast<int>(far * 10'000 / (qint64{1} * a.width() * a.height()));
}

} // namespace tally::test
