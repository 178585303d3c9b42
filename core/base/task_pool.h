// The pool: values in, values out, nothing shared. Used for verification, import, tokenising and local
// inference.
#pragma once
#include "core/base/bounded_queue.h"

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace tally {

/// Names the calling thread (at most 15 bytes are kept) for debuggers and `top -H`.
void nameThread(const std::string& name);

class TaskPool {
public:
    /// `threads` 0: one per core. Tasks that were posted before the destructor still run. An exception ends
    /// its task, is logged and goes no further: a task that owes somebody an answer catches for itself
    /// (noThrow).
    explicit TaskPool(unsigned threads = 0, std::size_t capacity = 4096);
    ~TaskPool();
    TaskPool(const TaskPool&) = delete;
    TaskPool& operator=(const TaskPool&) = delete;

    void post(std::function<void()> task) { queue_.push(std::move(task)); }
    [[nodiscard]] unsigned threads() const { return static_cast<unsigned>(workers_.size()); }

private:
    BoundedQueue<std::function<void()>> queue_;
    std::vector<std::jthread> workers_;
};

} // namespace tally
