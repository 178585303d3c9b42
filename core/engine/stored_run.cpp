#include "core/engine/recovery.h"
#include "core/store/ops_repo.h"
#include "core/store/step_repo.h"

#include <algorithm>

namespace tally::engine {

using nlohmann::json;

namespace {

Result<std::shared_ptr<const Workflow>> definition(store::Connection& db, const std::string& sha256) {
    TALLY_ASSIGN(const auto row, store::WorkflowRepo::bySha(db, sha256));
    if (!row)
        return fail("run.definition_lost", "The definition that the run used is not in this workspace", "",
                    sha256);
    WorkflowCheck check = parseWorkflow(row->json);
    if (check.workflow == nullptr)
        return fail("run.definition_lost", "The definition that the run used cannot be read by this version",
                    "", sha256);
    return check.workflow;
}

Outcome outcomeOf(const store::JournalRow& row) {
    Outcome outcome;
    outcome.path = row.path;
    const json extra = json::parse(row.extra, nullptr, false);
    outcome.ok = extra.is_object() && extra.value("ok", false);
    if (extra.is_object() && extra.contains("memory")) outcome.memory = extra["memory"];
    if (!outcome.ok && extra.is_object() && extra.contains("error")) {
        const json& error = extra["error"];
        outcome.error = {error.value("code", ""), error.value("message", ""), error.value("hint", ""),
                         error.value("where", "")};
    }
    if (outcome.ok) {
        if (row.kind == toString(StepKind::model))
            outcome.output = row.response;
        else
            outcome.output = json::parse(row.response, nullptr, false);
        if (outcome.output.is_discarded()) outcome.output = nullptr;
    }
    return outcome;
}

} // namespace

Status readLaunch(store::Connection& db, std::string_view text, StoredRun& out) {
    const json launch = json::parse(text, nullptr, false);
    if (!launch.is_object()) return {};
    if (launch.contains("limits")) {
        TALLY_ASSIGN(out.limits, runLimitsFromJson(launch["limits"]));
    }
    out.by = launch.value("by", "");
    out.batch = BatchId(launch.value("batch", ""));
    out.batch_attempt = launch.value("batch_attempt", 0);
    // Named, because items() only refers to the object that it walks over.
    const json roles = launch.value("roles", json::object());
    const json calls = launch.value("calls", json::object());
    for (const auto& [role, ref] : roles.items()) {
        TALLY_ASSIGN(out.roles[role], ModelRef::parse(ref.get<std::string>()));
    }
    for (const auto& [name, sha] : calls.items()) {
        TALLY_ASSIGN(out.called[name], definition(db, sha.get<std::string>()));
    }
    return {};
}

Result<StoredRun> loadRun(store::Connection& db, const RunId& id) {
    StoredRun out;
    TALLY_ASSIGN(auto row, store::RunRepo::byId(db, id));
    if (!row) return fail("run.unknown", "There is no such run", "", id.str());
    out.row = std::move(*row);
    if (out.row.machine_version != machine_version)
        return fail("run.machine_version",
                    "The run was made by another version of the state machine and stays parked",
                    "Continue it with the version that started it, or abandon it.", id.str());
    TALLY_ASSIGN(out.workflow, definition(db, out.row.summary.workflow_sha256));
    out.inputs = json::parse(out.row.inputs, nullptr, false);
    TALLY_TRY(readLaunch(db, out.row.limits, out));
    TALLY_ASSIGN(const auto questions, store::ApprovalRepo::open(db, id));
    for (const store::ApprovalRow& each : questions)
        out.asked[each.path] = each.asked_us;
    TALLY_ASSIGN(out.journal, store::JournalRepo::ofRun(db, out.row.no));
    TALLY_ASSIGN(out.output, store::RunRepo::output(db, id));
    TALLY_ASSIGN(const auto retries, store::RetryRepo::ofRun(db, out.row.no));
    out.due.insert(retries.begin(), retries.end());
    // Every attempt that was booked has an entry; those of a finished step do not matter any more.
    std::unordered_map<std::string, StepRecord> unknown; // the last one of each path
    for (const StepStatus status :
         {StepStatus::refused, StepStatus::killed, StepStatus::error, StepStatus::unknown}) {
        store::StepFilter filter;
        filter.run = id;
        filter.status = status;
        filter.limit = 1'000;
        for (bool more = true; more;) {
            TALLY_ASSIGN(const auto page, store::StepRepo::page(db, filter));
            for (const StepRecord& each : page) {
                int& known = out.last_attempt[each.path];
                known = std::max(known, each.attempt);
                if (status == StepStatus::unknown && each.attempt == known) unknown[each.path] = each;
                filter.after_seq = each.log_seq;
            }
            more = static_cast<std::int64_t>(page.size()) == filter.limit;
        }
    }
    TALLY_ASSIGN(const auto in_doubt, store::AttemptRepo::inDoubt(db, out.row.no));
    for (const store::AttemptRow& each : in_doubt) {
        int& known = out.last_attempt[each.path];
        if (each.attempt < known) continue; // it was asked again since
        known = each.attempt;
        out.lost[each.path] = false;
    }
    // Somebody said since what it cost: it happened, though its answer is as lost as before.
    for (const auto& [path, step] : unknown)
        if (step.attempt == out.last_attempt[path] && out.lost.count(path) == 0 && !step.cost.isZero())
            out.lost[path] = true;
    for (const auto& [path, due_us] : out.due)
        out.lost.erase(path); // another attempt was decided already
    for (const store::JournalRow& each : out.journal) {
        out.lost.erase(each.path);
        out.due.erase(each.path);
    }
    return out;
}

Result<Rebuilt> rebuild(const StoredRun& run, Compare* compare) {
    if (run.row.inputs.empty())
        return fail("run.erased", "The inputs and answers of the run were erased", "Start a new run.",
                    run.row.summary.id.str());
    Rebuilt out;
    out.machine = std::make_unique<Machine>(run.workflow, run.inputs, run.called);
    std::unordered_map<std::string, std::size_t> open; // path -> place in pending
    Effects effects;
    const auto take = [&] {
        for (const std::string& path : effects.cancelled)
            open.erase(path);
        for (Task& task : effects.tasks) {
            open[task.path] = out.pending.size();
            out.pending.push_back(std::move(task));
        }
        effects.clear();
    };
    out.machine->start(effects);
    take();
    for (const store::JournalRow& row : run.journal) {
        const auto it = open.find(row.path);
        if (it == open.end()) {
            if (out.machine->wasCancelled(row.path) || out.machine->state() != Machine::State::running)
                continue;
            if (compare != nullptr) {
                compare->path = row.path;
                compare->sentence = "the run had a step here that the replay never comes to";
                break;
            }
            return fail("run.journal", "The journal holds a step that the run does not come to", "",
                        row.path);
        }
        Outcome outcome = outcomeOf(row);
        if (compare != nullptr) {
            compare->sentence = compare->judge(out.pending[it->second], row, outcome);
            if (!compare->sentence.empty()) {
                compare->path = row.path;
                break;
            }
            ++compare->steps;
        } else if (row.erased && outcome.ok) {
            return fail("run.erased", "An answer that the run needs was erased",
                        "Abandon the run and start a new one.", row.path);
        }
        out.pending[it->second] = Task(); // frees its input
        open.erase(it);
        out.machine->feed(std::move(outcome), effects);
        take();
    }
    std::erase_if(out.pending,
                  [&](const Task& task) { return task.path.empty() || open.count(task.path) == 0; });
    return out;
}

Status eachPastSpend(store::Connection& db, const store::BookedRange& range,
                     const std::function<void(PastSpend, std::string_view id)>& use) {
    // Neighbours mostly are of one run and model.
    std::string text;
    Subject subject;
    return store::AttemptRepo::eachBooked(db, range, [&](const store::BookedAttempt& each) -> Status {
        if (text != each.subject) {
            TALLY_ASSIGN(subject, subjectFromJson(json::parse(each.subject, nullptr, false)));
            text = each.subject;
        }
        PastSpend spend;
        spend.subject = subject;
        spend.subject.simulated = each.simulated;
        TALLY_ASSIGN(spend.amounts, amountsFromJson(json::parse(each.booked, nullptr, false)));
        spend.at_us = each.created_us;
        use(std::move(spend), each.id);
        return {};
    });
}

} // namespace tally::engine
