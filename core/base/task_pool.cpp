#include "core/base/task_pool.h"

#include "core/base/no_throw.h"

#include <pthread.h>

namespace tally {

void nameThread(const std::string& name) {
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

TaskPool::TaskPool(unsigned threads, std::size_t capacity)
    : queue_(capacity) {
    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < threads; ++i)
        workers_.emplace_back([this, i] {
            nameThread("pool-" + std::to_string(i));
            while (auto task = queue_.pop())
                noThrow("pool", *task);
        });
}

TaskPool::~TaskPool() {
    queue_.close();
}

} // namespace tally
