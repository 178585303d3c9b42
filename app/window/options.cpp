#include "app/window/options.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QStandardPaths>

namespace tally::window {

Options parseOptions(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Runs, prices, stops and proves AI work. `tally` is the same for scripts."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption workspace(QStringLiteral("workspace"),
                                       QStringLiteral("Open the workspace in <folder>."),
                                       QStringLiteral("folder"));
    const QCommandLineOption page(
        QStringLiteral("page"),
        QStringLiteral("Show <name>: overview, live, workflows, budgets, audit, settings."),
        QStringLiteral("name"));
    const QCommandLineOption shots(QStringLiteral("shots"),
                                   QStringLiteral("Write a picture of every page to <folder> and end."),
                                   QStringLiteral("folder"));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("dark, light or system."),
                                   QStringLiteral("mode"));
    const QCommandLineOption audit(QStringLiteral("audit-only"),
                                   QStringLiteral("Open no workspace: check bundles only."));
    const QCommandLineOption demo(QStringLiteral("demo"),
                                  QStringLiteral("Start the licence demo once the window is open."));
    parser.addOptions({workspace, page, shots, theme, audit, demo});
    parser.addPositionalArgument(QStringLiteral("files"),
                                 QStringLiteral("Bundles (.tracelog) or workflows (.json)."),
                                 QStringLiteral("[files…]"));
    parser.process(arguments);
    return {parser.value(workspace),      parser.value(page),  parser.value(shots), parser.value(theme),
            parser.positionalArguments(), parser.isSet(audit), parser.isSet(demo)};
}

QString defaultWorkspace() {
    const QString asked = qEnvironmentVariable("TALLYSTICK_WORKSPACE");
    if (!asked.isEmpty()) return asked;
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/tallystick/workspace");
}

} // namespace tally::window
