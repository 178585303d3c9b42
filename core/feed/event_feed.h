// Live events out of the core: many producers, one consumer, two buffers that are swapped (DESIGN section 5).
//
// Owner: the composition root; it outlives all producers and the consumer. publish() may be called from any
// thread and costs one short lock. wakeFd() is an eventfd that becomes readable when the feed turns
// non-empty; the consumer waits on it (poll, QSocketNotifier) and calls drain(). For display only: above the
// capacity new events are dropped and counted, whoever shows them reads the store again when the counter
// moved. Nothing is merged or reordered.
#pragma once
#include "core/model/event.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace tally::feed {

class EventFeed {
public:
    explicit EventFeed(std::size_t capacity = 65'536);
    ~EventFeed();
    EventFeed(const EventFeed&) = delete;
    EventFeed& operator=(const EventFeed&) = delete;

    /// Any thread. Never waits for the consumer.
    void publish(Event event);
    /// Consumer only: replaces the content of `out` by everything published since the last call, in order,
    /// and takes the old buffer of `out` back, so that both buffers keep their memory. Returns the number of
    /// events.
    std::size_t drain(std::vector<Event>& out);
    /// Readable while events wait. -1 if the system refused one: poll drain() on a timer then.
    [[nodiscard]] int wakeFd() const { return fd_; }
    /// Events dropped since the start.
    [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

private:
    const std::size_t capacity_;
    const int fd_;
    std::mutex mutex_;
    std::vector<Event> waiting_;
    std::atomic<std::uint64_t> dropped_{0};
};

} // namespace tally::feed
