#include "core/audit/trace_log_writer.h"
#include "core/base/hash.h"
#include "core/engine/runtime.h"
#include "core/guard/observation.h"
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

// ---- definitions

namespace {
void collectCalls(const Steps& steps, std::vector<std::string>& out) {
    for (const StepDef& step : steps) {
        if (const auto* call = std::get_if<CallStep>(&step.what)) out.push_back(call->workflow);
        if (const auto* map = std::get_if<MapStep>(&step.what)) collectCalls(*map->steps, out);
        if (const auto* loop = std::get_if<LoopStep>(&step.what)) collectCalls(*loop->steps, out);
        if (const auto* branch = std::get_if<BranchStep>(&step.what))
            for (const BranchCase& each : branch->cases)
                collectCalls(*each.steps, out);
    }
}

template <class T>
T chosen(const T& over, const T& base) {
    return over != T() ? over : base;
}
RunLimits merged(const RunLimits& base, const std::optional<RunLimits>& over) {
    if (!over) return base;
    RunLimits out = base;
    out.cost = chosen(over->cost, base.cost);
    out.tokens = chosen(over->tokens, base.tokens);
    out.calls = chosen(over->calls, base.calls);
    out.wall_ms = chosen(over->wall_ms, base.wall_ms);
    out.compute_ms = chosen(over->compute_ms, base.compute_ms);
    out.concurrent = chosen(over->concurrent, base.concurrent);
    if (over->state_bytes != RunLimits().state_bytes)
        out.state_bytes = chosen(over->state_bytes, base.state_bytes);
    return out;
}

std::string launchText(const LiveRun& run) {
    json roles = json::object(), calls = json::object();
    for (const auto& [role, ref] : run.roles)
        roles[role] = ref.str();
    for (const auto& [name, workflow] : run.called)
        calls[name] = workflow->sha256;
    return json{{"limits", run.limits}, {"roles", std::move(roles)}, {"calls", std::move(calls)}}.dump();
}
} // namespace

Status Runtime::configureGuard(const Workflow& workflow) {
    json settings = json::object();
    for (const GuardSetting& each : workflow.guards) {
        settings[each.detector] = each.action;
        if (each.options.is_object())
            for (const auto& [key, value] : each.options.items())
                settings[each.detector + "_" + key] = value;
    }
    TALLY_ASSIGN(const guard::GuardConfig config, guard::guardConfigFromJson(settings));
    guard_.configure(workflow.name, config);
    return {};
}

void Runtime::addWorkflow(std::shared_ptr<const Workflow> workflow, Done done) {
    workflows_[workflow->name] = workflow;
    adoptWorkflowBudgets(*workflow);
    commit(
        [workflow, now = wall()](store::Tx& tx) -> Status {
            return store::WorkflowRepo::put(tx, {workflow->name, workflow->sha256, workflow->text, now});
        },
        [done = std::move(done)](const Status& status) {
            if (done) done(status);
        });
}

