#include "core/guard/answer_check.h"

#include "core/guard/digest.h"
#include "core/guard/failure_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace tally::guard {
namespace {

using nlohmann::json;
constexpr std::size_t longest_read = 256 * 1024;
constexpr std::size_t longest_refusal = 600;
constexpr std::size_t least_quote = 24; ///< bytes; shorter ones are names and terms

std::string folded(std::string_view text) {
    std::string out;
    bool space = false;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            space = !out.empty();
            continue;
        }
        if (space) out.push_back(' ');
        space = false;
        out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    }
    return out;
}

bool hasAny(const std::string& text, const auto& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

bool isRefusal(std::string_view answer) {
    constexpr std::array<std::string_view, 8> starts = {"i'm sorry",       "i am sorry",    "sorry,",
                                                        "i cannot",        "i can't",       "as an ai",
                                                        "es tut mir leid", "ich kann nicht"};
    constexpr std::array<std::string_view, 10> says = {
        "can't help",       "cannot help",  "can't assist",  "cannot assist", "unable to help",
        "unable to assist", "can't comply", "cannot comply", "can't provide", "nicht helfen"};
    if (answer.size() > longest_refusal) return false;
    const std::string text = folded(answer);
    return std::any_of(starts.begin(), starts.end(),
                       [&](std::string_view s) { return text.rfind(s, 0) == 0; }) &&
           hasAny(text, says);
}

/// JSON that ends before its brackets do, or an open code fence.
std::string cutOff(std::string_view answer) {
    std::size_t fences = 0;
    for (std::size_t at = 0; (at = answer.find("```", at)) != std::string_view::npos; at += 3)
        ++fences;
    if (fences % 2 == 1) return "inside a block of code";
    const auto first = answer.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || (answer[first] != '{' && answer[first] != '[')) return {};
    std::string open;
    bool text = false;
    for (std::size_t i = first; i < answer.size(); ++i) {
        const char c = answer[i];
        if (text) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                text = false;
        } else if (c == '"') {
            text = true;
        } else if (c == '{' || c == '[') {
            open.push_back(c);
        } else if (c == '}' || c == ']') {
            if (open.empty() || (open.back() == '{') != (c == '}')) return {}; // not JSON after all
            open.pop_back();
            if (open.empty()) return {};
        }
    }
    return answer.size() > first + 1 && answer.find(':') != std::string_view::npos ? "inside JSON" : "";
}

/// Quoted passages of prose, or what stands under names like "quote" in JSON.
void quotesOf(const json& value, std::vector<std::string>& out) {
    constexpr std::array<std::string_view, 5> names = {"quote", "quotes", "evidence", "excerpt", "citation"};
    for (const auto& [key, each] : value.items()) {
        const bool named = value.is_object() && std::find(names.begin(), names.end(), key) != names.end();
        if (each.is_string() && named) out.push_back(each.get<std::string>());
        if (!each.is_structured()) continue;
        if (named && each.is_array())
            for (const json& one : each)
                if (one.is_string()) out.push_back(one.get<std::string>());
        quotesOf(each, out);
    }
}

std::vector<std::string> passages(std::string_view answer, const json& parsed) {
    std::vector<std::string> quotes, out;
    if (parsed.is_structured()) quotesOf(parsed, quotes);
    for (const std::string& quote : quotes) { // "a … b" stands for two passages
        std::string rest = quote;
        for (std::string_view dots : {"…", "[...]", "..."})
            for (std::size_t at; (at = rest.find(dots)) != std::string::npos;)
                rest.replace(at, dots.size(), "\n");
        for (std::size_t from = 0; from <= rest.size();) {
            const auto end = std::min(rest.find('\n', from), rest.size());
            if (end - from >= least_quote) out.push_back(rest.substr(from, end - from));
            from = end + 1;
        }
    }
    if (parsed.is_structured()) return out;
    for (std::size_t at = 0; (at = answer.find("“", at)) != std::string_view::npos;) {
        at += std::string_view("“").size();
        const auto end = answer.find("”", at);
        if (end == std::string_view::npos) break;
        if (end - at >= least_quote && end - at < 1000) out.emplace_back(answer.substr(at, end - at));
    }
    return out;
}

