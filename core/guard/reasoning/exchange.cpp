#include "core/guard/reasoning/exchange.h"

#include "core/guard/reasoning/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace tally::guard::reasoning {
namespace {

using Words = std::vector<std::string>;
using Pair = std::pair<std::string, std::string>; ///< names, lower case, in order

bool exchanges(const std::string& word) {
    constexpr std::array<std::string_view, 4> verbs = {"swap", "trade", "switch", "exchange"};
    return std::any_of(verbs.begin(), verbs.end(),
                       [&](std::string_view verb) { return word.substr(0, verb.size()) == verb; });
}

/// All "X and Y swap".
std::vector<Pair> pairsIn(std::string_view text) {
    const Words words = wordsOf(text);
    std::vector<Pair> out;
    for (std::size_t i = 0; i + 3 < words.size() + 0 && words.size() > 3; ++i)
        if (words[i + 1] == "and" && exchanges(words[i + 3]))
            out.emplace_back(std::min(words[i], words[i + 2]), std::max(words[i], words[i + 2]));
    return out;
}

/// "Catch" is short for "Catch-22".
bool stands(const std::string& word, const std::string& longer) {
    return longer == word ||
           (longer.size() > word.size() && longer[word.size()] == '-' && longer.rfind(word, 0) == 0);
}

bool within(const Words& part, const Words& whole) {
    return std::all_of(part.begin(), part.end(), [&](const std::string& word) {
        return word == "the" || word == "a" ||
               std::any_of(whole.begin(), whole.end(),
                           [&](const std::string& each) { return stands(word, each); });
    });
}

/// "Alice: blue, Bob: red." by name, in lower case.
std::map<std::string, Words> statedIn(std::string_view text) {
    std::map<std::string, Words> out;
    for (const std::string_view part : split(text, ',')) {
        const auto colon = part.rfind(':');
        if (colon == std::string_view::npos) continue;
        const Words names = wordsOf(part.substr(0, colon));
        const std::string_view value = part.substr(colon + 1);
        if (!names.empty()) out[names.back()] = wordsOf(sentenceAt(value, 0));
    }
    return out;
}

class Checker {
public:
    explicit Checker(std::string_view task)
        : exchanges_(pairsIn(task))
        , options_(optionsOf(task)) {
        // The sentence that deals out: after a colon, one clause for each name.
        const auto colon = task.find(':');
        if (exchanges_.empty() || colon == std::string_view::npos) return;
        for (std::string_view clause : split(sentenceAt(task, colon + 1), ',')) {
            if (clause.substr(0, 4) == "and ") clause = trim(clause.substr(4));
            const Words words = wordsOf(clause);
            if (words.size() < 2) {
                has_.clear();
                return;
            }
            has_[words.front()] = Words(words.begin() + 1, words.end());
        }
    }
    [[nodiscard]] bool applies() const { return has_.size() > 1; }

    std::optional<std::string> step(std::string_view text) {
        const auto stated = named(statedIn(text));
        if (!stated.empty())
            if (auto wrong = state(text, stated)) return wrong;
        started_ = true;
        return answer(text);
    }

private:
    /// Names of the task; an initial or a beginning stands for the one name that begins so.
    std::map<std::string, Words> named(const std::map<std::string, Words>& stated) const {
        std::map<std::string, Words> out;
        for (const auto& [name, value] : stated)
            for (const auto& [full, unused] : has_)
                if (full.substr(0, name.size()) == name) out[full] = value;
        return out;
    }
    std::optional<std::string> state(std::string_view text, const std::map<std::string, Words>& stated) {
        const std::vector<Pair> said = pairsIn(text);
        if (!said.empty() || started_) {
            if (next_ >= exchanges_.size()) {
                if (!said.empty()) return "all exchanges were made before";
            } else {
                const Pair& pair = exchanges_[next_++];
                if (!said.empty() && said.front() != pair)
                    return fmt::format("{} and {} exchange next", pair.first, pair.second);
                if (has_.count(pair.first) > 0 && has_.count(pair.second) > 0)
                    std::swap(has_[pair.first], has_[pair.second]);
            }
        }
        for (const auto& [name, value] : has_) {
            const auto found = stated.find(name);
            if (found == stated.end()) continue; // only what changed may be stated
            if (!within(found->second, value))
                return fmt::format("{} has \"{}\", not \"{}\"", name, fmt::join(value, " "),
                                   fmt::join(found->second, " "));
        }
        return std::nullopt;
    }
    std::optional<std::string> answer(std::string_view text) const {
        const auto stated = answerOf(text);
        if (!stated) return std::nullopt;
        const Words words = wordsOf(text.substr(0, text.rfind("answer is")));
        if (words.empty()) return std::nullopt;
        for (auto word = words.begin(); word != words.end();
             ++word) { // "At the end, Alice has the red ball."
            const auto who = has_.find(*word);
            if (who == has_.end() || text.find("t the end") == std::string_view::npos) continue;
            const Words rest(word + 1, words.end());
            const bool said =
                std::any_of(who->second.begin(), who->second.end(), [&](const std::string& each) {
                    return std::find(rest.begin(), rest.end(), each) != rest.end() && telling(each);
                });
            if (!said) return fmt::format("{} has \"{}\" at the end", *word, fmt::join(who->second, " "));
            return option(*stated, who->second);
        }
        return std::nullopt;
    }
    /// A word that only one of them has.
    [[nodiscard]] bool telling(const std::string& word) const {
        int holders = 0;
        for (const auto& [name, value] : has_)
            holders += std::find(value.begin(), value.end(), word) != value.end() ? 1 : 0;
        return holders == 1;
    }
    std::optional<std::string> option(std::string_view stated, const Words& held) const {
        if (stated.size() < 3 || stated[0] != '(') return std::nullopt;
        for (const auto& [letter, text] : options_)
            if (letter == stated[1] && !within(wordsOf(text), held))
                return fmt::format("({}) is \"{}\"", letter, text);
        return std::nullopt;
    }

    std::vector<Pair> exchanges_;
    std::vector<std::pair<char, std::string>> options_;
    std::map<std::string, Words> has_; ///< words of what each has, by name
    std::size_t next_ = 0;
    bool started_ = false;
};

} // namespace

std::optional<Finding> checkExchange(std::string_view task, const Steps& steps) {
    Checker checker(task);
    if (!checker.applies()) return std::nullopt;
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (auto wrong = checker.step(steps[i]))
            return Finding{i, "exchange", fmt::format("Step {}: {}.", i + 1, *wrong)};
    return std::nullopt;
}

} // namespace tally::guard::reasoning
