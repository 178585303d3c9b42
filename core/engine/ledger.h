// The budgets' arithmetic: admission, reservations, settlement, windows, the queue of those that wait.
//
// For EVERY budget that an attempt belongs to: spent + reserved + worst case <= limit, or it is not admitted
// at all. A hard budget refuses only what no release could make fit (spent + worst case > limit). While
// nothing but reservations of calls under way is in the path, the request waits for them, because most will
// settle far below their worst case. A wait budget also waits for the window to turn or for the limit to be
// raised. A warn budget never blocks.
//
// Owner and thread: the engine thread only; no lock, no IO, no clock (the caller passes wall-clock
// microseconds). Durability: what must be committed comes back as rows and deltas. Memory changes at once; if
// a commit fails, its whole group is unknown, so the owner makes a new ledger with restore() and dispatches
// nothing before. Failure: a late or double transition changes nothing and says so. Nothing throws.
#pragma once
#include "core/engine/budget_index.h"
#include "core/engine/budget_queue.h"
#include "core/engine/ledger_values.h"

#include <unordered_map>

namespace tally::engine {

class Ledger {
public:
    Ledger() = default;
    Ledger(Ledger&&) = default;
    Ledger& operator=(Ledger&&) = default;
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    // -- budgets
    /// Adds or changes a budget (same id). Returns its rows to commit. A new one, or one with a new scope,
    /// window or meter, counts calls under way as reserved and those in doubt as spent. With `opening` what
    /// was settled before is still to come: until addPast() nothing that it could block is admitted, it
    /// waits. Errors: budget.bad_limit.
    Result<std::vector<SpendRow>> setBudget(const Budget& budget, std::int64_t now_us, bool opening = false);
    /// What was settled before the budget was set, by window key; ends its opening.
    void addPast(const BudgetId& id, const WindowSums& sums, std::int64_t now_us);
    /// Every budget that counts attempts is opened like one that was just set: its stored sums are being
    /// counted again, and addPast() brings the difference. Returns them.
    std::vector<Budget> recount();
    /// False if there is none. Attempts that it covered go on.
    bool removeBudget(const BudgetId& id);
    [[nodiscard]] const Budget* budget(const BudgetId& id) const;

    // -- attempts
    [[nodiscard]] Admission admit(const AttemptRequest& request);
    /// Commit 1 is durable: the token without which no call starts.
    [[nodiscard]] Reservation committed(PendingReservation pending);
    /// Commit 1 failed: takes the reservation back. Nothing to commit.
    Transition abandon(PendingReservation pending);
    /// reserved -> settled. Actual may be above reserved: the truth is booked and the overrun reported.
    Transition settle(const AttemptId& attempt, const Amounts& actual);
    Transition settle(Reservation&& reservation, const Amounts& actual);
    /// reserved -> released. Only if provably no byte was sent.
    Transition release(const AttemptId& attempt);
    /// reserved -> in_doubt: the outcome is unknown (crash, cut without usage); booked at its reservation.
    Transition inDoubt(const AttemptId& attempt);
    /// in_doubt -> settled: the provider's record, an invoice or an estimate is known. Corrects the window of
    /// admission.
    Transition settleLate(const AttemptId& attempt, const Amounts& actual);
    /// nullopt: settled, released or never seen.
    [[nodiscard]] std::optional<AttemptState> state(const AttemptId& attempt) const;

    // -- those that wait
    /// Decides what can now be decided, in order of arrival. Call after any change and when nextTurnUs() has
    /// come.
    [[nodiscard]] std::vector<Decision> pump(std::int64_t now_us);
    /// The run was stopped or the step given up.
    bool cancelWait(const AttemptId& attempt);
    [[nodiscard]] std::size_t waiting() const { return queue_.size(); }
    /// Next time at which a window that somebody waits for ends; 0: none.
    [[nodiscard]] std::int64_t nextTurnUs() const;

    // -- what cannot be reserved
    /// Books time that has passed (wall_ms). Breaches are for the runtime to act on: stop the run (hard) or
    /// park it (wait).
    ChargeResult charge(const Subject& subject, LimitMeter meter, PicoSum amount, std::int64_t now_us);
    /// Milliseconds of wall time until the first hard or wait wall_ms budget of the subject is used up;
    /// nullopt: none.
    [[nodiscard]] std::optional<std::int64_t> wallLeftMs(const Subject& subject, std::int64_t now_us);
    /// Bytes of state and outputs that the run holds from now on; refused (and nothing changes) above a
    /// limit.
    std::optional<Refused> setStateBytes(const Subject& subject, std::int64_t bytes, std::int64_t now_us);
    /// The run ended for good: its bytes are free, its per-run windows are dropped (a stopped run has not
    /// ended).
    void runEnded(const RunId& run);
    /// What the budgets of this subject still leave.
    [[nodiscard]] Headroom headroom(const Subject& subject, std::int64_t now_us);

    // -- views and the store
    /// Every budget in its current window (budgets "each run for itself": one per window that has been used).
    [[nodiscard]] std::vector<BudgetState> states(std::int64_t now_us);
    [[nodiscard]] std::optional<BudgetState> state(const BudgetId& id, std::int64_t now_us);
    /// Every window in memory as it must stand in the store (flags included).
    [[nodiscard]] std::vector<SpendRow> spendRows() const;
    /// Budgets whose sums are those of attempts.
    [[nodiscard]] std::vector<Budget> counted() const;
    /// Budgets whose state changed since the last call, for events and for the flags in their rows. Call it
    /// regularly.
    [[nodiscard]] std::vector<BudgetState> takeChanged();
    [[nodiscard]] std::vector<BudgetNotice> takeNotices();

    /// A ledger from the store. Rows of budgets that no longer exist are skipped. Errors: budget.restore (an
    /// attempt twice or in a closed state, a negative amount), budget.bad_limit.
    static Result<Ledger> restore(const LedgerState& state, std::int64_t now_us);
    /// reserved = Σ RESERVED for every window; no hard limit exceeded unless by a truth above its
    /// reservation.
    [[nodiscard]] Status check() const;

private:
    struct Open { ///< an attempt that is reserved or in doubt
        HeldAttempt row;
        std::vector<BookPtr> books;
    };
    struct Held { ///< bytes of one run
        Subject subject;
        PicoSum bytes;
        std::vector<BookPtr> books;
    };
    struct Answer { ///< of decide(): when it is a Wait, for which book
        Admission admission;
        BookPtr book;
    };
    Open* find(const AttemptId& attempt, AttemptState wanted, Transition& out);
    Answer decide(const AttemptRequest& request, std::uint64_t ticket);
    Admission reserve(const AttemptRequest& request, std::vector<BookPtr> books);
    void unreserve(const Open& open);
    void book(const Open& open, const Amounts& amounts, std::vector<SpendDelta>& deltas);
    void bookOne(const BookPtr& book, PicoSum delta, bool simulated, std::vector<SpendDelta>& deltas);
    Transition close(Open& open, const Amounts& actual, std::vector<SpendDelta> deltas);
    void link(const BudgetId& id);
    [[nodiscard]] bool isOpening(const Book& book) const;
    void warnIfPassed(const BookPtr& book);
    void exhausted(const BookPtr& book, const std::string& sentence);
    void freeBytes(const RunId& run);

    BudgetIndex index_;
    WaitQueue queue_;
    std::unordered_map<AttemptId, Open> open_;
    std::unordered_map<RunId, Held> held_;
    std::set<BudgetId> opening_; ///< set, but what was settled before is not counted yet
    std::vector<BudgetNotice> notices_;
};

} // namespace tally::engine
