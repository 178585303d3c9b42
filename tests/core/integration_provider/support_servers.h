// Servers of other people as child processes: started on a free port, killed at the end of the test.
#pragma once
#include "core/provider/curl_transport.h"
#include "core/provider/hub.h"
#include "tests/core/provider/support_calls.h"

#include <QProcess>
#include <QString>
#include <QStringList>

#include <string>

namespace tally::test {

int freePort();
/// Body of GET http://127.0.0.1:port/path; empty when nobody answers.
std::string httpGet(int port, const std::string& path, const std::string& bearer = {});
/// Runs a command to its end; false with `why` when it is missing, fails or takes longer.
bool runCommand(const QString& program, const QStringList& arguments, const QString& folder, int timeout_ms,
                QString& why);

/// Folder with llama.cpp's server and a tiny model: $TALLY_LLAMA_DIR (llama-server and tiny.gguf), or fetched
/// into the build folder by llama/get of $TALLY_TOOLS (or ../shared/tools). Empty with `why` where neither
/// works: skip then.
QString llamaFolder(QString& why);

class ChildServer {
public:
    ~ChildServer();
    /// Starts and waits until GET `health` answers, or (empty) until a line begins with `ready_line`.
    bool start(const QString& program, const QStringList& arguments, int port, const std::string& health,
               QString& why);
    bool startAndReadLine(const QString& program, const QStringList& arguments, const QString& ready_line,
                          QString& line);
    /// Next line of its output, empty after `timeout_ms`.
    QString readLine(int timeout_ms);
    int port = 0;

private:
    QProcess process_;
};

/// A hub with one provider named "p".
struct LiveHub {
    SystemClock clock;
    provider::CurlTransport transport;
    provider::MemoryKeyStore store;
    provider::ProviderHub hub{clock, transport, nullptr, &store};
    Status use(provider::ProviderConfig config, const std::string& key = {});
    /// One call to its end.
    void run(Heard& heard, const ModelCall& call);
    provider::CallId start(Heard& heard, const ModelCall& call);
};

} // namespace tally::test
