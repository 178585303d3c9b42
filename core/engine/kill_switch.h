// Stop orders: who may still be admitted, which calls are hit, what may still advance a run, and the receipt.
//
// A run belongs to its root (the run a person started); an order that hits a root hits its children, queued
// items, timers and sub-workflows. Each order gives the hit roots a new epoch: completions that carry an
// older epoch may settle money, never advance a run. Resuming is a separate act and does not make old
// completions young again.
//
// Owner and thread: engine thread only. Pure: no clock, no IO; the runtime cancels, commits the receipt as
// the kill row and writes the log entry. Times: wall-clock microseconds for the order, monotonic microseconds
// for what follows it.
#pragma once
#include "core/engine/budget_amounts.h"
#include "core/model/kill.h"

#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace tally::engine {

using Epoch = std::int64_t;

/// What the runtime must do now, in this order: commit the receipt, cancel the calls, then the rest; report
/// each back.
struct KillEffects {
    KillReceipt receipt; ///< first form; durable together with the epoch before anything else is scheduled
    std::vector<AttemptId> cancel_calls;
    std::vector<RunId> stop_runs; ///< roots and children: stop queued items, retries, timers, child processes
};

/// How a call that was hit ended.
struct CallEnd {
    bool by_kill = true;      ///< false: it had answered by itself before the cancel took effect
    bool usage_known = false; ///< false: unknown outcome, booked at its reservation
    bool confirmed =
        false;      ///< the other side is known to have stopped (local model, simulated, child process)
    PicoSum booked; ///< cost booked for it after the order: all of it, also what it had used before
};

class KillSwitch {
public:
    // -- what lives
    void runStarted(const RunId& run, const RunId& root, const std::string& workflow,
                    const std::string& process);
    void runEnded(const RunId& run);
    /// The run has come to a step of a workflow that it calls: from now on it belongs to that one as well.
    void entered(const RunId& run, const std::string& workflow, const std::string& process);
    /// Stamp for whatever is started for this run: keep it with calls, timers, commits; ask mayAdvance when
    /// they come back.
    [[nodiscard]] Epoch epochOf(const RunId& run) const;
    void callStarted(const AttemptId& attempt, const RunId& run);

    // -- admission
    /// The sentence why nothing may start for this run, or for a run that is about to start; nullopt: open.
    [[nodiscard]] std::optional<Error> closed(const RunId& run) const;
    [[nodiscard]] std::optional<Error> closedFor(const std::string& workflow,
                                                 const std::string& process) const;
    [[nodiscard]] bool allClosed() const;
    /// The order that holds the run, the first of several.
    [[nodiscard]] std::optional<KillId> heldBy(const RunId& run) const;
    /// False: settle its money, then drop it.
    [[nodiscard]] bool mayAdvance(const RunId& run, Epoch stamped) const;

    // -- orders
    /// Never fails: an unknown target closes admission for whatever comes under that name. order.id must be
    /// set.
    KillEffects order(const KillOrder& order, std::int64_t wall_us, std::int64_t mono_us);
    /// Every call that was started reports here once, hit or not. Receipts that became complete come back:
    /// commit and log.
    [[nodiscard]] std::vector<KillReceipt> callEnded(const AttemptId& attempt, const CallEnd& end,
                                                     std::int64_t mono_us);
    /// Every run of stop_runs reports once, with what it had.
    [[nodiscard]] std::vector<KillReceipt> runStopped(const RunId& run, std::int64_t retries_cancelled,
                                                      std::int64_t children_ended, std::int64_t mono_us);
    void admissionClosed(const KillId& id, std::int64_t mono_us);
    /// The signed `kill` entry was written.
    void logged(const KillId& id, std::int64_t log_seq);

    struct Resumed {
        KillReceipt receipt; ///< resumed = true; commit it
        std::vector<RunId>
            runs; ///< live roots that no other order holds; the caller decides to continue them
    };
    /// Errors: kill.unknown, kill.already_resumed, kill.incomplete (calls of it are still under way).
    Result<Resumed> resume(const KillId& id);

    [[nodiscard]] std::vector<KillReceipt> receipts() const; ///< in order
    [[nodiscard]] const KillReceipt* receipt(const KillId& id) const;
    /// On start, before anything is scheduled. Incomplete ones are completed here: their calls died with the
    /// process, those in doubt are booked by the ledger's sweep. Returns the receipts that changed (commit
    /// and log them).
    std::vector<KillReceipt> restore(const std::vector<KillReceipt>& rows);

private:
    struct Live {
        RunId root;
        std::string workflow, process;
        Epoch epoch = 0;
        std::set<std::pair<std::string, std::string>> called{}; ///< workflow and process
    };
    struct Order {
        KillReceipt receipt;
        std::int64_t mono_us = 0;
        std::set<AttemptId> calls;
        std::set<RunId> runs;
        std::int64_t confirmed = 0, answered = 0;
        std::int64_t elsewhere =
            0; ///< calls that an earlier order had hit already: in its receipt, not in this one
        PicoSum unknown_booked;
    };
    [[nodiscard]] bool holds(const KillOrder& order, const RunId& run, const RunId& root,
                             const std::string& workflow, const std::string& process) const;
    [[nodiscard]] const Order* holder(const RunId& run) const;
    /// True when it has just become complete.
    static bool completeIfDone(Order& order);
    static std::string confirmation(const Order& order);

    std::unordered_map<RunId, Live> runs_;
    std::unordered_map<AttemptId, RunId> calls_;
    std::unordered_map<AttemptId, std::vector<KillId>> hit_calls_;
    std::map<KillId, Order> orders_;
    std::vector<KillId> order_of_orders_;
    Epoch epoch_ = 1;
};

} // namespace tally::engine
