#include "core/guard/reasoning/brackets.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::guard::reasoning {
namespace {

constexpr std::string_view opening = "([{<", closing = ")]}>";
using Symbols = std::vector<std::string>;

bool isOpening(const std::string& s) {
    return s.size() == 1 && opening.find(s[0]) != std::string_view::npos;
}
bool isBracket(const std::string& s) {
    return isOpening(s) || (s.size() == 1 && closing.find(s[0]) != std::string_view::npos);
}
std::string partner(const std::string& s) {
    return isOpening(s) ? std::string(1, closing[opening.find(s[0])])
                        : std::string(1, opening[closing.find(s[0])]);
}

/// Parts between spaces; "empty" is no part.
Symbols symbols(std::string_view text) {
    Symbols out;
    while (true) {
        const auto from = text.find_first_not_of(" \t\r\n");
        if (from == std::string_view::npos) break;
        text.remove_prefix(from);
        const auto end = std::min(text.find_first_of(" \t\r\n"), text.size());
        if (text.substr(0, end) != "empty") out.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return out;
}

std::string shown(const Symbols& list) {
    return list.empty() ? "empty" : fmt::format("{}", fmt::join(list, " "));
}

/// What stands in quotes after `from`, one symbol or several in each; without quotes the bare brackets. None
/// when a list ends with a separator or holds something else.
std::optional<Symbols> listed(std::string_view text) {
    Symbols out;
    bool separator = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            const auto end = text.find('"', i + 1);
            if (end == std::string_view::npos) return std::nullopt;
            for (std::string& each : symbols(text.substr(i + 1, end - i - 1)))
                out.push_back(std::move(each));
            i = end;
            separator = false;
        } else if (opening.find(text[i]) != std::string_view::npos ||
                   closing.find(text[i]) != std::string_view::npos) {
            std::size_t end = i;
            while (end < text.size() && text[end] != ' ' && text[end] != ',' && text[end] != '.')
                ++end;
            out.emplace_back(text.substr(i, end - i));
            i = end - 1;
            separator = false;
        } else if (text[i] == ',') {
            separator = true;
        } else if (text.substr(i, 3) == "one" || text.substr(i, 2) == "So") {
            break;
        }
    }
    if (separator) return std::nullopt;
    return out;
}

class Checker {
public:
    explicit Checker(Symbols task)
        : task_(std::move(task)) {}

    std::optional<std::string> step(std::string_view text) {
        const auto stack_at = text.find("stack:");
        if (stack_at != std::string_view::npos) return move(text, stack_at);
        if (const auto at = text.find("final stack is"); at != std::string_view::npos)
            if (auto wrong = end(text.substr(at + 14))) return wrong;
        if (const auto at = text.find("pop out"); at != std::string_view::npos) {
            const auto names = listed(text.substr(at + 7));
            if (!names || *names != Symbols(stack_.rbegin(), stack_.rend()))
                return fmt::format("what is popped is not the stack {} from its end", shown(stack_));
        }
        if (const auto at = text.find("we need"); at != std::string_view::npos)
            if (auto wrong = needed(listed(text.substr(at + 7)))) return wrong;
        if (const auto at = text.find("answer is"); at != std::string_view::npos)
            return needed(symbols(text.substr(at + 9)));
        return std::nullopt;
    }

private:
    std::optional<std::string> move(std::string_view text, std::size_t stack_at) {
        Symbols before = symbols(text.substr(0, stack_at));
        while (!before.empty() && before.back() == ";")
            before.pop_back();
        Symbols stated = symbols(text.substr(stack_at + 6));
        if (before.empty()) { // the start
            if (!stated.empty()) return fmt::format("the stack starts empty, not as {}", shown(stated));
            return std::nullopt;
        }
        if (before.size() != 1 || !isBracket(before[0])) return std::nullopt;
        const std::string& taken = before[0];
        if (next_ >= task_.size()) return fmt::format("{} is taken, but the input has ended", taken);
        if (task_[next_] != taken)
            return fmt::format("{} is taken, but the next of the input is {}", taken, task_[next_]);
        ++next_;
        Symbols expected = stack_;
        if (isOpening(taken)) {
            expected.push_back(taken);
        } else {
            if (expected.empty() || expected.back() != partner(taken))
                return fmt::format("{} closes nothing: the stack is {}", taken, shown(stack_));
            expected.pop_back();
        }
        if (stated != expected)
            return fmt::format("after {} the stack is {}, not {}", taken, shown(expected), shown(stated));
        stack_ = std::move(stated);
        return std::nullopt;
    }
    std::optional<std::string> end(std::string_view text) {
        if (next_ != task_.size()) return fmt::format("the end is not reached: {} comes next", task_[next_]);
        const auto stated = listed(text);
        if (!stated || *stated != stack_)
            return fmt::format("the final stack is {}, not {}", shown(stack_),
                               stated ? shown(*stated) : "what stands there");
        return std::nullopt;
    }
    std::optional<std::string> needed(const std::optional<Symbols>& stated) const {
        Symbols expected;
        for (auto it = stack_.rbegin(); it != stack_.rend(); ++it)
            expected.push_back(partner(*it));
        if (stated && *stated == expected) return std::nullopt;
        return fmt::format("{} is needed to close {}", shown(expected), shown(stack_));
    }

    Symbols task_;
    std::size_t next_ = 0;
    Symbols stack_;
};

} // namespace

std::optional<Finding> checkBrackets(std::string_view task, const Steps& steps) {
    Symbols input = symbols(task);
    if (input.empty() || !std::all_of(input.begin(), input.end(), isBracket)) return std::nullopt;
    Checker checker(std::move(input));
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (auto wrong = checker.step(steps[i]))
            return Finding{i, "brackets", fmt::format("Step {}: {}.", i + 1, *wrong)};
    return std::nullopt;
}

} // namespace tally::guard::reasoning
