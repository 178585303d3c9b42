// Batches: added, ordered about, read from their sources, found again after a restart.
#include "core/audit/trace_log_writer.h"
#include "core/base/log.h"
#include "core/base/no_throw.h"
#include "core/engine/batch_source.h"
#include "core/engine/runtime.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"

#include <fmt/format.h>

namespace tally::engine {

namespace {
constexpr std::size_t chunk_records = 2'000;
constexpr std::size_t chunk_bytes = std::size_t{4} << 20;
constexpr std::int64_t cancel_at_once = 5'000;

std::string operatorOf(const std::string& by) {
    return logText(by.empty() ? "operator" : by);
}
Error unknownBatch(const BatchId& id) {
    return {"batch.unknown", "There is no such batch, or it has ended", "List them with: tally batch list",
            id.str().substr(0, 64)};
}

Status checkSpec(const BatchSpec& spec, const Workflow& workflow) {
    for (const auto& [role, model] : spec.roles)
        if (workflow.roles.count(role) == 0)
            return fail("run.unknown_role", "The workflow has no role \"" + role + "\"", "", role);
    const auto known = [&](const std::string& input) -> Status {
        for (const WorkflowInput& each : workflow.inputs)
            if (each.name == input) return {};
        return fail("run.unknown_input", "The workflow has no input \"" + input + "\"", "", input);
    };
    for (const auto& [input, field] : spec.fields)
        TALLY_TRY(known(input));
    for (const auto& [input, value] : spec.inputs.items())
        TALLY_TRY(known(input));
    return {};
}
} // namespace

/// A piece of a source, on its way into the store.
struct Runtime::Chunk {
    std::shared_ptr<SourceReader> reader;
    std::vector<store::NewItem> items;
    std::string from, to;
    bool end = false;
    Status status;
};

// ---- after a restart

Status Runtime::recoverBatches(store::Connection& db) {
    TALLY_ASSIGN(auto stored, store::BatchRepo::list(db));
    for (Batch& batch : stored) {
        if (batch.ended()) ended_batches_[batch.id] = batch;
        if (batch.ended() && (batch.state == BatchState::done || batch.open() == 0)) continue;
        TALLY_ASSIGN(const auto row, store::WorkflowRepo::bySha(db, batch.workflow_sha256));
        const WorkflowCheck check = row ? parseWorkflow(row->json) : WorkflowCheck();
        if (check.workflow == nullptr) {
            log::warn("batch", "the definition of batch " + batch.id.str() + " cannot be read: it rests");
            continue;
        }
        LiveBatch& live = queue_.add(std::move(batch), check.workflow);
        const BatchSpec& spec = live.info.spec;
        // What the last minute used is not known any more: none of it is given out again.
        const std::int64_t now = mono();
        live.requests = provider::RateLimit(spec.requests_per_minute, now);
        live.tokens = provider::RateLimit(spec.tokens_per_minute, now);
        if (spec.requests_per_minute > 0) live.requests.take(spec.requests_per_minute, now);
        if (spec.tokens_per_minute > 0) live.tokens.take(spec.tokens_per_minute, now);
        TALLY_ASSIGN(const auto leased, store::BatchRepo::leased(db, live.info.no));
        for (const BatchItem& item : leased)
            live.resting[item.n] = item.run;
        if (live.starts() && kill_.closedFor(live.workflow->name, live.workflow->process))
            live.info.state = BatchState::paused, live.info.reason = "Stopped by a kill";
    }
    feed_ = !queue_.empty();
    return {};
}

// ---- orders

void Runtime::setCeilings(const Batch& batch) {
    for (const Budget& budget : ceilingsOf(batch)) {
        const Budget* known = ledger_.budget(budget.id);
        if (known != nullptr && known->limit == budget.limit) continue;
        gone_budgets_.erase(budget.id);
        if (auto applied = applyBudget(budget, [](const Status&) {}); !applied)
            log::warn("batch", applied.error().text());
    }
}

void Runtime::addBatch(BatchSpec spec, const std::shared_ptr<const Workflow>& workflow, Reply<Batch> reply) {
    if (halted_) return reply(fail(*halted_));
    if (closing_) return reply(fail("engine.closed", "The engine is being closed"));
    if (workflow == nullptr) return reply(fail("run.no_workflow", "There is no workflow to run"));
    spec.workflow = workflow->name;
    spec.name = logText(spec.name.empty() ? workflow->name : spec.name);
    spec.by = operatorOf(spec.by);
    if (spec.source.kind == SourceKind::folder && spec.fields.empty()) spec.fields = {{"path", "path"}};
    if (auto good = checkSpec(spec, *workflow); !good) return reply(fail(good.error()));
    auto batch = std::make_shared<Batch>();
    batch->id = BatchId(uuid7(*config_.clock, *config_.rng));
    batch->workflow_sha256 = workflow->sha256;
    batch->state = spec.paused ? BatchState::paused : BatchState::running;
    if (spec.paused) batch->reason = "Added as paused";
    batch->created_us = wall();
    batch->spec = std::move(spec);
    // Before the batch, so that no item can start without them.
    setCeilings(*batch);
    commit(
        [batch, workflow](store::Tx& tx) -> Status {
            for (const BatchId& other :
                 {batch->spec.after,
                  BatchId(batch->spec.source.kind == SourceKind::batch ? batch->spec.source.path : "")}) {
                if (other.empty()) continue;
                TALLY_ASSIGN(const auto known, store::BatchRepo::byId(tx.db(), other));
                if (!known)
                    return fail("batch.unknown", "There is no such batch", "List them with: tally batch list",
                                other.str().substr(0, 64));
            }
            TALLY_ASSIGN(batch->no, store::BatchRepo::nextNo(tx.db()));
            TALLY_TRY(store::WorkflowRepo::put(
                tx, {workflow->name, workflow->sha256, workflow->text, batch->created_us}));
            return store::BatchRepo::insert(tx, *batch);
        },
        [this, batch, workflow, reply = std::move(reply)](const Status& status) {
            if (!status) {
                for (const Budget& each : ceilingsOf(*batch))
                    removeBudget(each.id, "engine", "the batch was not added", [](const Status&) {});
                return reply(fail(status.error()));
            }
            LiveBatch& live = queue_.add(*batch, workflow);
            live.requests = provider::RateLimit(batch->spec.requests_per_minute, mono());
            live.tokens = provider::RateLimit(batch->spec.tokens_per_minute, mono());
            feed_ = true;
            loadMore(live);
            reply(*batch);
        },
        true);
}

void Runtime::setBatchState(LiveBatch& batch, BatchState state, const std::string& reason, Then then) {
    batch.info.state = state;
    batch.info.reason = logText(reason);
    commit([no = batch.info.no, state, text = batch.info.reason, now = wall()](
               store::Tx& tx) -> Status { return store::BatchRepo::setState(tx, no, state, text, now); },
           std::move(then));
}

void Runtime::orderBatch(const BatchId& id, BatchOrder order, const std::string& by, Done done) {
    if (halted_) return done(fail(*halted_));
    LiveBatch* batch = queue_.find(id);
    if (batch == nullptr || batch->info.state == BatchState::cancelled) return done(fail(unknownBatch(id)));
    const std::string who = operatorOf(by);
    const std::int64_t no = batch->info.no;
    switch (order) {
    case BatchOrder::pause:
        return setBatchState(*batch, BatchState::paused, "Paused by " + who, std::move(done));
    case BatchOrder::drain:
        if (batch->working.empty())
            return setBatchState(*batch, BatchState::paused, "Drained by " + who, std::move(done));
        return setBatchState(*batch, BatchState::draining, "Being drained by " + who, std::move(done));
    case BatchOrder::resume:
        if (auto shut = kill_.closedFor(batch->workflow->name, batch->workflow->process))
            return done(fail(*shut));
        if (batch->info.loading == LoadState::failed) {
            batch->info.loading = LoadState::loading;
            commit(
                [no, now = wall()](store::Tx& tx) -> Status {
                    return store::BatchRepo::loaded(tx, no, LoadState::loading, "", now);
                },
                [](const Status&) {});
        }
        batch->touch();
        feed_ = true;
        return setBatchState(*batch, BatchState::running, "", std::move(done));
    case BatchOrder::cancel:
        batch->window.clear();
        setBatchState(*batch, BatchState::cancelled, "Cancelled by " + who, [](const Status&) {});
        ended_batches_[id] = batch->info;
        for (const auto& [n, run] : std::map(batch->working))
            if (LiveRun* live = find(run)) stopRun(*live, "The batch was cancelled");
        for (const auto* runs : {&batch->resting, &batch->held})
            for (const auto& [n, run] : std::map(*runs))
                abandonRun(run, who, [](const Status&) {});
        return cancelWaiting(no, std::move(done));
    }
}

/// In bounded transactions, so that other work goes on between them; a restart goes on with the rest.
void Runtime::cancelWaiting(std::int64_t no, Done done) {
    auto count = std::make_shared<std::int64_t>(0);
    commit(
        [no, count](store::Tx& tx) -> Status {
            TALLY_ASSIGN(*count, store::BatchRepo::cancelWaiting(tx, no, cancel_at_once));
            return {};
        },
        [this, no, count, done = std::move(done)](const Status& status) {
            if (LiveBatch* batch = queue_.find(no)) batch->info.cancelled += *count;
            if (status && *count == cancel_at_once) return cancelWaiting(no, done);
            if (LiveBatch* batch = queue_.find(no)) reviewBatch(*batch);
            done(status);
        });
}

void Runtime::changeBatch(const BatchId& id, const nlohmann::json& changes, const std::string&, Done done) {
    if (halted_) return done(fail(*halted_));
    LiveBatch* batch = queue_.find(id);
    if (batch == nullptr || batch->info.ended()) return done(fail(unknownBatch(id)));
    auto spec = changedSpec(batch->info.spec, changes);
    if (!spec) return done(fail(spec.error()));
    BatchSpec& now = batch->info.spec;
    if (spec->requests_per_minute != now.requests_per_minute)
        batch->requests = provider::RateLimit(spec->requests_per_minute, mono());
    if (spec->tokens_per_minute != now.tokens_per_minute)
        batch->tokens = provider::RateLimit(spec->tokens_per_minute, mono());
    const std::vector<Budget> before = ceilingsOf(batch->info);
    now = std::move(*spec);
    for (const Budget& each : before) {
        const auto after = ceilingsOf(batch->info);
        if (std::none_of(after.begin(), after.end(), [&](const Budget& b) { return b.id == each.id; }))
            removeBudget(each.id, now.by, "the ceiling was taken away", [](const Status&) {});
    }
    setCeilings(batch->info);
    batch->touch();
    feed_ = true;
    commit([no = batch->info.no,
            spec = now](store::Tx& tx) -> Status { return store::BatchRepo::setSpec(tx, no, spec); },
           std::move(done));
}

void Runtime::retryBatch(const BatchId& id, const std::string& code, std::int64_t n,
                         Reply<std::int64_t> reply) {
    if (halted_) return reply(fail(*halted_));
    struct Retried {
        std::int64_t count = 0;
        Batch batch;
        std::string definition;
    };
    auto found = std::make_shared<Retried>();
    commit(
        [id, code, n, found](store::Tx& tx) -> Status {
            TALLY_ASSIGN(auto batch, store::BatchRepo::byId(tx.db(), id));
            if (!batch) return fail(unknownBatch(id));
            if (batch->state == BatchState::cancelled)
                return fail("batch.ended", "The batch was cancelled", "Add its items as a new batch.",
                            id.str());
            TALLY_ASSIGN(found->count, store::BatchRepo::retry(tx, batch->no, code, n));
            TALLY_ASSIGN(batch, store::BatchRepo::byId(tx.db(), id));
            TALLY_ASSIGN(const auto row, store::WorkflowRepo::bySha(tx.db(), batch->workflow_sha256));
            found->definition = row ? row->json : "";
            found->batch = std::move(*batch);
            return {};
        },
        [this, id, found, reply = std::move(reply)](const Status& status) {
            if (!status) return reply(fail(status.error()));
            LiveBatch* batch = queue_.find(id);
            if (batch != nullptr) {
                batch->info.dead -= found->count;
                batch->touch();
            } else if (const auto check = parseWorkflow(found->definition);
                       check.workflow && found->count > 0) {
                ended_batches_.erase(id);
                LiveBatch& again = queue_.add(found->batch, check.workflow);
                again.requests = provider::RateLimit(found->batch.spec.requests_per_minute, mono());
                again.tokens = provider::RateLimit(found->batch.spec.tokens_per_minute, mono());
                setCeilings(found->batch);
            }
            feed_ = true;
            reply(found->count);
        },
        true);
}

// ---- the source

/// One chunk at a time: read on a thread of the pool, written in one operation, then the next.
void Runtime::loadMore(LiveBatch& batch) {
    if (config_.batch_work == BatchWork::none || batch.loading || halted_ || closing_ ||
        batch.info.loading != LoadState::loading || batch.info.state == BatchState::cancelled)
        return;
    const BatchSpec& spec = batch.info.spec;
    if (spec.source.kind == SourceKind::batch) {
        // Its outputs are complete when it has ended.
        const auto other = ended_batches_.find(BatchId(spec.source.path));
        if (other == ended_batches_.end() || queue_.find(BatchId(spec.source.path)) != nullptr ||
            !batchWaitsFor(batch).empty())
            return;
    }
    batch.loading = true;
    auto chunk = std::make_shared<Chunk>();
    chunk->reader = batch.reader;
    chunk->from = chunk->to = batch.info.load_cursor;
    io_pool_->post([this, mailbox = mailbox_, chunk, spec, workflow = batch.workflow, no = batch.info.no,
                    dir = config_.store->dir()] {
        chunk->status = noThrow("batch", [&]() -> Status {
            if (chunk->reader == nullptr) {
                TALLY_ASSIGN(chunk->reader, openSource(spec.source, chunk->from, dir));
            }
            std::size_t bytes = 0;
            SourceRecord record;
            while (chunk->items.size() < chunk_records && bytes < chunk_bytes) {
                auto more = chunk->reader->next(record);
                chunk->to = chunk->reader->cursor();
                if (!more) return fail(more.error()); // what was read before it is kept
                chunk->end = !*more;
                if (chunk->end) break;
                chunk->items.push_back(itemOf(spec, *workflow, std::move(record)));
                bytes += chunk->items.back().inputs.size();
            }
            return {};
        });
        mailbox->post([this, no, chunk] { addLoaded(no, *chunk); });
    });
}

void Runtime::addLoaded(std::int64_t no, const Chunk& chunk) {
    LiveBatch* batch = queue_.find(no);
    if (batch == nullptr) return;
    if (halted_ || closing_ || batch->info.state == BatchState::cancelled) {
        batch->loading = false;
        return reviewBatch(*batch);
    }
    batch->reader = chunk.reader;
    const LoadState how = !chunk.status ? LoadState::failed
                          : chunk.end   ? LoadState::loaded
                                        : LoadState::loading;
    const std::string trouble = chunk.status ? "" : logText(chunk.status.error().text());
    auto added = std::make_shared<store::BatchRepo::Added>();
    commit(
        [no, how, trouble, added, items = chunk.items, from = chunk.from, to = chunk.to,
         now = wall()](store::Tx& tx) -> Status {
            TALLY_ASSIGN(*added, store::BatchRepo::addItems(tx, no, items, from, to));
            if (added->stale) return {};
            return how == LoadState::loading ? Status() : store::BatchRepo::loaded(tx, no, how, trouble, now);
        },
        [this, no, how, trouble, added, to = chunk.to](const Status& status) {
            LiveBatch* now = queue_.find(no);
            if (!status || now == nullptr) return;
            now->loading = false;
            if (added->stale) return;
            now->info.load_cursor = to;
            now->info.items += added->items;
            now->info.dead += added->dead;
            now->info.duplicates += added->duplicates;
            now->info.loading = how;
            now->info.load_error = trouble;
            now->touch();
            feed_ = true;
            if (how == LoadState::failed) {
                now->reader.reset();
                pauseBatch(no, "The source could not be read to its end: " + trouble);
            }
            if (how == LoadState::loaded) now->reader.reset();
            loadMore(*now);
            reviewBatch(*now);
        });
}

} // namespace tally::engine
