#include "tests/core/integration_provider/support_servers.h"

#include "tests/support/reservation.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QThread>

#include <arpa/inet.h>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tally::test {
namespace {
sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}
} // namespace

int freePort() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(fd);
    return ntohs(address.sin_port);
}

std::string httpGet(int port, const std::string& path, const std::string& bearer) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const auto address = loopback(port);
    std::string all;
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        const timeval limit{30, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        const std::string key = bearer.empty() ? std::string() : "Authorization: Bearer " + bearer + "\r\n";
        const std::string request =
            "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + key + "Connection: close\r\n\r\n";
        ::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
        char buffer[16384];
        for (ssize_t got = 0; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
            all.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(fd);
    const auto body = all.find("\r\n\r\n");
    if (all.find(" 200 ") == std::string::npos || body == std::string::npos) return {};
    return all.substr(body + 4);
}

bool runCommand(const QString& program, const QStringList& arguments, const QString& folder, int timeout_ms,
                QString& why) {
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    if (!process.waitForStarted(30'000)) {
        why = program + " is not there";
        return false;
    }
    if (!process.waitForFinished(timeout_ms)) {
        process.kill();
        process.waitForFinished(5000);
        why = program + " took too long";
        return false;
    }
    why = QString::fromUtf8(process.readAll()).right(300).trimmed();
    return process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
}

QString llamaFolder(QString& why) {
    if (const char* given = std::getenv("TALLY_LLAMA_DIR")) return QString::fromLocal8Bit(given);
    const QString folder = QString(TALLY_BINARY_DIR) + "/llama";
    if (QFile::exists(folder + "/llama-server") && QFile::exists(folder + "/tiny.gguf")) return folder;
    const char* tools = std::getenv("TALLY_TOOLS");
    const QString get =
        (tools != nullptr ? QString::fromLocal8Bit(tools) : QString(TALLY_SOURCE_DIR) + "/../shared/tools") +
        "/llama/get";
    if (!QFile::exists(get)) {
        why = "no llama/get in the tools folder (set TALLY_TOOLS)";
        return {};
    }
    QDir().mkpath(folder);
    return runCommand("bash", {get, folder}, folder, 200'000, why) ? folder : QString();
}

ChildServer::~ChildServer() {
    if (process_.state() == QProcess::NotRunning) return;
    process_.kill();
    process_.waitForFinished(5000);
}

bool ChildServer::start(const QString& program, const QStringList& arguments, int at_port,
                        const std::string& health, QString& why) {
    port = at_port;
    process_.setStandardOutputFile(QProcess::nullDevice());
    process_.setStandardErrorFile(QProcess::nullDevice());
    process_.start(program, arguments);
    if (!process_.waitForStarted(30'000)) {
        why = program + " cannot be started";
        return false;
    }
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 60'000) {
        if (!httpGet(port, health).empty()) return true;
        if (process_.waitForFinished(50))
            break; // it went away; otherwise this is the pause between two tries
    }
    why = program + " did not come up";
    return false;
}

bool ChildServer::startAndReadLine(const QString& program, const QStringList& arguments,
                                   const QString& ready_line, QString& line) {
    process_.start(program, arguments);
    if (!process_.waitForStarted(30'000)) return false;
    line = readLine(30'000);
    return line.startsWith(ready_line);
}

QString ChildServer::readLine(int timeout_ms) {
    QElapsedTimer timer;
    timer.start();
    while (!process_.canReadLine() && timer.elapsed() < timeout_ms)
        if (!process_.waitForReadyRead(std::max<int>(1, timeout_ms - static_cast<int>(timer.elapsed()))))
            break;
    return QString::fromUtf8(process_.readLine()).trimmed();
}

Status LiveHub::use(provider::ProviderConfig config, const std::string& key) {
    config.name = "p";
    if (!key.empty()) {
        TALLY_TRY(store.set("k", provider::Secret(key)));
        config.key_ref = "keychain:k";
    }
    return hub.configure(config);
}

provider::CallId LiveHub::start(Heard& heard, const ModelCall& call) {
    return hub.start(makeReservation(), call, heard.events());
}

void LiveHub::run(Heard& heard, const ModelCall& call) {
    start(heard, call);
    pollUntilEnd(hub, heard, 50'000, 4000);
}

} // namespace tally::test
