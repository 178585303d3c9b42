// The composition root of the window: the only place that knows both the core's implementation and the ui.
#include "app/window/keychain_store.h"
#include "app/window/options.h"
#include "app/window/render.h"
#include "app/window/seed_vault.h"
#include "app/window/shots.h"
#include "app/window/translations.h"
#include "app/window/unix_signals.h"
#include "core/api/open.h"
#include "core/base/resources.h"
#include "ui/bridge/session.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"
#include "ui/widgets/format.h"

#include <QAction>
#include <QApplication>
#include <QFileInfo>
#include <QProcess>
#include <QSettings>

#include <cstdio>
#include <cstring>

using namespace tally;

namespace {

ui::ThemeMode themeMode(const QString& asked) {
    const QString mode = asked.isEmpty()
                             ? QSettings().value(QStringLiteral("theme"), QStringLiteral("system")).toString()
                             : asked;
    return mode == QLatin1String("dark")    ? ui::ThemeMode::dark
           : mode == QLatin1String("light") ? ui::ThemeMode::light
                                            : ui::ThemeMode::system;
}

Result<std::unique_ptr<api::Workspace>> openWorkspace(const window::Options& options,
                                                      provider::KeyStore& keys, audit::SecretVault& vault) {
    TALLY_ASSIGN(const std::string resources, resourceDir());
    api::OpenOptions open;
    open.dir = (options.workspace.isEmpty() ? window::defaultWorkspace() : options.workspace).toStdString();
    open.resources = resources;
    open.keys = &keys;
    open.seed_vault = &vault;
    open.seeds_to_vault = true;
    open.batches = api::Batches::run;
    open.patience_ms = 3'000; // nobody looks at a window that is not there yet
    open.app_version = "tallystick " + QCoreApplication::applicationVersion().toStdString();
    return api::openWorkspace(std::move(open));
}

/// The second scale needs a second process: Qt reads the factor once.
int shotsAtTwice(const window::Options& options) {
    QStringList arguments = QCoreApplication::arguments().mid(1);
    QProcess again;
    QProcessEnvironment env = QProcessEnvironment::systemEnvironment();
    env.insert(QStringLiteral("QT_SCALE_FACTOR"), QStringLiteral("2"));
    env.insert(QStringLiteral("TALLYSTICK_SHOTS_TWICE"), QStringLiteral("1"));
    again.setProcessEnvironment(env);
    again.setProcessChannelMode(QProcess::ForwardedChannels);
    again.start(QCoreApplication::applicationFilePath(), arguments);
    if (!again.waitForFinished(-1) || again.exitCode() != 0) return 1;
    std::printf("pictures in %s\n", qPrintable(options.shots));
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], "--keychain") == 0) return window::serveKeychain(argc, argv);
    if (argc > 1 && std::strcmp(argv[1], "--render") == 0) return window::renderAndEnd(argc, argv);
    QApplication app(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("tallystick"));
    QCoreApplication::setApplicationName(QStringLiteral("tallystick"));
    QCoreApplication::setApplicationVersion(QStringLiteral("0.1.0"));
    QGuiApplication::setDesktopFileName(QStringLiteral("tallystick"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    const window::Options options = window::parseOptions(QCoreApplication::arguments());
    window::installTranslations(app);
    ui::Theme theme(app);
    theme.setMode(themeMode(options.theme));

    // The mailbox is made first and dies last: the core may reply until it is gone.
    ui::Mailbox mailbox;
    window::KeychainStore keys;
    window::SeedVault vault(keys);
    std::unique_ptr<api::Workspace> workspace;
    QString trouble;
    if (!options.audit_only) {
        auto opened = openWorkspace(options, keys, vault);
        if (opened)
            workspace = std::move(*opened);
        else
            trouble = ui::safeText(opened.error().text(), 1000);
    }
    const std::unique_ptr<api::Auditor> auditor = api::makeAuditor();
    int result = 0;
    {
        ui::Session session(workspace.get(), auditor.get(), mailbox);
        ui::MainWindow window(session);
        if (!trouble.isEmpty()) std::fprintf(stderr, "tallystick: %s\n", qPrintable(trouble));
        if (!options.shots.isEmpty()) {
            const bool twice = qEnvironmentVariableIsSet("TALLYSTICK_SHOTS_TWICE");
            const int n = window::writeShots(window, session, theme, options.shots,
                                             twice ? QStringLiteral("2x") : QStringLiteral("1x"));
            result = n > 0 ? 0 : 1;
        } else {
            window.restore();
            if (!options.page.isEmpty()) window.showPage(options.page);
            window.show();
            for (const QString& file : options.files)
                window.openFile(QFileInfo(file).absoluteFilePath());
            if (!trouble.isEmpty()) Q_EMIT session.message(trouble, true);
            const window::UnixSignals endings;
            if (options.demo) window.actions().action(QStringLiteral("demo.start"))->trigger();
            result = QApplication::exec();
        }
    }
    keys.close();
    workspace.reset();
    if (!options.shots.isEmpty() && result == 0 && !qEnvironmentVariableIsSet("TALLYSTICK_SHOTS_TWICE"))
        return shotsAtTwice(options);
    return result;
}
