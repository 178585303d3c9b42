#include "app/cli/signals.h"

#include <atomic>
#include <csignal>
#include <cstdlib>

namespace tally::cli {
namespace {
constexpr int watched[3] = {SIGINT, SIGTERM, SIGHUP};
std::atomic<int> interrupted{0};
std::atomic<int> ending{0};

extern "C" void onSignal(int number) {
    if (interrupted + (ending != 0 ? 1 : 0) > 0) std::_Exit(128 + number);
    if (number == SIGINT)
        ++interrupted;
    else
        ending = number;
}
} // namespace

Signals::Signals() {
    for (int i = 0; i < 3; ++i) {
        before_[i] = std::signal(watched[i], onSignal);
        if (before_[i] == SIG_IGN) std::signal(watched[i], SIG_IGN);
    }
}

Signals::~Signals() {
    for (int i = 0; i < 3; ++i)
        std::signal(watched[i], before_[i]);
}

int Signals::interrupts() {
    return interrupted;
}
void Signals::answered() {
    interrupted = 0;
}
int Signals::end() {
    return ending;
}

} // namespace tally::cli
