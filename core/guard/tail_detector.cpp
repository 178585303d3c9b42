#include "core/guard/tail_detector.h"

#include "core/guard/digest.h"

#include <fmt/format.h>

namespace tally::guard {
namespace {

constexpr std::size_t window = 8192;
constexpr std::size_t stride = 256;

struct Repeat {
    std::size_t period = 0;
    std::size_t length = 0; ///< of the periodic tail
};

/// The longest tail that consists of at least `repeats` copies of its shortest unit, found by the prefix
/// function of the reversed text.
Repeat longestRepeat(std::string_view text, std::size_t repeats, std::size_t least) {
    const std::size_t n = text.size();
    std::vector<std::uint32_t> border(n + 1, 0);
    const auto at = [&](std::size_t i) { return text[n - 1 - i]; };
    Repeat best;
    for (std::size_t i = 1, k = 0; i < n; ++i) {
        while (k > 0 && at(i) != at(k))
            k = border[k];
        if (at(i) == at(k)) ++k;
        border[i + 1] = static_cast<std::uint32_t>(k);
        const std::size_t period = i + 1 - k;
        if (i + 1 >= least && (i + 1) / period >= repeats) best = {period, i + 1};
    }
    return best;
}

bool isLetter(char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u >= 0x80;
}

/// Words in a row, and not rows of a table, items of a list, code or JSON: those repeat by their nature.
/// Mostly letters and spaces, and not made of short lines.
bool isProse(std::string_view unit) {
    if (unit.find_first_of("|{}[]<>=;\t\\") != std::string_view::npos) return false;
    std::size_t letters = 0, spaces = 0, lines = 0;
    for (const char c : unit) {
        letters += isLetter(c) ? 1 : 0;
        spaces += c == ' ' ? 1 : 0;
        lines += c == '\n' ? 1 : 0;
    }
    if (letters < 2 || (letters + spaces + lines) * 100 < unit.size() * 88 || letters * 2 < unit.size())
        return false;
    return lines == 0 || unit.size() / lines >= 40;
}

std::string foldDigits(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        if (digit && !out.empty() && out.back() == '0') continue;
        out.push_back(digit ? '0' : c);
    }
    return out;
}

Alert alertOf(const Repeat& found, std::string_view text, std::size_t seen, bool folded) {
    const std::string_view unit = text.substr(text.size() - found.period);
    Alert alert;
    alert.detector = folded ? "loop.tail_folded" : "loop.tail";
    alert.sentence = fmt::format(
        "The text repeats itself{}: \"{}\" came {} times in a row at its end (after {} bytes).",
        folded ? " except for its numbers" : "", brief(unit, 60), found.length / found.period, seen);
    alert.evidence = {{"unit_bytes", found.period},
                      {"times", found.length / found.period},
                      {"bytes", found.length},
                      {"after_bytes", seen}};
    return alert;
}

} // namespace

std::optional<Alert> TailDetector::feed(std::string_view text, const GuardConfig& config) {
    seen_ += text.size();
    unsearched_ += text.size();
    tail_ += text.substr(text.size() > window ? text.size() - window : 0);
    if (tail_.size() > 2 * window) tail_.erase(0, tail_.size() - window);
    if (config.tail == Reaction::off || unsearched_ < stride || (raw_reported_ && folded_reported_))
        return std::nullopt;
    unsearched_ = 0;
    const std::string_view newest =
        std::string_view(tail_).substr(tail_.size() > window ? tail_.size() - window : 0);
    const auto repeats = static_cast<std::size_t>(config.tail_repeats);
    const auto least = static_cast<std::size_t>(config.tail_min_bytes);
    if (!raw_reported_) {
        const Repeat found = longestRepeat(newest, repeats, least);
        const bool prose = found.period > 0 && isProse(newest.substr(newest.size() - found.period));
        // Structure may repeat for long; when nothing else came for a whole window, a person should look.
        const bool stuck = found.period > 0 && newest.size() == window && found.length == window;
        if (prose || stuck) {
            raw_reported_ = folded_reported_ = true;
            Alert alert = alertOf(found, newest, seen_, false);
            alert.action = prose && config.tail == Reaction::stop ? AlertAction::stop : AlertAction::warn;
            return alert;
        }
    }
    if (!folded_reported_) {
        const std::string folded = foldDigits(newest);
        const Repeat found = longestRepeat(folded, repeats, least);
        if (found.period > 0 && isProse(std::string_view(folded).substr(folded.size() - found.period))) {
            folded_reported_ = true;
            Alert alert = alertOf(found, folded, seen_, true);
            alert.action = AlertAction::warn;
            return alert;
        }
    }
    return std::nullopt;
}

} // namespace tally::guard
