#include "app/window/render.h"

#include "app/window/translations.h"
#include "core/base/file.h"
#include "ui/report/report_pages.h"

#include <QApplication>
#include <QLocale>

#include <cstdio>
#include <cstring>

namespace tally::window {

int renderAndEnd(int argc, char** argv) {
    if (argc < 5 || argc > 6 || std::strcmp(argv[2], "report") != 0) {
        std::fprintf(stderr, "usage: tallystick --render report FILE OUT.pdf [LANGUAGE]\n");
        return 2;
    }
    // Nobody looks at a screen, and there may be none.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    if (argc == 6) QLocale::setDefault(QLocale(QString::fromLocal8Bit(argv[5])));
    QApplication app(argc, argv);
    installTranslations(app);
    const DiskFileSystem disk;
    const auto text = disk.read(argv[3], std::uint64_t{256} << 20);
    const auto drawn = text ? ui::renderReport(*text, QString::fromLocal8Bit(argv[4])) : fail(text.error());
    if (drawn) return 0;
    std::fprintf(stderr, "tallystick: %s\n", drawn.error().text().c_str());
    return 1;
}

} // namespace tally::window
