// SIGTERM, SIGINT and SIGHUP (logout, shutdown, closed terminal) end the window as its own Quit does: the
// workspace is closed in order. A second one ends the program at once.
//
// Owner: main(); UI thread. A signal handler may only write into a descriptor; the event loop reads it.
#pragma once
#include <QObject>

namespace tally::window {

class UnixSignals : public QObject {
public:
    explicit UnixSignals(QObject* parent = nullptr);
    ~UnixSignals() override;
};

} // namespace tally::window
