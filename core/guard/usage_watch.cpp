#include "core/guard/usage_watch.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::guard {
namespace {

constexpr std::int64_t storm_window_us = 60'000'000;
constexpr std::size_t hits_in_a_row = 5;
constexpr std::int64_t usual_hit_pct = 50; ///< below it a cache is no rule that could break
constexpr std::int64_t collapse_share = 5; ///< a fifth of the usual share

} // namespace

std::optional<Alert> UsageWatch::tokens(Step& known, const StepObservation& step,
                                        const GuardConfig& config) const {
    const std::int64_t now = step.usage.tokens();
    const bool far =
        known.tokens.isFarAbove(now, config.cost_min_items, config.usage_min_pct, config.cost_mads);
    const std::int64_t median = known.tokens.median();
    const std::size_t others = known.tokens.size();
    known.tokens.add(now);
    if (!far) return std::nullopt;
    Alert alert;
    alert.detector = "cost.tokens";
    alert.sentence =
        fmt::format("{} used {} tokens ({} in, {} out); the median of the last {} was {}.", step.name, now,
                    step.usage.inputTokens(), step.usage.outputTokens(), others, median);
    alert.evidence = {{"tokens", now}, {"median", median}, {"steps", others}};
    return alert;
}

std::optional<Alert> UsageWatch::cache(Step& known, const StepObservation& step) const {
    const std::int64_t in = step.usage.inputTokens();
    if (in == 0) return std::nullopt;
    const int share = static_cast<int>(100 * step.usage.get(meter::cache_read) / in);
    known.last_hits.push_back(share);
    if (known.last_hits.size() <= hits_in_a_row) return std::nullopt;
    const std::int64_t usual = known.hit_pct.size() >= 20 ? known.hit_pct.median() : 0;
    const auto low = [&](int each) { return each * collapse_share <= usual; };
    const bool collapsed = usual >= usual_hit_pct &&
                           std::all_of(known.last_hits.end() - hits_in_a_row, known.last_hits.end(), low);
    if (!low(known.last_hits.front()))
        known.hit_pct.add(known.last_hits.front()); // the baseline stays what it was
    known.last_hits.pop_front();
    if (!collapsed) known.cold = known.cold && low(share);
    if (!collapsed || known.cold) return std::nullopt;
    known.cold = true;
    Alert alert;
    alert.detector = "cost.cache_collapse";
    alert.sentence = fmt::format(
        "The last {} calls of {} took at most {} % of their input from the cache; usual are {} %.",
        hits_in_a_row, step.name, *std::max_element(known.last_hits.begin(), known.last_hits.end()), usual);
    alert.evidence = {{"usual_pct", usual}, {"now_pct", share}, {"calls", hits_in_a_row}};
    return alert;
}

std::optional<Alert> UsageWatch::retries(const StepObservation& step, const GuardConfig& config) {
    Attempts& run = attempts_[step.run];
    run.last.push_back({step.at_us, step.failed});
    run.failed += step.failed ? 1 : 0;
    while (run.last.front().at_us + storm_window_us < step.at_us) {
        run.failed -= run.last.front().failed ? 1 : 0;
        run.last.pop_front();
    }
    const bool storm =
        run.failed >= config.retry_storm && 2 * static_cast<std::size_t>(run.failed) > run.last.size();
    if (!storm) run.reported = run.reported && run.failed > 0;
    if (!storm || run.reported) return std::nullopt;
    run.reported = true;
    Alert alert;
    alert.detector = "cost.retry_storm";
    alert.sentence = fmt::format("{} of {} attempts of this run failed within one minute; the last is {}.",
                                 run.failed, run.last.size(), step.path);
    alert.evidence = {
        {"failed", run.failed}, {"attempts", run.last.size()}, {"seconds", storm_window_us / 1'000'000}};
    return alert;
}

std::vector<Alert> UsageWatch::feed(const StepObservation& step, const GuardConfig& config) {
    std::vector<Alert> out;
    if (config.usage == Reaction::off || step.model.empty()) return out;
    const auto keep = [&](std::optional<Alert> alert) {
        if (!alert) return;
        alert->action = config.usage == Reaction::stop ? AlertAction::stop : AlertAction::warn;
        out.push_back(std::move(*alert));
    };
    if (!step.usage.empty()) {
        Step& known = steps_[{step.workflow, step.name, step.model}];
        keep(tokens(known, step, config));
        keep(cache(known, step));
    }
    keep(retries(step, config));
    return out;
}

} // namespace tally::guard
