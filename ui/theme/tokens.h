// Named colours, sizes and type of the window (DESIGN section 9). Nothing outside ui/theme writes a colour as
// a number: grey is structure, hue is the kind of work, red only means trouble. Text tokens reach 4.5:1 on
// bg, surface and raised (a test computes it).
#pragma once
#include <QColor>

#include <array>

namespace tally::ui {

struct Tokens {
    bool dark = false;
    QColor bg, surface, raised, border;
    QColor text, muted;
    QColor accent, on_accent;      ///< text on a filled accent button
    QColor selection;              ///< row and rail selection
    QColor ok, warn, danger;       ///< text and outlines
    QColor warn_fill;              ///< bars
    QColor danger_fill, on_danger; ///< the stop button
    QColor grid;                   ///< chart grid lines
    std::array<QColor, 8> series;  ///< categorical hues, in the order in which they are handed out
};

const Tokens& darkTokens();
const Tokens& lightTokens();
/// `over` with `alpha` (0…1) on `under`, opaque.
QColor mix(const QColor& over, const QColor& under, double alpha);
/// WCAG 2 contrast ratio of two opaque colours, 1…21.
double contrast(const QColor& a, const QColor& b);

namespace size {
inline constexpr int grid = 8;
inline constexpr int page_margin = 24;
inline constexpr int card_gap = 12;
inline constexpr int card_padding = 16;
inline constexpr int radius = 8;
inline constexpr int control_radius = 6;
inline constexpr int row = 32;
inline constexpr int control = 32;
inline constexpr int rail = 196;
inline constexpr int icon = 16;
} // namespace size

} // namespace tally::ui
