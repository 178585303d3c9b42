// Pictures of the window as files that are small enough to be committed, and their comparison.
#pragma once
#include <QImage>

namespace tally::test {

/// The same picture with at most `colours` of its own colours (an indexed PNG of it is a third as large). The
/// most frequent colours stay exact; the others, edges of letters mostly, take the nearest one.
QImage reduced(const QImage& picture, int colours = 96);
/// Pixels, in parts per ten thousand, that differ by more than a little: another FreeType draws edges anew.
int difference(const QImage& a, const QImage& b);

} // namespace tally::test
