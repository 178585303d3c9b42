// A workspace's log as the source of a bundle: streams from SQLite inside one read transaction, so that all
// calls see one state. Give it a connection of its own (Store::openReadOnly); a long export holds the WAL
// while it lasts.
#pragma once
#include "core/audit/bundle_writer.h"
#include "core/store/connection.h"

namespace tally::audit {

/// A log of this workspace: the current one, or one that was set aside because it must not be continued.
struct StoredLog {
    std::string id;     ///< 32 hex digits
    std::string suffix; ///< of its tables; empty: the current log
    std::string origin, fingerprint, vkey;
    std::string continues; ///< "origin size root"; empty: none
    std::int64_t entries = 0;
    std::int64_t sealed = 0;
};
/// The current log first, then those that were set aside.
Result<std::vector<StoredLog>> storedLogs(store::Connection& db);

class StoreSource final : public BundleSource {
public:
    /// Begins the read transaction. The log must have a checkpoint: call TraceLogWriter::sealNow first.
    /// `log`: id of a stored log or the beginning of it; empty: the current one. Error export.log.
    static Result<std::unique_ptr<StoreSource>> open(store::Connection db, const std::string& log = {});
    ~StoreSource() override;
    [[nodiscard]] bool isCurrent() const { return suffix_.empty(); }

    Result<std::uint64_t> size() override;
    Result<std::vector<std::string>> checkpoints() override;
    Result<std::vector<Hash>> leaves(std::uint64_t from, std::uint64_t to) override;
    Status lines(std::uint64_t from, std::uint64_t to, const LineSink& sink) override;
    Result<std::uint64_t> lineBytes(std::uint64_t from, std::uint64_t to) override;
    Status openings(std::uint64_t from, std::uint64_t to, const OpeningSink& sink) override;
    Result<std::vector<std::uint64_t>> contextSeqs(std::uint64_t first) override;

private:
    StoreSource(store::Connection db, std::string log_id, std::string suffix)
        : db_(std::move(db))
        , log_id_(std::move(log_id))
        , suffix_(std::move(suffix)) {}
    /// The statement with the names of this log's tables: those of a log that was set aside end differently.
    Result<store::Query> query(const char* sql);
    store::Connection db_;
    std::string log_id_;
    std::string suffix_;
};

/// Exports the log of the workspace in `dir` to `path`, as the CLI and the window do it.
Result<BundleSummary> exportWorkspace(const std::string& dir, const std::string& path,
                                      const BundleOptions& options);

} // namespace tally::audit
