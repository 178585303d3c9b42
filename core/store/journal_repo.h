// The journal for exact replay (large answers are content-addressed blobs), and workflow definitions.
#pragma once
#include "core/store/run_repo.h"

#include <optional>

namespace tally::store {

/// What a step saw of the world outside its inputs.
struct JournalRow {
    RunNo run = 0;
    std::string path;
    int attempt = 1;
    std::string kind; ///< model, tool, retrieve, route, time, ids, seed, approve … (the engine's words)
    std::string request_sha; ///< hex of what was asked; replay names a divergence by it
    std::string response;    ///< bytes; above 512 they go to the blobs table
    std::int64_t out_seq =
        -1; ///< >= 0: the response is the `out` payload of this trace entry, not stored twice
    std::int64_t at_us = 0;
    std::string span;
    std::string extra; ///< JSON text: seeds, decisions, retrieved hashes, usage
    bool erased = false;
};

class JournalRepo {
public:
    static Status insert(Tx& tx, const JournalRow& row);
    static Result<std::optional<JournalRow>> get(Connection& db, RunNo run, std::string_view path,
                                                 int attempt, std::string_view kind);
    /// In order of writing.
    static Result<std::vector<JournalRow>> ofRun(Connection& db, RunNo run);
};

struct WorkflowRow {
    std::string name;
    std::string sha256; ///< hex, of `json`
    std::string json;   ///< text as it was added
    std::int64_t added_us = 0;
};

class WorkflowRepo {
public:
    /// Name and digest of every version.
    static Result<std::vector<std::pair<std::string, std::string>>> digests(Connection& db);
    /// Adds a version, or makes one that is there the latest again.
    static Status put(Tx& tx, const WorkflowRow& row);
    static Result<std::optional<WorkflowRow>> bySha(Connection& db, std::string_view sha256);
    static Result<std::optional<WorkflowRow>> latest(Connection& db, std::string_view name);
    /// Newest version of each, by name.
    static Result<std::vector<WorkflowRow>> list(Connection& db);
};

} // namespace tally::store
