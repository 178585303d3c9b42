// Jobs made in order, worked on by several threads, results taken in order: a bounded pipeline for
// verification. The calling thread works too while it would have to wait: as many threads as cores, and on
// a busy machine hardly ever one that has to be woken (16 us each, measured, with a thread more than cores).
#pragma once
#include "core/base/task_pool.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

namespace tally::audit {

/// `make()` -> optional<Job> and `take(Job&&)` -> bool (go on?) run on the calling thread, `work(Job&)` on it
/// and `threads` - 1 others. A taken job can be used again by make(). What work() throws is thrown to the
/// caller, in order.
template <class Job, class Make, class Work, class Take>
void orderedParallel(unsigned threads, Make&& make, Work&& work, Take&& take) {
    if (threads <= 1) {
        while (auto job = make()) {
            work(*job);
            if (!take(std::move(*job))) return;
        }
        return;
    }
    struct Pending {
        Job job;
        bool done = false;
        std::exception_ptr thrown;
    };
    std::mutex mutex;
    std::condition_variable begun, ended;
    std::deque<Pending> pending; // references stay valid: only its ends change
    std::size_t started = 0;     // of those in `pending`, from the front
    bool closing = false;
    const auto workOn = [&](std::unique_lock<std::mutex>& lock) {
        Pending& mine = pending[started++];
        lock.unlock();
        try {
            work(mine.job);
        } catch (...) {
            mine.thrown = std::current_exception();
        }
        lock.lock();
        mine.done = true;
    };
    TaskPool pool(threads - 1, threads); // after what its tasks use: it waits for them
    for (unsigned i = 1; i < threads; ++i) {
        pool.post([&] {
            std::unique_lock lock(mutex);
            for (;;) {
                begun.wait(lock, [&] { return closing || started < pending.size(); });
                if (closing) return;
                workOn(lock);
                ended.notify_one();
            }
        });
    }
    struct Close {
        std::mutex& mutex;
        std::condition_variable& begun;
        bool& closing;
        ~Close() {
            const std::lock_guard lock(mutex);
            closing = true;
            begun.notify_all();
        }
    } const close{mutex, begun, closing}; // also when something throws

    bool more = true;
    for (;;) {
        while (more) {
            {
                const std::lock_guard lock(mutex);
                if (pending.size() >= threads + 2U) break;
            }
            auto job = make();
            more = job.has_value();
            if (!more) break;
            const std::lock_guard lock(mutex);
            pending.push_back({std::move(*job), false, nullptr});
            begun.notify_one();
        }
        std::unique_lock lock(mutex);
        if (pending.empty()) return;
        while (!pending.front().done) {
            if (started < pending.size())
                workOn(lock);
            else
                ended.wait(lock);
        }
        Pending first = std::move(pending.front());
        pending.pop_front();
        --started;
        lock.unlock();
        if (first.thrown) std::rethrow_exception(first.thrown);
        if (!take(std::move(first.job))) return;
    }
}

} // namespace tally::audit
