// A workspace's database: lock, schema, one writer, two readers. Owner: the composition root (app or tally).
//
// Order of use: open() takes the lock, migrates and records the boot; hooks (trace log, budgets) are added to
// writer(); start() starts the threads. Before start() the opener may use writer().db() directly, for
// recovery. Afterwards every write goes through writer(), every read through readers(). Destroyed in the
// order writer, readers, lock.
#pragma once
#include "core/base/clock.h"
#include "core/base/rng.h"
#include "core/store/budget_repo.h"
#include "core/store/reader_pool.h"
#include "core/store/trace_index.h"
#include "core/store/workspace_lock.h"
#include "core/store/writer.h"

#include <atomic>
#include <memory>
#include <string>

namespace tally::store {

struct StoreOptions {
    std::string dir; ///< workspace folder; created (0700) when absent
    std::string app; ///< product and version, for the boots table
    WriterOptions writer;
    int readers = 2;
    std::string vfs;            ///< SQLite VFS name; empty: default (tests inject faults)
    bool check_location = true; ///< false only in tests
};

class Store {
public:
    /// `clock` and `rng` outlive the store. Errors: store.locked, store.newer_schema, store.network_folder,
    /// store.…
    static Result<std::unique_ptr<Store>> open(StoreOptions options, const Clock& clock, Rng& rng);
    /// Read-only look at a workspace that another process may own; takes no lock. Errors: store.missing and
    /// those of checkSchema().
    static Result<Connection> openReadOnly(const std::string& dir);
    static std::string databasePath(const std::string& dir);
    /// Commits what was submitted and notes the end of this boot.
    ~Store();

    void start();
    [[nodiscard]] Writer& writer() { return *writer_; }
    [[nodiscard]] ReaderPool& readers() { return *readers_; }
    /// Staged spend of budgets; already a hook of the writer.
    [[nodiscard]] SpendBook& spendBook() { return spend_book_; }
    /// Query columns of the trace log; already a hook of the writer.
    [[nodiscard]] TraceIndex& traceIndex() { return trace_index_; }
    /// UUIDv7 of this opening of the workspace.
    [[nodiscard]] const std::string& bootId() const { return boot_; }
    [[nodiscard]] const std::string& dir() const { return options_.dir; }
    /// Any thread: a number for a new run (runs.no), never given twice.
    [[nodiscard]] std::int64_t allocRunNo() { return next_run_no_.fetch_add(1); }

private:
    Store(StoreOptions options, const Clock& clock, std::string boot, WorkspaceLock lock);
    StoreOptions options_;
    const Clock& clock_;
    std::string boot_;
    WorkspaceLock lock_;
    std::atomic<std::int64_t> next_run_no_{1};
    SpendBook spend_book_;
    TraceIndex trace_index_;
    std::unique_ptr<ReaderPool> readers_;
    std::unique_ptr<Writer> writer_; ///< last: ends first
};

} // namespace tally::store
