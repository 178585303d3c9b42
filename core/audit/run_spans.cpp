#include "core/audit/run_spans.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace tally::audit {
namespace {
constexpr std::size_t most_steps = std::size_t{1} << 18; ///< of one run

std::optional<std::uint64_t> spanOf(std::string_view text) {
    if (text.size() != 16) return std::nullopt;
    std::uint64_t out = 0;
    for (const char c : text) {
        const unsigned digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
        if (digit == 16) return std::nullopt;
        out = out << 4 | digit;
    }
    return out;
}
} // namespace

void RunSpans::add(std::uint64_t seq, std::string_view span, std::string_view parent, std::string_view boot,
                   bool ok) {
    const auto own = spanOf(span);
    if (!own || too_many_) return;
    if (all_.size() == most_steps) {
        too_many_ = true;
        all_.clear();
        return;
    }
    if (all_.empty())
        boot_ = boot;
    else if (boot_ != boot)
        several_boots_ = true;
    const std::uint64_t caller = spanOf(parent).value_or(0);
    has_parents_ = has_parents_ || caller != 0;
    all_.push_back({*own, caller, seq, ok});
}

std::vector<RunSpans::Doubt> RunSpans::doubts(bool whole) const {
    std::vector<Doubt> out;
    const bool parents = whole && has_parents_ && !several_boots_;
    std::vector<Each> sorted; // most runs are short and have no parents: for them all_ will do
    constexpr std::size_t few = 16;
    if (all_.size() <= few && !parents) {
        for (std::size_t i = 1; i < all_.size(); ++i)
            for (std::size_t k = 0; k < i; ++k)
                if (all_[i].ok && all_[k].ok && all_[k].span == all_[i].span) {
                    out.push_back({all_[i].seq, true, all_[i].span});
                    break;
                }
        return out;
    }
    sorted = all_;
    std::sort(sorted.begin(), sorted.end(), [](const Each& a, const Each& b) {
        return std::tie(a.span, b.ok, a.seq) < std::tie(b.span, a.ok, b.seq); // those that are ok first
    });
    for (std::size_t i = 1; i < sorted.size(); ++i)
        if (sorted[i].ok && sorted[i].span == sorted[i - 1].span)
            out.push_back({sorted[i].seq, true, sorted[i].span});
    if (parents) {
        for (const Each& e : all_) {
            const auto before = [](const Each& a, std::uint64_t span) { return a.span < span; };
            const auto at = std::lower_bound(sorted.begin(), sorted.end(), e.parent, before);
            if (e.parent != 0 && (at == sorted.end() || at->span != e.parent))
                out.push_back({e.seq, false, e.parent});
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const Doubt& a, const Doubt& b) { return a.seq < b.seq; });
    return out;
}

void RunSpans::clear() {
    all_.clear();
    several_boots_ = has_parents_ = too_many_ = false;
}

} // namespace tally::audit
