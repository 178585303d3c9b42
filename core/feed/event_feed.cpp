#include "core/feed/event_feed.h"

#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace tally::feed {

EventFeed::EventFeed(std::size_t capacity)
    : capacity_(capacity)
    , fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

EventFeed::~EventFeed() {
    if (fd_ >= 0) ::close(fd_);
}

void EventFeed::publish(Event event) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= capacity_) {
            dropped_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        first = waiting_.empty();
        waiting_.push_back(std::move(event));
    }
    // One system call per drain, not per event: later events find the descriptor already readable.
    if (first && fd_ >= 0) {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
    }
}

std::size_t EventFeed::drain(std::vector<Event>& out) {
    out.clear();
    // Cleared before the swap: an event published in between makes the descriptor readable again, never lost.
    if (fd_ >= 0) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto got = ::read(fd_, &count, sizeof count);
    }
    const std::lock_guard lock(mutex_);
    std::swap(waiting_, out);
    return out.size();
}

} // namespace tally::feed
