// A workspace's log as the source of a bundle: streams from SQLite inside one read transaction, so that all
// calls see one state. Give it a connection of its own (Store::openReadOnly); a long export holds the WAL
// while it lasts.
#pragma once
#include "core/audit/bundle_writer.h"
#include "core/store/connection.h"

namespace tally::audit {

class StoreSource final : public BundleSource {
public:
    /// Begins the read transaction. The log must have a checkpoint: call TraceLogWriter::sealNow first.
    static Result<std::unique_ptr<StoreSource>> open(store::Connection db);
    ~StoreSource() override;

    Result<std::uint64_t> size() override;
    Result<std::vector<std::string>> checkpoints() override;
    Result<std::vector<Hash>> leaves(std::uint64_t from, std::uint64_t to) override;
    Status lines(std::uint64_t from, std::uint64_t to, const LineSink& sink) override;
    Result<std::uint64_t> lineBytes(std::uint64_t from, std::uint64_t to) override;
    Status openings(std::uint64_t from, std::uint64_t to, const OpeningSink& sink) override;
    Result<std::vector<std::uint64_t>> contextSeqs(std::uint64_t first) override;

private:
    StoreSource(store::Connection db, std::string log_id)
        : db_(std::move(db))
        , log_id_(std::move(log_id)) {}
    store::Connection db_;
    std::string log_id_;
};

/// Exports the log of the workspace in `dir` to `path`, as the CLI and the window do it.
Result<BundleSummary> exportWorkspace(const std::string& dir, const std::string& path,
                                      const BundleOptions& options);

} // namespace tally::audit