void Runtime::start(StartRequest request, Reply<RunId> reply) {
    if (halted_) return reply(fail(*halted_));
    if (closing_) return reply(fail("engine.closed", "The engine is being closed"));
    if (request.workflow == nullptr) return reply(fail("run.no_workflow", "There is no workflow to run"));
    const Workflow& workflow = *request.workflow;
    if (auto shut = kill_.closedFor(workflow.name, workflow.process)) return reply(fail(*shut));
    auto inputs = prepareInputs(workflow, std::move(request.inputs));
    if (!inputs) return reply(fail(inputs.error()));
    if (auto set = configureGuard(workflow); !set) return reply(fail(set.error()));
    for (const auto& [role, ref] : request.roles)
        if (workflow.roles.count(role) == 0)
            return reply(fail("run.unknown_role", "The workflow has no role \"" + role + "\"", "", role));

    auto owned = std::make_unique<LiveRun>();
    LiveRun& run = *owned;
    run.id = RunId(uuid7(*config_.clock, *config_.rng));
    run.no = config_.store->allocRunNo();
    run.workflow = request.workflow;
    run.inputs = std::move(*inputs);
    run.roles.insert(request.roles.begin(), request.roles.end());
    run.limits = merged(workflow.limits, request.limits);
    std::vector<std::string> open;
    for (collectCalls(workflow.steps, open); !open.empty();) {
        const std::string name = std::move(open.back());
        open.pop_back();
        const auto known = workflows_.find(name);
        if (run.called.count(name) != 0 || known == workflows_.end())
            continue; // unknown: the step says so when it is reached
        run.called[name] = known->second;
        collectCalls(known->second->steps, open);
    }
    run.subject = {run.id, workflow.name, workflow.process, "", ""};
    run.sum.id = run.id;
    run.sum.workflow = workflow.name;
    run.sum.workflow_sha256 = workflow.sha256;
    run.sum.process = workflow.process;
    run.sum.label = logText(request.label);
    run.sum.status = RunStatus::running;
    run.sum.started_us = wall();
    run.sum.limit = PicoSum(run.limits.cost);
    if (auto adopted = adoptLimits(run); !adopted) return reply(fail(adopted.error()));
    kill_.runStarted(run.id, run.id, workflow.name, workflow.process);
    run.epoch = kill_.epochOf(run.id);
    run.saved_us = run.charged_us = mono();

    const bool new_policy = policies_.insert(workflow.sha256).second;
    if (new_policy) adoptWorkflowBudgets(workflow);
    store::RunRow row;
    row.no = run.no;
    row.summary = run.sum;
    row.root = run.id;
    row.inputs = run.inputs.dump(-1, ' ', false, json::error_handler_t::replace);
    row.limits = launchText(run);
    row.epoch = run.epoch;
    row.machine_version = machine_version;
    auto* log = config_.log;
    auto op = [log, row, new_policy, called = run.called, definition = run.workflow, limits = run.limits,
               now = wall()](store::Tx& tx) -> Status {
        audit::RunStartEntry entry;
        entry.run = row.summary.id;
        entry.workflow = definition->name;
        entry.process = definition->process;
        entry.workflow_sha256 = definition->sha256;
        entry.label = row.summary.label;
        entry.resumes = row.summary.resumes;
        TALLY_TRY(log->append(tx, entry));
        if (new_policy) {
            TALLY_TRY(
                store::WorkflowRepo::put(tx, {definition->name, definition->sha256, definition->text, now}));
            TALLY_TRY(log->append(
                tx, audit::PolicyEntry{"workflow:" + definition->name, definition->sha256, "engine"}));
        }
        for (const auto& [name, each] : called)
            TALLY_TRY(store::WorkflowRepo::put(tx, {each->name, each->sha256, each->text, now}));
        const auto budget = [&](const char* meter, std::int64_t units) -> Status {
            if (units == 0) return {};
            audit::BudgetEntry set{
                "set", "run:" + row.summary.id.str(), "run", "workflow", "limit of the run", {}, {}, meter};
            if (std::string_view(meter) == "cost")
                set.limit_cost = Pico::of(units), set.meter.clear();
            else
                set.limit_units = units;
            TALLY_TRY(log->append(tx, set));
            return {};
        };
        TALLY_TRY(budget("cost", limits.cost.value()));
        TALLY_TRY(budget("tokens", limits.tokens));
        TALLY_TRY(budget("calls", limits.calls));
        TALLY_TRY(budget("wall_ms", limits.wall_ms));
        TALLY_TRY(budget("compute_ms", limits.compute_ms));
        TALLY_TRY(budget("concurrent", limits.concurrent));
        return store::RunRepo::insert(tx, row);
    };
    const RunId id = run.id;
    runs_.emplace(id, std::move(owned));
    commit(
        std::move(op),
        [this, id, reply = std::move(reply)](const Status& status) {
            LiveRun* begun = find(id);
            if (!status || begun == nullptr) {
                if (begun != nullptr) forgetRun(*begun);
                return reply(
                    fail(status ? Error{"engine.closed", "The engine was closed", "", ""} : status.error()));
            }
            reply(id);
            if (begun->stopping) return settleRun(*begun);
            beginRun(*begun);
        },
        true);
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

void Runtime::launch(LiveRun& run, Task task) {
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
    if (run.in_doubt.count(step.task.path) != 0) return lostOutcome(run, step);
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
    bool waits = true;
    const char* why = "";
    for (const auto& [path, step] : run.steps) {
        if (step->phase == LiveStep::Phase::person)
            why = "Waits for a person";
        else if (step->phase == LiveStep::Phase::budget_wait)
            why = "Waits for a budget";
        else {
            waits = false;
            break;
        }
    }
    const RunStatus status = waits ? RunStatus::waiting : RunStatus::running;
    if (status == run.sum.status) return;
    run.sum.status = status;
    run.sum.status_detail = waits ? why : "";
    run.saved_us = 0;
    show(run, true);
}

void Runtime::endRun(LiveRun& run) {
    run.closing = true;
    const bool ok = run.machine->state() == Machine::State::ok;
    run.sum.status = ok ? RunStatus::ok : RunStatus::error;
    run.sum.status_detail = ok ? "" : run.machine->error().text();
    run.sum.ended_us = wall();
    run.sum.reserved = {};
    const std::string output =
        ok && run.machine->output() != nullptr
            ? run.machine->output()->dump(-1, ' ', false, json::error_handler_t::replace)
            : std::string("null");
    auto* log = config_.log;
    commit(
        [log, no = run.no, sum = run.sum, output](store::Tx& tx) -> Status {
            TALLY_TRY(
                log->append(tx, audit::RunEndEntry{sum.id, sum.status == RunStatus::ok ? "ok" : "error"}));
            TALLY_TRY(store::RunRepo::setOutput(tx, no, output));
            return store::RunRepo::update(tx, no, sum);
        },
        [this, id = run.id](const Status& status) {
            LiveRun* ended = find(id);
            if (ended == nullptr || !status) return;
            ledger_.runEnded(id);
            kill_.runEnded(id);
            show(*ended, true);
            forgetRun(*ended);
        });
}

/// Every step of a stopped run is booked: it rests in the store until somebody resumes or abandons it.
void Runtime::stopped(LiveRun& run) {
    run.closing = true;
    run.sum.status = RunStatus::stopped;
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
