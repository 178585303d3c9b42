#include "core/guard/reasoning/arithmetic.h"

#include "core/guard/reasoning/expression.h"

#include <fmt/format.h>

namespace tally::guard::reasoning {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '$'))
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

/// The letter that `text` ends with when nothing is computed with it: "where A", "Let's calculate A".
std::optional<char> letterBefore(std::string_view text) {
    text = trimmed(text);
    if (text.empty() || text.back() < 'A' || text.back() > 'Z') return std::nullopt;
    const std::string_view before = trimmed(text.substr(0, text.size() - 1));
    if (text.size() > 1 && text[text.size() - 2] != ' ') return std::nullopt;
    if (!before.empty() && std::string_view("+-*/(").find(before.back()) != std::string_view::npos)
        return std::nullopt;
    return text.back();
}

class Checker {
public:
    explicit Checker(std::string_view task) {
        task = trimmed(task);
        if (!task.empty() && task.back() == '=') task = trimmed(task.substr(0, task.size() - 1));
        const auto value = expressionAt(task, {});
        if (value && value->length == task.size() && !value->plain) whole_ = value;
    }

    std::optional<std::string> step(std::string_view text) {
        const std::string_view line = text;
        last_.reset();
        std::vector<std::string_view> parts;
        for (std::size_t at; (at = text.find('=')) != std::string_view::npos; text.remove_prefix(at + 1))
            parts.push_back(text.substr(0, at));
        parts.push_back(text);
        for (std::size_t i = 0; i + 1 < parts.size(); ++i)
            if (auto wrong = link(parts[i], parts[i + 1])) return wrong;
        if (auto wrong = rewriting(line)) return wrong;
        return answer(line);
    }

private:
    /// One '='.
    std::optional<std::string> link(std::string_view left, std::string_view right) {
        right = trimmed(right);
        if (left.empty() || right.empty() ||
            std::string_view("=!<>:+-*/").find(left.back()) != std::string_view::npos)
            return std::nullopt; // ==, !=, <=, := and the like are not equations of a calculation
        const auto value = expressionAt(right, letters_);
        const auto letter = letterBefore(left);
        const auto before = expressionBefore(left, letters_);
        if (value) last_ = value;
        if (letter && value && letters_.count(*letter) == 0) {
            letters_[*letter] = value->number;
            return std::nullopt;
        }
        if (!value || !before || (before->plain && value->plain && !letter) || sameValue(*before, *value))
            return std::nullopt;
        const std::string_view shown = trimmed(left);
        return fmt::format("{} is {}, not {}",
                           shown.substr(shown.size() - std::min(shown.size(), before->length)),
                           numberText(before->number), trimmed(right.substr(0, value->length)));
    }
    /// "… can be written as "A - B", where A = …": the value of the task must stay.
    std::optional<std::string> rewriting(std::string_view line) {
        const auto at = line.find("written as");
        if (!whole_ || at == std::string_view::npos) return std::nullopt;
        const auto open = line.find('"', at);
        const auto close = open == std::string_view::npos ? open : line.find('"', open + 1);
        if (close == std::string_view::npos) return std::nullopt;
        const std::string_view form = trimmed(line.substr(open + 1, close - open - 1));
        const auto value = expressionAt(form, letters_);
        if (!value || value->length != form.size() || sameValue(*value, *whole_)) return std::nullopt;
        return fmt::format("{} with these letters is {}, but the task is {}", form, numberText(value->number),
                           numberText(whole_->number));
    }
    std::optional<std::string> answer(std::string_view line) {
        constexpr std::string_view says = "answer is";
        const auto at = line.rfind(says);
        if (at == std::string_view::npos || !last_ || line.find('=') > at) return std::nullopt;
        const std::string_view rest = trimmed(line.substr(at + says.size()));
        const auto value = expressionAt(rest, {});
        if (!value || sameValue(*last_, *value)) return std::nullopt;
        return fmt::format("the value computed is {}, the answer given is {}", numberText(last_->number),
                           rest.substr(0, value->length));
    }

    Letters letters_;
    std::optional<Value> last_; ///< right side of the newest equation of the step
    std::optional<Value> whole_;
};

} // namespace

std::optional<Finding> checkArithmetic(std::string_view task, const Steps& steps) {
    Checker checker(task);
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (auto wrong = checker.step(steps[i]))
            return Finding{i, "arithmetic", fmt::format("Step {}: {}.", i + 1, *wrong)};
    return std::nullopt;
}

} // namespace tally::guard::reasoning
