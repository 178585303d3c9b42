#include "core/guard/stuck_score.h"

#include "core/guard/digest.h"

#include <fmt/format.h>

namespace tally::guard {
namespace {

constexpr std::size_t most_failed = 64;
constexpr int near_pct = 50;
constexpr int failed_again_at_once = 12, failed_again_later = 8, nearly_the_same = 12,
              other_call_same_failure = 4;
constexpr int success_again = 4;
constexpr int nothing_worked_repeat = 4, nothing_worked_other = 8;

void add(std::string& list, int n, std::string_view one, std::string_view many) {
    if (n == 0) return;
    if (!list.empty()) list += ", ";
    list += fmt::format("{} {}", n, n == 1 ? one : many);
}

} // namespace

bool StuckScore::nearlyFailedBefore(const Shingles& now, std::uint64_t result) const {
    for (const Failed& each : failed_)
        if (each.result == result && each.shingles.similarPct(now) > near_pct) return true;
    return false;
}

int StuckScore::pointsOf(const StepObservation& step, const Call& call) {
    if (call.repeat) {
        if (!call.failed) return ++repeats_, success_again;
        ++failed_repeats_;
        return (call.at_once ? failed_again_at_once : failed_again_later) +
               (worked_ ? 0 : nothing_worked_repeat);
    }
    if (!call.failed) return 0;
    Shingles now(step.args);
    int points = 0;
    if (call.known_result) {
        const bool near = nearlyFailedBefore(now, call.result);
        ++(near ? near_ : same_failure_);
        points = (near ? nearly_the_same : other_call_same_failure) + (worked_ ? 0 : nothing_worked_other);
    }
    failed_.push_back({call.result, std::move(now)});
    if (failed_.size() > most_failed) failed_.pop_front();
    return points;
}

Alert StuckScore::alert(const StepObservation& step, const GuardConfig& config) const {
    std::string what;
    add(what, failed_repeats_, "repeat of a call that had failed", "repeats of calls that had failed");
    add(what, near_, "nearly the same call with the same failure",
        "nearly the same calls with the same failure");
    add(what, same_failure_, "other call with the same failure", "other calls with the same failure");
    add(what, repeats_, "repeat of a call with its result", "repeats of calls with their results");
    Alert out;
    out.detector = "loop.stuck";
    out.action = config.stuck == Reaction::stop ? AlertAction::stop : AlertAction::warn;
    out.sentence = fmt::format("Since step {} nothing new was learned: {}{}; the last is {}({}): \"{}\".",
                               first_, what, worked_ ? "" : ", and no call has worked so far", step.name,
                               brief(step.args), brief(step.result));
    out.evidence = {
        {"points", points_},     {"limit", config.stuck_points},  {"failed_repeats", failed_repeats_},
        {"near_repeats", near_}, {"same_failure", same_failure_}, {"repeats", repeats_},
        {"worked", worked_},     {"first_step", first_},          {"last_step", step.path}};
    return out;
}

std::optional<Alert> StuckScore::feed(const StepObservation& step, const Call& call,
                                      const GuardConfig& config) {
    if (config.stuck == Reaction::off) return std::nullopt;
    if (!call.failed && !call.known_result) { // something new
        points_ = failed_repeats_ = near_ = same_failure_ = repeats_ = 0;
        first_.clear();
        worked_ = true;
        reported_ = false;
        return std::nullopt;
    }
    const int more = pointsOf(step, call);
    if (more == 0) return std::nullopt;
    if (first_.empty()) first_ = step.path;
    points_ += more;
    if (reported_ || points_ < config.stuck_points) return std::nullopt;
    reported_ = true;
    return alert(step, config);
}

} // namespace tally::guard
