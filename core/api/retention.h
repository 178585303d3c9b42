// The standing rule of a workspace: what it says, and the thread that applies it when the workspace is opened
// to work and daily after that.
//
// Owner: OwnerWorkspace. Setting it writes a `policy` entry into the log. The thread sleeps between two days
// and ends between two transactions.
#pragma once
#include "core/audit/trace_log_writer.h"
#include "core/base/cancel.h"
#include "core/model/erasure.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace tally::api {

/// Days 0: none.
Result<Retention> readRetention(store::Connection& db);
/// Errors: retention.days, erase.reason.
Result<Retention> setRetentionOf(store::Store& store, audit::TraceLogWriter& log, Retention rule,
                                 std::int64_t now_us);
/// What the rule reaches at `now_us`.
ErasePolicy policyOf(const Retention& rule, std::int64_t now_us);
/// Erases what the rule reaches and remembers when. Nothing without a rule.
Result<ErasureDone> applyRetention(store::Store& store, audit::TraceLogWriter& log, std::int64_t now_us,
                                   const CancelToken& cancel = {});

class RetentionKeeper {
public:
    RetentionKeeper(store::Store& store, audit::TraceLogWriter& log, const Clock& clock);
    ~RetentionKeeper();
    RetentionKeeper(const RetentionKeeper&) = delete;
    RetentionKeeper& operator=(const RetentionKeeper&) = delete;
    /// The rule was changed: looks at it at once.
    void wake();

private:
    void loop();
    void applyWhenDue();
    store::Store& store_;
    audit::TraceLogWriter& log_;
    const Clock& clock_;
    CancelToken cancel_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool ending_ = false, woken_ = false;
    std::thread thread_; ///< last: uses everything above
};

} // namespace tally::api
