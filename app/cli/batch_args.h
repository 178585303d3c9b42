// What `tally batch add` and `tally batch set` are told, as the core takes it.
#pragma once
#include "app/cli/context.h"
#include "core/model/batch.h"

#include <memory>

namespace tally::cli {

struct BatchArgs {
    std::string workflow, name, key, query, glob, after, after_any, limit_cost;
    std::string jsonl, csv, folder, sqlite, batch; ///< the source: one of them
    std::vector<std::string> field, input, role;
    std::optional<std::int64_t> priority, concurrency, attempts, backoff_ms, requests, tokens, limit_tokens,
        limit_calls;
    bool paused = false, follow = false;
};
/// Options of limits, for both commands.
void addBatchLimits(CLI::App& command, const std::shared_ptr<BatchArgs>& args);
void addBatchSource(CLI::App& command, const std::shared_ptr<BatchArgs>& args);
/// The limits that were given, see changedSpec().
nlohmann::json batchLimits(const BatchArgs& args);
/// Errors: cli.input, cli.role, cli.source, batch.spec. Paths become absolute: another process may read them.
Result<BatchSpec> batchSpec(const BatchArgs& args, const std::string& by);

} // namespace tally::cli
