// The items of batches: which starts next, what its run's end means for it.
//
// The run that starts leases its item, the run that ends gives it back, each in the same operation: an item
// is never without the run that works on it, and never counted twice. The workspace has one owner, so a lease
// needs no heartbeat: what an earlier owner left leased has a run that rests in the store and is resumed.
#include "core/audit/trace_log_writer.h"
#include "core/base/log.h"
#include "core/engine/batch_source.h"
#include "core/engine/runtime.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"

#include <fmt/format.h>

namespace tally::engine {

using nlohmann::json;

std::string Runtime::batchWaitsFor(const LiveBatch& batch) {
    const BatchId& after = batch.info.spec.after;
    if (after.empty()) return {};
    std::optional<Batch> other;
    if (const auto it = ended_batches_.find(after); it != ended_batches_.end()) other = it->second;
    if (const LiveBatch* live = queue_.find(after); live != nullptr) other = live->info;
    return waitsFor(batch.info, other);
}

void Runtime::feedBatches() {
    if (!std::exchange(feed_, false) || halted_ || closing_) return;
    for (LiveBatch* each : queue_.all()) {
        if (each->info.state == BatchState::cancelled) {
            for (const auto& [n, run] : std::map(each->resting))
                abandonRun(run, "engine", [](const Status&) {});
            if (each->working.empty() && each->resting.empty() && each->held.empty() && each->info.open() > 0)
                cancelWaiting(each->info.no, [](const Status&) {});
            continue;
        }
        if (config_.batch_work != BatchWork::none) loadMore(*each);
        if (config_.batch_work != BatchWork::run || !feeds_ || !each->starts()) continue;
        resumeItems(*each);
        refill(*each);
    }
    if (config_.batch_work != BatchWork::run || !feeds_) return;
    const auto ready = [&](LiveBatch& batch) {
        return batch.resting.empty() && batchWaitsFor(batch).empty() &&
               !kill_.closedFor(batch.workflow->name, batch.workflow->process);
    };
    while (LiveBatch* next = queue_.pick(ready)) {
        BatchItem item = std::move(next->window.front());
        next->window.pop_front();
        startItem(*next, std::move(item));
        refill(*next);
    }
}

/// Reads the next items while the last ones are worked on: half of the window is the time that a read may
/// take.
void Runtime::refill(LiveBatch& batch) {
    const std::size_t most = BatchQueue::windowOf(batch.info.spec);
    if (batch.reading || batch.dry || batch.window.size() > most / 2) return;
    batch.reading = true;
    batch.stale = false;
    // Those that are known stand in the way of the others until their leases are in the store.
    const auto limit = static_cast<std::int64_t>(2 * most + batch.working.size());
    auto page = std::make_shared<std::vector<BatchItem>>();
    auto due_us = std::make_shared<std::int64_t>(0);
    config_.store->readers().submit(
        [page, due_us, no = batch.info.no, limit, now = wall()](store::Connection& db) -> Status {
            TALLY_ASSIGN(*page, store::BatchRepo::due(db, no, now, limit));
            TALLY_ASSIGN(*due_us, store::BatchRepo::nextDue(db, no, now));
            return {};
        },
        [this, mailbox = mailbox_, page, due_us, no = batch.info.no, limit](const Status& status) {
            mailbox->post([this, page, due_us, no, limit, status] {
                if (!status) log::warn("batch", "items could not be read: " + status.error().text());
                onPage(no, *page, limit, *due_us);
            });
        });
}

void Runtime::onPage(std::int64_t no, const std::vector<BatchItem>& page, std::int64_t asked,
                     std::int64_t due_us) {
    LiveBatch* batch = queue_.find(no);
    if (batch == nullptr || batch->info.ended()) return;
    batch->reading = false;
    std::set<std::int64_t> known;
    for (const BatchItem& each : batch->window)
        known.insert(each.n);
    const std::size_t before = known.size();
    for (const BatchItem& each : page)
        if (batch->working.count(each.n) == 0 && known.insert(each.n).second) batch->window.push_back(each);
    batch->cut = static_cast<std::int64_t>(page.size()) == asked;
    std::size_t bytes = 0;
    for (const BatchItem& each : page)
        bytes += each.inputs.size();
    batch->cut = batch->cut || bytes >= store::BatchRepo::due_bytes;
    // Nothing that is not known: until something changes there is no use in asking again.
    if ((known.size() == before || !batch->cut) && !batch->stale) batch->dry = true;
    forget(batch->timer);
    if (due_us > 0)
        batch->timer = after(std::clamp<std::int64_t>(due_us - wall(), 0, 60'000'000) + 1'000, [this, no] {
            if (LiveBatch* again = queue_.find(no)) again->timer = 0, again->touch(), feed_ = true;
        });
    feed_ = true;
}

