#include "core/guard/counter_repeat.h"

#include "core/guard/digest.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::guard {
namespace {

/// Larger texts are compared as they are.
constexpr std::size_t longest_folded = 4096;

bool digit(char c) {
    return c >= '0' && c <= '9';
}

std::string withoutNumbers(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (!digit(c))
            out.push_back(c);
        else if (out.empty() || out.back() != '0')
            out.push_back('0');
    return out;
}

/// "2026-11-22T05:01:02Z", "05:01:02": digits with at least two colons or dashes between them.
std::string withoutTimes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        if (!digit(text[i])) {
            out.push_back(text[i++]);
            continue;
        }
        std::size_t end = i, separators = 0;
        while (end < text.size() &&
               (digit(text[end]) || std::string_view(":-.TZ+").find(text[end]) != std::string_view::npos))
            separators += text[end] == ':' || text[end] == '-' ? 1 : 0, ++end;
        if (separators >= 2)
            out.push_back('0');
        else
            out.append(text.substr(i, end - i));
        i = end;
    }
    return out;
}

std::uint64_t folded(std::string_view text, std::string (*fold)(std::string_view), std::uint64_t seed) {
    return text.size() > longest_folded ? digest(text, seed) : digest(fold(text), seed);
}

} // namespace

std::vector<Alert> CounterRepeat::feed(const StepObservation& step, const GuardConfig& config) {
    std::vector<Alert> out;
    if (config.counter == Reaction::off) return out;
    const AlertAction action = config.counter == Reaction::stop ? AlertAction::stop : AlertAction::warn;
    Last& last = steps_[step.name];
    const std::uint64_t name = digest(step.name);
    const std::uint64_t call = folded(step.args, withoutNumbers, name),
                        result = folded(step.result, withoutTimes, name);
    const std::uint64_t exact = digest(step.result, digest(step.args, name));
    if (call != last.call || result != last.result) {
        last.times = 1;
        last.first = step.path;
    } else if (exact != last.exact) {
        ++last.times; // a repeat to the last letter is the loop detector's
    }
    last.call = call, last.result = result, last.exact = exact;
    if (last.times == config.counter_repeats) {
        last.times = 1 - config.counter_repeats; // said; once more after twice as many
        Alert alert;
        alert.detector = "loop.counter";
        alert.action = action;
        alert.sentence =
            fmt::format("{} came {} times with only a number or a time changed and gave the same result "
                        "(steps {} to {}): \"{}\".",
                        step.name, config.counter_repeats, last.first, step.path, brief(step.result));
        alert.evidence = {
            {"times", config.counter_repeats}, {"first_step", last.first}, {"last_step", step.path}};
        out.push_back(std::move(alert));
    }
    if (!step.progress) return out;
    last.still = last.progress && *step.progress <= *last.progress ? last.still + 1 : 0;
    if (last.still == 0) last.progress = step.progress;
    if (last.still != config.counter_repeats) return out;
    Alert alert;
    alert.detector = "loop.no_progress";
    alert.action = action;
    alert.sentence = fmt::format("The workflow's own measure stands at {} since {} steps of {}.",
                                 *last.progress, last.still, step.name);
    alert.evidence = {{"progress", *last.progress}, {"steps", last.still}};
    out.push_back(std::move(alert));
    return out;
}

} // namespace tally::guard
