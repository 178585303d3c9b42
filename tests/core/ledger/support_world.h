// The ledger between random callers and a store: what they do, what would be durable, and a book-keeper that
// shares no code with the ledger.
#pragma once
#include "core/engine/spend_count.h"
#include "support_ledger.h"

#include <rapidcheck.h>

#include <deque>

namespace tally::test {

using namespace tally::engine;

using Op = std::array<std::uint16_t, 4>;

/// What the store would hold, and nothing else: written only where the runtime would commit.
struct Durable {
    std::map<std::string, Budget> budgets;
    std::map<std::pair<std::string, std::string>, PicoSum> spent;
    std::map<std::string, HeldAttempt> rows; ///< every attempt ever committed

    void commit(const Transition& change) {
        if (!change.changed) return;
        rows[change.row.attempt.str()] = change.row;
        for (const SpendDelta& delta : change.deltas)
            spent[{delta.budget.str(), delta.window_key}] += delta.delta;
    }
    void commit(const std::vector<SpendRow>& spends) {
        for (const SpendRow& row : spends)
            spent[{row.budget.str(), row.window_key}] = row.spent;
    }
    [[nodiscard]] LedgerState state() const {
        LedgerState out;
        for (const auto& [id, budget] : budgets)
            out.budgets.push_back(budget);
        for (const auto& [key, sum] : spent)
            out.spends.push_back({BudgetId(key.first), key.second, sum, false, {}});
        for (const auto& [id, row] : rows)
            if (row.state == AttemptState::reserved || row.state == AttemptState::in_doubt)
                out.open.push_back(row);
        return out;
    }
};

/// The test's own idea of which window an attempt counts for; only the kinds of budgets that it makes.
inline std::string windowOf(const Budget& budget, const HeldAttempt& row) {
    const Subject& s = row.subject;
    const std::string& name = budget.scope.name;
    switch (budget.scope.type) {
    case ScopeType::org:
        break;
    case ScopeType::process:
        if (name != s.process) return "-";
        break;
    case ScopeType::workflow:
        if (name != s.workflow) return "-";
        break;
    case ScopeType::run:
        if (!name.empty() && name != s.run.str()) return "-";
        break;
    case ScopeType::model:
        if (name != s.model) return "-";
        break;
    case ScopeType::user:
        if (name != s.user) return "-";
        break;
    }
    std::string key = "*";
    if (budget.meter != LimitMeter::concurrent && budget.window == Window::hour)
        key += "h" + std::to_string(row.admitted_us / hour_us);
    if (budget.meter != LimitMeter::concurrent && budget.window == Window::day)
        key += "d" + std::to_string(row.admitted_us / day_us);
    if (budget.window == Window::run || budget.scope.type == ScopeType::run) key += s.run.str();
    return key;
}

class World {
public:
    std::int64_t now = sunday_us + 1;
    Ledger ledger;
    Durable durable;
    std::map<std::string, HeldAttempt> live; ///< reserved or in doubt, pending ones too
    std::map<std::string, std::int64_t> truth_pct;
    std::deque<PendingReservation> pending;
    std::vector<Reservation> running;
    std::map<std::string, AttemptRequest> queued;
    std::map<std::pair<std::string, std::string>, Int128> floor; ///< used when a limit was lowered below it
    int number = 0;
    std::size_t most_running = 0;

    struct Used {
        Int128 spent = 0, reserved = 0;
    };
    [[nodiscard]] std::map<std::string, Used> used(const Budget& budget) const {
        std::map<std::string, Used> out;
        const auto add = [&](const HeldAttempt& row) {
            const std::string key = windowOf(budget, row);
            if (key == "-") return;
            if (row.state == AttemptState::reserved)
                out[key].reserved += row.reserved.get(budget.meter).value();
            else if (row.state != AttemptState::released && budget.meter != LimitMeter::concurrent)
                out[key].spent += row.booked.get(budget.meter).value();
        };
        for (const auto& [id, row] : durable.rows)
            if (live.count(id) == 0) add(row);
        for (const auto& [id, row] : live)
            add(row);
        return out;
    }

    void check() {
        const Status balanced = ledger.check();
        if (!balanced) RC_FAIL(balanced.error().text());
        for (const auto& [id, budget] : durable.budgets) {
            if (budget.policy == BudgetPolicy::warn) continue;
            for (const auto& [key, sum] : used(budget)) {
                const Int128 total = sum.spent + sum.reserved;
                auto& above = floor[{id, key}];
                above = std::min(above, total);
                if (total > std::max(budget.limit.value(), above))
                    RC_FAIL("limit exceeded: " + id + " " + key + " by " +
                            tally::toString(total - budget.limit.value()));
            }
        }
    }

