#include "app/window/shots.h"

#include "ui/bridge/session.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QPixmap>

namespace tally::window {
namespace {
constexpr int settle_ms = 700; // replies of the readers and the slowest redraw timer

void settle() {
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < settle_ms)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 20);
}
} // namespace

int writeShots(ui::MainWindow& window, ui::Session& session, ui::Theme& theme, const QString& folder,
               const QString& scale) {
    QDir().mkpath(folder);
    window.resize(1440, 900);
    window.show();
    int written = 0;
    for (const auto mode : {ui::ThemeMode::dark, ui::ThemeMode::light}) {
        theme.setMode(mode);
        for (const QString& page : window.pageIds()) {
            window.showPage(page);
            settle();
            if (session.feed()) session.feed()->drainNow();
            const QString name =
                QStringLiteral("%1-%2-%3.png")
                    .arg(page, mode == ui::ThemeMode::dark ? QStringLiteral("dark") : QStringLiteral("light"),
                         scale);
            written += window.grab().save(folder + QLatin1Char('/') + name) ? 1 : 0;
        }
    }
    return written;
}

} // namespace tally::window
