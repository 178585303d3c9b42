#include "core/guard/loop_detector.h"

#include "core/guard/digest.h"
#include "core/guard/failure_text.h"

#include <fmt/format.h>

namespace tally::guard {
namespace {

AlertAction actionOf(Reaction reaction) {
    return reaction == Reaction::stop ? AlertAction::stop : AlertAction::warn;
}

std::string callText(const StepObservation& step) {
    return fmt::format("{}({})", step.name, brief(step.args));
}

/// Spaces, line ends and letter case of a repeated call do not make it new.
std::string normalised(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool space = false;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            space = !out.empty();
            continue;
        }
        if (space) out.push_back(' ');
        space = false;
        out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    }
    return out;
}

/// A failure with another line number, time or counter is the same failure.
std::string foldNumbers(std::string text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    text.erase(std::unique(text.begin(), text.end(), [&](char a, char b) { return digit(a) && digit(b); }),
               text.end());
    for (char& c : text)
        if (digit(c)) c = '0';
    return text;
}

void drop(std::unordered_map<std::uint64_t, int>& counts, std::uint64_t key) {
    const auto found = counts.find(key);
    if (found != counts.end() && --found->second == 0) counts.erase(found);
}

} // namespace

LoopDetector::Cycle LoopDetector::newestCycle(int max_period) const {
    // Reversed, so that the prefixes are the newest calls. The border of a prefix of length n gives its
    // shortest period n - border; the longest prefix with a short enough period is the cycle.
    const int n = static_cast<int>(calls_.size());
    std::vector<int> border(calls_.size() + 1, 0);
    const auto at = [&](int i) { return calls_[static_cast<std::size_t>(n - 1 - i)].full; };
    Cycle best;
    for (int i = 1, k = 0; i < n; ++i) {
        while (k > 0 && at(i) != at(k))
            k = border[static_cast<std::size_t>(k)];
        if (at(i) == at(k)) ++k;
        border[static_cast<std::size_t>(i) + 1] = k;
        const int period = i + 1 - k;
        if (period <= max_period && (i + 1) / period > 1) best = {period, (i + 1) / period};
    }
    return best;
}

Alert LoopDetector::identical(const StepObservation& step, const Call& call, int same,
                              const GuardConfig& config) const {
    Alert alert;
    alert.detector = "loop.identical";
    alert.action = actionOf(config.identical);
    int run = 0; // of the newest call, without a gap
    for (auto it = calls_.rbegin(); it != calls_.rend() && it->full == call.full; ++it)
        ++run;
    if (run >= 2)
        alert.sentence = fmt::format("The call {} gave the same result {} times in a row (steps {} to {}).",
                                     callText(step), run,
                                     calls_[calls_.size() - static_cast<std::size_t>(run)].path, call.path);
    else if (stale_ >= config.identical_repeats)
        alert.sentence = fmt::format(
            "The last {} repeats, up to {}, only repeated earlier calls with their results; nothing "
            "new came between them.",
            stale_, callText(step));
    else
        alert.sentence = fmt::format("The call {} has given the same result {} times in the last {} calls.",
                                     callText(step), same, calls_.size());
    alert.evidence = {{"call", brief(step.name)},
                      {"in_a_row", run},
                      {"repeats", stale_},
                      {"same", same},
                      {"last_step", call.path}};
    return alert;
}

Alert LoopDetector::cycle(const StepObservation& step, const Cycle& found, const GuardConfig& config) const {
    Alert alert;
    alert.detector = "loop.cycle";
    alert.action = actionOf(config.cycle);
    const std::size_t length =
        static_cast<std::size_t>(found.period) * static_cast<std::size_t>(found.repeats);
    const std::string& first = calls_[calls_.size() - length].path;
    alert.sentence = fmt::format(
        "The same {} calls with the same results came {} times, one round after the other (steps {} to "
        "{}; the last is {}).",
        found.period, found.repeats, first, calls_.back().path, callText(step));
    alert.evidence = {{"period", found.period},
                      {"rounds", found.repeats},
                      {"first_step", first},
                      {"last_step", calls_.back().path}};
    return alert;
}

std::optional<Alert> LoopDetector::feed(const StepObservation& step, const GuardConfig& config) {
    Call call;
    call.action = digest(normalised(step.args), digest(step.name));
    const bool failed = step.failed || saysFailed(step.result);
    call.result = digest(failed ? foldNumbers(normalised(step.result)) : normalised(step.result));
    call.full = digest(std::string_view(reinterpret_cast<const char*>(&call.result), sizeof call.result),
                       call.action);
    call.path = step.path;

    const bool at_once = !calls_.empty() && calls_.back().full == call.full;
    const int same = ++counts_[call.full];
    const bool old_result = ++results_[call.result] > 1;
    calls_.push_back(call);
    while (calls_.size() > static_cast<std::size_t>(config.history)) {
        drop(counts_, calls_.front().full);
        drop(results_, calls_.front().result);
        calls_.pop_front();
    }
    if (auto stuck = stuck_.feed(step, {call.result, same > 1, at_once, old_result, failed}, config))
        return stuck;
    if (same > 1) {
        ++stale_;
    } else if (!old_result) {
        stale_ = 0;
        identical_reported_ = cycle_reported_ = false;
    }
    if (config.identical != Reaction::off && !identical_reported_ &&
        (stale_ >= config.identical_repeats || same == config.identical_total)) {
        identical_reported_ = true;
        return identical(step, call, same, config);
    }
    if (config.cycle == Reaction::off || cycle_reported_ || same < 2) return std::nullopt;
    const Cycle found = newestCycle(config.cycle_max_period);
    if (found.period < 2 || found.repeats < config.cycle_repeats) return std::nullopt;
    cycle_reported_ = true;
    return cycle(step, found, config);
}

} // namespace tally::guard
