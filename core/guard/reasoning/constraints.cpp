#include "core/guard/reasoning/constraints.h"

#include "core/guard/reasoning/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

namespace tally::guard::reasoning {
namespace {

constexpr std::size_t least_things = 3, most_things = 8;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

template <std::size_t n>
bool hasAny(const std::string& text, const std::array<std::string_view, n>& parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

/// "first", "second-to-last", "third-most": the ordinals in a text, in order.
std::vector<std::size_t> ordinalsIn(std::string_view text) {
    std::vector<std::size_t> out;
    for (const std::string& word : wordsOf(text))
        if (const auto at = ordinal(std::string_view(word).substr(0, word.find('-')))) out.push_back(*at);
    return out;
}

/// Place 0 is leftmost, oldest, cheapest, first.
struct Statement {
    std::size_t a = 0;
    std::optional<std::size_t> before, place; ///< a stands before it; or at a place
};

class Puzzle {
public:
    /// False: this is no such task, or a statement cannot be read.
    bool read(std::string_view task) {
        bool named = false;
        for (std::string_view line : split(task, '\n')) {
            if (line.substr(0, 2) != "- ") continue;
            line.remove_prefix(2);
            if (line.back() == '.') line.remove_suffix(1);
            if (!named) {
                if (!names(line)) return false;
                named = true;
            } else if (!statement(lower(line))) {
                return false;
            }
        }
        return named && statements_.size() > 1 && solve();
    }
    /// Things named in a text, in order.
    [[nodiscard]] std::vector<std::size_t> thingsIn(const std::string& text) const {
        std::vector<std::pair<std::size_t, std::size_t>> hits;
        for (std::size_t i = 0; i < things_.size(); ++i)
            if (const auto at = text.find(things_[i]); at != std::string::npos) hits.emplace_back(at, i);
        std::sort(hits.begin(), hits.end());
        std::vector<std::size_t> out;
        for (const auto& hit : hits)
            out.push_back(hit.second);
        return out;
    }
    [[nodiscard]] std::size_t size() const { return things_.size(); }
    [[nodiscard]] const std::set<std::size_t>& allowedAt(std::size_t place) const { return allowed_[place]; }
    [[nodiscard]] std::string text(const std::set<std::size_t>& things) const {
        std::vector<std::string> out;
        for (const std::size_t thing : things)
            out.push_back(things_[thing]);
        return fmt::format("{}", fmt::join(out, " or "));
    }

private:
    bool names(std::string_view line) {
        const auto colon = line.rfind(": ");
        const std::string_view list = colon == std::string_view::npos ? line : line.substr(colon + 2);
        if (colon == std::string_view::npos && line.find(',') == std::string_view::npos) return false;
        for (const std::string_view part : split(list, ',')) {
            std::string name = lower(part);
            for (const std::string_view article : {"and ", "the ", "an ", "a "})
                if (name.rfind(article, 0) == 0) name.erase(0, article.size());
            if (name.empty()) return false;
            things_.push_back(std::move(name));
        }
        return things_.size() >= least_things && things_.size() <= most_things;
    }
    bool statement(const std::string& line) {
        constexpr std::array<std::string_view, 6> lesser = {
            "to the left of", "older than", "less expensive than", "cheaper than", "above", "before"};
        constexpr std::array<std::string_view, 6> greater = {
            "to the right of", "newer than", "more expensive than", "dearer than", "below", "after"};
        constexpr std::array<std::string_view, 7> from_end = {
            "to-last",   "from the right", "newest",        "most expensive",
            "rightmost", "finished last",  "most-expensive"};
        constexpr std::array<std::string_view, 5> from_start = {"from the left", "oldest", "cheapest",
                                                                "leftmost", "finished"};
        const std::vector<std::size_t> found = thingsIn(line);
        if (found.size() == 2) {
            const bool less = hasAny(line, lesser);
            if (!less && !hasAny(line, greater)) return false;
            statements_.push_back(less ? Statement{found[0], found[1], {}}
                                       : Statement{found[1], found[0], {}});
            return true;
        }
        if (found.size() != 1) return false;
        const auto ordinals = ordinalsIn(line);
        const std::size_t count = ordinals.empty() ? 0 : ordinals.front();
        const bool end = hasAny(line, from_end);
        if ((!end && !hasAny(line, from_start)) || count >= things_.size()) return false;
        statements_.push_back({found[0], {}, end ? things_.size() - 1 - count : count});
        return true;
    }
    bool solve() {
        std::vector<std::size_t> at(things_.size()); // thing -> place
        std::iota(at.begin(), at.end(), std::size_t{0});
        allowed_.resize(things_.size());
        bool any = false;
        do {
            const bool holds = std::all_of(statements_.begin(), statements_.end(), [&](const Statement& s) {
                return s.before ? at[s.a] < at[*s.before] : at[s.a] == *s.place;
            });
            if (!holds) continue;
            any = true;
            for (std::size_t thing = 0; thing < at.size(); ++thing)
                allowed_[at[thing]].insert(thing);
        } while (std::next_permutation(at.begin(), at.end()));
        return any;
    }

    std::vector<std::string> things_;
    std::vector<Statement> statements_;
    std::vector<std::set<std::size_t>> allowed_; ///< by place
};

/// What one step writes down; why it does not follow.
std::optional<std::string> wrongOrder(const Puzzle& puzzle, const std::string& step) {
    const auto from = step.find("from ");
    const auto to = from == std::string::npos ? from : step.find(" to ", from);
    const auto colon = to == std::string::npos ? to : step.find(':', to);
    if (colon == std::string::npos || colon - from > 60) return std::nullopt;
    const std::string start = step.substr(from + 5, to - from - 5);
    constexpr std::array<std::string_view, 4> backwards = {"right", "newest", "most", "last"};
    const bool reversed = hasAny(start, backwards);
    std::vector<std::size_t> places; // "fourth, fifth and sixth can be any bird"
    for (const std::string_view part : split(std::string_view(step).substr(colon + 1), ',')) {
        for (const std::size_t place : ordinalsIn(part))
            places.push_back(place);
        const std::string text(part);
        const std::vector<std::size_t> things = puzzle.thingsIn(text);
        const bool any = text.find("any") != std::string::npos;
        if (things.empty() && !any) continue;
        for (const std::size_t place : places) {
            if (any) continue;
            if (place >= puzzle.size()) return fmt::format("there is no place {}", place + 1);
            const auto& allowed = puzzle.allowedAt(reversed ? puzzle.size() - 1 - place : place);
            const std::set<std::size_t> stated(things.begin(), things.end());
            if (!std::includes(stated.begin(), stated.end(), allowed.begin(), allowed.end()))
                return fmt::format("at place {} the statements allow {}, the step says {}", place + 1,
                                   puzzle.text(allowed), puzzle.text(stated));
        }
        places.clear();
    }
    return std::nullopt;
}

} // namespace

std::optional<Finding> checkConstraints(std::string_view task, const Steps& steps) {
    Puzzle puzzle;
    if (task.find("\n- ") == std::string_view::npos || !puzzle.read(task)) return std::nullopt;
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (auto wrong = wrongOrder(puzzle, lower(steps[i])))
            return Finding{i, "constraints", fmt::format("Step {}: {}.", i + 1, *wrong)};
    return std::nullopt;
}

} // namespace tally::guard::reasoning
