// Which item of which batch starts next, and what follows from how its run ended. Pure: no clock, no IO; the
// runtime reads and writes the items (runtime_batches.cpp, runtime_feed.cpp) and asks here. Engine thread
// only.
//
// Batches share by stride scheduling (Waldspurger and Weihl, 1995): each start costs a batch 1/priority, and
// the one that has paid least is next. Who was idle does not save up.
#pragma once
#include "core/base/rng.h"
#include "core/model/batch.h"
#include "core/provider/rate_limit.h"
#include "core/store/batch_repo.h"

#include <deque>
#include <map>
#include <memory>
#include <set>

namespace tally::engine {

class SourceReader;

/// A batch that has not ended, as the engine holds it: some items at a time, however many it has.
struct LiveBatch {
    Batch info;
    std::shared_ptr<const Workflow> workflow;
    std::deque<BatchItem> window;          ///< read from the store, not started yet
    std::map<std::int64_t, RunId> working; ///< items whose runs are live; the id is empty until it began
    std::map<std::int64_t, RunId> resting; ///< items whose runs were stopped and go on with the batch
    std::map<std::int64_t, RunId> held;    ///< those that were stopped alone: somebody resumes them
    bool reading = false;                  ///< a page is being read
    bool dry = false;                      ///< the store has nothing that is not known here
    bool stale = false;                    ///< touched while a page was being read
    bool cut = false;                      ///< the last page was cut for its size: there may be more
    std::uint64_t timer = 0;               ///< until the next failed item is due
    bool loading = false;                  ///< a chunk of the source is on its way
    std::shared_ptr<SourceReader> reader;
    provider::RateLimit requests{0, 0}, tokens{0, 0};
    std::int64_t paid = 0; ///< of its share
    /// There may be items that no page has shown.
    void touch() { dry = false, stale = true; }
    [[nodiscard]] bool starts() const { return info.state == BatchState::running; }
};

class BatchQueue {
public:
    /// Runs at once over all batches.
    explicit BatchQueue(std::size_t most)
        : most_(most) {}
    LiveBatch& add(Batch info, std::shared_ptr<const Workflow> workflow);
    [[nodiscard]] LiveBatch* find(std::int64_t no);
    [[nodiscard]] LiveBatch* find(const BatchId& id);
    void remove(std::int64_t no) { batches_.erase(no); }
    [[nodiscard]] std::vector<LiveBatch*> all();
    [[nodiscard]] bool empty() const { return batches_.empty(); }

    /// The batch whose turn it is among those of `ready`, with its next item; null: none can start.
    LiveBatch* pick(const std::function<bool(LiveBatch&)>& ready);
    /// Items to have at hand.
    [[nodiscard]] static std::size_t windowOf(const BatchSpec& spec);
    [[nodiscard]] std::size_t working() const;

private:
    std::map<std::int64_t, std::unique_ptr<LiveBatch>> batches_;
    const std::size_t most_;
    std::int64_t least_paid_ = 0; ///< by whoever was served last: where newcomers begin
};

/// Whether the batch that `batch` waits for has ended as it should, as far as `other` says; a sentence when
/// not.
std::string waitsFor(const Batch& batch, const std::optional<Batch>& other);
/// Whether the same may come out well when it is tried again later: time-outs, overload, broken connections.
bool isPassing(std::string_view code);
/// What becomes of an item whose run ended in `error`: another attempt after a pause with full jitter
/// (provider/retry.h), or a dead letter.
store::ItemEnd failedItem(const BatchSpec& spec, int attempt, const Error& error, std::int64_t now_us,
                          Rng& rng);
/// The inputs of one record: its fields under the names that `spec` gives them, and those that all share. A
/// text of an untyped source becomes what the input asks for. Bad ones carry code and sentence.
struct SourceRecord;
store::NewItem itemOf(const BatchSpec& spec, const Workflow& workflow, SourceRecord record);
/// Hard ceilings as budgets: scope run with the id of the batch, which counts for every run of it.
std::vector<Budget> ceilingsOf(const Batch& batch);

} // namespace tally::engine
