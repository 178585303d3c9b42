// A batch: many items, each of which starts one run of one version of a workflow. Plain values; how they are
// stored and worked on is in core/README.md, "Batches".
#pragma once
#include "core/model/workflow.h"

#include <array>

namespace tally {

using BatchId = Id<struct BatchTag>; ///< UUIDv7

enum class BatchState {
    running,  ///< its items are started as limits allow
    draining, ///< what is under way ends, then it is paused
    paused,   ///< nothing is started until somebody resumes it
    done,     ///< every item has ended, some of them perhaps as dead letters
    cancelled ///< given up; what had not ended never will
};
enum class ItemState {
    queued,   ///< never tried
    leased,   ///< a run works on it, or rests until it is resumed
    done,     ///< its run ended well
    failed,   ///< its run failed and another attempt follows when it is due
    dead,     ///< given up, with a reason; only an order tries it again
    cancelled ///< its batch was cancelled
};
inline constexpr std::size_t item_states = 6;
enum class LoadState { loading, loaded, failed };
enum class SourceKind { jsonl, csv, folder, sqlite, batch };

enum class BatchOrder { pause, drain, resume, cancel };

std::string_view toString(BatchState v);
std::string_view toString(ItemState v);
std::string_view toString(LoadState v);
std::string_view toString(SourceKind v);
Result<BatchState> parseBatchState(std::string_view text);
Result<ItemState> parseItemState(std::string_view text);
Result<LoadState> parseLoadState(std::string_view text);
Result<SourceKind> parseSourceKind(std::string_view text);
std::string_view toString(BatchOrder v);
Result<BatchOrder> parseBatchOrder(std::string_view text);

struct BatchSource {
    SourceKind kind = SourceKind::jsonl;
    std::string path;  ///< absolute, of a file, folder or database; the id of a batch whose outputs are meant
    std::string glob;  ///< folder: which names; empty: all
    std::string query; ///< sqlite: one SELECT; give it an ORDER BY, so that loading can go on after a crash
    bool operator==(const BatchSource&) const = default;
};

/// What whoever adds a batch says about it. Limits of 0 are none.
struct BatchSpec {
    std::string name;
    std::string workflow;
    BatchSource source;
    std::string key; ///< field whose value is the idempotency key; empty: every record is an item
    std::vector<std::pair<std::string, std::string>> fields; ///< input <- field; empty: by name
    nlohmann::json inputs = nlohmann::json::object();        ///< the same for all items
    std::vector<std::pair<std::string, ModelRef>> roles;     ///< role -> model, instead of its candidates
    std::int64_t priority = 10;                              ///< share beside other batches, 1 to 100
    std::int64_t concurrency = 8;                            ///< runs at once, 1 to 1,000
    std::int64_t attempts = 3;                               ///< runs of one item, 1 to 100
    std::int64_t backoff_ms = 1'000; ///< upper end of the first pause before another attempt
    std::int64_t backoff_max_ms = 300'000;
    std::int64_t requests_per_minute = 0, tokens_per_minute = 0;
    Pico limit_cost; ///< hard, over all attempts of all items; simulated calls count
    std::int64_t limit_tokens = 0, limit_calls = 0;
    BatchId after;          ///< starts when that one has ended …
    bool after_any = false; ///< … in any way; false: without dead letters
    bool paused = false;    ///< waits to be resumed from the beginning
    std::string by;         ///< who adds it, a role or account
    bool operator==(const BatchSpec&) const = default;
};
void to_json(nlohmann::json& out, const BatchSpec& spec);
/// Errors: batch.spec with the member in `where`.
Result<BatchSpec> batchSpecFromJson(const nlohmann::json& in);
/// The limits that may be changed later (priority, concurrency, attempts, rates, ceilings); members that are
/// not there stay. Errors: batch.spec.
Result<BatchSpec> changedSpec(BatchSpec spec, const nlohmann::json& changes);

struct Batch {
    std::int64_t no = 0; ///< small key inside its database
    BatchId id;
    BatchSpec spec;
    std::string workflow_sha256; ///< the version that all its runs use
    BatchState state = BatchState::running;
    std::string reason; ///< sentence: why it is paused or what it waits for
    LoadState loading = LoadState::loading;
    std::string load_cursor; ///< where reading the source goes on
    std::string load_error;  ///< sentence, when loading failed
    std::int64_t items = 0;  ///< in the table, bad lines included
    std::int64_t duplicates = 0;
    std::int64_t done = 0, dead = 0, cancelled = 0;
    PicoSum cost; ///< of runs that ended, all attempts
    std::int64_t created_us = 0, ended_us = 0;
    [[nodiscard]] std::int64_t open() const { return items - done - dead - cancelled; }
    [[nodiscard]] bool ended() const { return state == BatchState::done || state == BatchState::cancelled; }
    bool operator==(const Batch&) const = default;
};
void to_json(nlohmann::json& out, const Batch& batch);
Result<Batch> batchFromJson(const nlohmann::json& in);

struct BatchItem {
    std::int64_t n = 0; ///< number of the record in its source, from 1
    std::string key;    ///< empty: none
    std::string inputs; ///< JSON text; empty when they are not kept any more (the run has them) or never were
    ItemState state = ItemState::queued;
    int attempts = 0;        ///< runs that were started for it
    std::int64_t due_us = 0; ///< wall clock: not before
    RunId run;               ///< the newest
    PicoSum cost;            ///< of all its runs that ended
    std::string code, error; ///< why the last attempt failed
    bool operator==(const BatchItem&) const = default;
};
void to_json(nlohmann::json& out, const BatchItem& item);

/// Which item a run works on; batch 0: none.
struct BatchSlot {
    std::int64_t batch = 0, n = 0;
    int attempt = 0;
    bool operator==(const BatchSlot&) const = default;
};

/// Dead letters with the same reason.
struct BatchCause {
    std::string code;
    std::int64_t count = 0;
    std::int64_t first = 0; ///< number of an example …
    std::string error;      ///< … and what it says
    bool operator==(const BatchCause&) const = default;
};
void to_json(nlohmann::json& out, const BatchCause& cause);

} // namespace tally
