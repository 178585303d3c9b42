#include "core/guard/growth_detector.h"

#include "core/guard/digest.h"

#include <fmt/format.h>

namespace tally::guard {
namespace {
std::set<std::uint64_t> linesOf(std::string_view text) {
    std::set<std::uint64_t> out;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        if (line.find_first_not_of(" \t\r") != std::string_view::npos) out.insert(digest(line));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return out;
}
} // namespace

std::optional<Alert> GrowthDetector::feed(const StepObservation& step, const GuardConfig& config) {
    if (config.growth == Reaction::off || step.output.empty()) return std::nullopt;
    Last& last = steps_[step.name];
    std::set<std::uint64_t> lines = linesOf(step.output);
    std::size_t kept = 0;
    for (const std::uint64_t line : last.lines)
        kept += lines.count(line);
    const bool repeats = !last.lines.empty() && kept * 5 >= last.lines.size() * 4;
    const bool progressed = step.progress && (!last.progress || *step.progress > *last.progress);
    if (step.output.size() > last.bytes && repeats && !progressed) {
        ++last.grown;
    } else {
        last.grown = 0;
        last.first_bytes = step.output.size();
        last.reported = false;
    }
    last.bytes = step.output.size();
    last.lines = std::move(lines);
    if (step.progress) last.progress = step.progress;
    // Twice the first answer: a few added lines per turn are how a list is completed.
    if (last.reported || last.grown < config.growth_steps || last.bytes < 2 * last.first_bytes)
        return std::nullopt;
    last.reported = true;
    Alert alert;
    alert.detector = "loop.growing_output";
    alert.action = config.growth == Reaction::stop ? AlertAction::stop : AlertAction::warn;
    alert.sentence = fmt::format(
        "The output of {} grew {} times in a row, from {} to {} bytes, and each time repeated at least "
        "80 % of the one before{}.",
        step.name, last.grown, last.first_bytes, last.bytes,
        step.progress ? fmt::format("; progress stands at {}", *step.progress) : std::string());
    alert.evidence = {{"times", last.grown}, {"first_bytes", last.first_bytes}, {"bytes", last.bytes}};
    return alert;
}

} // namespace tally::guard