void Runtime::startItem(LiveBatch& batch, BatchItem item) {
    StartRequest request;
    request.workflow = batch.workflow;
    request.inputs = json::parse(item.inputs, nullptr, false);
    request.roles = batch.info.spec.roles;
    request.label = fmt::format("{} {}", batch.info.spec.name, item.n);
    request.by = batch.info.spec.by;
    request.slot = {batch.info.no, item.n, item.attempts + 1};
    request.batch = batch.info.id;
    batch.working[item.n] = RunId();
    start(std::move(request), [this, slot = request.slot](Result<RunId> run) {
        LiveBatch* now = queue_.find(slot.batch);
        if (now == nullptr) return;
        if (run) {
            now->working[slot.n] = *run;
            LiveRun* live = find(*run);
            if (live != nullptr && now->info.state == BatchState::cancelled)
                stopRun(*live, "The batch was cancelled");
            return;
        }
        const std::string& code = run.error().code;
        const bool passing = code == "batch.lost" || code == "kill.closed" || code.starts_with("engine.") ||
                             code.starts_with("store.");
        if (!passing) return refuseItem(slot, run.error());
        now->working.erase(slot.n);
        now->touch();
        feed_ = feed_ || code == "batch.lost";
    });
}

/// No run could be started for it: a dead letter without one.
void Runtime::refuseItem(const BatchSlot& slot, const Error& error) {
    store::ItemEnd end = failedItem({}, 1, error, wall(), *config_.rng);
    end.state = ItemState::dead;
    commit(
        [slot, end, now = wall()](store::Tx& tx) -> Status {
            TALLY_ASSIGN(const bool leased, store::BatchRepo::lease(tx, slot, {}));
            if (leased) TALLY_TRY(store::BatchRepo::ended(tx, slot, {}, end, now));
            return {};
        },
        [this, slot, end](const Status& status) {
            if (status) itemEnded(slot, end);
        });
}

/// Runs that an earlier owner left, or that a stop ended, go on before anything new starts.
void Runtime::resumeItems(LiveBatch& batch) {
    const auto resting = batch.resting;
    for (const auto& [n, run] : resting) {
        if (static_cast<std::int64_t>(batch.working.size()) >= batch.info.spec.concurrency) return;
        batch.resting.erase(n);
        batch.working[n] = run;
        resumeRun(
            run, "engine",
            [this, no = batch.info.no, item = n, id = run](const Status& status) {
                LiveBatch* now = queue_.find(no);
                if (status || now == nullptr) return;
                now->working.erase(item);
                const std::string& code = status.error().code;
                if (code.starts_with("engine.")) return;
                feed_ = true;
                // Stopped by an order of its own: it goes on when somebody resumes it.
                if (code == "kill.closed") {
                    now->held[item] = id;
                    return;
                }
                now->resting[item] = id;
                pauseBatch(no, fmt::format("Item {} cannot go on: {}", item, status.error().text()));
            },
            false);
    }
}

// ---- ends

store::ItemEnd Runtime::endOfItem(const LiveRun& run) {
    store::ItemEnd end;
    if (run.sum.status != RunStatus::ok) {
        const LiveBatch* batch = queue_.find(run.slot.batch);
        end = failedItem(batch == nullptr ? BatchSpec() : batch->info.spec, run.slot.attempt,
                         run.machine->error(), wall(), *config_.rng);
        if (batch != nullptr && batch->info.state == BatchState::cancelled) end.state = ItemState::cancelled;
    }
    end.cost = run.sum.cost;
    return end;
}

