#include "app/window/translations.h"

#include <QApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace tally::window {

void installTranslations(QApplication& app) {
    for (const auto& [name, folder] :
         {std::pair{QStringLiteral("qtbase_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)},
          std::pair{QStringLiteral("tallystick_"), QStringLiteral(":/tally/i18n")}}) {
        auto* translator = new QTranslator(&app);
        const QString language = QLocale().name().section(QLatin1Char('_'), 0, 0);
        // Plural forms need the English file too.
        if (translator->load(name + language, folder) ||
            translator->load(name + QStringLiteral("en"), folder))
            QCoreApplication::installTranslator(translator);
    }
}

} // namespace tally::window
