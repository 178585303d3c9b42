#include "core/guard/reasoning/ordering.h"

#include "core/guard/reasoning/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace tally::guard::reasoning {
namespace {

/// Words that are not yet ordered among themselves, or one word.
struct Group {
    std::vector<std::string> words; ///< sorted, to compare as a set
    std::optional<int> key;         ///< "(16)"
};
using Chain = std::vector<Group>;

std::vector<std::string> wordsIn(const Chain& chain) {
    std::vector<std::string> out;
    for (const Group& group : chain)
        out.insert(out.end(), group.words.begin(), group.words.end());
    std::sort(out.begin(), out.end());
    return out;
}

bool sameGroups(const Chain& a, const Chain& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Group& x, const Group& y) { return x.words == y.words; });
}

std::string shown(const Chain& chain) {
    std::vector<std::string> parts;
    for (const Group& group : chain)
        parts.push_back(group.words.size() == 1 ? group.words[0]
                                                : fmt::format("[{}]", fmt::join(group.words, " ? ")));
    return fmt::format("{}", fmt::join(parts, " < "));
}

/// Groups of quoted words between '<' signs.
Chain chainOf(std::string_view text) {
    Chain out;
    for (const std::string_view part : split(text, '<')) {
        Group group;
        std::size_t from = 0;
        while (auto word = quoted(part, from))
            group.words.push_back(std::move(*word));
        if (group.words.empty()) continue;
        const auto open = part.find('(');
        if (open != std::string_view::npos && open < part.find('"'))
            group.key = std::atoi(std::string(part.substr(open + 1, 4)).c_str());
        std::sort(group.words.begin(), group.words.end());
        out.push_back(std::move(group));
    }
    return out;
}

int letterOf(const std::string& word, std::size_t place) {
    return place < word.size() && word[place] >= 'a' && word[place] <= 'z' ? word[place] - 'a' + 1 : 0;
}

class Checker {
public:
    explicit Checker(std::vector<std::string> words) {
        std::sort(words.begin(), words.end());
        all_ = words;
        part_ = words;
        chain_ = {Group{std::move(words), {}}};
    }

