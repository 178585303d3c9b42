#include "ui/theme/fonts.h"

#include <QFontDatabase>

namespace tally::ui {

void loadFonts() {
    static bool loaded = false;
    if (loaded) return;
    loaded = true;
    for (const char* name :
         {"Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "JetBrainsMonoNL-Regular.ttf"})
        QFontDatabase::addApplicationFont(QStringLiteral(":/tally/fonts/") + QLatin1String(name));
}

QFont typeFont(Type type) {
    QFont f(QStringLiteral("Inter"));
    f.setHintingPreference(QFont::PreferNoHinting);
    switch (type) {
    case Type::caption:
        f.setPixelSize(12);
        break;
    case Type::body:
        f.setPixelSize(13);
        break;
    case Type::strong:
        f.setPixelSize(13);
        f.setWeight(QFont::DemiBold);
        break;
    case Type::title:
        f.setPixelSize(14);
        f.setWeight(QFont::DemiBold);
        break;
    case Type::page:
        f.setPixelSize(18);
        f.setWeight(QFont::DemiBold);
        break;
    case Type::figure:
        f.setPixelSize(24);
        f.setWeight(QFont::DemiBold);
        break;
    }
    return f;
}

QFont monoFont(int pixel_size) {
    QFont f(QStringLiteral("JetBrains Mono NL"));
    f.setPixelSize(pixel_size);
    f.setHintingPreference(QFont::PreferNoHinting);
    f.setStyleHint(QFont::Monospace);
    return f;
}

} // namespace tally::ui
