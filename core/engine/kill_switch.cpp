#include "core/engine/kill_switch.h"

#include <fmt/format.h>

namespace tally::engine {

void KillSwitch::runStarted(const RunId& run, const RunId& root, const std::string& workflow,
                            const std::string& process) {
    const RunId top = root.empty() ? run : root;
    const auto parent = runs_.find(top);
    // A child lives in its root's epoch: it is fenced with it, and a child started late is not younger than
    // its root.
    const Epoch epoch = parent == runs_.end() ? epoch_ : parent->second.epoch;
    runs_[run] = Live{top, workflow, process, epoch};
}

void KillSwitch::runEnded(const RunId& run) {
    runs_.erase(run);
}

void KillSwitch::entered(const RunId& run, const std::string& workflow, const std::string& process) {
    if (const auto found = runs_.find(run); found != runs_.end())
        found->second.called.emplace(workflow, process);
}

Epoch KillSwitch::epochOf(const RunId& run) const {
    const auto found = runs_.find(run);
    return found == runs_.end() ? -1 : found->second.epoch;
}

void KillSwitch::callStarted(const AttemptId& attempt, const RunId& run) {
    calls_[attempt] = run;
}

bool KillSwitch::holds(const KillOrder& order, const RunId& run, const RunId& root,
                       const std::string& workflow, const std::string& process) const {
    const auto names = [&](const std::string& flow, const std::string& area) {
        return (order.scope == KillScope::workflow && flow == order.target) ||
               (order.scope == KillScope::process && area == order.target);
    };
    const auto named = [&](const Live& live) {
        return names(live.workflow, live.process) ||
               std::any_of(live.called.begin(), live.called.end(),
                           [&](const auto& each) { return names(each.first, each.second); });
    };
    if (order.scope == KillScope::all) return true;
    if (order.target.empty()) return false;
    if (order.scope == KillScope::run) return run.str() == order.target || root.str() == order.target;
    if (names(workflow, process)) return true;
    for (const RunId* each : {&run, &root})
        if (const auto live = runs_.find(*each); live != runs_.end() && named(live->second)) return true;
    return false;
}

const KillSwitch::Order* KillSwitch::holder(const RunId& run) const {
    const auto found = runs_.find(run);
    const Live unknown{run, {}, {}, 0};
    const Live& live = found == runs_.end() ? unknown : found->second;
    for (const KillId& id : order_of_orders_) {
        const Order& order = orders_.at(id);
        if (!order.receipt.resumed && holds(order.receipt.order, run, live.root, live.workflow, live.process))
            return &order;
    }
    return nullptr;
}

namespace {
Error closedBy(const KillReceipt& receipt) {
    const KillOrder& order = receipt.order;
    std::string what = order.scope == KillScope::all
                           ? "Everything was stopped"
                           : fmt::format("The {} {} was stopped", toString(order.scope), order.target);
    if (!order.by.empty()) what += " by " + order.by;
    if (!order.reason.empty()) what += " (" + order.reason + ")";
    return {"kill.closed",
            what + "; nothing new starts until that stop is lifted",
            "when the reason is gone: tally resume-kill " + order.id.str() + " --continue-runs",
            {}};
}
} // namespace

std::optional<Error> KillSwitch::closed(const RunId& run) const {
    if (const Order* order = holder(run)) return closedBy(order->receipt);
    return std::nullopt;
}

std::optional<KillId> KillSwitch::heldBy(const RunId& run) const {
    if (const Order* order = holder(run)) return order->receipt.order.id;
    return std::nullopt;
}

std::optional<Error> KillSwitch::closedFor(const std::string& workflow, const std::string& process) const {
    for (const KillId& id : order_of_orders_) {
        const KillReceipt& receipt = orders_.at(id).receipt;
        if (!receipt.resumed && holds(receipt.order, {}, {}, workflow, process)) return closedBy(receipt);
    }
    return std::nullopt;
}

bool KillSwitch::allClosed() const {
    for (const auto& [id, order] : orders_)
        if (!order.receipt.resumed && order.receipt.order.scope == KillScope::all) return true;
    return false;
}

bool KillSwitch::mayAdvance(const RunId& run, Epoch stamped) const {
    const auto found = runs_.find(run);
    return found != runs_.end() && found->second.epoch == stamped && holder(run) == nullptr;
}

KillEffects KillSwitch::order(const KillOrder& order, std::int64_t wall_us, std::int64_t mono_us) {
    KillEffects out;
    ++epoch_;
    Order& entry = orders_[order.id];
    order_of_orders_.push_back(order.id);
    entry.receipt = KillReceipt{};
    entry.receipt.order = order;
    entry.receipt.ordered_us = wall_us;
    entry.mono_us = mono_us;
    for (auto& [run, live] : runs_)
        if (holds(order, run, live.root, live.workflow, live.process)) entry.runs.insert(run);
    for (const RunId& run : entry.runs)
        runs_[run].epoch = epoch_;
    for (const auto& [attempt, run] : calls_) {
        if (entry.runs.count(run) == 0) continue;
        entry.calls.insert(attempt);
        if (!hit_calls_[attempt].empty()) ++entry.elsewhere;
        hit_calls_[attempt].push_back(order.id);
    }
    entry.receipt.inflight = static_cast<std::int64_t>(entry.calls.size()) - entry.elsewhere;
    entry.receipt.runs_stopped = static_cast<std::int64_t>(entry.runs.size());
    out.cancel_calls.assign(entry.calls.begin(), entry.calls.end());
    out.stop_runs.assign(entry.runs.begin(), entry.runs.end());
    completeIfDone(entry);
    out.receipt = entry.receipt;
    return out;
}

std::vector<KillReceipt> KillSwitch::callEnded(const AttemptId& attempt, const CallEnd& end,
                                               std::int64_t mono_us) {
    std::vector<KillReceipt> out;
    calls_.erase(attempt);
    const auto hit = hit_calls_.find(attempt);
    if (hit == hit_calls_.end()) return out;
    const std::vector<KillId> ids = std::move(hit->second);
    hit_calls_.erase(hit);
    for (const KillId& id : ids) {
        Order& order = orders_.at(id);
        if (order.calls.erase(attempt) == 0) continue;
        KillReceipt& receipt = order.receipt;
        // The first order that hit a call owns it: nothing stands in two receipts.
        if (id == ids.front()) {
            if (end.by_kill) {
                ++receipt.stopped;
                receipt.stop_us = std::max(receipt.stop_us, mono_us - order.mono_us);
            } else {
                ++order.answered;
            }
            if (end.confirmed) ++order.confirmed;
            if (!end.usage_known) {
                ++receipt.unknown_outcome;
                order.unknown_booked += end.booked;
            }
            receipt.tail += end.booked;
        }
        if (completeIfDone(order)) out.push_back(receipt);
    }
    return out;
}

std::vector<KillReceipt> KillSwitch::runStopped(const RunId& run, std::int64_t retries_cancelled,
                                                std::int64_t children_ended, std::int64_t mono_us) {
    std::vector<KillReceipt> out;
    bool first = true;
    for (const KillId& id : order_of_orders_) {
        Order& order = orders_.at(id);
        if (order.runs.erase(run) == 0) continue;
        if (first) {
            order.receipt.retries_cancelled += retries_cancelled;
            order.receipt.children_ended += children_ended;
            if (children_ended > 0)
                order.receipt.stop_us = std::max(order.receipt.stop_us, mono_us - order.mono_us);
        }
        first = false;
        if (completeIfDone(order)) out.push_back(order.receipt);
    }
    return out;
}

void KillSwitch::admissionClosed(const KillId& id, std::int64_t mono_us) {
    const auto found = orders_.find(id);
    if (found != orders_.end()) found->second.receipt.admission_closed_us = mono_us - found->second.mono_us;
}

void KillSwitch::logged(const KillId& id, std::int64_t log_seq) {
    const auto found = orders_.find(id);
    if (found != orders_.end()) found->second.receipt.log_seq = log_seq;
}

bool KillSwitch::completeIfDone(Order& order) {
    if (order.receipt.complete || !order.calls.empty() || !order.runs.empty()) return false;
    order.receipt.complete = true;
    order.receipt.confirmation = confirmation(order);
    return true;
}

std::string KillSwitch::confirmation(const Order& order) {
    const KillReceipt& receipt = order.receipt;
    const std::string before =
        order.elsewhere == 0
            ? std::string()
            : fmt::format(" {} calls under way were being stopped by an earlier order already: they "
                          "stand in its receipt.",
                          order.elsewhere);
    if (receipt.inflight == 0)
        return (before.empty() ? "Stop confirmed: no call was under way, nothing more is sent."
                               : "Nothing more is sent.") +
               before;
    std::string out = fmt::format("{} of {} calls under way were closed on our side, nothing more is sent.",
                                  receipt.stopped, receipt.inflight);
    if (order.answered > 0) out += fmt::format(" {} had already answered.", order.answered);
    if (order.confirmed > 0)
        out += fmt::format(" For {} the other side is known to have stopped.", order.confirmed);
    const std::int64_t open = receipt.stopped - order.confirmed;
    if (open > 0)
        out += fmt::format(
            " For {} a closed stream does not prove that the provider stopped computing or billing.", open);
    if (receipt.unknown_outcome > 0)
        out += fmt::format(
            " {} without reported usage are booked at their whole reservation until it is known, so the "
            "cost after the order is too high by at most {}; `tally settle` corrects it.",
            receipt.unknown_outcome, shortDollars(order.unknown_booked));
    return out + before;
}

Result<KillSwitch::Resumed> KillSwitch::resume(const KillId& id) {
    const auto found = orders_.find(id);
    if (found == orders_.end())
        return fail("kill.unknown", "there is no stop order " + id.str().substr(0, 64),
                    "list them with: tally receipts");
    Order& order = found->second;
    if (order.receipt.resumed)
        return fail("kill.already_resumed", "stop order " + id.str() + " was resumed before");
    if (!order.receipt.complete)
        return fail("kill.incomplete",
                    fmt::format("{} calls and {} runs of stop order {} have not stopped yet",
                                order.calls.size(), order.runs.size(), id.str()),
                    "wait for its receipt");
    // What it holds is asked for before it opens: afterwards it holds nothing.
    std::vector<RunId> held;
    for (const auto& [run, live] : runs_)
        if (live.root == run && holds(order.receipt.order, run, run, live.workflow, live.process))
            held.push_back(run);
    order.receipt.resumed = true;
    std::erase_if(held, [&](const RunId& run) { return holder(run) != nullptr; });
    std::sort(held.begin(), held.end());
    return Resumed{order.receipt, std::move(held)};
}

std::vector<KillReceipt> KillSwitch::receipts() const {
    std::vector<KillReceipt> out;
    for (const KillId& id : order_of_orders_)
        out.push_back(orders_.at(id).receipt);
    return out;
}

const KillReceipt* KillSwitch::receipt(const KillId& id) const {
    const auto found = orders_.find(id);
    return found == orders_.end() ? nullptr : &found->second.receipt;
}

std::vector<KillReceipt> KillSwitch::restore(const std::vector<KillReceipt>& rows) {
    std::vector<KillReceipt> changed;
    for (const KillReceipt& row : rows) {
        ++epoch_;
        const auto [found, fresh] = orders_.emplace(row.order.id, Order{});
        if (fresh) order_of_orders_.push_back(row.order.id);
        KillReceipt& receipt = found->second.receipt = row;
        if (receipt.complete) continue;
        // Its calls died with the process: closed, but not by a report, so their outcome is unknown.
        receipt.complete = true;
        receipt.confirmation =
            fmt::format("The program ended before the last of {} calls reported its stop; their connections "
                        "died with it. "
                        "What has no reported usage is booked at its whole reservation until it is known.",
                        receipt.inflight);
        changed.push_back(receipt);
    }
    return changed;
}

} // namespace tally::engine
