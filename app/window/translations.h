// The words of the window in the language of QLocale().
#pragma once

class QApplication;

namespace tally::window {

void installTranslations(QApplication& app);

} // namespace tally::window
