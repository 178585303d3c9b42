#include "app/window/unix_signals.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tally::window {
namespace {
constexpr int watched[3] = {SIGINT, SIGTERM, SIGHUP};
std::atomic<int> bell{-1};
std::atomic<int> came{0};

extern "C" void onSignal(int number) {
    if (++came > 1) std::_Exit(128 + number);
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t n = ::write(bell, &one, sizeof one);
}
} // namespace

UnixSignals::UnixSignals(QObject* parent)
    : QObject(parent) {
    bell = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (bell < 0) return;
    auto* notifier = new QSocketNotifier(bell, QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [notifier] {
        notifier->setEnabled(false);
        QCoreApplication::exit(128 + SIGTERM);
    });
    for (const int number : watched)
        if (std::signal(number, onSignal) == SIG_IGN) std::signal(number, SIG_IGN); // nohup
}

UnixSignals::~UnixSignals() {
    for (const int number : watched)
        std::signal(number, SIG_DFL);
    if (bell >= 0) ::close(bell);
    bell = -1;
}

} // namespace tally::window
