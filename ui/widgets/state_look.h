// A state is shown as shape + word + colour, never by colour alone. One place draws it, for widgets and for
// table cells.
#pragma once
#include <QColor>
#include <QString>

class QPainter;
class QRect;
class QFont;
class QSize;

namespace tally::ui {

struct Tokens;
enum class Tone { neutral, info, ok, warn, danger };
enum class Shape { ring, dot, square, triangle, diamond, bar };

struct StateLook {
    Tone tone = Tone::neutral;
    Shape shape = Shape::ring;
    QString word;
    bool operator==(const StateLook&) const = default;
};

QColor toneColor(Tone tone, const Tokens& tokens);
/// Draws the chip left-aligned and vertically centred in `rect`.
void paintChip(QPainter& painter, const QRect& rect, const StateLook& look, const Tokens& tokens);
QSize chipSize(const StateLook& look);

} // namespace tally::ui
