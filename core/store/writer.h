// The db-writer: one thread with the only read-write connection; many operations per fsync (group commit).
//
//   submit(op, done)   op runs on the writer thread inside the BEGIN IMMEDIATE of its group, in order of
//   submission;
//                      done runs on the writer thread after the group's COMMIT has been synced to disk (or
//                      failed).
//
// Failure: an op that returns an error before it wrote anything (the normal case: validate, compare-and-swap
// first) is reported alone and costs nothing. If it had already written, the group is rolled back, the ops
// before it run AGAIN and are committed, it alone is reported, and the group goes on behind it. Hence every
// op must give the same result when it is run a second time: it must not move out of its captures, and
// results it stores in memory are final only in done().
//
// Poisoning: when a whole group fails (BEGIN, a hook, COMMIT, a rollback that SQLite made by itself) nobody
// knows what later ops stand on, because the submitter may have gone on before done(). Memory of the hooks is
// rebuilt from the database, and everything after that group, ticks and checkpoints included, is refused with
// store.poisoned and not run, until the workspace is opened again. An exception is an error of its op or
// hook. So what follows an op becomes durable behind it or not at all. `Strict` asks for the same when one op
// is refused. Submission waits while the queue is full (back-pressure); never submit from the writer thread
// itself.
#pragma once
#include "core/base/clock.h"
#include "core/store/connection.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace tally::store {

/// What an op may touch: the connection of the writer, inside the transaction of its group.
class Tx {
public:
    explicit Tx(Connection& db)
        : db_(db) {}
    [[nodiscard]] Connection& db() { return db_; }
    /// Says that the op changed memory which only a rollback of the group puts right (values staged for
    /// beforeCommit).
    void touch() { ++touched_; }
    [[nodiscard]] std::uint64_t touched() const { return touched_; }

private:
    Connection& db_;
    std::uint64_t touched_ = 0;
};

struct CommitInfo {
    std::uint64_t group = 0;    ///< number of the group since the start
    std::size_t ops = 0;        ///< ops in it
    std::int64_t commit_us = 0; ///< duration of COMMIT, with its fsync
};

/// Which refusals of an op poison the writer, because what was submitted behind it stands on it.
enum class Strict {
    no,           ///< none: it stands alone
    store_errors, ///< those with a code "store.…"; its own refusals stand alone
    all
};

using WriteOp = std::function<Status(Tx&)>;
using Done = std::function<void(const Status&, const CommitInfo&)>;
struct WriteRequest {
    WriteOp op;
    Done done;
    Strict strict = Strict::no;
};

/// Memory that lives beside the database and follows its transactions. All calls come on the writer thread.
class GroupHook {
public:
    static constexpr std::int64_t never = INT64_MAX;
    virtual ~GroupHook() = default;
    /// Last thing inside the transaction of a group that has at least one op; an error fails the group.
    virtual Status beforeCommit(Tx&) { return {}; }
    /// The group is on disk.
    virtual void committed(const CommitInfo&) {}
    /// The group is gone: rebuild memory from the database.
    virtual Status rolledBack(Connection&) { return {}; }
    /// After the done callbacks of a committed group: own transactions are allowed here (checkpoints).
    virtual Status afterGroup(Connection&) { return {}; }
    /// Monotonic time (Clock::monoUs) at which tick() wants to run although nothing was submitted.
    [[nodiscard]] virtual std::int64_t nextTickUs() const { return never; }
    /// Runs as an op of its own group.
    virtual Status tick(Tx&) { return {}; }
};

struct WriterOptions {
    std::size_t queue_capacity = 65'536; ///< ops waiting; submit() waits above it
    std::size_t max_group = 1'024;       ///< ops per transaction
};

class Writer {
public:
    Writer(Connection db, const Clock& clock, WriterOptions options = {});
    /// Commits what was submitted, then ends the thread.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Before start(). Hooks are called in the order of registration and must outlive the writer.
    void addHook(GroupHook* hook) { hooks_.push_back(hook); }
    /// Before start(). Called once per group, after all done callbacks: wake the waiting thread here, not in
    /// done.
    void onGroup(std::function<void(const CommitInfo&, const Status&)> listener) {
        listener_ = std::move(listener);
    }
    /// The connection, only before start() or after stop().
    [[nodiscard]] Connection& db() { return db_; }
    void start();
    /// Commits everything that was submitted, then ends the thread. Idempotent.
    void stop();

    /// Any thread but the writer's. False after stop(): op and done are dropped. `done` may be empty.
    bool submit(WriteOp op, Done done = {}, Strict strict = Strict::no);
    /// The same for many at once, in their order: a thread that writes a lot fills groups with it instead of
    /// waking the writer for the first op alone. They are taken together even if that passes the capacity.
    /// Leaves `requests` empty, or as it is when false.
    bool submit(std::vector<WriteRequest>& requests);
    /// submit() and wait; error store.closed after stop(). For tools, tests and rare commands, not for the
    /// engine thread.
    Status write(WriteOp op);
    /// Makes the thread look at nextTickUs() again (tests with a fake clock).
    void poke();
    /// Waits until everything submitted so far is committed, and due ticks and afterGroup have run.
    void drain();
    [[nodiscard]] std::size_t queued() const;
    /// Only before start() or after stop(): did a failure end all writing?
    [[nodiscard]] bool poisoned() const { return poisoned_.has_value(); }

private:
    void loop();
    [[nodiscard]] std::int64_t nextTick() const;
    void tickHooks();
    void runGroup(std::vector<WriteRequest>& items);
    /// Commits items[from, to) as one transaction; returns the first index that was not handled.
    std::size_t runPart(std::vector<WriteRequest>& items, std::size_t from, std::size_t to);
    Status commit(Tx& tx, CommitInfo& info);
    void rollBack();
    void poison(const Error& cause);
    void refuse(std::vector<WriteRequest>& items, std::size_t from, std::size_t to);
    void report(std::vector<WriteRequest>& items, std::size_t from, std::size_t to,
                const std::vector<Status>& results, const CommitInfo& info, const Status& whole);

    Connection db_;
    const Clock& clock_;
    const WriterOptions options_;
    std::vector<GroupHook*> hooks_;
    std::function<void(const CommitInfo&, const Status&)> listener_;
    std::uint64_t groups_ = 0;
    std::optional<Error> poisoned_; ///< db-writer thread only

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable space_;
    std::condition_variable idle_;
    std::deque<WriteRequest> queue_;
    bool stopping_ = false;
    bool poked_ = false;
    std::uint64_t submitted_ = 0; ///< ops and pokes
    std::uint64_t handled_ = 0;
    std::jthread thread_;
};

} // namespace tally::store
