// Bundled type: Inter for words, JetBrains Mono without ligatures for numbers, hashes and code. Pixel sizes,
// so that layouts and the pictures that the tests compare do not depend on the desktop's DPI setting.
#pragma once
#include <QFont>

namespace tally::ui {

/// Registers the bundled files once; falls back to the desktop's fonts if a file cannot be read.
void loadFonts();

enum class Type { caption, body, strong, title, page, figure };
QFont typeFont(Type type);
QFont monoFont(int pixel_size = 12);

} // namespace tally::ui
