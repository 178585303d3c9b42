// Steps that wait for a person: approvals, and paid steps whose outcome was lost in a crash.
#include "core/audit/trace_log_writer.h"
#include "core/engine/runtime.h"
#include "core/store/ops_repo.h"
#include "core/store/store.h"

namespace tally::engine {

void Runtime::beginApproval(LiveStep& step) {
    step.phase = LiveStep::Phase::person;
    step.started_us = mono();
    std::string question;
    if (step.ask_again)
        question = "The outcome of \"" + step.task.path +
                   "\" was lost in a crash and it may have been paid. Ask again?";
    else
        question = step.task.input.at("question").get<std::string>();
    store::ApprovalRow row;
    row.run = step.run->id;
    row.path = step.task.path;
    row.question = question;
    row.asked_us = wall();
    commit([row](store::Tx& tx) -> Status { return store::ApprovalRepo::ask(tx, row); },
           [](const Status&) {});
    config_.feed->publish(ApprovalNeeded{step.run->id, step.task.path, question});
    show(step, StepStatus::waiting);
    if (const auto* approve = std::get_if<ApproveStep>(&step.task.def->what);
        approve != nullptr && approve->timeout_ms > 0) {
        // The time that somebody had before a restart counts.
        const auto asked = step.run->asked.find(step.task.path);
        const std::int64_t had =
            asked == step.run->asked.end() ? 0 : std::max<std::int64_t>(wall() - asked->second, 0);
        step.timer = after(std::max<std::int64_t>(approve->timeout_ms * 1'000 - had, 0),
                           [this, run = step.run->id, path = step.task.path,
                            yes = approve->approve_on_timeout] { decide(run, path, yes, "timeout", {}); });
    }
    reviewStatus(*step.run);
}

bool Runtime::onlyWaitsForPeople(const LiveRun& run) {
    // An outcome on its way to the machine may ask for more.
    if (run.stopping || run.steps.empty() || run.handed > 0 || run.booking > 0) return false;
    return std::all_of(run.steps.begin(), run.steps.end(),
                       [](const auto& each) { return each.second->phase == LiveStep::Phase::person; });
}

/// Nothing is under way in it: the store has its questions and says that it waits, and that stays true.
void Runtime::rest(LiveRun& run) {
    run.closing = true;
    while (!run.steps.empty())
        drop(*run.steps.begin()->second);
}

void Runtime::decide(const RunId& id, const std::string& path, bool approve, const std::string& by,
                     Done done) {
    LiveRun* run = find(id);
    const auto it = run == nullptr ? std::map<std::string, LiveStep*>::iterator() : run->steps.find(path);
    if (run == nullptr || it == run->steps.end() || it->second->phase != LiveStep::Phase::person) {
        const bool stopped = run == nullptr && parked_.count(id) != 0;
        if (done)
            done(fail("approve.not_waiting", "Nothing waits for a decision there",
                      stopped ? "The run is stopped; continue it first: tally resume " + id.str() : "",
                      id.str() + " " + path));
        return;
    }
    LiveStep& step = *it->second;
    forget(step.timer);
    const std::string who = logText(by);
    const std::string decision = by == "timeout" ? "timeout" : approve ? "approve" : "reject";
    StepEnd end;
    end.approve = audit::ApproveEntry{id, step.task.def->id, who, decision};
    step.phase = LiveStep::Phase::booking;
    commit(
        [id, path, decision, by, now = wall()](store::Tx& tx) -> Status {
            TALLY_TRY(store::ApprovalRepo::decide(tx, id, path, decision, by, now));
            return {};
        },
        [done = std::move(done)](const Status& status) {
            if (done) done(status);
        });
    if (step.ask_again) {
        run->lost.erase(path);
        step.ask_again = false;
        if (approve) {
            commit(
                [log = config_.log, entry = *end.approve](store::Tx& tx) -> Status {
                    TALLY_TRY(log->append(tx, entry));
                    return {};
                },
                [this, serial = step.serial](const Status& status) {
                    LiveStep* again = find(serial);
                    if (again == nullptr || !status) return;
                    if (!again->stopped) return prepareModel(*again);
                    LiveRun& of = *again->run; // stopped meanwhile: asked again when it is resumed
                    drop(*again);
                    settleRun(of);
                });
            return;
        }
        end.status = "refused";
        end.outcome = {path,
                       false,
                       nullptr,
                       {"approve.rejected", "A person decided not to ask again after a crash", "", path},
                       nullptr};
    } else {
        end.status = "ok";
        end.outcome.path = path;
        end.outcome.output = {{"decision", decision}, {"by", by}};
        if (!approve) {
            end.outcome.ok = false;
            end.outcome.error = {
                "approve.rejected",
                decision == "timeout" ? "Nobody decided in time" : "It was rejected by " + by, "", path};
        }
    }
    book(step, std::move(end), std::nullopt);
}

} // namespace tally::engine