/// Writer thread: what becomes of an item whose resting run is given up.
Result<store::ItemEnd> Runtime::abandonedItem(store::Tx& tx, const BatchSlot& slot, const store::RunRow& row,
                                              std::int64_t now_us) {
    TALLY_ASSIGN(const auto batch, store::BatchRepo::byNo(tx.db(), slot.batch));
    store::ItemEnd end;
    end.state = batch && batch->state == BatchState::cancelled ? ItemState::cancelled : ItemState::dead;
    end.cost = row.summary.cost;
    if (end.state == ItemState::dead) {
        end.code = "run.abandoned";
        end.error = "Its run was stopped and given up";
    }
    TALLY_TRY(store::BatchRepo::ended(tx, slot, row.summary.id, end, now_us));
    return end;
}

void Runtime::itemEnded(const BatchSlot& slot, const store::ItemEnd& end) {
    LiveBatch* batch = queue_.find(slot.batch);
    if (batch == nullptr) return;
    batch->working.erase(slot.n);
    batch->resting.erase(slot.n);
    batch->held.erase(slot.n);
    batch->info.cost += end.cost;
    batch->info.done += end.state == ItemState::done ? 1 : 0;
    batch->info.dead += end.state == ItemState::dead ? 1 : 0;
    batch->info.cancelled += end.state == ItemState::cancelled ? 1 : 0;
    if (end.state == ItemState::failed || batch->cut) batch->touch();
    feed_ = true;
    reviewBatch(*batch);
}

/// Drained, or over: then its ceilings go, and those that waited for it may start.
void Runtime::reviewBatch(LiveBatch& batch) {
    Batch& info = batch.info;
    const bool idle = batch.working.empty() && batch.resting.empty() && batch.held.empty();
    if (info.state == BatchState::draining && batch.working.empty() && info.open() > 0)
        setBatchState(batch, BatchState::paused, "Drained", [](const Status&) {});
    const bool over = idle && info.open() == 0 && !batch.loading &&
                      (info.loading == LoadState::loaded || info.state == BatchState::cancelled);
    if (!over) return;
    if (info.state != BatchState::cancelled) info.state = BatchState::done, info.ended_us = wall();
    if (info.dead == 0 || info.state == BatchState::cancelled)
        for (const Budget& each : ceilingsOf(info))
            removeBudget(each.id, "engine", "the batch has ended", [](const Status&) {});
    forget(batch.timer);
    ended_batches_[info.id] = info;
    queue_.remove(info.no);
    feed_ = true;
}

/// Somebody resumed the run of an item.
void Runtime::itemGoesOn(const LiveRun& run) {
    LiveBatch* batch = run.slot.batch > 0 ? queue_.find(run.slot.batch) : nullptr;
    if (batch == nullptr) return;
    batch->resting.erase(run.slot.n);
    batch->held.erase(run.slot.n);
    batch->working[run.slot.n] = run.id;
}

/// Its run was stopped; the item stays leased to it. A stop of that run alone holds nobody else up.
void Runtime::itemRests(const LiveRun& run) {
    LiveBatch* batch = run.slot.batch > 0 ? queue_.find(run.slot.batch) : nullptr;
    if (batch == nullptr) return;
    batch->working.erase(run.slot.n);
    (batch->starts() ? batch->held : batch->resting)[run.slot.n] = run.id;
    feed_ = true;
    reviewBatch(*batch);
}

bool Runtime::givesUpItem(const LiveRun& run) {
    if (run.slot.batch == 0 || closing_) return false;
    const LiveBatch* batch = queue_.find(run.slot.batch);
    return !run.fault.empty() || (batch != nullptr && batch->info.state == BatchState::cancelled);
}

