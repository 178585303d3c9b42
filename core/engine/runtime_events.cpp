// What the display is told: at most ten times a second per run and for the whole, streamed text once per
// turn.
#include "core/audit/trace_log_writer.h"
#include "core/base/encoding.h"
#include "core/engine/runtime.h"
#include "core/store/store.h"

#include <fmt/format.h>

namespace tally::engine {

namespace {
constexpr std::int64_t pause_us = 100'000;
}

std::string logText(std::string_view text) {
    constexpr std::size_t most = 1'000;
    std::string out = scrubUtf8(text.substr(0, most));
    if (text.size() > most) out += "…";
    return out;
}

void Runtime::show(LiveRun& run, bool now) {
    // Its end is on the way to the disk; it is shown when it is there, or never.
    if (run.closing && !now) return;
    const std::int64_t at = mono();
    if (!now && at - run.shown_us < pause_us) {
        if (!run.dirty) dirty_.insert(run.id);
        run.dirty = true;
        return;
    }
    run.dirty = false;
    run.shown_us = at;
    dirty_.erase(run.id);
    config_.feed->publish(RunChanged{run.sum});
}

void Runtime::show(const LiveStep& step, StepStatus status, const StepEnd* end, std::int64_t seq) {
    StepRecord record;
    record.run = step.run->id;
    record.span = step.span;
    record.parent = step.parent;
    record.name = step.task.def->id;
    record.path = step.task.path;
    record.kind = step.task.kind;
    record.status = status;
    record.attempt = step.attempt;
    record.provider = step.ref.provider;
    record.model = step.ref.model;
    record.simulated = step.facts.simulated;
    record.reserved = step.worst;
    record.started_us = step.wall_us;
    record.queue_us = std::max<std::int64_t>(0, step.started_us - step.queued_us);
    record.log_seq = seq;
    record.detail = step.waits;
    if (end != nullptr) {
        record.usage = end->usage;
        record.cost = end->cost;
        record.ttft_us = end->ttft_us;
        record.latency_us = std::max<std::int64_t>(0, mono() - step.started_us);
        record.detail = end->detail;
    }
    config_.feed->publish(StepChanged{std::move(record)});
}

void Runtime::knowWorkflow(std::shared_ptr<const Workflow> workflow) {
    std::string name = workflow->name;
    workflows_.insert_or_assign(std::move(name), std::move(workflow));
}

void Runtime::problem(Reply<std::string> reply) {
    reply(halted_ ? halted_->text() : std::string());
}

void Runtime::showEngine() {
    engine_shown_us_ = mono();
    EngineState state;
    state.running = !halted_ && !closing_;
    state.admission_open = !halted_ && !kill_.allClosed();
    state.live_runs = static_cast<std::int64_t>(runs_.size());
    state.inflight_calls = port_ == nullptr ? 0 : static_cast<std::int64_t>(port_->inflight());
    if (halted_) state.problem = halted_->text();
    config_.feed->publish(std::move(state));
}

void Runtime::frame() {
    for (const std::uint64_t serial : streaming_) {
        LiveStep* step = find(serial);
        if (step == nullptr || step->delta.empty()) continue;
        config_.feed->publish(TextDelta{step->run->id, step->task.path, std::move(step->delta)});
        step->delta.clear();
    }
    streaming_.clear();
    const std::int64_t now = mono();
    if (!dirty_.empty()) {
        std::int64_t next = pause_us;
        std::vector<LiveRun*> due;
        for (const RunId& id : dirty_) {
            LiveRun* run = find(id);
            if (run == nullptr || run->closing) continue;
            if (now - run->shown_us >= pause_us)
                due.push_back(run);
            else
                next = std::min(next, pause_us - (now - run->shown_us));
        }
        for (LiveRun* run : due)
            show(*run, true);
        if (!dirty_.empty() && frame_timer_ == 0) frame_timer_ = after(next, [this] { frame_timer_ = 0; });
    }
    if (!runs_.empty() && now - engine_shown_us_ >= pause_us) {
        showEngine();
        config_.feed->publish(LogAdvanced{config_.log->size(), config_.log->sealedSize()});
    }
    showBudgets();
}

/// Changed budgets for the display; notices (a threshold was passed, a budget blocked) for the log as well.
void Runtime::showBudgets() {
    for (BudgetNotice& notice : ledger_.takeNotices()) {
        auto kept = std::make_shared<BudgetNotice>(std::move(notice));
        config_.feed->publish(BudgetChanged{kept->state});
        commit(
            [this, kept](store::Tx& tx) -> Status {
                const BudgetState& state = kept->state;
                const Budget& budget = state.budget;
                const char* op = kept->kind == BudgetNotice::Kind::warn ? "warn" : "exhausted";
                config_.store->spendBook().note(tx, budget.id, state.window_key, state.exhausted,
                                                kept->warned);
                TALLY_TRY(config_.log->append(
                    tx, audit::BudgetEntry{op,
                                           budget.scope.str(),
                                           std::string(toString(budget.window)),
                                           "engine",
                                           kept->kind == BudgetNotice::Kind::warn
                                               ? fmt::format("{} percent passed", kept->percent)
                                               : "limit reached",
                                           {},
                                           {},
                                           ""}));
                return {};
            },
            [](const Status&) {});
    }
    const std::int64_t now = mono();
    if (now - budgets_shown_us_ < pause_us) return;
    budgets_shown_us_ = now;
    for (BudgetState& state : ledger_.takeChanged())
        config_.feed->publish(BudgetChanged{std::move(state)});
}

} // namespace tally::engine