/// The strings of a JSON value as they are, not as JSON writes them.
std::string textsIn(const json& value) {
    std::string out;
    const json flat = value.flatten();
    for (const json& each : flat)
        if (each.is_string()) out += each.get<std::string>() + "\n";
    return out;
}

/// A number or truth value that went in and came out changed under the same name.
std::string changedValue(const json& in, const json& out) {
    if (!in.is_object() || !out.is_object()) return {};
    for (const auto& [key, given] : in.items()) {
        const auto found = out.find(key);
        if (found == out.end() || !(given.is_number() || given.is_boolean()) ||
            found->type_name() != std::string_view(given.type_name()) || *found == given)
            continue;
        return fmt::format("{} was given as {} and came back as {}", brief(key), given.dump(), found->dump());
    }
    return {};
}

} // namespace

std::vector<Alert> AnswerCheck::feed(const StepObservation& step, const GuardConfig& config) {
    std::vector<Alert> out;
    if (config.answer == Reaction::off) return out;
    const auto say = [&](std::string_view detector, std::string sentence) {
        Alert alert;
        alert.detector = std::string(detector);
        alert.action = config.answer == Reaction::stop ? AlertAction::stop : AlertAction::warn;
        alert.sentence = std::move(sentence);
        alert.evidence = {{"answer", brief(step.output, 200)}};
        out.push_back(std::move(alert));
    };
    if (step.model.empty()) { // a tool
        const bool failed = step.failed || saysFailed(step.result);
        failed_tool_ = failed ? step.path : std::string();
        failed_result_ = failed ? brief(step.result, 120) : std::string();
        return out;
    }
    const std::string tool = std::exchange(failed_tool_, {});
    if (step.failed) return out;
    const std::string_view answer = std::string_view(step.output).substr(0, longest_read);
    if (answer.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        say("answer.empty", fmt::format("{} answered nothing.", step.name));
        return out;
    }
    if (isRefusal(answer))
        say("answer.refused", fmt::format("{} refused: \"{}\".", step.name, brief(answer, 120)));
    if (const std::string where = cutOff(answer); !where.empty() && answer.size() == step.output.size())
        say("answer.cut", fmt::format("The answer of {} ends {}.", step.name, where));
    const std::string text = folded(answer);
    constexpr std::array<std::string_view, 5> success = {"successfully", "completed", "all done", "works now",
                                                         "erfolgreich"};
    constexpr std::array<std::string_view, 9> failure = {"fail", "error",  "could not", "couldn't", "unable",
                                                         "not ", "fehler", "nicht",     "retry"};
    if (!tool.empty() && hasAny(text, success) && !hasAny(text, failure))
        say("answer.error_ignored", fmt::format("{} reports success although {} failed before it: \"{}\".",
                                                step.name, tool, failed_result_));
    const json parsed =
        text.front() == '{' || text.front() == '[' ? json::parse(answer, nullptr, false) : json();
    const json given = !step.args.empty() && step.args.front() == '{' && step.args.size() < longest_read
                           ? json::parse(step.args, nullptr, false)
                           : json();
    if (const std::string changed = changedValue(given, parsed); !changed.empty())
        say("answer.contradiction", fmt::format("{}: {}.", step.name, changed));
    const auto quotes = passages(answer, parsed);
    if (quotes.empty() || step.args.size() < 200) return out;
    const std::string source = folded(given.is_structured() ? textsIn(given) : step.args);
    for (const std::string& quote : quotes) {
        if (source.find(folded(quote)) != std::string::npos) continue;
        say("answer.unsupported", fmt::format("{} quotes \"{}\", which the text it was given does not hold.",
                                              step.name, brief(quote, 120)));
        break;
    }
    return out;
}

} // namespace tally::guard
