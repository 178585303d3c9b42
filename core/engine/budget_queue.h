// Requests that wait for a budget, first come first served per book. Engine thread only.
#pragma once
#include "core/engine/budget_index.h"
#include "core/engine/ledger_values.h"

#include <map>

namespace tally::engine {

class WaitQueue {
public:
    using Ticket = std::uint64_t; ///< place in line; 0 is none
    struct Waiter {
        AttemptRequest request;
        BookPtr book; ///< what it waits for
        bool on_reservation =
            false; ///< a release will do: those that come later must not overtake on this book
    };
    /// With `ticket`: back to its old place.
    Ticket add(Waiter waiter, Ticket ticket = 0);
    std::optional<Waiter> take(Ticket ticket);
    [[nodiscard]] Ticket find(const AttemptId& attempt) const;
    /// A book of these for whose release somebody before `ticket` (0: anybody) waits; null if none.
    [[nodiscard]] BookPtr heldBehind(const std::vector<BookPtr>& books, Ticket ticket) const;
    /// The first that waits for this book after `after`; 0: none.
    [[nodiscard]] Ticket firstFor(const BookPtr& book, Ticket after = 0) const;
    /// Something changed in this book: those that wait for it are worth another look.
    void markDirty(const BookPtr& book);
    /// The same for books whose window is over.
    void markEnded(std::int64_t now_us);
    [[nodiscard]] std::vector<BookPtr> takeDirty();
    [[nodiscard]] std::int64_t nextEndUs() const;
    [[nodiscard]] std::size_t size() const { return waiters_.size(); }

private:
    struct Line {
        BookPtr book;
        std::set<Ticket> all;
        std::set<Ticket> on_reservation;
    };
    std::map<Ticket, Waiter> waiters_;
    std::unordered_map<const Book*, Line> lines_;
    std::unordered_map<AttemptId, Ticket> by_attempt_;
    std::map<Ticket, BookPtr> dirty_; ///< by the first ticket at the time of marking
    Ticket next_ticket_ = 1;
};

} // namespace tally::engine
