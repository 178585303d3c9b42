#include "core/api/reads.h"

#include "core/api/codec.h"
#include "core/base/json_text.h"
#include "core/engine/budget_forecast.h"
#include "core/store/attempt_repo.h"
#include "core/store/budget_repo.h"
#include "core/store/journal_repo.h"
#include "core/store/ops_repo.h"
#include "core/store/run_repo.h"
#include "core/store/step_repo.h"

#include <fmt/format.h>

#include <ctime>
#include <set>

namespace tally::api {
namespace {
using nlohmann::json;
using store::Connection;

std::int64_t countSteps(const Steps& steps) {
    std::int64_t n = 0;
    for (const auto& step : steps) {
        ++n;
        if (const auto* map = std::get_if<MapStep>(&step.what)) n += countSteps(*map->steps);
        if (const auto* loop = std::get_if<LoopStep>(&step.what)) n += countSteps(*loop->steps);
        if (const auto* branch = std::get_if<BranchStep>(&step.what))
            for (const auto& one : branch->cases)
                n += countSteps(*one.steps);
    }
    return n;
}

WorkflowInfo describe(const store::WorkflowRow& row) {
    WorkflowInfo info;
    info.name = row.name;
    info.sha256 = row.sha256;
    const WorkflowCheck check = parseWorkflow(row.json);
    info.diagnostics = check.diagnostics;
    if (!check.workflow) return info;
    const Workflow& w = *check.workflow;
    info.process = w.process;
    info.version = w.version;
    info.description = w.description;
    info.inputs = w.inputs;
    info.limits = w.limits;
    info.steps = countSteps(w.steps);
    for (const auto& [name, role] : w.roles) {
        if (role.candidates.empty()) continue;
        info.roles.emplace_back(name, role.candidates.front().str());
        info.simulated = info.simulated || role.candidates.front().provider == "sim";
    }
    return info;
}

Result<WorkflowInfo> withHistory(Connection& db, WorkflowInfo info) {
    store::RunFilter filter;
    filter.workflow = info.name;
    filter.limit = 1;
    TALLY_ASSIGN(info.runs, store::RunRepo::count(db, filter));
    TALLY_ASSIGN(const auto newest, store::RunRepo::page(db, filter));
    if (!newest.empty()) info.last_run_us = newest.front().summary.started_us;
    store::CostFilter costs;
    costs.by = {"workflow"};
    costs.workflow = info.name;
    TALLY_ASSIGN(const auto lines, store::CostRepo::table(db, costs));
    for (const auto& line : lines)
        info.cost += line.cost;
    return info;
}

/// A payload as JSON where it is JSON, else as text.
json payload(const std::optional<std::string>& bytes) {
    if (!bytes) return nullptr;
    auto parsed = parseJson(*bytes);
    return parsed ? std::move(*parsed) : json(*bytes);
}

StepDetail detailOf(const store::StepEvidence& evidence) {
    StepDetail detail;
    detail.step = evidence.record;
    detail.rate = evidence.rate;
    detail.log_line = evidence.line;
    detail.leaf_hash = evidence.leaf_hex;
    detail.input = payload(evidence.input ? evidence.input : evidence.args);
    detail.output = payload(evidence.output);
    if (evidence.rate)
        for (const auto& [name, quantity] : evidence.record.usage.qty)
            if (const auto rate = evidence.rate->rates.find(name); rate != evidence.rate->rates.end())
                detail.items.push_back({name, quantity, rate->second, multiply(quantity, rate->second)});
    return detail;
}

/// Why a step failed, in a sentence: error texts may quote documents, so they are in the journal and not in
/// the log.
Result<std::string> reasonOf(Connection& db, const StepRecord& step) {
    if (step.status == StepStatus::ok || step.status == StepStatus::cached) return std::string();
    TALLY_ASSIGN(const auto run, store::RunRepo::byId(db, step.run));
    if (!run) return std::string();
    TALLY_ASSIGN(const auto row,
                 store::JournalRepo::get(db, run->no, step.path, step.attempt, toString(step.kind)));
    if (!row) return std::string();
    const json extra = parseJson(row->extra).value_or(json());
    if (!extra.is_object() || !extra.contains("error") || !extra["error"].is_object()) return std::string();
    return errorFromJson(extra["error"]).text();
}

template <class T>
Result<T> orMissing(Result<std::optional<T>> found, const char* code, const std::string& message) {
    if (!found) return fail(found.error());
    if (!*found) return fail(code, message, "list what there is and try again");
    return std::move(**found);
}

/// Start of a stored budget window, from its key (see windowAt).
std::int64_t windowStart(Window window, const std::string& key) {
    int year = 0, month = 1, day = 1, hour = 0;
    const char* text = key.c_str() + (window == Window::week ? 1 : 0);
    if (std::sscanf(text, "%d-%d-%dT%d", &year, &month, &day, &hour) < 2)
        return 0; // NOLINT(cert-err34-c): our own keys
    std::tm tm{};
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    tm.tm_mday = day;
    tm.tm_hour = hour;
    return static_cast<std::int64_t>(timegm(&tm)) * 1'000'000;
}

std::string forecastSentence(const BudgetState& state, const engine::Forecast& forecast) {
    if (state.budget.window == Window::run || state.budget.meter == LimitMeter::concurrent ||
        state.budget.meter == LimitMeter::state_bytes)
        return {};
    if (state.spent.value() >= state.budget.limit.value()) return "Used up.";
    if (forecast.used_up_us > 0)
        return fmt::format("On this pace it is used up on {} UTC.",
                           isoUtc(forecast.used_up_us).substr(0, 16));
    if (forecast.over) return "On this pace it will be used up.";
    return state.spent.value() == 0 ? "Nothing spent in this window." : "On this pace it lasts.";
}
} // namespace

void Reads::workflows(Reply<std::vector<WorkflowInfo>> reply) {
    ask<std::vector<WorkflowInfo>>(
        [](Connection& db) -> Result<std::vector<WorkflowInfo>> {
            TALLY_ASSIGN(const auto rows, store::WorkflowRepo::list(db));
            std::vector<WorkflowInfo> out;
            for (const auto& row : rows) {
                TALLY_ASSIGN(WorkflowInfo info, withHistory(db, describe(row)));
                out.push_back(std::move(info));
            }
            return out;
        },
        std::move(reply));
}

void Reads::workflowText(std::string name, Reply<std::string> reply) {
    ask<std::string>(
        [name = std::move(name)](Connection& db) -> Result<std::string> {
            TALLY_ASSIGN(auto row, orMissing(store::WorkflowRepo::latest(db, name), "workflow.unknown",
                                             "there is no workflow '" + name + "'"));
            return std::move(row.json);
        },
        std::move(reply));
}

void Reads::storedInfo(std::string folder, Reply<WorkspaceInfo> reply) {
    ask<WorkspaceInfo>(
        [folder = std::move(folder)](Connection& db) -> Result<WorkspaceInfo> {
            WorkspaceInfo info;
            info.folder = folder;
            info.owner = false;
            info.engine_runs = false;
            TALLY_ASSIGN(const auto head, store::StepRepo::head(db));
            info.origin = head.origin;
            info.fingerprint = head.fingerprint;
            info.log_size = head.size;
            info.log_sealed = head.sealed;
            info.schema_version = head.schema;
            return info;
        },
        std::move(reply));
}

void Reads::runs(RunQuery query, Reply<RunPage> reply) {
    ask<RunPage>(
        [query = std::move(query)](Connection& db) -> Result<RunPage> {
            store::RunFilter filter;
            filter.workflow = query.workflow;
            filter.process = query.process;
            filter.statuses = query.status;
            filter.text = query.text;
            filter.offset = query.offset;
            filter.limit = static_cast<int>(query.limit);
            RunPage page;
            TALLY_ASSIGN(page.total, store::RunRepo::count(db, filter));
            TALLY_ASSIGN(auto rows, store::RunRepo::page(db, filter));
            for (auto& row : rows)
                page.runs.push_back(std::move(row.summary));
            return page;
        },
        std::move(reply));
}

void Reads::run(RunId id, Reply<RunSummary> reply) {
    ask<RunSummary>(
        [id = std::move(id)](Connection& db) -> Result<RunSummary> {
            TALLY_ASSIGN(auto row, orMissing(store::RunRepo::byId(db, id), "run.unknown",
                                             "there is no run '" + id.str() + "'"));
            return std::move(row.summary);
        },
        std::move(reply));
}

void Reads::steps(StepQuery query, Reply<StepPage> reply) {
    ask<StepPage>(
        [query = std::move(query)](Connection& db) -> Result<StepPage> {
            store::StepFilter filter;
            filter.run = query.run;
            filter.offset = query.offset;
            filter.limit = query.limit;
            StepPage page;
            TALLY_ASSIGN(page.total, store::StepRepo::count(db, filter));
            TALLY_ASSIGN(page.steps, store::StepRepo::page(db, filter));
            return page;
        },
        std::move(reply));
}

void Reads::step(RunId run, std::string path, int attempt, Reply<StepDetail> reply) {
    ask<StepDetail>(
        [run = std::move(run), path = std::move(path), attempt](Connection& db) -> Result<StepDetail> {
            TALLY_ASSIGN(const auto evidence,
                         orMissing(store::StepRepo::byPath(db, run, path, attempt), "step.unknown",
                                   fmt::format("the log has no step '{}' (attempt {}) of run {}", path,
                                               attempt, run.str())));
            StepDetail detail = detailOf(evidence);
            if (detail.step.detail.empty()) {
                TALLY_ASSIGN(detail.step.detail, reasonOf(db, detail.step));
            }
            return detail;
        },
        std::move(reply));
}

void Reads::runOutput(RunId id, Reply<json> reply) {
    ask<json>(
        [id = std::move(id)](Connection& db) -> Result<json> {
            TALLY_ASSIGN(const auto row, store::RunRepo::byId(db, id));
            if (row && row->inputs.empty())
                return fail("run.erased", "inputs and output of run '" + id.str() + "' were erased");
            TALLY_ASSIGN(const auto text, orMissing(store::RunRepo::output(db, id), "run.no_output",
                                                    "run '" + id.str() + "' has no output (yet)"));
            return payload(text);
        },
        std::move(reply));
}

void Reads::alerts(std::optional<RunId> run, Reply<std::vector<Alert>> reply) {
    ask<std::vector<Alert>>(
        [run = std::move(run)](Connection& db) { return store::AlertRepo::page(db, run.value_or(RunId())); },
        std::move(reply));
}

void Reads::approvals(std::optional<RunId> run, Reply<std::vector<OpenApproval>> reply) {
    ask<std::vector<OpenApproval>>(
        [run = std::move(run)](Connection& db) -> Result<std::vector<OpenApproval>> {
            TALLY_ASSIGN(const auto rows, store::ApprovalRepo::open(db, run.value_or(RunId())));
            std::vector<OpenApproval> out;
            for (const auto& row : rows) {
                TALLY_ASSIGN(const auto of, store::RunRepo::byId(db, row.run));
                if (of)
                    out.push_back({row.run, of->summary.workflow, of->summary.status, row.path, row.question,
                                   row.asked_us});
            }
            return out;
        },
        std::move(reply));
}

void Reads::doubtfulCalls(Reply<std::vector<DoubtfulCall>> reply) {
    ask<std::vector<DoubtfulCall>>(
        [](Connection& db) -> Result<std::vector<DoubtfulCall>> {
            TALLY_ASSIGN(const auto rows, store::AttemptRepo::inState(db, AttemptState::in_doubt));
            std::vector<DoubtfulCall> out;
            for (const auto& row : rows) {
                TALLY_ASSIGN(const auto subject,
                             engine::subjectFromJson(json::parse(row.subject, nullptr, false)));
                out.push_back(
                    {subject.run, row.path, row.attempt, row.provider, row.model, row.cost, row.created_us});
            }
            return out;
        },
        std::move(reply));
}

void Reads::receipts(Reply<std::vector<KillReceipt>> reply) {
    ask<std::vector<KillReceipt>>([](Connection& db) { return store::KillRepo::page(db); }, std::move(reply));
}

void Reads::costs(CostQuery query, Reply<CostTable> reply) {
    ask<CostTable>(
        [query = std::move(query)](Connection& db) -> Result<CostTable> {
            static const std::set<std::string> known = {"process",  "workflow", "step",   "model",
                                                        "provider", "meter",    "status", "run",
                                                        "batch",    "hour",     "day"};
            for (const auto& dimension : query.by)
                if (known.count(dimension) == 0)
                    return fail("costs.dimension", "unknown dimension '" + dimension + "'",
                                "known are process, workflow, step, model, provider, meter, status, run, "
                                "batch, hour, day");
            store::CostFilter filter{query.by,      query.run,     query.workflow,
                                     query.process, query.from_us, query.to_us};
            TALLY_ASSIGN(auto lines, store::CostRepo::table(db, filter));
            CostTable out;
            out.by = query.by;
            TALLY_ASSIGN(out.simulated, store::CostRepo::simulated(db, filter));
            for (auto& line : lines) {
                out.total += line.cost;
                for (std::size_t i = 0; i < out.by.size(); ++i)
                    if (out.by[i] == "day" || out.by[i] == "hour")
                        line.key[i] = isoUtc(std::strtoll(line.key[i].c_str(), nullptr, 10))
                                          .substr(0, out.by[i] == "day" ? 10 : 13);
                out.rows.push_back(
                    {std::move(line.key), std::move(line.usage), line.cost, line.steps, line.failed});
            }
            return out;
        },
        std::move(reply));
}

void Reads::storedBudgets(Reply<std::vector<BudgetState>> reply) {
    ask<std::vector<BudgetState>>(
        [now = clock_.wallUs()](Connection& db) -> Result<std::vector<BudgetState>> {
            TALLY_ASSIGN(auto budgets, store::BudgetRepo::list(db));
            std::vector<BudgetState> out;
            for (auto& budget : budgets) {
                const WindowSpan span = windowAt(budget.window, now);
                TALLY_ASSIGN(const auto spend, store::SpendBook::get(db, budget.id, span.key));
                BudgetState state;
                state.window_key = span.key;
                state.window_end_us = span.end_us;
                if (spend) {
                    state.spent = spend->spent;
                    state.simulated = spend->simulated;
                    state.exhausted = spend->exhausted;
                }
                state.budget = std::move(budget);
                out.push_back(std::move(state));
            }
            return out;
        },
        std::move(reply));
}

void Reads::budgetViews(std::vector<BudgetState> states, Reply<std::vector<BudgetView>> reply) {
    ask<std::vector<BudgetView>>(
        [states = std::move(states),
         now = clock_.wallUs()](Connection& db) -> Result<std::vector<BudgetView>> {
            std::vector<BudgetView> out;
            for (const auto& state : states) {
                BudgetView view;
                view.state = state;
                const Window window = state.budget.window;
                if (window != Window::run && window != Window::total) {
                    TALLY_ASSIGN(const auto windows, store::SpendBook::list(db, state.budget.id));
                    for (const auto& spend : windows)
                        view.history.push_back({windowStart(window, spend.window_key), spend.spent});
                }
                const WindowSpan span = windowAt(window, now);
                const engine::Forecast forecast =
                    engine::forecast(state, span.start_us > 0 ? span.start_us : now, now);
                view.forecast = {forecast.projected, forecast.used_up_us, forecastSentence(state, forecast)};
                out.push_back(std::move(view));
            }
            return out;
        },
        std::move(reply));
}

} // namespace tally::api
