#include "core/engine/ledger.h"

#include "core/engine/budget_text.h"

namespace tally::engine {
namespace {

/// The longest a book can be in the way: 0 not at all, 1 until a release, 2 until a turn or a higher limit, 3
/// for good.
enum class Way { open, reservation, turn, never };

Way inTheWay(const Book& book, PicoSum need) {
    const Budget& budget = *book.budget;
    if (budget.policy == BudgetPolicy::warn) return Way::open;
    const bool wait = budget.policy == BudgetPolicy::wait;
    if (budget.meter == LimitMeter::wall_ms || budget.meter == LimitMeter::state_bytes ||
        (budget.meter == LimitMeter::compute_ms && need == PicoSum())) {
        // Not reserved (computing time has no bound before it): nothing starts once it is used up; bytes are
        // freed when a run ends.
        if (book.used() < budget.limit) return Way::open;
        return wait ? Way::turn : Way::never;
    }
    // Nothing needed, nothing refused: a free local call passes an exhausted cost budget.
    if (need == PicoSum() || book.used() + need <= budget.limit) return Way::open;
    if (book.spent + need <= budget.limit) return Way::reservation;
    return wait && need <= budget.limit ? Way::turn : Way::never;
}

Refused refusal(const Book& book, PicoSum need, std::string sentence) {
    const Budget& budget = *book.budget;
    const PicoSum missing = std::max(book.used() + need - budget.limit, PicoSum());
    return {"budget.exceeded", budget.id,          budget.scope.str(), budget.meter,
            budget.limit,      book.spent,         book.reserved,      need,
            missing,           std::move(sentence)};
}

/// A refusal without a budget: the request itself is wrong.
Refused badRequest(std::string code, std::string sentence) {
    Refused out;
    out.code = std::move(code);
    out.sentence = std::move(sentence);
    return out;
}

PicoSum need(const Book& book, const Amounts& amounts) {
    return amounts.get(book.budget->meter);
}

} // namespace

// ---------------------------------------------------------------------------------------------- admission

Admission Ledger::admit(const AttemptRequest& request) {
    if (open_.count(request.attempt) > 0 || queue_.find(request.attempt) != 0)
        return badRequest("budget.duplicate_attempt",
                          "Attempt " + request.attempt.str() + " was already admitted or waits.");
    for (const PicoSum amount : request.amounts.of)
        if (amount < PicoSum() || amount.value() > Pico::max_value)
            return badRequest("budget.bad_amount",
                              "One attempt cannot reserve less than nothing or more than 2^53-1 units "
                              "(about 9,007 currency units); lower max_tokens or split it.");
    Answer answer = decide(request, 0);
    if (auto* wait = std::get_if<Wait>(&answer.admission)) {
        queue_.add({request, answer.book, wait->on_reservation});
    }
    return std::move(answer.admission);
}

bool Ledger::isOpening(const Book& book) const {
    return !opening_.empty() && book.budget->policy != BudgetPolicy::warn &&
           opening_.count(book.budget->id) > 0;
}

Ledger::Answer Ledger::decide(const AttemptRequest& request, std::uint64_t ticket) {
    std::vector<BookPtr> books = index_.match(request.subject, request.now_us);
    std::vector<BookPtr> needed;
    BookPtr blocker;
    Way worst = Way::open;
    for (const BookPtr& book : books) {
        const PicoSum wanted = need(*book, request.amounts);
        const Way way = isOpening(*book) ? Way::reservation : inTheWay(*book, wanted);
        if (way > worst) worst = way, blocker = book;
        if (wanted != PicoSum()) needed.push_back(book);
    }
    if (worst == Way::open) {
        // It would fit, but who came first for the same budget and waits for a release must not starve.
        BookPtr ahead = queue_.heldBehind(needed, ticket);
        if (!ahead) return {reserve(request, std::move(books)), nullptr};
        Wait wait{ahead->budget->id, 0, true,
                  "An earlier step waits for " + budgetName(*ahead->budget) + "."};
        return {std::move(wait), std::move(ahead)};
    }
    const PicoSum wanted = need(*blocker, request.amounts);
    std::string sentence = isOpening(*blocker) ? openingSentence(*blocker) : blockSentence(*blocker, wanted);
    if (worst == Way::reservation)
        blocker->last_refusal = sentence; // a block by reservation is not exhaustion
    else
        exhausted(blocker, sentence);
    index_.touch(blocker);
    if (worst == Way::never) return {refusal(*blocker, wanted, std::move(sentence)), blocker};
    return {Wait{blocker->budget->id, blocker->span.end_us, worst == Way::reservation, std::move(sentence)},
            blocker};
}

Admission Ledger::reserve(const AttemptRequest& request, std::vector<BookPtr> books) {
    HeldAttempt row{request.attempt, request.subject,       request.amounts, {},
                    request.now_us,  AttemptState::reserved};
    for (const BookPtr& book : books) {
        book->reserved += need(*book, request.amounts);
        index_.touch(book);
        warnIfPassed(book);
    }
    open_.emplace(request.attempt, Open{row, std::move(books)});
    return Admitted{PendingReservation(
        std::move(row), Pico::of(static_cast<std::int64_t>(request.amounts.get(LimitMeter::cost).value())))};
}

Reservation Ledger::committed(PendingReservation pending) {
    return Reservation(std::move(pending.row_.attempt), pending.amount_);
}

Transition Ledger::abandon(PendingReservation pending) {
    return release(pending.attempt());
}

// ---------------------------------------------------------------------------------------------- transitions

Ledger::Open* Ledger::find(const AttemptId& attempt, AttemptState wanted, Transition& out) {
    const auto found = open_.find(attempt);
    if (found == open_.end()) {
        out.sentence = "Attempt " + attempt.str() +
                       " is already settled or released, or was never admitted; nothing changed.";
        return nullptr;
    }
    if (found->second.row.state != wanted) {
        out.row = found->second.row;
        out.sentence = "Attempt " + attempt.str() + " is " + std::string(toString(out.row.state)) + ", not " +
                       std::string(toString(wanted)) + "; nothing changed.";
        return nullptr;
    }
    return &found->second;
}

void Ledger::unreserve(const Open& open) {
    for (const BookPtr& book : open.books) {
        book->reserved -= need(*book, open.row.reserved);
        index_.touch(book);
        queue_.markDirty(book);
    }
}

void Ledger::bookOne(const BookPtr& book, PicoSum delta, bool simulated, std::vector<SpendDelta>& deltas) {
    if (delta == PicoSum()) return;
    book->spent += delta;
    if (simulated) book->simulated += delta;
    if (!book->removed)
        deltas.push_back({book->budget->id, book->span.key, delta, simulated ? delta : PicoSum()});
    index_.touch(book);
    queue_.markDirty(book);
    warnIfPassed(book);
}

void Ledger::book(const Open& open, const Amounts& amounts, std::vector<SpendDelta>& deltas) {
    for (const BookPtr& book : open.books)
        if (!isGauge(book->budget->meter))
            bookOne(book, need(*book, amounts), open.row.subject.simulated, deltas);
}

Transition Ledger::close(Open& open, const Amounts& actual, std::vector<SpendDelta> deltas) {
    Transition out;
    out.changed = true;
    out.deltas = std::move(deltas);
    for (const BookPtr& book : open.books)
        if (need(*book, actual) > need(*book, open.row.reserved) && book->used() > book->budget->limit)
            book->excess = true;
    // Computing time is not the provider's promise; the others are capped by what was asked for.
    for (const LimitMeter meter : {LimitMeter::cost, LimitMeter::tokens, LimitMeter::calls})
        out.overrun = out.overrun || actual.get(meter) > open.row.reserved.get(meter);
    if (out.overrun) {
        const PicoSum cost = actual.get(LimitMeter::cost), held = open.row.reserved.get(LimitMeter::cost);
        if (cost > held) out.cost_overrun = cost - held;
        out.sentence = "The call used more than its worst case (" + shortDollars(cost) + " against " +
                       shortDollars(held) + "): the provider did not honour the cap. The truth is booked.";
    }
    open.row.state = AttemptState::settled;
    open.row.booked = actual;
    out.row = std::move(open.row);
    return out;
}

Transition Ledger::settle(const AttemptId& attempt, const Amounts& actual) {
    Transition out;
    Open* open = find(attempt, AttemptState::reserved, out);
    if (open == nullptr) return out;
    unreserve(*open);
    book(*open, actual, out.deltas);
    out = close(*open, actual, std::move(out.deltas));
    open_.erase(attempt);
    return out;
}

Transition Ledger::settle(Reservation&& reservation, const Amounts& actual) {
    const Reservation spent = std::move(reservation);
    return settle(spent.attempt(), actual);
}

Transition Ledger::release(const AttemptId& attempt) {
    Transition out;
    Open* open = find(attempt, AttemptState::reserved, out);
    if (open == nullptr) return out;
    unreserve(*open);
    open->row.state = AttemptState::released;
    out.changed = true;
    out.row = std::move(open->row);
    open_.erase(attempt);
    return out;
}

Transition Ledger::inDoubt(const AttemptId& attempt) {
    Transition out;
    Open* open = find(attempt, AttemptState::reserved, out);
    if (open == nullptr) return out;
    unreserve(*open);
    open->row.state = AttemptState::in_doubt;
    open->row.booked = open->row.reserved;
    book(*open, open->row.booked, out.deltas);
    out.changed = true;
    out.row = open->row;
    return out;
}

Transition Ledger::settleLate(const AttemptId& attempt, const Amounts& actual) {
    Transition out;
    Open* open = find(attempt, AttemptState::in_doubt, out);
    if (open == nullptr) return out;
    Amounts delta;
    for (std::size_t i = 0; i < limit_meters; ++i)
        delta.of[i] = actual.of[i] - open->row.booked.of[i];
    book(*open, delta, out.deltas);
    out = close(*open, actual, std::move(out.deltas));
    open_.erase(attempt);
    return out;
}

std::optional<AttemptState> Ledger::state(const AttemptId& attempt) const {
    const auto found = open_.find(attempt);
    if (found == open_.end()) return std::nullopt;
    return found->second.row.state;
}

// ---------------------------------------------------------------------------------------------- those that
// wait

std::vector<Decision> Ledger::pump(std::int64_t now_us) {
    std::vector<Decision> out;
    if (queue_.size() == 0) {
        (void)queue_.takeDirty();
        return out;
    }
    queue_.markEnded(now_us);
    // Tickets worth a look, each with the book whose change made it so. A waiter that is still blocked on
    // that book ends the look at it: those behind it must not overtake.
    std::map<WaitQueue::Ticket, BookPtr> look;
    const auto next = [&](const BookPtr& book, WaitQueue::Ticket after) {
        if (const auto ticket = queue_.firstFor(book, after)) look[ticket] = book;
    };
    for (const BookPtr& book : queue_.takeDirty())
        next(book, 0);
    while (!look.empty()) {
        const auto [ticket, book] = *look.begin();
        look.erase(look.begin());
        auto waiter = queue_.take(ticket);
        if (!waiter) continue;
        waiter->request.now_us = now_us;
        Answer answer = decide(waiter->request, ticket);
        if (const auto* wait = std::get_if<Wait>(&answer.admission)) {
            const bool stuck = answer.book == book && wait->on_reservation;
            queue_.add({std::move(waiter->request), answer.book, wait->on_reservation}, ticket);
            if (!stuck) next(book, ticket);
            continue;
        }
        next(book, ticket);
        if (auto* admitted = std::get_if<Admitted>(&answer.admission))
            out.push_back({std::move(waiter->request), std::move(*admitted)});
        else
            out.push_back({std::move(waiter->request), std::move(std::get<Refused>(answer.admission))});
    }
    index_.dropPast(now_us);
    return out;
}

bool Ledger::cancelWait(const AttemptId& attempt) {
    const auto ticket = queue_.find(attempt);
    if (ticket == 0) return false;
    const auto waiter = queue_.take(ticket);
    queue_.markDirty(waiter->book); // those it held up
    return true;
}

std::int64_t Ledger::nextTurnUs() const {
    return queue_.nextEndUs();
}

// ---------------------------------------------------------------------------------------------- notices

void Ledger::warnIfPassed(const BookPtr& book) {
    const Budget& budget = *book->budget;
    if (book->removed || budget.limit <= PicoSum()) return;
    const PicoSum level = isGauge(budget.meter) ? book->reserved : book->spent;
    const auto passed = [&](int percent) {
        return percent > 0 && level.value() * 100 >= budget.limit.value() * percent &&
               book->warned.insert(percent).second;
    };
    int highest = 0; // one notice for one step, even if it passed several thresholds
    for (const int percent : budget.warn_percent)
        if (passed(percent)) highest = std::max(highest, percent);
    if (budget.policy == BudgetPolicy::warn && passed(100)) highest = std::max(highest, 100);
    if (highest == 0) return;
    notices_.push_back({BudgetNotice::Kind::warn,
                        highest,
                        warnSentence(*book, highest),
                        book->state(),
                        {book->warned.begin(), book->warned.end()}});
}

void Ledger::exhausted(const BookPtr& book, const std::string& sentence) {
    book->last_refusal = sentence;
    index_.touch(book);
    if (book->exhausted) return;
    book->exhausted = true;
    notices_.push_back({BudgetNotice::Kind::exhausted,
                        0,
                        sentence,
                        book->state(),
                        {book->warned.begin(), book->warned.end()}});
}

std::vector<BudgetNotice> Ledger::takeNotices() {
    return std::exchange(notices_, {});
}

} // namespace tally::engine
