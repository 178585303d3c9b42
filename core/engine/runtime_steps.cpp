// Local steps, and commit 2: what every step ends in.
#include "core/audit/trace_log_writer.h"
#include "core/engine/runtime.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"

namespace tally::engine {

using nlohmann::json;

namespace {
constexpr std::int64_t max_pool_tasks =
    8'000; // below the pools' capacity: posting never blocks the engine thread
constexpr std::size_t max_local_input = 64 * 1024;

/// What a local step was given mostly is the output of an earlier step, which is kept there: a large one is
/// recorded by its digest, and says so.
std::string inputPayload(const LiveStep& step) {
    if (step.task.kind == StepKind::model || step.input.size() <= max_local_input) return step.input;
    std::size_t cut = 2'048;
    while (cut > 0 && (static_cast<unsigned char>(step.input[cut]) & 0xC0U) == 0x80U)
        --cut;
    return json{{"shortened", true},
                {"bytes", step.input.size()},
                {"sha256", step.input_sha},
                {"begins", step.input.substr(0, cut)}}
        .dump();
}

std::string journalExtra(const Outcome& outcome) {
    if (outcome.ok && outcome.memory.is_null()) return R"({"ok":true})";
    json extra = {{"ok", outcome.ok}};
    if (!outcome.ok)
        extra["error"] = {{"code", outcome.error.code},
                          {"message", outcome.error.message},
                          {"hint", outcome.error.hint},
                          {"where", outcome.error.where}};
    if (!outcome.memory.is_null()) extra["memory"] = outcome.memory;
    return extra.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Everything that commit 2 writes; shared, because an op may run twice.
struct Booking {
    audit::StepEntry entry;
    RatePtr rate;
    AttemptId attempt;
    std::string booked; ///< JSON amounts
    std::vector<SpendDelta> deltas;
    AttemptState to = AttemptState::reserved; ///< reserved: no attempt row
    bool journal = false;
    store::JournalRow row;
    std::optional<RunSummary> summary;
    std::optional<audit::ApproveEntry> approve;
    std::int64_t now_us = 0;
    std::int64_t seq = -1;
    std::int64_t due_us = 0; ///< wall clock of the next attempt; 0: none follows
    bool retry_over = false; ///< the store holds such a time and no attempt follows
};

Status write(store::Tx& tx, Booking& it, audit::TraceLogWriter& log, store::SpendBook& spends) {
    audit::StepEntry& entry = it.entry;
    if (it.rate != nullptr) {
        TALLY_ASSIGN(entry.price_seq, log.ensurePrice(tx, *it.rate));
    }
    if (it.approve) TALLY_TRY(log.append(tx, *it.approve));
    TALLY_ASSIGN(it.seq, log.append(tx, entry));
    if (it.to != AttemptState::reserved) {
        bool won = false;
        if (it.to == AttemptState::released) {
            TALLY_ASSIGN(won, store::AttemptRepo::release(tx, it.attempt, AttemptState::reserved, it.now_us));
        } else if (it.to == AttemptState::in_doubt) {
            TALLY_ASSIGN(won, store::AttemptRepo::markInDoubt(tx, it.attempt, it.booked, it.seq, it.now_us));
        } else {
            TALLY_ASSIGN(won, store::AttemptRepo::settle(tx, it.attempt, AttemptState::reserved, entry.cost,
                                                         it.booked, it.seq, it.now_us));
        }
        if (!won)
            return fail("attempt.lost", "The attempt was settled by somebody else", "", it.attempt.str());
        for (const SpendDelta& each : it.deltas)
            spends.add(tx, each.budget, each.window_key, each.delta, each.simulated);
    }
    if (it.due_us > 0) TALLY_TRY(store::RetryRepo::put(tx, it.row.run, entry.path, it.due_us));
    if (it.retry_over) TALLY_TRY(store::RetryRepo::clear(tx, it.row.run, entry.path));
    if (it.journal) {
        store::JournalRow row = it.row;
        if (row.out_seq == 0) row.out_seq = it.seq;
        TALLY_TRY(store::JournalRepo::insert(tx, row));
    }
    if (it.summary) TALLY_TRY(store::RunRepo::update(tx, it.row.run, *it.summary));
    return {};
}

} // namespace

// ---- local work

void Runtime::beginLocal(LiveStep& step) {
    if (closed(*step.run)) {
        step.phase = LiveStep::Phase::provider_wait; // whoever closed admission cancels it from here
        return;
    }
    step.phase = LiveStep::Phase::local;
    if (isQuick(step.task)) {
        step.started_us = mono();
        return onLocal(step.serial, runLocal(step.task, config_.functions.get(), step.cancel));
    }
    if (step.task.input.contains("command") || step.task.input.contains("url")) {
        // It acts on the world outside: what it stands on has to be durable first.
        step.phase = LiveStep::Phase::reserving;
        return commit([](store::Tx&) -> Status { return {}; },
                      [this, serial = step.serial](const Status& status) {
                          LiveStep* ready = find(serial);
                          if (ready == nullptr || !status) return;
                          if (!ready->stopped && !closed(*ready->run)) return queueLocal(*ready);
                          LiveRun& run = *ready->run;
                          drop(*ready);
                          settleRun(run);
                      });
    }
    queueLocal(step);
}

void Runtime::queueLocal(LiveStep& step) {
    if (pool_out_ < max_pool_tasks) return postLocal(step);
    step.phase = LiveStep::Phase::provider_wait;
    local_waiting_.push_back(step.serial);
}

void Runtime::postLocal(LiveStep& step) {
    step.phase = LiveStep::Phase::local;
    step.started_us = mono();
    ++pool_out_;
    show(step, StepStatus::running);
    // The step is not dropped while its phase is local, so its task may be read from there.
    const Task* task = &step.task;
    const auto deliver = [this, mailbox = mailbox_, serial = step.serial](LocalResult result) {
        mailbox->post([this, serial, result = std::move(result)]() mutable {
            --pool_out_;
            onLocal(serial, std::move(result));
            while (pool_out_ < max_pool_tasks && !local_waiting_.empty()) {
                LiveStep* next = find(local_waiting_.front());
                local_waiting_.pop_front();
                if (next != nullptr && !next->stopped) postLocal(*next);
            }
        });
    };
    if (task->input.contains("command")) {
        step.child =
            std::make_shared<ChildProcess>(config_.store->bootId() + "/" + std::to_string(step.serial));
        io_pool_->post([task, child = step.child, deliver] { deliver(child->run(*task)); });
    } else if (task->input.contains("url")) {
        io_pool_->post([task, cancel = step.cancel, fetch = &config_.fetch, deliver] {
            deliver(runHttp(*task, *fetch, cancel));
        });
    } else {
        pool_->post([task, cancel = step.cancel, functions = config_.functions.get(), deliver] {
            deliver(runLocal(*task, functions, cancel));
        });
    }
}

void Runtime::onLocal(std::uint64_t serial, LocalResult result) {
    LiveStep& step = *find(serial);
    StepEnd end;
    end.outcome = {step.task.path, result.ok, std::move(result.output), std::move(result.error),
                   std::move(result.memory)};
    if (result.killed) {
        end.status = "killed";
        end.final = false;
        if (result.child) ++step.run->children_ended;
    } else {
        end.status = result.ok ? "ok" : "error";
    }
    if (!end.outcome.ok) end.detail = end.outcome.error.text();
    if (!result.ok && result.retryable && !step.stopped) {
        CallFailure failure;
        failure.retryable = true;
        if (tryAgain(step, failure)) end.final = false, end.again = true;
    }
    book(step, std::move(end), std::nullopt);
}

// ---- commit 2

void Runtime::book(LiveStep& step, StepEnd end, std::optional<Transition> money) {
    LiveRun& run = *step.run;
    step.phase = LiveStep::Phase::booking;
    const std::int64_t now = mono();
    auto booking = std::make_shared<Booking>();
    Booking& it = *booking;
    it.now_us = wall();
    it.entry.run = run.id;
    it.entry.span = step.span;
    it.entry.parent = step.parent;
    it.entry.name = step.task.def->id;
    it.entry.path = step.task.path;
    it.entry.step_kind =
        step.task.kind == StepKind::approve ? "human" : std::string(toString(step.task.kind));
    it.entry.status = end.status;
    it.entry.attempt = step.attempt;
    if (step.task.kind == StepKind::model) {
        it.entry.provider = step.ref.provider.empty() ? "none" : step.ref.provider;
        it.entry.model = step.ref.model.empty() ? "none" : step.ref.model;
        it.entry.simulated = step.facts.simulated;
        run.sum.simulated = run.sum.simulated || (step.facts.simulated && end.status == "ok");
    }
    it.entry.usage = end.usage;
    it.entry.cost = end.cost;
    if (money) it.entry.reserved = step.worst;
    it.entry.latency_us = std::max<std::int64_t>(0, now - step.started_us);
    if (end.ttft_us > 0) it.entry.ttft_us = end.ttft_us;
    it.entry.queue_us = std::max<std::int64_t>(0, step.started_us - step.queued_us);
    if (!step.input.empty())
        it.entry.payloads.push_back(
            {step.task.kind == StepKind::tool || step.task.kind == StepKind::code ? "args" : "in",
             inputPayload(step)});
    if (step.task.kind == StepKind::model) {
        if (!end.out_payload.empty() || end.outcome.ok) it.entry.payloads.push_back({"out", end.out_payload});
    } else if (end.outcome.ok) {
        end.out_payload = end.outcome.output.dump(-1, ' ', false, json::error_handler_t::replace);
        it.entry.payloads.push_back({step.task.kind == StepKind::retrieve ? "docs" : "out", end.out_payload});
    }
    // Who it was done for, when that was said; the word for nobody in particular is no personal data.
    if (run.subject.user != "operator") it.entry.payloads.push_back({"user", run.subject.user});
    it.rate = end.rate;
    if (money) {
        it.attempt = step.attempt_id;
        it.to = money->row.state;
        it.booked = amountsText(money->row.booked);
        it.deltas = money->deltas;
    }
    // Our own sentences about money; why a step failed may quote documents and is in the journal.
    if (end.status == "unknown" || (end.status == "ok" && money && money->overrun))
        it.entry.detail = end.detail;
    it.journal = end.final;
    it.row.run = run.no;
    if (it.journal) {
        it.row.path = step.task.path;
        it.row.attempt = step.attempt;
        it.row.kind = toString(step.task.kind);
        it.row.request_sha = step.input_sha;
        it.row.out_seq =
            end.outcome.ok ? 0 : -1; // 0: becomes the seq of the entry, which is never the genesis
        it.row.at_us = it.now_us;
        it.row.span = step.span.str();
        it.row.extra = journalExtra(end.outcome);
    }
    it.approve = end.approve;
    if (end.again) it.due_us = it.now_us + std::max<std::int64_t>(0, step.queued_us - now);
    it.retry_over = end.final && step.retried;

    ++run.sum.steps;
    if (end.status == "error" || end.status == "unknown" || end.status == "refused") ++run.sum.failed_steps;
    for (const auto& [name, quantity] : end.usage.qty)
        run.sum.usage.add(name, quantity);
    run.sum.cost += PicoSum(end.cost);
    if (now - run.saved_us > 1'000'000) {
        it.summary = run.sum;
        run.saved_us = now;
    }
    for (Alert& each : observe(step, end))
        end.alerts.push_back(std::move(each));
    const bool stops = std::any_of(end.alerts.begin(), end.alerts.end(),
                                   [](const Alert& each) { return each.action == AlertAction::stop; });
    if (end.final && !stops && !run.stopping && run.machine != nullptr && !halted_ &&
        kill_.mayAdvance(run.id, step.epoch)) {
        step.handed = true;
        run.steps.erase(step.task.path);
        ++run.booking;
        ++run.handed;
        outcomes_.emplace_back(run.id, std::move(end.outcome));
        end.outcome = {};
    }
    auto shared_end = std::make_shared<StepEnd>(std::move(end));
    commit([booking, log = config_.log, spends = &config_.store->spendBook()](
               store::Tx& tx) -> Status { return write(tx, *booking, *log, *spends); },
           [this, serial = step.serial, booking, shared_end](const Status& status) {
               if (status) booked(serial, std::move(*shared_end), booking->seq);
           });
}

void Runtime::booked(std::uint64_t serial, StepEnd end, std::int64_t seq) {
    LiveStep& step = *find(serial);
    LiveRun& run = *step.run;
    run.last_seq = seq;
    const auto status = parseStepStatus(end.status).value_or(StepStatus::error);
    show(step, status, &end, seq);
    show(run);
    if (step.call_id != 0) {
        const CallEnd ended{end.by_kill, end.usage_known, end.confirmed, PicoSum(end.cost)};
        step.call_id = 0;
        for (const KillReceipt& each : kill_.callEnded(step.attempt_id, ended, step.ended_us))
            killReceipt(each);
    }
    if (!step.attempt_id.empty()) {
        attempts_.erase(step.attempt_id);
        spendSettled();
    }
    for (Alert& each : end.alerts)
        raise(run, std::move(each), seq);
    if (end.again && !step.stopped && !run.stopping) {
        ++step.attempt;
        step.span = spanOf(run.id, step.task.path, step.attempt);
        step.attempt_id = {};
        return holdBack(step, std::max<std::int64_t>(0, step.queued_us - mono()));
    }
    if (step.handed) --run.booking;
    drop(step);
    settleRun(run);
}

/// Outcomes go to their machines in the order of their commits; what the machines ask for next is begun.
void Runtime::advance() {
    for (int n = 0; n < 10'000 && !outcomes_.empty(); ++n) {
        const RunId id = outcomes_.front().first;
        Outcome outcome = std::move(outcomes_.front().second);
        outcomes_.pop_front();
        LiveRun* run = find(id);
        if (run == nullptr) continue;
        --run->handed;
        Effects effects;
        if (!run->stopping && !run->closing && run->machine->feed(std::move(outcome), effects))
            apply(*run, std::move(effects));
        else
            settleRun(*run);
    }
}

// ---- detectors

std::vector<Alert> Runtime::observe(const LiveStep& step, const StepEnd& end) {
    const LiveRun& run = *step.run;
    std::vector<Alert> out;
    if (step.alert) out.push_back(*step.alert);
    if (end.status == "refused" || step.stopped) return out;
    guard::StepObservation seen;
    seen.run = run.id;
    seen.workflow = run.sum.workflow;
    seen.path = step.task.path;
    seen.name = step.task.def->id;
    if (step.task.kind == StepKind::model) seen.model = step.ref.str();
    seen.args = step.input;
    seen.result =
        end.outcome.ok ? end.out_payload : end.outcome.error.code + ": " + end.outcome.error.message;
    seen.failed = !end.outcome.ok;
    if (step.task.kind == StepKind::model) seen.output = end.out_payload;
    seen.thread = step.task.item;
    seen.item = step.task.item;
    seen.usage = end.usage;
    seen.cost = end.cost;
    if (step.task.kind == StepKind::check) {
        seen.check_passed = end.outcome.ok;
        if (!end.outcome.ok) seen.check_problem = end.outcome.error.message;
    }
    seen.at_us = wall();
    for (Alert& each : guard_.observe(seen))
        out.push_back(std::move(each));
    return out;
}

void Runtime::raise(LiveRun& run, Alert alert, std::int64_t about) {
    alert.run = run.id;
    alert.workflow = run.sum.workflow;
    if (alert.at_us == 0) alert.at_us = wall();
    const bool stop = alert.action == AlertAction::stop;
    auto kept = std::make_shared<Alert>(std::move(alert));
    commit(
        [kept, about, log = config_.log](store::Tx& tx) -> Status {
            TALLY_ASSIGN(kept->log_seq,
                         log->append(tx, audit::AlertEntry{kept->detector, kept->run, about,
                                                           std::string(toString(kept->action)),
                                                           kept->detector + " fired on " + kept->path}));
            return store::AlertRepo::insert(tx, *kept);
        },
        [this, kept](const Status& status) {
            if (status) config_.feed->publish(AlertRaised{*kept});
        });
    if (stop && !run.stopping) {
        // Not from inside the caller's loop over this run's steps: the run stops with the next turn.
        after(0, [this, id = run.id, kept] {
            LiveRun* now = find(id);
            if (now == nullptr || now->stopping || now->closing) return;
            now->fault = kept->detector;
            stopRun(*now, kept->sentence);
        });
    }
}

} // namespace tally::engine
