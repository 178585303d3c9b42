// What the runtime keeps about a live run and a live step. Private to runtime*.cpp; engine thread only.
#pragma once
#include "core/audit/log_entries.h"
#include "core/engine/engine.h"
#include "core/engine/exec_command.h"
#include "core/engine/kill_switch.h"
#include "core/engine/ledger.h"
#include "core/engine/machine.h"
#include "core/store/run_repo.h"

#include <unordered_set>

namespace tally::engine {

/// A text that a person gave, fit for an entry of the log: well-formed, at most 1,000 bytes (a cut is
/// marked).
std::string logText(std::string_view text);

/// The entry of the log for a budget that is set or changed.
Result<audit::BudgetEntry> budgetEntry(const Budget& budget, const std::string& op);

struct LiveRun;

/// What a call may be billed with, the likely line first; shared by the calls that get the same.
using RateLines = std::shared_ptr<const std::vector<RateLine>>;

/// A provider that asks for a longer pause is asked no more.
constexpr std::int64_t longest_retry_after_ms = 300'000;

/// The source of a line that was made because nobody gave owned hardware a rate.
constexpr std::string_view free_source = "no rate for owned hardware";

/// RunSummary::status_detail of a run in which nothing but a person's answer is missing. Recovery knows it by
/// this.
constexpr std::string_view waits_for_person = "Waits for a person";

/// One task of a machine while it is under way; lives until its outcome is durable.
struct LiveStep {
    enum class Phase {
        provider_wait, ///< rate limit or cap of the provider
        budget_wait,   ///< queued in the ledger
        reserving,     ///< commit 1 under way
        calling,       ///< the port has it
        local,         ///< the pool has it
        booking,       ///< commit 2 under way
        backoff,       ///< until the next attempt
        person         ///< approval
    };
    std::uint64_t serial = 0;
    LiveRun* run = nullptr;
    Task task;
    Phase phase = Phase::local;
    Epoch epoch = 0;
    int attempt = 1;
    SpanId span, parent;
    std::string input;           ///< task.input as text
    std::string input_sha;       ///< hex
    std::int64_t queued_us = 0;  ///< monotonic: ready to be executed
    std::int64_t started_us = 0; ///< monotonic: sent or begun
    std::int64_t ended_us = 0;   ///< monotonic: the call's stream ended
    std::int64_t wall_us = 0;
    CancelToken cancel;
    std::shared_ptr<ChildProcess> child;
    std::uint64_t timer = 0;
    bool stopped = false;   ///< cancelled by a kill, a limit, a detector or its own machine
    bool handed = false;    ///< its outcome is with the machine; only its commit is still under way
    bool breach = false;    ///< cut off because it ignored its cap
    bool ask_again = false; ///< its outcome was lost in a crash; a person decides whether it is bought again
    bool retried = false;   ///< the store says when it is tried again
    std::string waits;      ///< sentence: what it waits for

    // model steps
    std::size_t candidate = 0;
    ModelRef ref;
    ProviderFacts facts;
    std::shared_ptr<ModelCall> call;
    std::shared_ptr<const price::PriceBook> prices; ///< from the reservation to the settlement
    RateLines lines;
    std::int64_t bound = 0; ///< input tokens, worst case
    Pico worst;
    AttemptId attempt_id;
    std::optional<PendingReservation> pending;
    std::optional<Reservation> reservation;
    provider::CallId call_id = 0;
    std::int64_t out_bytes = 0;
    std::string delta;          ///< streamed since the last frame
    std::optional<Alert> alert; ///< of its stream; written when its entry exists
};

struct LiveRun {
    RunId id;
    store::RunNo no = 0;
    std::shared_ptr<const Workflow> workflow;
    WorkflowMap called;
    nlohmann::json inputs;
    std::map<std::string, ModelRef> roles;
    RunLimits limits;
    Subject subject;
    RunSummary sum;
    std::unique_ptr<Machine> machine;
    Epoch epoch = 0;
    std::map<std::string, LiveStep*> steps;            ///< live ones, by path
    std::unordered_map<std::string, int> last_attempt; ///< of an earlier life, by path
    std::unordered_map<std::string, bool> lost;        ///< StoredRun::lost
    std::unordered_map<std::string, std::int64_t> due; ///< StoredRun::due
    int booking = 0;                                   ///< handed steps whose commit is under way
    int handed = 0;                                    ///< outcomes on their way to the machine
    bool stopping = false; ///< no new work; becomes `stopped` when the last step is booked
    bool closing = false;  ///< its last commit is under way
    std::int64_t retries_cancelled = 0, children_ended = 0;
    std::int64_t last_seq = -1;
    std::int64_t charged_us = 0; ///< monotonic: wall time is booked up to here
    std::int64_t saved_us = 0;   ///< monotonic: the summary in the store
    std::int64_t shown_us = 0;   ///< monotonic: the last event
    bool dirty = false;
    bool retried = false;                      ///< some step of it was
    bool saved_waiting = false;                ///< the store says that it waits
    std::map<std::string, std::int64_t> asked; ///< questions of an earlier life: path -> wall clock
    std::vector<BudgetId> budgets;             ///< made of its limits
    BatchSlot slot;                            ///< the item that it works on
    std::string fault; ///< why it was stopped, a code, when that is its own doing: as an item it is given up
    std::vector<Reply<RunSummary>> waiters;
};

/// How a step ended, on its way into commit 2.
struct StepEnd {
    std::string status; ///< word of the log
    Outcome outcome;
    bool final = true;  ///< false: the machine hears nothing and the journal holds nothing
    bool again = false; ///< another attempt follows
    Usage usage;
    Pico cost;
    RatePtr rate;
    std::int64_t ttft_us = 0;
    std::string detail;
    bool by_kill = false, usage_known = true, confirmed = false; ///< for the receipt
    std::string out_payload;
    std::vector<Alert> alerts; ///< raised when the entry exists
    std::optional<audit::ApproveEntry> approve;
};

} // namespace tally::engine