    std::optional<std::string> step(std::string_view text) {
        if (const auto at = text.find(" letter");
            at != std::string_view::npos && text.find("\":") != std::string_view::npos)
            return letters(text, at);
        if (const auto at = text.find("have");
            at != std::string_view::npos && text.find('"') != std::string_view::npos)
            return chains(text);
        if (const auto answer = answerOf(text)) return final(*answer);
        return std::nullopt;
    }

private:
    /// "… sort this subpart ["a" ? "b"] by looking at their second letters. … "a": "x" (24)."
    std::optional<std::string> letters(std::string_view text, std::size_t at) {
        const auto before = text.substr(0, at);
        const auto place = ordinal(wordsOf(before.substr(before.rfind(' ') + 1)).back());
        if (!place) return std::nullopt;
        place_ = *place;
        if (const auto open = text.find('['); open != std::string_view::npos && open < at)
            if (auto wrong = subpart(text.substr(open, text.find(']', open) - open))) return wrong;
        std::vector<std::string> seen;
        std::size_t from = text.find(':') == std::string_view::npos ? at : text.find(':', at) + 1;
        while (auto word = quoted(text, from)) {
            if (text.substr(from, 1) != ":") continue;
            const auto letter = quoted(text, from);
            const auto open = text.find('(', from);
            if (!letter || open == std::string_view::npos) break;
            const int number = std::atoi(std::string(text.substr(open + 1, 4)).c_str());
            const int expected = letterOf(*word, *place);
            if (letter->size() != 1 || (*letter)[0] - 'a' + 1 != expected ||
                (number != expected && expected > 0))
                return fmt::format("letter {} of \"{}\" is not \"{}\" ({})", *place + 1, *word, *letter,
                                   number);
            seen.push_back(*word);
        }
        std::sort(seen.begin(), seen.end());
        if (seen != part_) return fmt::format("the letters of {} are needed", fmt::join(part_, ", "));
        return std::nullopt;
    }
    std::optional<std::string> subpart(std::string_view text) {
        const Chain named = chainOf(text);
        const auto open =
            std::find_if(chain_.begin(), chain_.end(), [](const Group& g) { return g.words.size() > 1; });
        if (named.empty()) return std::nullopt;
        part_ = named[0].words;
        if (open == chain_.end()) return "nothing is left to be sorted";
        if (open->words != part_)
            return fmt::format("[{}] is the group that is still to be sorted", fmt::join(open->words, " ? "));
        for (const std::string& word :
             part_) // the letters before are the same, or looking here decides nothing
            if (word.substr(0, place_) != part_.front().substr(0, place_))
                return fmt::format("letter {} does not order {}: they differ before", place_ + 1,
                                   fmt::join(part_, ", "));
        return std::nullopt;
    }
    std::optional<std::string> chains(std::string_view text) {
        const auto hence = text.find("Hence");
        const Chain sorted = chainOf(text.substr(0, hence));
        if (auto wrong = keyed(sorted)) return wrong;
        const auto open =
            std::find_if(chain_.begin(), chain_.end(), [&](const Group& g) { return g.words == part_; });
        if (open == chain_.end()) return "this group is not one of those that are left";
        Chain expected(chain_.begin(), open);
        expected.insert(expected.end(), sorted.begin(), sorted.end());
        expected.insert(expected.end(), open + 1, chain_.end());
        if (hence != std::string_view::npos) {
            const Chain stated = chainOf(text.substr(hence));
            if (!sameGroups(stated, expected)) return fmt::format("the words are now {}", shown(expected));
        }
        chain_ = std::move(expected);
        return std::nullopt;
    }
    /// One group sorted by the letter just looked at.
    std::optional<std::string> keyed(const Chain& sorted) const {
        if (wordsIn(sorted) != part_)
            return fmt::format("these are not the words {}", fmt::join(part_, ", "));
        int last = -1;
        for (const Group& group : sorted) {
            const int letter = letterOf(group.words.front(), place_);
            for (const std::string& word : group.words)
                if (letterOf(word, place_) != letter || (group.key && *group.key != letter))
                    return fmt::format("\"{}\" has {} at letter {}", word, letterOf(word, place_),
                                       place_ + 1);
            if (letter <= last)
                return fmt::format("\"{}\" does not come after the words before it", group.words.front());
            last = letter;
        }
        return std::nullopt;
    }
    std::optional<std::string> final(std::string_view answer) const {
        std::vector<std::string> stated;
        for (const std::string_view word : split(answer, ' '))
            if (!word.empty()) stated.emplace_back(word);
        std::vector<std::string> expected;
        for (const Group& group : chain_) {
            if (group.words.size() > 1 && group.words.front() != group.words.back())
                return fmt::format("[{}] is not sorted yet", fmt::join(group.words, " ? "));
            expected.insert(expected.end(), group.words.begin(), group.words.end());
        }
        if (stated != expected) return fmt::format("the words are {}", shown(chain_));
        return std::nullopt;
    }

    std::vector<std::string> all_;
    std::vector<std::string> part_; ///< the group being sorted
    std::size_t place_ = 0;
    Chain chain_;
};

} // namespace

std::optional<Finding> checkOrdering(std::string_view task, const Steps& steps) {
    const auto list = task.rfind(':');
    const std::vector<std::string> words =
        wordsOf(list == std::string_view::npos ? task : task.substr(list + 1));
    const auto chained = [](const std::string& step) { return step.find("\" <") != std::string::npos; };
    if (words.size() < 2 || std::none_of(steps.begin(), steps.end(), chained)) return std::nullopt;
    Checker checker(words);
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (auto wrong = checker.step(steps[i]))
            return Finding{i, "ordering", fmt::format("Step {}: {}.", i + 1, *wrong)};
    return std::nullopt;
}

} // namespace tally::guard::reasoning
