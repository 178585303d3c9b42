// How a run begins: definitions, pinned sub-workflows, limits, and the first commit.
#include "core/audit/trace_log_writer.h"
#include "core/engine/runtime.h"
#include "core/guard/observation.h"
#include "core/store/batch_repo.h"
#include "core/store/store.h"

namespace tally::engine {

using nlohmann::json;

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
    json launch = {{"limits", run.limits},
                   {"roles", std::move(roles)},
                   {"calls", std::move(calls)},
                   {"by", run.subject.user}};
    if (run.slot.batch > 0) {
        launch["batch"] = run.subject.batch;
        launch["batch_attempt"] = run.slot.attempt;
    }
    return launch.dump();
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
    run.subject = {
        run.id, workflow.name, workflow.process, "", logText(request.by.empty() ? "operator" : request.by),
        {}};
    run.slot = request.slot;
    run.subject.batch = request.batch.str();
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
    adoptWorkflowBudgets(workflow);
    store::RunRow row;
    row.no = run.no;
    row.summary = run.sum;
    row.root = run.id;
    row.inputs = run.inputs.dump(-1, ' ', false, json::error_handler_t::replace);
    row.limits = launchText(run);
    row.epoch = run.epoch;
    row.machine_version = machine_version;
    row.batch = run.slot.batch;
    row.item = run.slot.n;
    auto* log = config_.log;
    auto op = [log, row, new_policy, called = run.called, definition = run.workflow, limits = run.limits,
               slot = run.slot, now = wall()](store::Tx& tx) -> Status {
        if (slot.batch > 0) {
            TALLY_ASSIGN(const bool leased, store::BatchRepo::lease(tx, slot, row.summary.id));
            if (!leased) return fail("batch.lost", "The item is not to be had any more");
        }
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
                set.limit_cost = Pico::of(units), set.meter.clear(), set.simulated = true;
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
        [this, id, reply = std::move(reply),
         sha = new_policy ? workflow.sha256 : std::string()](const Status& status) {
            LiveRun* begun = find(id);
            if (!status)
                policies_.erase(sha); // its entry and definition are not there: the next run writes them
            if (!status || begun == nullptr) {
                kill_.runEnded(id);
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

} // namespace tally::engine
