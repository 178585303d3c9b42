// The ledger's budgets, views, what cannot be reserved, and the way to and from the store.
#include "core/engine/budget_text.h"
#include "core/engine/ledger.h"

namespace tally::engine {

Result<std::vector<SpendRow>> Ledger::setBudget(const Budget& budget, std::int64_t now_us, bool opening) {
    if (budget.id.empty()) return fail("budget.bad_limit", "a budget needs an id");
    if (budget.limit < PicoSum())
        return fail("budget.bad_limit", "the limit of " + budgetName(budget) + " is below zero",
                    "use 0 to let nothing pass");
    const auto before = index_.budget(budget.id);
    const bool same = before && sameBooks(*before, budget);
    // Those that wait for the old limit look again; after a change of scope their books are gone.
    for (const BookPtr& book : index_.all())
        if (book->budget->id == budget.id) queue_.markDirty(book);
    index_.set(budget);
    if (!same) {
        if (opening) opening_.insert(budget.id);
        link(budget.id);
        (void)index_.current(budget.id, now_us); // so that a new budget is seen at once
        for (const BookPtr& book : index_.all()) {
            if (book->budget->id != budget.id) continue;
            book->excess = book->used() > budget.limit;
            index_.touch(book);
            warnIfPassed(book);
        }
    }
    std::vector<SpendRow> rows = spendRows();
    std::erase_if(rows, [&](const SpendRow& row) { return row.budget != budget.id; });
    return rows;
}

void Ledger::addPast(const BudgetId& id, const WindowSums& sums, std::int64_t now_us) {
    opening_.erase(id);
    for (const auto& [key, sum] : sums)
        if (const BookPtr book = index_.bookAt(id, key, now_us)) {
            book->spent += sum.spent;
            book->simulated += sum.simulated;
        }
    for (const BookPtr& book : index_.all()) {
        if (book->budget->id != id) continue;
        if (book->last_refusal == openingSentence(*book)) book->last_refusal.clear();
        book->excess = book->used() > book->budget->limit;
        index_.touch(book);
        queue_.markDirty(book);
        warnIfPassed(book);
    }
}

std::vector<Budget> Ledger::recount() {
    std::vector<Budget> out = counted();
    for (const Budget& budget : out)
        opening_.insert(budget.id);
    return out;
}

std::vector<Budget> Ledger::counted() const {
    std::vector<Budget> out;
    for (const BudgetId& id : index_.ids()) {
        const auto budget = index_.budget(id);
        if (!isGauge(budget->meter) && budget->meter != LimitMeter::wall_ms) out.push_back(*budget);
    }
    return out;
}

/// What is under way counts for a budget that came later.
void Ledger::link(const BudgetId& id) {
    const LimitMeter meter = index_.budget(id)->meter;
    for (auto& [attempt, open] : open_) {
        for (const BookPtr& book : index_.booksFor(id, open.row.subject, open.row.admitted_us)) {
            if (open.row.state == AttemptState::reserved)
                book->reserved += open.row.reserved.get(meter);
            else if (!isGauge(meter)) {
                book->spent += open.row.booked.get(meter);
                if (open.row.subject.simulated) book->simulated += open.row.booked.get(meter);
            }
            open.books.push_back(book);
        }
    }
    if (meter != LimitMeter::state_bytes) return;
    for (auto& [run, held] : held_) {
        for (const BookPtr& book : index_.booksFor(id, held.subject, 0)) {
            book->reserved += held.bytes;
            held.books.push_back(book);
        }
    }
}

bool Ledger::removeBudget(const BudgetId& id) {
    for (const BookPtr& book : index_.all())
        if (book->budget->id == id) queue_.markDirty(book);
    opening_.erase(id);
    return index_.remove(id);
}

const Budget* Ledger::budget(const BudgetId& id) const {
    return index_.budget(id).get();
}

// ---------------------------------------------------------------------------------------------- what cannot
// be reserved

ChargeResult Ledger::charge(const Subject& subject, LimitMeter meter, PicoSum amount, std::int64_t now_us) {
    ChargeResult out;
    if (isGauge(meter) || amount < PicoSum()) return out;
    for (const BookPtr& book : index_.match(subject, now_us)) {
        const Budget& budget = *book->budget;
        if (budget.meter != meter) continue;
        bookOne(book, amount, subject.simulated, out.deltas);
        if (book->used() > budget.limit) book->excess = true;
        if (book->spent < budget.limit || budget.policy == BudgetPolicy::warn) continue;
        std::string sentence = breachSentence(*book);
        exhausted(book, sentence);
        out.breaches.push_back({budget.id, budget.policy, std::move(sentence)});
    }
    return out;
}

std::optional<std::int64_t> Ledger::wallLeftMs(const Subject& subject, std::int64_t now_us) {
    const auto left = headroom(subject, now_us).get(LimitMeter::wall_ms);
    if (!left) return std::nullopt;
    return static_cast<std::int64_t>(std::clamp<Int128>(left->value(), 0, Pico::max_value));
}

std::optional<Refused> Ledger::setStateBytes(const Subject& subject, std::int64_t bytes,
                                             std::int64_t now_us) {
    const auto found = held_.find(subject.run);
    const PicoSum before = found == held_.end() ? PicoSum() : found->second.bytes;
    const PicoSum delta = PicoSum::of(std::max<std::int64_t>(bytes, 0)) - before;
    if (delta == PicoSum()) return std::nullopt;
    std::vector<BookPtr> books;
    if (found != held_.end()) {
        books = found->second.books; // the subject of a run does not change
        std::erase_if(books, [](const BookPtr& book) { return book->removed; });
    } else {
        books = index_.match(subject, now_us);
        std::erase_if(books,
                      [](const BookPtr& book) { return book->budget->meter != LimitMeter::state_bytes; });
    }
    for (const BookPtr& book : books) {
        const Budget& budget = *book->budget;
        if (budget.policy == BudgetPolicy::warn || delta < PicoSum() || book->used() + delta <= budget.limit)
            continue;
        std::string sentence = blockSentence(*book, delta);
        exhausted(book, sentence);
        return Refused{"budget.exceeded",  budget.id,    budget.scope.str(),
                       budget.meter,       budget.limit, book->spent,
                       book->reserved,     delta,        book->used() + delta - budget.limit,
                       std::move(sentence)};
    }
    for (const BookPtr& book : books) {
        book->reserved += delta;
        index_.touch(book);
        if (delta < PicoSum()) queue_.markDirty(book);
        warnIfPassed(book);
    }
    Held& held = held_[subject.run];
    held.subject = subject;
    held.bytes += delta;
    held.books = std::move(books);
    return std::nullopt;
}

void Ledger::freeBytes(const RunId& run) {
    const auto held = held_.find(run);
    if (held == held_.end()) return;
    for (const BookPtr& book : held->second.books) {
        book->reserved -= held->second.bytes;
        index_.touch(book);
        queue_.markDirty(book);
    }
    held_.erase(held);
}

void Ledger::runEnded(const RunId& run) {
    freeBytes(run);
    index_.dropRun(run);
}

Headroom Ledger::headroom(const Subject& subject, std::int64_t now_us) {
    Headroom out;
    for (const BookPtr& book : index_.match(subject, now_us)) {
        const Budget& budget = *book->budget;
        if (budget.policy == BudgetPolicy::warn) continue;
        const PicoSum left = budget.limit - book->used();
        auto& slot = out.left[indexOf(budget.meter)];
        if (slot && *slot <= left) continue;
        slot = left;
        out.by[indexOf(budget.meter)] = budget.id;
    }
    return out;
}

// ---------------------------------------------------------------------------------------------- views

std::vector<BudgetState> Ledger::states(std::int64_t now_us) {
    std::vector<BudgetState> out;
    for (const BudgetId& id : index_.ids()) {
        const auto books = index_.current(id, now_us);
        for (const BookPtr& book : books)
            out.push_back(book->state());
        if (!books.empty()) continue;
        BudgetState unused;
        unused.budget = *index_.budget(id);
        out.push_back(std::move(unused));
    }
    return out;
}

std::optional<BudgetState> Ledger::state(const BudgetId& id, std::int64_t now_us) {
    const auto budget = index_.budget(id);
    if (!budget) return std::nullopt;
    const auto books = index_.current(id, now_us);
    if (!books.empty()) return books.front()->state();
    BudgetState unused;
    unused.budget = *budget;
    return unused;
}

std::vector<SpendRow> Ledger::spendRows() const {
    std::vector<SpendRow> out;
    for (const BookPtr& book : index_.all())
        out.push_back({book->budget->id, book->span.key, book->spent, book->exhausted,
                       std::vector<int>(book->warned.begin(), book->warned.end()), book->simulated});
    return out;
}

std::vector<BudgetState> Ledger::takeChanged() {
    return index_.takeChanged();
}

// ---------------------------------------------------------------------------------------------- the store

Result<Ledger> Ledger::restore(const LedgerState& state, std::int64_t now_us) {
    Ledger ledger;
    for (const Budget& budget : state.budgets) {
        if (budget.id.empty() || budget.limit < PicoSum())
            return fail("budget.bad_limit", "a stored budget has no id or a negative limit");
        ledger.index_.set(budget);
    }
    for (const HeldAttempt& row : state.open) {
        if (row.state != AttemptState::reserved && row.state != AttemptState::in_doubt)
            return fail("budget.restore", "attempt " + row.attempt.str() + " is listed as open but is " +
                                              std::string(toString(row.state)));
        for (std::size_t i = 0; i < limit_meters; ++i)
            if (row.reserved.of[i] < PicoSum() || row.booked.of[i] < PicoSum())
                return fail("budget.restore", "attempt " + row.attempt.str() + " holds a negative amount");
        Open open{row, ledger.index_.match(row.subject, row.admitted_us)};
        if (row.state == AttemptState::reserved)
            for (const BookPtr& book : open.books)
                book->reserved += row.reserved.get(book->budget->meter);
        if (!ledger.open_.emplace(row.attempt, std::move(open)).second)
            return fail("budget.restore", "attempt " + row.attempt.str() + " is stored twice");
    }
    for (const SpendRow& row : state.spends) {
        if (row.spent < PicoSum())
            return fail("budget.restore",
                        "window '" + row.window_key + "' of a budget has a negative amount spent");
        const BookPtr book = ledger.index_.bookAt(row.budget, row.window_key, now_us);
        if (!book) continue; // a budget that was removed; its history stays in the store
        book->spent = row.spent;
        book->simulated = row.simulated;
        book->exhausted = row.exhausted;
        book->warned.insert(row.warned.begin(), row.warned.end());
    }
    for (const BookPtr& book : ledger.index_.all())
        book->excess =
            book->used() > book->budget->limit; // admitted by an earlier life, under what limit is not known
    ledger.index_.dropPast(now_us);
    return ledger;
}

Status Ledger::check() const {
    std::unordered_map<const Book*, PicoSum> reserved;
    for (const auto& [id, open] : open_)
        if (open.row.state == AttemptState::reserved)
            for (const BookPtr& book : open.books)
                reserved[book.get()] += open.row.reserved.get(book->budget->meter);
    for (const auto& [run, held] : held_)
        for (const BookPtr& book : held.books)
            reserved[book.get()] += held.bytes;
    for (const BookPtr& book : index_.all()) {
        const auto found = reserved.find(book.get());
        const PicoSum sum = found == reserved.end() ? PicoSum() : found->second;
        if (sum != book->reserved)
            return fail("budget.unbalanced", budgetName(*book->budget) + " holds " +
                                                 book->reserved.picoString() +
                                                 " reserved, its open attempts come to " + sum.picoString());
        if (book->spent < PicoSum())
            return fail("budget.unbalanced", budgetName(*book->budget) + " has spent less than nothing");
        if (book->budget->policy == BudgetPolicy::hard && !book->excess && book->used() > book->budget->limit)
            return fail("budget.over_limit", budgetName(*book->budget) + " is above its limit by " +
                                                 (book->used() - book->budget->limit).picoString());
    }
    return {};
}

} // namespace tally::engine
