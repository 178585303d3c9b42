// Attempts: one HTTP request = one reservation. Rows change state only by compare-and-swap (DESIGN section
// 6).
#pragma once
#include "core/model/reservation.h"
#include "core/store/run_repo.h"

#include <functional>
#include <optional>

namespace tally::store {

struct AttemptRow {
    AttemptId id;
    RunNo run = 0;
    std::string path; ///< StepRecord::path
    int attempt = 1;
    AttemptState state = AttemptState::reserved;
    std::string provider;
    std::string model;
    Pico reserved;
    std::string subject; ///< JSON text of the engine: whom it belongs to
    std::string amounts; ///< JSON text of the engine: worst case per limit meter
    std::string
        booked; ///< JSON text of the engine: what counts as spent per limit meter; empty while reserved
    std::string intent;      ///< JSON text of the engine: what recovery needs to write its step entry
    std::string request_sha; ///< hex; empty: none
    std::int64_t price_seq = -1;
    std::string boot;
    std::int64_t created_us = 0;
    Pico cost; ///< booked
    std::int64_t log_seq = -1;
    std::int64_t settled_us = 0;
};

/// What counts as spent of one attempt; the views live during the call only.
struct BookedAttempt {
    std::string_view id;
    std::string_view subject, booked; ///< JSON texts of the engine
    std::int64_t created_us = 0;
    bool simulated = false; ///< as its intent says
};

/// Which of the booked attempts; `after` or `only`, not both.
struct BookedRange {
    std::int64_t since_us = 0;            ///< admitted since
    bool settled = true, in_doubt = true; ///< those in doubt alone are few and found by an index
    AttemptId after{};                    ///< with a larger id, which mostly is a later one
    AttemptId only{};                     ///< this one
};

class AttemptRepo {
public:
    /// Commit 1: the intent. State is written as reserved.
    static Status insert(Tx& tx, const AttemptRow& row);
    /// Swaps `from` to settled; false: lost, nothing was changed.
    static Result<bool> settle(Tx& tx, const AttemptId& id, AttemptState from, Pico cost,
                               std::string_view booked, std::int64_t log_seq, std::int64_t now_us);
    static Result<bool> release(Tx& tx, const AttemptId& id, AttemptState from, std::int64_t now_us);
    /// reserved to in_doubt, booked at its reservation in entry `log_seq`.
    static Result<bool> markInDoubt(Tx& tx, const AttemptId& id, std::string_view booked,
                                    std::int64_t log_seq, std::int64_t now_us);
    static Status setPriceSeq(Tx& tx, const AttemptId& id, std::int64_t price_seq);

    static Result<std::optional<AttemptRow>> byId(Connection& db, const AttemptId& id);
    /// Reserved under another boot than `boot`: the sweep at start.
    static Result<std::vector<AttemptRow>> orphans(Connection& db, const std::string& boot);
    static Result<std::vector<AttemptRow>> inState(Connection& db, AttemptState state);
    /// Those of a run whose outcome was lost and that nobody settled since.
    static Result<std::vector<AttemptRow>> inDoubt(Connection& db, RunNo run);
    /// In no order. A scan of all attempts, unless the range says from where or which.
    static Status eachBooked(Connection& db, const BookedRange& range,
                             const std::function<Status(const BookedAttempt&)>& use);
    /// Reserved or in doubt.
    static Result<std::vector<AttemptId>> openIds(Connection& db);
    /// Sum of `reserved` over all reserved attempts.
    static Result<PicoSum> sumReserved(Connection& db);
};

/// Failed steps that are tried again: until when they wait. A row may outlive its step by a crash; what the
/// journal has is over.
class RetryRepo {
public:
    static Status put(Tx& tx, RunNo run, std::string_view path, std::int64_t due_us);
    static Status clear(Tx& tx, RunNo run, std::string_view path);
    static Status clearRun(Tx& tx, RunNo run);
    /// Path and wall clock.
    static Result<std::vector<std::pair<std::string, std::int64_t>>> ofRun(Connection& db, RunNo run);
};

} // namespace tally::store
