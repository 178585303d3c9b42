// Values that go in and out of the ledger. Rows and deltas are what the runtime commits; the ledger does no
// IO.
#pragma once
#include "core/engine/budget_amounts.h"
#include "core/model/reservation.h"

#include <map>
#include <variant>
#include <vector>

namespace tally::engine {

struct AttemptRequest {
    AttemptId attempt;
    Subject subject;
    Amounts amounts; ///< worst case, never an estimate
    std::int64_t now_us = 0;
};

/// One attempt as the ledger holds it: everything that restore() needs. The runtime stores it in a
/// store::AttemptRow (commit 1) and changes its state (commit 2).
struct HeldAttempt {
    AttemptId attempt;
    Subject subject;
    Amounts reserved;
    Amounts booked; ///< what counts as spent: the actual amounts, or the reservation while in doubt
    std::int64_t admitted_us = 0; ///< decides the windows it is charged to, for good
    AttemptState state = AttemptState::reserved;
    bool operator==(const HeldAttempt&) const = default;
};

/// Change of the spent amount of one budget in one window; commit it together with the row that caused it.
struct SpendDelta {
    BudgetId budget;
    std::string window_key;
    PicoSum delta; ///< picos, or units of the budget's meter; negative when a late settlement was cheaper
    PicoSum simulated{}; ///< of delta
    bool operator==(const SpendDelta&) const = default;
};

/// The durable row of one budget in one window: Σ of its deltas, and what was already said about it.
struct SpendRow {
    BudgetId budget;
    std::string window_key;
    PicoSum spent;
    bool exhausted = false;
    std::vector<int> warned; ///< thresholds (percent) that were reported
    PicoSum simulated{};     ///< of spent
    bool operator==(const SpendRow&) const = default;
};

/// What was spent in one window, and how much of it by simulated calls.
struct WindowSum {
    PicoSum spent, simulated;
    bool operator==(const WindowSum&) const = default;
};
/// By window key.
using WindowSums = std::map<std::string, WindowSum>;

/// Reserved in memory, not yet durable. Becomes a Reservation with Ledger::committed, or goes with
/// Ledger::abandon.
class PendingReservation {
public:
    PendingReservation(PendingReservation&&) = default;
    PendingReservation& operator=(PendingReservation&&) = default;
    PendingReservation(const PendingReservation&) = delete;
    PendingReservation& operator=(const PendingReservation&) = delete;
    [[nodiscard]] const HeldAttempt& row() const { return row_; }
    [[nodiscard]] const AttemptId& attempt() const { return row_.attempt; }

private:
    friend class Ledger;
    PendingReservation(HeldAttempt row, Pico amount)
        : row_(std::move(row))
        , amount_(amount) {}
    HeldAttempt row_;
    Pico amount_;
};

struct Admitted {
    PendingReservation pending;
};
struct Refused {
    std::string code; ///< budget.exceeded, budget.duplicate_attempt, budget.bad_amount
    BudgetId budget;  ///< empty when no budget is the reason
    std::string scope;
    LimitMeter meter = LimitMeter::cost;
    PicoSum limit, spent, reserved, wanted, missing;
    std::string sentence; ///< which budget, spent, reserved, missing, and what would release it
    [[nodiscard]] Error error() const;
};
/// Queued in order of arrival; the answer comes out of Ledger::pump.
struct Wait {
    BudgetId budget;
    std::int64_t until_us = 0;   ///< end of the window; 0: no time is known
    bool on_reservation = false; ///< it fits as soon as calls under way settle below their worst case
    std::string sentence;
};
using Admission = std::variant<Admitted, Refused, Wait>;

/// The answer to a request that had to wait.
struct Decision {
    AttemptRequest request;
    std::variant<Admitted, Refused> admission;
};

/// What a change of state did. `changed` false: another one came first, nothing happened, `sentence` says so.
struct Transition {
    bool changed = false;
    HeldAttempt row;                ///< as it stands now; commit it
    std::vector<SpendDelta> deltas; ///< commit them with the row
    bool overrun = false; ///< actual above reserved: the provider ignored the cap, trip that model's breaker
    PicoSum cost_overrun;
    std::string sentence; ///< non-empty when not changed or when overrun
};

/// A budget that is used up by something that cannot be reserved (time, bytes).
struct Breach {
    BudgetId budget;
    BudgetPolicy policy = BudgetPolicy::hard;
    std::string sentence;
};
struct ChargeResult {
    std::vector<SpendDelta> deltas;
    std::vector<Breach> breaches; ///< hard and wait budgets that are now at or above their limit
};

/// For `budget` entries of the log and events: a threshold was passed or a budget blocked, once per window
/// each.
struct BudgetNotice {
    enum class Kind { warn, exhausted };
    Kind kind = Kind::warn;
    int percent = 0; ///< the threshold that was passed; 0 for exhausted
    std::string sentence;
    BudgetState state;
    std::vector<int> warned; ///< every threshold of the window that was reported, this one included
};

/// What the tightest hard or wait budget leaves, per meter; empty: unlimited. May be negative.
struct Headroom {
    std::array<std::optional<PicoSum>, limit_meters> left{};
    std::array<BudgetId, limit_meters> by{};
    [[nodiscard]] std::optional<PicoSum> get(LimitMeter meter) const { return left[indexOf(meter)]; }
};

struct LedgerState {
    std::vector<Budget> budgets;
    std::vector<SpendRow> spends;
    std::vector<HeldAttempt> open; ///< every row whose state is reserved or in_doubt
};

} // namespace tally::engine
