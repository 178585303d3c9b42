#include "ui/shell/recent_files.h"

#include <QSettings>

namespace tally::ui {
namespace {
const QString key = QStringLiteral("recent/files");
}

QStringList RecentFiles::list() {
    return QSettings().value(key).toStringList();
}

void RecentFiles::add(const QString& path) {
    QStringList files = list();
    files.removeAll(path);
    files.prepend(path);
    while (files.size() > most)
        files.removeLast();
    QSettings().setValue(key, files);
}

} // namespace tally::ui
