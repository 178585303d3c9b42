// Letters that pass for Latin ones (Unicode UTS 39, mixed scripts): Cyrillic, Greek, Armenian, Cherokee or
// other letters inside a word that also has Latin letters, and the full-width or mathematical forms of Latin
// letters anywhere. Pure.
#pragma once
#include <QBitArray>
#include <QString>

namespace tally::ui {

/// One bit per UTF-16 unit of `text`, set for all units of such a letter; empty when there is none. A word
/// is a run of letters, digits, marks, '-', '_' and '.', so that one foreign letter in "gpt-4o" is found.
QBitArray lookalikes(const QString& text);

} // namespace tally::ui