/// Its run was stopped by what it did itself (a detector, a limit of its own), or its batch was cancelled:
/// the run ends with it.
void Runtime::giveUpItem(LiveRun& run) {
    const LiveBatch* batch = queue_.find(run.slot.batch);
    store::ItemEnd end;
    end.state = ItemState::dead;
    end.code = run.fault;
    end.error = run.sum.status_detail;
    if (batch != nullptr && batch->info.state == BatchState::cancelled)
        end = {ItemState::cancelled, 0, {}, {}, {}};
    end.cost = run.sum.cost;
    run.sum.status = RunStatus::abandoned;
    run.sum.ended_us = wall();
    run.sum.reserved = {};
    commit(
        [log = config_.log, no = run.no, sum = run.sum, slot = run.slot, end](store::Tx& tx) -> Status {
            TALLY_TRY(log->append(tx, audit::RunEndEntry{sum.id, "killed"}));
            TALLY_TRY(store::RetryRepo::clearRun(tx, no));
            TALLY_TRY(store::BatchRepo::ended(tx, slot, sum.id, end, sum.ended_us));
            return store::RunRepo::update(tx, no, sum);
        },
        [this, id = run.id, slot = run.slot, end](const Status& status) {
            LiveRun* rest = find(id);
            if (rest == nullptr || !status) return;
            for (const KillReceipt& each :
                 kill_.runStopped(id, rest->retries_cancelled, rest->children_ended, mono()))
                killReceipt(each);
            ledger_.runEnded(id);
            kill_.runEnded(id);
            show(*rest, true);
            forgetRun(*rest);
            itemEnded(slot, end);
        });
}

// ---- stops and limits

void Runtime::pauseBatch(std::int64_t no, const std::string& reason) {
    LiveBatch* batch = no > 0 ? queue_.find(no) : nullptr;
    if (batch == nullptr || (!batch->starts() && batch->info.state != BatchState::draining)) return;
    setBatchState(*batch, BatchState::paused, reason, [](const Status&) {});
}

/// A stop order closes the workflows of some batches: they go on when somebody resumes them, not by
/// themselves when the order is lifted.
void Runtime::pauseClosed(const std::string& reason) {
    for (LiveBatch* each : queue_.all())
        if (kill_.closedFor(each->workflow->name, each->workflow->process)) pauseBatch(each->info.no, reason);
}

/// A budget stopped the run: a limit of its own is its item's fault, any other one holds the whole batch up.
void Runtime::blame(LiveRun& run, const BudgetId& budget, const std::string& sentence) {
    if (run.slot.batch == 0) return;
    if (budget.empty() || budget.str().starts_with("run-" + run.id.str()))
        run.fault = "budget.exceeded";
    else
        pauseBatch(run.slot.batch, sentence);
}

/// Takes a place at the rates of the step's batch; else until when (monotonic) to wait, -1: it can never have
/// one.
std::int64_t Runtime::batchPause(const LiveStep& step, std::int64_t tokens) {
    const BatchSlot& slot = step.run->slot;
    LiveBatch* batch = slot.batch > 0 ? queue_.find(slot.batch) : nullptr;
    if (batch == nullptr) return 0;
    const std::int64_t now = mono();
    const std::int64_t at = batch->requests.availableAt(1, now),
                       room = batch->tokens.availableAt(tokens, now);
    if (at < 0 || room < 0) return -1;
    if (std::max(at, room) > now) return std::max(at, room);
    batch->requests.take(1, now);
    batch->tokens.take(tokens, now);
    return 0;
}

bool Runtime::batchAdmits(LiveStep& step, std::int64_t tokens) {
    const std::int64_t until = batchPause(step, tokens);
    if (until == 0) return true;
    if (until < 0) {
        const std::string sentence =
            fmt::format("The call may need {} tokens, more than its batch has for a minute", tokens);
        refuse(step, sentence, {"batch.rate", sentence, "Raise tokens_per_minute.", step.task.path}, false);
        return false;
    }
    step.phase = LiveStep::Phase::provider_wait;
    forget(step.timer);
    step.timer = after(std::max<std::int64_t>(1'000, until - mono()), [this, serial = step.serial] {
        if (LiveStep* waiting = find(serial);
            waiting != nullptr && waiting->phase == LiveStep::Phase::provider_wait)
            admit(*waiting);
    });
    return false;
}

void Runtime::batchTakesBack(const LiveStep& step, std::int64_t tokens) {
    LiveBatch* batch = step.run->slot.batch > 0 ? queue_.find(step.run->slot.batch) : nullptr;
    if (batch == nullptr) return;
    batch->requests.giveBack(1, mono());
    batch->tokens.giveBack(tokens, mono());
}

} // namespace tally::engine
