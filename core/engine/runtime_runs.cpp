#include "core/audit/trace_log_writer.h"
#include "core/base/hash.h"
#include "core/engine/runtime.h"
#include "core/store/batch_repo.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"

#include <fmt/format.h>

namespace tally::engine {

using nlohmann::json;

LiveRun* Runtime::find(const RunId& id) {
    const auto it = runs_.find(id);
    return it == runs_.end() ? nullptr : it->second.get();
}
LiveStep* Runtime::find(std::uint64_t serial) {
    const auto it = steps_.find(serial);
    return it == steps_.end() ? nullptr : it->second.get();
}

std::optional<Error> Runtime::closed(const LiveRun& run) const {
    if (halted_) return halted_;
    if (closing_) return Error{"engine.closed", "The engine is being closed", "", ""};
    return kill_.closed(run.id);
}

/// The same for the same place, so that a tier can name its route's span before that exists.
SpanId Runtime::spanOf(const RunId& run, const std::string& path, int attempt) {
    return SpanId(toHex(sha256({run.str(), "/", path, "#", std::to_string(attempt)})).substr(0, 16));
}

void Runtime::beginRun(LiveRun& run) {
    run.machine = std::make_unique<Machine>(run.workflow, run.inputs, run.called);
    run.inputs = nullptr; // the machine has its own
    Effects effects;
    run.machine->start(effects);
    show(run, true);
    watchClock(run);
    apply(run, std::move(effects));
}

// ---- work

void Runtime::apply(LiveRun& run, Effects effects) {
    for (const std::string& path : effects.cancelled)
        if (const auto it = run.steps.find(path); it != run.steps.end()) cancelStep(*it->second);
    for (const std::string& item : effects.items)
        guard_.itemEnded(run.id, item, item);
    run.sum.items_done = run.machine->itemsDone();
    run.sum.items_total = run.machine->itemsTotal();
    for (Task& task : effects.tasks) {
        if (run.stopping) break;
        launch(run, std::move(task));
    }
    if (!run.stopping && !watchBytes(run)) return;
    settleRun(run);
}

/// A run that comes to a step of a called workflow belongs to that one too: a stop of it stops the run. True:
/// it just did.
bool Runtime::enterCalled(LiveRun& run, const Task& task) {
    for (const Workflow* each : task.called)
        kill_.entered(run.id, each->name, each->process);
    const auto shut = task.called.empty() ? std::nullopt : kill_.closed(run.id);
    if (!shut) return false;
    commit([order = *kill_.heldBy(run.id),
            id = run.id](store::Tx& tx) -> Status { return store::KillRepo::hit(tx, order, id); },
           [](const Status&) {});
    pauseBatch(run.slot.batch, "Stopped by a kill: " + shut->message);
    stopRun(run, "Stopped by a kill: " + shut->message);
    return true;
}

void Runtime::launch(LiveRun& run, Task task) {
    if (enterCalled(run, task)) return;
    auto owned = std::make_unique<LiveStep>();
    LiveStep& step = *owned;
    step.serial = next_serial_++;
    step.run = &run;
    step.epoch = run.epoch;
    step.queued_us = mono();
    step.wall_us = wall();
    if (const auto it = run.last_attempt.find(task.path); it != run.last_attempt.end())
        step.attempt = it->second + 1;
    step.span = spanOf(run.id, task.path, step.attempt);
    if (!task.parent.empty()) step.parent = spanOf(run.id, task.parent, 1);
    step.input = task.input.is_null() ? std::string()
                                      : task.input.dump(-1, ' ', false, json::error_handler_t::replace);
    step.input_sha = sha256Hex(step.input);
    step.task = std::move(task);
    run.steps[step.task.path] = &step;
    steps_.emplace(step.serial, std::move(owned));

    if (step.task.failed) {
        StepEnd end;
        end.status = "error";
        end.detail = step.task.failed->text();
        end.outcome = {step.task.path, false, nullptr, *step.task.failed, nullptr};
        step.started_us = mono();
        return book(step, std::move(end), std::nullopt);
    }
    if (const auto due = run.due.find(step.task.path); due != run.due.end()) {
        step.retried = true;
        // A clock that was set back does not hold it up for longer than any pause may be.
        const std::int64_t longest = 1'000 * std::max(step.task.def->retry.max_ms, longest_retry_after_ms);
        const std::int64_t left = std::min(due->second - wall(), longest);
        run.due.erase(due);
        if (left > 0) return holdBack(step, left);
    }
    begin(step);
}

/// Nothing is in the way of its next attempt but time.
void Runtime::holdBack(LiveStep& step, std::int64_t us) {
    step.phase = LiveStep::Phase::backoff;
    step.run->retried = step.retried = true;
    step.waits = "Tries again at " + isoUtc(wall() + us);
    step.timer = after(us, [this, serial = step.serial] {
        LiveStep* again = find(serial);
        if (again == nullptr) return;
        again->timer = 0;
        again->waits.clear();
        begin(*again);
    });
    show(step, StepStatus::waiting);
    reviewStatus(*step.run);
}

void Runtime::begin(LiveStep& step) {
    if (step.run->lost.count(step.task.path) != 0) return lostOutcome(*step.run, step);
    switch (step.task.kind) {
    case StepKind::model:
        return prepareModel(step);
    case StepKind::approve:
        return beginApproval(step);
    default:
        return beginLocal(step);
    }
}

/// The step is over, or never began; nothing of it is left to come back.
void Runtime::drop(LiveStep& step) {
    forget(step.timer);
    if (!step.attempt_id.empty()) attempts_.erase(step.attempt_id);
    streaming_.erase(step.serial);
    if (const auto it = step.run->steps.find(step.task.path);
        it != step.run->steps.end() && it->second == &step)
        step.run->steps.erase(it);
    steps_.erase(step.serial);
}

void Runtime::cancelStep(LiveStep& step) {
    step.stopped = true;
    step.cancel.cancel();
    switch (step.phase) {
    case LiveStep::Phase::budget_wait:
        ledger_.cancelWait(step.attempt_id);
        [[fallthrough]];
    case LiveStep::Phase::provider_wait:
    case LiveStep::Phase::person:
        return drop(step);
    case LiveStep::Phase::backoff:
        ++step.run->retries_cancelled;
        return drop(step);
    case LiveStep::Phase::calling:
        return port_->cancel(step.call_id);
    case LiveStep::Phase::local:
        if (step.child != nullptr) step.child->end();
        return;
    case LiveStep::Phase::reserving: // reserved() gives it back
    case LiveStep::Phase::booking:
        return;
    }
}

void Runtime::stopRun(LiveRun& run, const std::string& why) {
    if (run.closing) return;
    if (!run.stopping) run.sum.status_detail = why;
    run.stopping = true;
    std::vector<LiveStep*> live;
    for (const auto& [path, step] : run.steps)
        live.push_back(step);
    for (LiveStep* step : live)
        cancelStep(*step);
    settleRun(run);
}

void Runtime::settleRun(LiveRun& run) {
    if (run.closing) return;
    if (run.handed > 0) return;
    if (!run.steps.empty()) return reviewStatus(run);
    if (run.stopping) {
        if (run.booking == 0) stopped(run);
        return;
    }
    if (run.machine != nullptr && run.machine->state() != Machine::State::running) endRun(run);
}

/// Running while anything runs; waiting when everything that is live waits.
void Runtime::reviewStatus(LiveRun& run) {
    if (run.stopping) return;
    bool waits = run.handed == 0; // else its machine may ask for more in a moment
    std::string why;
    for (const auto& [path, step] : run.steps) {
        if (step->phase == LiveStep::Phase::person)
            why = why.empty() ? std::string(waits_for_person)
                              : why; // said only when nothing else is in the way
        else if (step->phase == LiveStep::Phase::budget_wait)
            why = "Waits for a budget";
        else if (step->phase == LiveStep::Phase::provider_wait && !step->waits.empty())
            why = step->waits;
        else {
            waits = false;
            break;
        }
    }
    const RunStatus status = waits ? RunStatus::waiting : RunStatus::running;
    if (!waits) why.clear();
    if (status == run.sum.status && why == run.sum.status_detail) return;
    run.sum.status = status;
    run.sum.status_detail = std::move(why);
    saveStatus(run);
    show(run, true);
}

/// Waiting for a person can take days, so the store says it too. Waiting for a budget changes many times a
/// second and ends by itself.
void Runtime::saveStatus(LiveRun& run) {
    const bool person = std::any_of(run.steps.begin(), run.steps.end(), [](const auto& each) {
        return each.second->phase == LiveStep::Phase::person;
    });
    if (!person && !run.saved_waiting) return;
    run.saved_waiting = run.sum.status == RunStatus::waiting;
    commit(
        [no = run.no, sum = run.sum](store::Tx& tx) -> Status { return store::RunRepo::update(tx, no, sum); },
        [](const Status&) {});
}

void Runtime::endRun(LiveRun& run) {
    run.closing = true;
    const bool ok = run.machine->state() == Machine::State::ok;
    run.sum.status = ok ? RunStatus::ok : RunStatus::error;
    run.sum.status_detail = ok ? "" : run.machine->error().text();
    if (const auto failed = run.machine->itemsFailed(); ok && failed > 0)
        run.sum.status_detail = failed == 1 ? "1 item failed and was skipped"
                                            : fmt::format("{} items failed and were skipped", failed);
    run.sum.ended_us = wall();
    run.sum.reserved = {};
    const std::string output =
        ok && run.machine->output() != nullptr
            ? run.machine->output()->dump(-1, ' ', false, json::error_handler_t::replace)
            : std::string("null");
    auto* log = config_.log;
    const store::ItemEnd item = run.slot.batch > 0 ? endOfItem(run) : store::ItemEnd();
    commit(
        [log, no = run.no, sum = run.sum, output, retried = run.retried, slot = run.slot,
         item](store::Tx& tx) -> Status {
            if (retried) TALLY_TRY(store::RetryRepo::clearRun(tx, no));
            TALLY_TRY(
                log->append(tx, audit::RunEndEntry{sum.id, sum.status == RunStatus::ok ? "ok" : "error"}));
            TALLY_TRY(store::RunRepo::setOutput(tx, no, output));
            if (slot.batch > 0) TALLY_TRY(store::BatchRepo::ended(tx, slot, sum.id, item, sum.ended_us));
            return store::RunRepo::update(tx, no, sum);
        },
        [this, id = run.id, slot = run.slot, item](const Status& status) {
            LiveRun* ended = find(id);
            if (ended == nullptr || !status) return;
            ledger_.runEnded(id);
            kill_.runEnded(id);
            show(*ended, true);
            forgetRun(*ended);
            if (slot.batch > 0) itemEnded(slot, item);
        });
}

/// Every step of a stopped run is booked: it rests in the store until somebody resumes or abandons it.
void Runtime::stopped(LiveRun& run) {
    run.closing = true;
    if (givesUpItem(run)) return giveUpItem(run);
    run.sum.status = RunStatus::stopped;
    run.sum.ended_us = wall(); // until it is resumed
    run.sum.reserved = {};
    commit(
        [no = run.no, sum = run.sum](store::Tx& tx) -> Status { return store::RunRepo::update(tx, no, sum); },
        [this, id = run.id](const Status& status) {
            LiveRun* rest = find(id);
            if (rest == nullptr || !status) return;
            for (const KillReceipt& each :
                 kill_.runStopped(id, rest->retries_cancelled, rest->children_ended, mono()))
                killReceipt(each);
            show(*rest, true);
            parked_[id] = rest->sum;
            itemRests(*rest);
            forgetRun(*rest);
        });
}

void Runtime::forgetRun(LiveRun& run) {
    for (auto& reply : run.waiters)
        reply(run.sum);
    if (parked_.count(run.id) == 0)
        for (const BudgetId& id : run.budgets)
            ledger_.removeBudget(id);
    guard_.runEnded(run.id);
    dirty_.erase(run.id);
    const RunId id = run.id;
    runs_.erase(id);
    showEngine();
}

} // namespace tally::engine
