#include "core/api/batch_reads.h"

#include "core/engine/batch_queue.h"
#include "core/store/batch_repo.h"

namespace tally::api {
namespace {
Result<std::int64_t> numberOf(store::Connection& db, const BatchId& id) {
    TALLY_ASSIGN(const auto batch, store::BatchRepo::byId(db, id));
    if (!batch)
        return fail("batch.unknown", "there is no batch '" + id.str().substr(0, 64) + "'",
                    "list them with: tally batch list");
    return batch->no;
}
} // namespace

Result<std::vector<Batch>> readBatches(store::Connection& db) {
    TALLY_ASSIGN(auto batches, store::BatchRepo::list(db));
    std::map<BatchId, Batch> by_id;
    for (const Batch& each : batches)
        by_id[each.id] = each;
    for (Batch& each : batches) {
        if (each.state != BatchState::running || each.spec.after.empty()) continue;
        const auto other = by_id.find(each.spec.after);
        each.reason =
            engine::waitsFor(each, other == by_id.end() ? std::nullopt : std::optional(other->second));
    }
    return batches;
}

Result<std::vector<BatchItem>> readBatchItems(store::Connection& db, const BatchItemQuery& query) {
    TALLY_ASSIGN(const std::int64_t no, numberOf(db, query.batch));
    return store::BatchRepo::items(db, no, {query.state, query.code, query.after, query.limit});
}

Result<std::vector<BatchCause>> readBatchCauses(store::Connection& db, const BatchId& id) {
    TALLY_ASSIGN(const std::int64_t no, numberOf(db, id));
    return store::BatchRepo::causes(db, no);
}

} // namespace tally::api
