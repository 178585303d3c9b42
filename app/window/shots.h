// Pictures of every page, dark and light, at the scale of this process.
#pragma once
#include <QString>

namespace tally::ui {
class MainWindow;
class Session;
class Theme;
} // namespace tally::ui

namespace tally::window {

/// Waits for the pages to settle, writes PAGE-THEME-SCALE.png, returns how many were written.
int writeShots(ui::MainWindow& window, ui::Session& session, ui::Theme& theme, const QString& folder,
               const QString& scale);

} // namespace tally::window
