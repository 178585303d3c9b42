#include "core/guard/check_repeat.h"

#include "core/guard/digest.h"

#include <fmt/format.h>

namespace tally::guard {

std::optional<Alert> CheckRepeat::feed(const StepObservation& step, const GuardConfig& config) {
    if (!step.check_passed) return std::nullopt;
    if (*step.check_passed) {
        checks_.erase(step.name);
        return std::nullopt;
    }
    Failures& failures = checks_[step.name];
    failures.count = failures.count > 0 && failures.problem == step.check_problem ? failures.count + 1 : 1;
    failures.problem = step.check_problem;
    if (config.check == Reaction::off || failures.count != config.check_repeats) return std::nullopt;
    Alert alert;
    alert.detector = "check.repeated";
    alert.action = config.check == Reaction::stop ? AlertAction::stop : AlertAction::warn;
    alert.sentence = fmt::format("The check {} failed {} times in a row for the same reason: {}.", step.name,
                                 failures.count, brief(failures.problem, 200));
    alert.evidence = {
        {"check", step.name}, {"times", failures.count}, {"problem", brief(failures.problem, 500)}};
    return alert;
}

} // namespace tally::guard
