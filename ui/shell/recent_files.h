// The last files that were opened, newest first, kept in QSettings.
#pragma once
#include <QStringList>

namespace tally::ui {

class RecentFiles {
public:
    static constexpr int most = 10;
    [[nodiscard]] static QStringList list();
    static void add(const QString& path);
};

} // namespace tally::ui
