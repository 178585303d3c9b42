// Icons: our own 16 px line set (resources/icons), drawn from SVG at the device's pixels and tinted while
// painting, so that they follow a change of theme without being set again.
#pragma once
#include <QColor>
#include <QIcon>

namespace tally::ui {

/// Text colour of the theme when enabled, muted when disabled, accent when checked. Unknown name: an empty
/// picture.
QIcon icon(const QString& name);
/// This colour role of the theme instead of the text colour; accent when checked.
enum class Tint { text, muted, accent, ok, warn, danger, on_danger, on_accent };
QIcon icon(const QString& name, Tint tint);
/// The picture itself, for painters. `side` in device-independent pixels.
QPixmap iconPixmap(const QString& name, const QColor& color, int side, double device_ratio);

} // namespace tally::ui