    void setBudget(Budget budget) {
        WindowSums settled; // a new budget starts with what the store knows
        const bool fresh = durable.budgets.count(budget.id.str()) == 0;
        if (fresh)
            for (const auto& [id, row] : durable.rows)
                if (row.state == AttemptState::settled)
                    addPast(budget, {row.admitted_us, row.subject, row.booked}, settled);
        durable.budgets[budget.id.str()] = budget;
        auto rows = ledger.setBudget(budget, now, fresh);
        RC_ASSERT(bool(rows));
        if (fresh) {
            ledger.addPast(budget.id, settled, now);
            rows = ledger.spendRows();
            std::erase_if(*rows, [&](const SpendRow& row) { return row.budget != budget.id; });
        }
        durable.commit(*rows);
        for (const auto& [key, sum] : used(budget))
            floor[{budget.id.str(), key}] = sum.spent + sum.reserved;
    }

    void admitted(const AttemptRequest& request, Admitted answer) {
        live[request.attempt.str()] = answer.pending.row();
        pending.push_back(std::move(answer.pending));
    }

    /// A refusal must be true without counting anything that may still be released.
    void refused(const AttemptRequest& request, const Refused& answer) {
        HeldAttempt row{request.attempt, request.subject, request.amounts, {}, now, AttemptState::reserved};
        const Budget& budget = durable.budgets.at(answer.budget.str());
        RC_ASSERT(budget.policy != BudgetPolicy::warn);
        const Int128 wanted = request.amounts.get(budget.meter).value();
        const auto sums = used(budget);
        const auto found = sums.find(windowOf(budget, row));
        const Int128 spent = found == sums.end() ? 0 : found->second.spent;
        if (budget.policy == BudgetPolicy::wait)
            RC_ASSERT(wanted > budget.limit.value());
        else
            RC_ASSERT(spent + wanted > budget.limit.value());
        RC_ASSERT(answer.missing > PicoSum());
    }

    void admit(std::uint16_t a, std::uint16_t b) {
        const std::string id = "a" + std::to_string(number++);
        Subject subject{
            RunId("r" + std::to_string(a % 3)), a % 2 ? "w" : "v", "proc", a % 5 ? "p/m" : "p/n", "u", {}};
        AttemptRequest request{AttemptId(id), subject, Amounts::call(PicoSum::of(b % 97), b % 31, 1 + b % 7),
                               now};
        truth_pct[id] = b % 101;
        auto answer = ledger.admit(request);
        if (auto* yes = std::get_if<Admitted>(&answer))
            admitted(request, std::move(*yes));
        else if (const auto* no = std::get_if<Refused>(&answer))
            refused(request, *no);
        else
            queued[id] = request;
    }

    void pump() {
        for (Decision& decision : ledger.pump(now)) {
            RC_ASSERT(queued.erase(decision.request.attempt.str()) == 1U);
            if (auto* yes = std::get_if<Admitted>(&decision.admission))
                admitted(decision.request, std::move(*yes));
            else
                refused(decision.request, std::get<Refused>(decision.admission));
        }
        RC_ASSERT(ledger.waiting() == queued.size());
    }

    Amounts truth(const HeldAttempt& row) const {
        Amounts out = row.reserved;
        for (PicoSum& amount : out.of)
            amount = PicoSum::of(amount.value() * truth_pct.at(row.attempt.str()) / 100);
        return out;
    }

    void closed(const Transition& change) {
        RC_ASSERT(change.changed);
        durable.commit(change);
        live.erase(change.row.attempt.str());
        if (change.row.state == AttemptState::in_doubt) live[change.row.attempt.str()] = change.row;
    }

    void commitOne(bool fails) {
        if (pending.empty()) return;
        PendingReservation first = std::move(pending.front());
        pending.pop_front();
        if (fails) {
            const Transition gone = ledger.abandon(std::move(first));
            RC_ASSERT(gone.changed && gone.deltas.empty());
            live.erase(gone.row.attempt.str());
            return;
        }
        durable.rows[first.attempt().str()] = first.row();
        running.push_back(ledger.committed(std::move(first)));
        most_running = std::max(most_running, running.size());
    }

