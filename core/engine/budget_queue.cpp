#include "core/engine/budget_queue.h"

namespace tally::engine {

WaitQueue::Ticket WaitQueue::add(Waiter waiter, Ticket ticket) {
    if (ticket == 0) ticket = next_ticket_++;
    Line& line = lines_[waiter.book.get()];
    line.book = waiter.book;
    line.all.insert(ticket);
    if (waiter.on_reservation) line.on_reservation.insert(ticket);
    by_attempt_[waiter.request.attempt] = ticket;
    waiters_.emplace(ticket, std::move(waiter));
    return ticket;
}

std::optional<WaitQueue::Waiter> WaitQueue::take(Ticket ticket) {
    const auto found = waiters_.find(ticket);
    if (found == waiters_.end()) return std::nullopt;
    Waiter waiter = std::move(found->second);
    waiters_.erase(found);
    by_attempt_.erase(waiter.request.attempt);
    const auto line = lines_.find(waiter.book.get());
    line->second.all.erase(ticket);
    line->second.on_reservation.erase(ticket);
    if (line->second.all.empty()) lines_.erase(line);
    return waiter;
}

WaitQueue::Ticket WaitQueue::find(const AttemptId& attempt) const {
    const auto found = by_attempt_.find(attempt);
    return found == by_attempt_.end() ? 0 : found->second;
}

BookPtr WaitQueue::heldBehind(const std::vector<BookPtr>& books, Ticket ticket) const {
    if (lines_.empty()) return nullptr;
    for (const BookPtr& book : books) {
        const auto line = lines_.find(book.get());
        if (line == lines_.end() || line->second.on_reservation.empty()) continue;
        if (ticket == 0 || *line->second.on_reservation.begin() < ticket) return book;
    }
    return nullptr;
}

WaitQueue::Ticket WaitQueue::firstFor(const BookPtr& book, Ticket after) const {
    const auto line = lines_.find(book.get());
    if (line == lines_.end()) return 0;
    const auto next = line->second.all.upper_bound(after);
    return next == line->second.all.end() ? 0 : *next;
}

void WaitQueue::markDirty(const BookPtr& book) {
    if (const Ticket first = firstFor(book)) dirty_[first] = book;
}

void WaitQueue::markEnded(std::int64_t now_us) {
    for (const auto& [key, line] : lines_)
        if (line.book->span.end_us != 0 && line.book->span.end_us <= now_us)
            dirty_[*line.all.begin()] = line.book;
}

std::vector<BookPtr> WaitQueue::takeDirty() {
    std::vector<BookPtr> out;
    out.reserve(dirty_.size());
    for (auto& [ticket, book] : dirty_)
        out.push_back(std::move(book));
    dirty_.clear();
    return out;
}

std::int64_t WaitQueue::nextEndUs() const {
    std::int64_t next = 0;
    for (const auto& [key, line] : lines_) {
        const std::int64_t end = line.book->span.end_us;
        if (end != 0 && (next == 0 || end < next)) next = end;
    }
    return next;
}

} // namespace tally::engine
