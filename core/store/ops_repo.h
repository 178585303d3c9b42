// What operators do: kills, alerts, approvals, providers, settings, boots.
#pragma once
#include "core/model/alert.h"
#include "core/model/kill.h"
#include "core/store/run_repo.h"

#include <optional>

namespace tally::store {

class KillRepo {
public:
    /// Durable before anything is cancelled. The order's id is set.
    static Status insert(Tx& tx, const KillReceipt& receipt);
    static Status update(Tx& tx, const KillReceipt& receipt);
    static Status resume(Tx& tx, const KillId& id, std::int64_t now_us);
    /// Not resumed: must be honoured before anything is scheduled.
    static Result<std::vector<KillReceipt>> active(Connection& db);
    /// Newest first; limit -1: all.
    static Result<std::vector<KillReceipt>> page(Connection& db, int limit = -1);
    static Result<std::optional<KillReceipt>> byId(Connection& db, const KillId& id);
    /// A run that the order stops; several orders may hit the same one.
    static Status hit(Tx& tx, const KillId& id, const RunId& run);
    /// The run goes on or was given up: no order stops it any more.
    static Status released(Tx& tx, const RunId& run);
    /// Runs that the order stopped and that still rest, oldest first.
    static Result<std::vector<RunId>> runsOf(Connection& db, const KillId& id);
};

class AlertRepo {
public:
    static Status insert(Tx& tx, const Alert& alert);
    /// Newest first; of one run when given; limit -1: all.
    static Result<std::vector<Alert>> page(Connection& db, const RunId& run = {}, int limit = -1);
};

struct ApprovalRow {
    RunId run;
    std::string path;
    std::string question;
    std::int64_t asked_us = 0;
    std::string decision; ///< empty: open; approve, reject, timeout
    std::string by;
    std::int64_t decided_us = 0;
};

class ApprovalRepo {
public:
    /// Asks, or asks again (a resumed run): an open question keeps the time at which it was first asked.
    static Status ask(Tx& tx, const ApprovalRow& row);
    /// False: not open.
    static Result<bool> decide(Tx& tx, const RunId& run, std::string_view path, std::string_view decision,
                               std::string_view by, std::int64_t now_us);
    /// Undecided ones of runs that have not ended, oldest first; of one run when given.
    static Result<std::vector<ApprovalRow>> open(Connection& db, const RunId& run = {});
};

/// A configured provider; its key is never here.
struct ProviderRow {
    std::string name;
    std::string kind;   ///< openai, anthropic, gemini, local, sim, recorded
    std::string config; ///< JSON text without secrets
};

class ProviderRepo {
public:
    static Status put(Tx& tx, const ProviderRow& row);
    static Status remove(Tx& tx, std::string_view name);
    static Result<std::vector<ProviderRow>> list(Connection& db);
};

class SettingRepo {
public:
    static Status set(Tx& tx, std::string_view key, std::string_view value);
    static Result<std::optional<std::string>> get(Connection& db, std::string_view key);
};

struct BootRow {
    std::string id;
    std::int64_t started_us = 0;
    std::int64_t ended_us = 0; ///< 0: still open, or ended without closing the store
    std::int64_t pid = 0;
    std::string app;
};

class BootRepo {
public:
    static Status start(Connection& db, const BootRow& row);
    static Status end(Connection& db, std::string_view id, std::int64_t now_us);
    static Result<std::vector<BootRow>> list(Connection& db);
};

} // namespace tally::store
