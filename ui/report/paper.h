// Sheets of A4 that can be drawn on one after the other: a PDF, pictures, or nothing at all, to count how
// many there will be. Lengths are points (1/72 inch); the painter draws in device pixels.
#pragma once
#include <QPainter>
#include <QString>

namespace tally::ui {

class Paper {
public:
    virtual ~Paper() = default;
    static constexpr double width_pt = 595, height_pt = 842;
    /// Null: nothing is drawn.
    [[nodiscard]] virtual QPainter* painter() = 0;
    virtual void nextSheet() = 0;
    /// Device pixels per point.
    [[nodiscard]] virtual double scale() const = 0;
};

} // namespace tally::ui
