#include "tests/core/cli/support_tally.h"

namespace tally::test {

QStringList tallyArguments(const ApiFolder& folder, const QStringList& arguments) {
    return QStringList{"--workspace", QString::fromStdString(folder.workspace()),
                       "--resources", TALLY_SOURCE_DIR "/resources",
                       "--sim-speed", "0",
                       "--by",        "operator",
                       "--json"} +
           arguments;
}

void startTally(QProcess& process, const ApiFolder& folder, const QStringList& arguments) {
    process.start(QStringLiteral(TALLY_BINARY_DIR "/bin/tally"), tallyArguments(folder, arguments));
}

Said said(QProcess& process) {
    Said out;
    if (!process.waitForFinished(120'000)) return out;
    if (process.exitStatus() == QProcess::NormalExit) out.code = process.exitCode();
    out.out = nlohmann::json::parse(process.readAllStandardOutput().toStdString(), nullptr, false);
    out.err = QString::fromUtf8(process.readAllStandardError());
    return out;
}

Said tally(const ApiFolder& folder, const QStringList& arguments) {
    QProcess process;
    startTally(process, folder, arguments);
    return said(process);
}

} // namespace tally::test