    void endOne(std::uint16_t pick, std::uint16_t how) {
        if (running.empty()) return;
        const std::size_t i = pick % running.size();
        Reservation token = std::move(running[i]);
        running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
        const AttemptId id = token.attempt();
        const Amounts actual = truth(live.at(id.str()));
        if (how % 8 == 0)
            closed(ledger.release(id)); // cancelled before a byte was sent; a retry is a new attempt
        else if (how % 8 == 1)
            closed(ledger.inDoubt(id));
        else
            closed(ledger.settle(std::move(token), actual));
        RC_ASSERT(!ledger.settle(id, actual).changed); // late and double changes nothing
        RC_ASSERT(!ledger.release(id).changed);
    }

    void settleLateOne() {
        for (const auto& [id, row] : live)
            if (row.state == AttemptState::in_doubt)
                return closed(ledger.settleLate(AttemptId(id), truth(row)));
    }

    void crash() {
        pending.clear();
        running.clear();
        queued.clear();
        live.clear();
        for (const auto& [id, row] : durable.rows)
            if (row.state == AttemptState::reserved || row.state == AttemptState::in_doubt) live[id] = row;
        auto again = Ledger::restore(durable.state(), now);
        RC_ASSERT(bool(again));
        ledger = std::move(*again);
        check();
        const auto left = live;
        for (const auto& [id, row] : left) // the sweep: older boot, outcome unknown
            if (row.state == AttemptState::reserved) closed(ledger.inDoubt(AttemptId(id)));
    }

    void step(const Op& op) {
        switch (op[0] % 24) {
        case 16:
            now += op[1] % 7 == 0 ? day_us : hour_us / 2;
            break;
        case 17:
            settleLateOne();
            break;
        case 18:
            if (op[1] % 6 == 0) crash();
            break;
        case 19:
            if (!queued.empty() && op[1] % 3 == 0) {
                const std::string id = queued.begin()->first;
                RC_ASSERT(ledger.cancelWait(AttemptId(id)));
                queued.erase(id);
            }
            break;
        case 20: {
            auto it = durable.budgets.begin();
            std::advance(it, op[1] % durable.budgets.size());
            Budget changed = it->second;
            changed.limit = PicoSum::of(changed.limit.value() * (50 + op[2] % 120) / 100 + 1);
            setBudget(changed);
            break;
        }
        case 21:
            commitOne(true);
            break;
        case 8:
        case 9:
        case 10:
        case 11:
            for (int i = 0; i < 3; ++i)
                commitOne(false);
            break;
        case 12:
        case 13:
        case 14:
        case 15:
            if (op[3] % 2 == 0) endOne(op[1], op[2]);
            break;
        default:
            admit(op[1], op[2]);
            break;
        }
        pump();
        check();
    }

    /// Everything under way ends: nobody may be left waiting for a release.
    void drain() {
        for (int round = 0; !pending.empty() || !running.empty(); ++round) {
            RC_ASSERT(round < 10'000);
            while (!pending.empty())
                commitOne(false);
            while (!running.empty())
                endOne(0, 2);
            pump();
            check();
        }
        for (const auto& [id, request] : queued) { // what is left waits for a window or a higher limit
            bool blocked = false;
            HeldAttempt row{request.attempt,       request.subject, request.amounts, {}, now,
                            AttemptState::reserved};
            for (const auto& [name, budget] : durable.budgets) {
                const auto sums = used(budget);
                const auto found = sums.find(windowOf(budget, row));
                const Int128 spent = found == sums.end() ? 0 : found->second.spent;
                const Int128 wanted = request.amounts.get(budget.meter).value();
                blocked =
                    blocked || (budget.policy == BudgetPolicy::wait && spent + wanted > budget.limit.value());
            }
            RC_ASSERT(blocked);
        }
        // What a start would compare: spent = Σ actual, in memory, in the store and after a crash.
        std::vector<Budget> budgets;
        for (const auto& [id, budget] : durable.budgets)
            budgets.push_back(budget);
        SpendCount count(budgets, now);
        for (const auto& [id, row] : durable.rows)
            if (row.state == AttemptState::settled || row.state == AttemptState::in_doubt)
                count.add({row.admitted_us, row.subject, row.booked});
        const auto agree = [&](const std::vector<SpendRow>& rows) {
            for (const SpendFault& fault : count.faults(rows))
                RC_FAIL(fault.sentence());
        };
        agree(durable.state().spends);
        agree(ledger.spendRows());
        crash();
        agree(ledger.spendRows());
    }
};

} // namespace tally::test
