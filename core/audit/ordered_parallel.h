// Jobs made in order, worked on by several threads, results taken in order: a bounded pipeline for
// verification.
#pragma once
#include "core/base/task_pool.h"

#include <deque>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace tally::audit {

/// `make()` -> optional<Job> and `take(Job&&)` -> bool (go on?) run on the calling thread, `work(Job&)` on
/// `threads` others; one thread: all on the calling thread. A taken job can be used again by make().
template <class Job, class Make, class Work, class Take>
void orderedParallel(unsigned threads, Make&& make, Work&& work, Take&& take) {
    if (threads <= 1) {
        while (auto job = make()) {
            work(*job);
            if (!take(std::move(*job))) return;
        }
        return;
    }
    TaskPool pool(threads, 64);
    struct Pending {
        std::shared_ptr<Job> job;
        std::future<void> done;
    };
    std::deque<Pending> pending;
    bool more = true;
    bool go_on = true;
    while (go_on) {
        while (more && pending.size() < threads + 2U) {
            auto job = make();
            if (!job) {
                more = false;
                break;
            }
            auto shared = std::make_shared<Job>(std::move(*job));
            auto task = std::make_shared<std::packaged_task<void()>>([shared, &work] { work(*shared); });
            pending.push_back({shared, task->get_future()});
            pool.post([task] { (*task)(); });
        }
        if (pending.empty()) break;
        pending.front().done.wait();
        const std::shared_ptr<Job> job = std::move(pending.front().job);
        pending.pop_front();
        go_on = take(std::move(*job));
    }
    for (Pending& p : pending)
        p.done.wait();
}

} // namespace tally::audit
