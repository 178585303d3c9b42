// Observations (TRACE_LOG.md 16.1): entries that are each in order but do not fit each other. They are listed
// among the derived findings and change no verdict, because the format allows what they describe.
#include "core/audit/content_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::audit {
namespace {
std::size_t budgetKey(std::string_view scope, std::string_view window) {
    return std::hash<std::string>()(fmt::format("{}\n{}", scope, window));
}
std::optional<std::string_view> rawText(const EntryView& view, std::string_view key) {
    const CfpField* f = view.find(key);
    return f != nullptr && f->type == CfpType::string ? std::optional(view.raw(*f)) : std::nullopt;
}
} // namespace

void ContentCheck::observation(std::string_view code, FindingParts parts) {
    parts.derived = true;
    findings_.add(code, std::move(parts));
}

bool ContentCheck::seesEverything() const {
    return first_ == 0 && unreadable_n_ == 0 && genesis_ && !genesis_->has("continues");
}

void ContentCheck::observe(std::uint64_t seq, const LineRef& l) {
    if (l.anyBad()) return;
    switch (*l.kind()) {
    case Kind::kill:
        observeKill(seq, l);
        break;
    case Kind::budget:
        observeBudget(seq, l);
        break;
    case Kind::alert:
        observeAlert(seq, l);
        break;
    case Kind::policy:
        if (rawText(l.view(), "name") == kill_lifted_policy)
            fences_.lift(rawText(l.view(), "scope").value_or(""), l.raw(Known::target).value_or(""));
        break;
    case Kind::approve:
        if (const auto id = l.raw(Known::run)) observeRunNamed(seq, Known::run, *id);
        break;
    default:
        break;
    }
}

void ContentCheck::observePrice(std::uint64_t seq, const LineRef& l, const Price& price) {
    const auto differs = [](const std::optional<std::string_view>& named, const std::string& priced) {
        return named && *named != priced && priced != "*"; // one rate for all models of a provider
    };
    const bool model = differs(l.raw(Known::model), price.model);
    if (!model && !differs(l.raw(Known::provider), price.provider)) return;
    // A simulated call is priced as the model that it stands for.
    const CfpField* const simulated = l.view().find("sim");
    if (simulated != nullptr && l.view().content(*simulated) == "true") return;
    observation("W_PRICE_OTHER", {.seq = seq,
                                  .field = model ? "model" : "provider",
                                  .stored = l.shown(model ? Known::model : Known::provider),
                                  .expected = model ? price.model : price.provider});
}

void ContentCheck::observeRunNamed(std::uint64_t seq, Known field, std::string_view id) {
    if (!seesEverything() || runPlace(id, IdMap::hashOf(id))) return;
    observation("W_RUN_UNKNOWN",
                {.seq = seq, .field = std::string(toText(field)), .stored = std::string(id)});
}

void ContentCheck::observeKill(std::uint64_t seq, const LineRef& l) {
    const auto inflight = l.view().integer("inflight_n"), stopped = l.view().integer("stopped_n");
    if (inflight && stopped && *stopped > *inflight)
        observation("W_KILL_COUNTS", {.seq = seq,
                                      .field = "stopped_n",
                                      .stored = std::to_string(*stopped),
                                      .expected = std::to_string(*inflight)});
    const auto target = l.raw(Known::target);
    const auto scope = rawText(l.view(), "scope");
    const CfpField* const fence = l.view().find("fence");
    if (fence != nullptr && l.view().content(*fence) == "true" && scope && target)
        fences_.raise(seq, *scope, *target, l.raw(Known::boot).value_or(""),
                      l.integer(Known::mono_us).value_or(0));
    if (scope != "run" || !target) return;
    observeRunNamed(seq, Known::target, *target);
    const auto place = runPlace(*target, IdMap::hashOf(*target));
    if (!place || *place == ended) return;
    runs_[*place].claimed_stopped += std::min(stopped.value_or(0), inflight.value_or(0));
    runs_[*place].kill = seq;
}

