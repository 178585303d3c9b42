#include "core/base/hash.h"
#include "core/engine/exec_local.h"
#include "core/engine/recovery.h"
#include "core/price/cost.h"
#include "core/store/step_repo.h"

namespace tally::engine {

using nlohmann::json;

namespace {

std::string brief(const json& value) {
    std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() <= 80) return text;
    std::size_t cut = 77;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U)
        --cut;
    return text.substr(0, cut) + "…";
}

std::string judge(const Task& task, const store::JournalRow& row, const Outcome& outcome) {
    if (row.erased) return "the recorded answer was erased, so nothing can be compared";
    const std::string input = task.input.is_null()
                                  ? std::string()
                                  : task.input.dump(-1, ' ', false, json::error_handler_t::replace);
    if (row.kind != toString(task.kind))
        return "the replay runs a " + std::string(toString(task.kind)) + " step where the run had a " +
               row.kind;
    if (sha256Hex(input) != row.request_sha)
        return "the replay asks something else than the run did: " + brief(task.input);
    if (task.failed) {
        if (outcome.ok) return "the replay fails here with " + task.failed->code + ", the run did not";
        return outcome.error.code == task.failed->code
                   ? ""
                   : "the replay fails with " + task.failed->code + ", the run with " + outcome.error.code;
    }
    if (!isDeterministic(task)) return {};
    const LocalResult again = runLocal(task, nullptr, {});
    if (again.ok != outcome.ok)
        return again.ok ? "the step succeeds in the replay and failed in the run: " + outcome.error.message
                        : "the step fails in the replay and succeeded in the run: " + again.error.message;
    if (!again.ok)
        return again.error.code == outcome.error.code && again.error.message == outcome.error.message
                   ? ""
                   : "the step fails with \"" + again.error.message + "\", in the run with \"" +
                         outcome.error.message + "\"";
    if (again.output != outcome.output)
        return "the result is " + brief(again.output) + ", in the run it was " + brief(outcome.output);
    if (again.memory != outcome.memory)
        return "run memory is set to " + brief(again.memory) + ", in the run to " + brief(outcome.memory);
    return {};
}

/// Recorded amounts against quantity x logged rate.
Status recost(store::Connection& db, const RunId& id, ReplayResult& out) {
    store::StepFilter filter;
    filter.run = id;
    filter.limit = 1'000;
    for (;;) {
        TALLY_ASSIGN(const auto page, store::StepRepo::page(db, filter));
        for (const StepRecord& step : page) {
            filter.after_seq = step.log_seq;
            out.recorded_cost += PicoSum(step.cost);
            if (step.usage.empty()) {
                out.replayed_cost += PicoSum(step.cost);
                continue;
            }
            TALLY_ASSIGN(const auto evidence, store::StepRepo::bySeq(db, step.log_seq));
            if (!evidence || !evidence->rate) continue;
            TALLY_ASSIGN(const auto cost, price::cost(step.usage, *evidence->rate));
            out.replayed_cost += PicoSum(cost.total);
        }
        if (static_cast<std::int64_t>(page.size()) < filter.limit) return {};
    }
}

} // namespace

Result<ReplayResult> replayRun(store::Connection& db, const RunId& id) {
    TALLY_ASSIGN(const StoredRun run, loadRun(db, id));
    ReplayResult out;
    out.run = id;
    if (run.row.inputs.empty()) {
        out.divergence =
            "the inputs, prompts and answers of this run were erased, so nothing can be compared; "
            "its steps and costs are in the log as before";
        TALLY_TRY(recost(db, id, out));
        return out;
    }
    Compare compare;
    compare.judge = judge;
    TALLY_ASSIGN(const Rebuilt again, rebuild(run, &compare));
    out.steps = compare.steps;
    out.divergence_path = compare.path;
    out.divergence = compare.sentence;
    TALLY_TRY(recost(db, id, out));
    const auto diverge = [&](std::string path, std::string sentence) {
        if (!out.divergence.empty()) return;
        out.divergence_path = std::move(path);
        out.divergence = std::move(sentence);
    };
    const Machine& machine = *again.machine;
    if (machine.state() == Machine::State::ok && machine.output() != nullptr) out.output = *machine.output();
    const RunStatus status = run.row.summary.status;
    if (status == RunStatus::ok || status == RunStatus::error) {
        if (machine.state() == Machine::State::running)
            diverge(again.pending.empty() ? "" : again.pending.front().path,
                    "the replay goes on where the run had ended");
        else if ((machine.state() == Machine::State::ok) != (status == RunStatus::ok))
            diverge(machine.error().where, "the replay ends with another status than the run");
        else if (status == RunStatus::ok && run.output &&
                 json::parse(*run.output, nullptr, false) != out.output)
            diverge("output", "the result is " + brief(out.output) + ", the run's was different");
    }
    if (out.recorded_cost != out.replayed_cost)
        diverge("cost", "quantities times logged rates give " + out.replayed_cost.toString() +
                            ", recorded is " + out.recorded_cost.toString());
    out.identical = out.divergence.empty();
    return out;
}

} // namespace tally::engine
