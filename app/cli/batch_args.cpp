#include "app/cli/batch_args.h"

#include "core/base/json_text.h"

#include <filesystem>

namespace tally::cli {

using nlohmann::json;

void addBatchLimits(CLI::App& command, const std::shared_ptr<BatchArgs>& args) {
    command.add_option("--concurrency", args->concurrency, "Runs at once (1 to 1000; default 8)");
    command.add_option(
        "--priority", args->priority,
        "Share beside other batches, 1 to 100 (default 10): 20 gets twice as many starts as 10");
    command.add_option("--attempts", args->attempts,
                       "Runs of one item while its failures may pass by themselves (default 3)");
    command.add_option(
        "--backoff-ms", args->backoff_ms,
        "Upper end of the first random pause before another attempt; it doubles (default 1000)");
    command.add_option("--requests-per-minute", args->requests, "Model calls a minute; 0: no limit");
    command.add_option("--tokens-per-minute", args->tokens, "Tokens a minute, worst case; 0: no limit");
    command.add_option("--limit-cost", args->limit_cost,
                       "Hard ceiling in dollars over all attempts, reserved before every call; 0: none");
    command.add_option("--limit-tokens", args->limit_tokens, "Hard ceiling in tokens; 0: none");
    command.add_option("--limit-calls", args->limit_calls, "Hard ceiling in model calls; 0: none");
}

void addBatchSource(CLI::App& command, const std::shared_ptr<BatchArgs>& args) {
    command.add_option("--jsonl", args->jsonl, "Items from a file: one JSON object a line");
    command.add_option("--csv", args->csv, "Items from a file: RFC 4180 with a header row");
    command.add_option(
        "--folder", args->folder,
        "Items are the files below a folder: field path (the input path, unless --field says)");
    command.add_option("--glob", args->glob, "With --folder: only names like this, e.g. '*.pdf'");
    command.add_option("--sqlite", args->sqlite, "Items are the rows of --query over this database");
    command.add_option("--query", args->query,
                       "With --sqlite: one SELECT; with ORDER BY, so that loading can go on after a crash");
    command.add_option("--from-batch", args->batch,
                       "Items are the outputs of another batch, read when it has ended");
    command.add_option("--field", args->field,
                       "input=field, repeatable: which field becomes which input (default: by name, all)");
    command.add_option("--input", args->input, "name=value, repeatable: an input that all items share");
    command.add_option("--key", args->key,
                       "Field that says which item it is: a second one with the same key is left out");
}

json batchLimits(const BatchArgs& args) {
    json out = json::object();
    const auto put = [&](const char* name, const std::optional<std::int64_t>& value) {
        if (value) out[name] = *value;
    };
    put("priority", args.priority);
    put("concurrency", args.concurrency);
    put("attempts", args.attempts);
    put("backoff_ms", args.backoff_ms);
    put("requests_per_minute", args.requests);
    put("tokens_per_minute", args.tokens);
    put("limit_tokens", args.limit_tokens);
    put("limit_calls", args.limit_calls);
    if (!args.limit_cost.empty()) out["limit_cost"] = args.limit_cost;
    return out;
}

namespace {
Result<std::pair<std::string, std::string>> pairOf(const std::string& text, const char* what) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return fail("cli.input", "'" + text + "' is not " + what, "see: tally batch add --help");
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
}
} // namespace

Result<BatchSpec> batchSpec(const BatchArgs& args, const std::string& by) {
    BatchSpec spec;
    spec.name = args.name;
    spec.workflow = args.workflow;
    spec.key = args.key;
    spec.by = by;
    spec.paused = args.paused;
    spec.after_any = args.after.empty() && !args.after_any.empty();
    spec.after = BatchId(args.after.empty() ? args.after_any : args.after);
    int sources = 0;
    const auto source = [&](const std::string& path, SourceKind kind) {
        if (path.empty()) return;
        ++sources;
        std::error_code ignored;
        spec.source.kind = kind;
        spec.source.path = kind == SourceKind::batch
                               ? path
                               : std::filesystem::absolute(path, ignored).lexically_normal().string();
    };
    source(args.jsonl, SourceKind::jsonl);
    source(args.csv, SourceKind::csv);
    source(args.folder, SourceKind::folder);
    source(args.sqlite, SourceKind::sqlite);
    source(args.batch, SourceKind::batch);
    if (sources != 1)
        return fail("cli.source",
                    sources == 0 ? "say where the items come from" : "items come from one source only",
                    "one of --jsonl, --csv, --folder, --sqlite, --from-batch");
    if ((spec.source.kind == SourceKind::sqlite) != !args.query.empty())
        return fail("cli.source", "--sqlite and --query belong together");
    spec.source.glob = args.glob;
    spec.source.query = args.query;
    for (const std::string& text : args.field) {
        TALLY_ASSIGN(auto pair, pairOf(text, "input=field"));
        spec.fields.push_back(std::move(pair));
    }
    for (const std::string& text : args.input) {
        TALLY_ASSIGN(const auto pair, pairOf(text, "name=value"));
        spec.inputs[pair.first] = parseJson(pair.second).value_or(json(pair.second));
    }
    for (const std::string& text : args.role) {
        TALLY_ASSIGN(const auto pair, pairOf(text, "role=provider/model"));
        TALLY_ASSIGN(auto model, ModelRef::parse(pair.second));
        spec.roles.emplace_back(pair.first, std::move(model));
    }
    return changedSpec(std::move(spec), batchLimits(args));
}

} // namespace tally::cli