void ContentCheck::observeBudget(std::uint64_t seq, const LineRef& l) {
    const auto op = l.raw(Known::op), scope = rawText(l.view(), "scope"),
               window = rawText(l.view(), "window");
    if (!op || !scope || !window) return;
    const std::size_t key = budgetKey(*scope, *window);
    if (*op == "set" || *op == "change") {
        BudgetSeen& budget = budgets_[key];
        if (const auto limit = l.view().integer("limit_pico")) {
            budget.limit_pico = limit;
            const CfpField* const field = l.view().find("sim");
            const std::string_view simulated =
                field == nullptr ? std::string_view() : l.view().content(*field);
            windows_.set(*scope, *window, *limit, l.integer(Known::ts_us).value_or(0), simulated == "true");
            // What of a run's cost was simulated is not summed here, so such a limit cannot be compared with
            // it.
            if (simulated == "false") budget.limit_pico.reset();
        }
        return;
    }
    const auto at = budgets_.find(key);
    if (at == budgets_.end()) {
        if (seesEverything())
            observation("W_BUDGET_UNKNOWN",
                        {.seq = seq, .field = "scope", .stored = fmt::format("{} {}", *scope, *window)});
        return;
    }
    if (*op == "remove") {
        at->second.limit_pico.reset();
        windows_.remove(*scope, *window);
    } else {
        at->second.noticed = true;
        windows_.noticed(*scope, *window);
        at->second.overrun.reset();
    }
}

void ContentCheck::observeAlert(std::uint64_t seq, const LineRef& l) {
    const auto id = l.raw(Known::run);
    if (!id) return;
    observeRunNamed(seq, Known::run, *id);
    const auto about = l.integer(Known::about);
    if (!about || *about < 0) return;
    const auto target = static_cast<std::uint64_t>(*about);
    if (target < first_ || target >= seq || isUnreadable(target)) return;
    const auto step = entry(target);
    const std::string* kind = step ? step->text("kind") : nullptr;
    const std::string* run = step ? step->text("run") : nullptr;
    if (kind != nullptr && *kind == "step" && run != nullptr && *run == l.shown(Known::run)) return;
    observation("W_ALERT_ABOUT", {.seq = seq, .field = "about", .stored = std::to_string(*about)});
}

void ContentCheck::observeKey(std::uint64_t seq, const LineRef& l) {
    const auto vkey = l.shown(Known::vkey);
    if (!vkey) return;
    const std::string* first = genesis_ ? genesis_->text("vkey") : nullptr;
    const bool used = (first != nullptr && *first == *vkey) ||
                      std::any_of(keys_.begin(), keys_.end(),
                                  [&](const KeyEntry& k) { return k.vkey && *k.vkey == *vkey; });
    if (used) observation("W_KEY_REUSED", {.seq = seq, .field = "vkey", .stored = vkey});
}

void ContentCheck::observeRunEnd(std::uint64_t seq, const Run& run, std::string_view id) {
    if (run.claimed_stopped > run.stopped)
        observation("W_KILL_COUNTS", {.seq = run.kill,
                                      .field = "stopped_n",
                                      .stored = std::to_string(run.claimed_stopped),
                                      .expected = std::to_string(run.stopped)});
    if (budgets_.empty()) return;
    const auto at = budgets_.find(budgetKey(fmt::format("run:{}", id), "run"));
    if (at == budgets_.end() || at->second.noticed || !at->second.limit_pico ||
        run.cost <= *at->second.limit_pico)
        return;
    at->second.overrun = seq;
    at->second.cost = run.cost;
}

void ContentCheck::finishObservations() {
    std::vector<std::pair<std::uint64_t, const BudgetSeen*>> overruns;
    for (const auto& [key, budget] : budgets_) {
        if (budget.overrun) overruns.emplace_back(*budget.overrun, &budget);
    }
    std::sort(overruns.begin(), overruns.end()); // the order of the map is no order
    for (const auto& [seq, budget] : overruns)
        observation("W_BUDGET_OVERRUN", {.seq = seq,
                                         .field = "cost_pico",
                                         .stored = tally::toString(budget->cost),
                                         .expected = std::to_string(*budget->limit_pico)});
    for (const auto& over : windows_.overruns())
        observation("W_BUDGET_OVERRUN", {.seq = over.seq,
                                         .field = "cost_pico",
                                         .stored = tally::toString(over.spent),
                                         .expected = std::to_string(over.limit),
                                         .detail = fmt::format("{} {}", over.scope, over.window)});
}

} // namespace tally::audit
