// How other threads talk to the engine thread: closures that it runs between two polls. Shared, so that a
// late completion of the writer or the pool after the engine has gone finds a closed door instead of freed
// memory.
#pragma once
#include <functional>
#include <mutex>
#include <vector>

namespace tally::engine {

class Mailbox {
public:
    using Work = std::function<void()>;
    /// Any thread. Once closed the work is let go, outside of the lock.
    void post(Work work) {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        waiting_.push_back(std::move(work));
        if (wake_) wake_();
    }
    /// Without waking: for completions of one commit group, which end in one wake().
    void postQuiet(Work work) {
        const std::lock_guard lock(mutex_);
        if (!closed_) waiting_.push_back(std::move(work));
    }
    void wake() {
        const std::lock_guard lock(mutex_);
        if (wake_ && !waiting_.empty()) wake_();
    }
    // -- engine thread
    void onWake(std::function<void()> wake) {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }
    void take(std::vector<Work>& out) {
        out.clear();
        const std::lock_guard lock(mutex_);
        std::swap(out, waiting_);
    }
    [[nodiscard]] bool empty() {
        const std::lock_guard lock(mutex_);
        return waiting_.empty();
    }
    void close() {
        std::vector<Work> rest; // let go outside of the lock: the replies in it are answered then
        const std::lock_guard lock(mutex_);
        closed_ = true;
        std::swap(rest, waiting_);
        wake_ = nullptr;
    }

private:
    std::mutex mutex_;
    std::vector<Work> waiting_;
    std::function<void()> wake_;
    bool closed_ = false;
};

} // namespace tally::engine
