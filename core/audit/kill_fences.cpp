#include "core/audit/kill_fences.h"

namespace tally::audit {
namespace {
constexpr std::size_t most_fences = 1'000; ///< each costs a look per step
/// Between a step's end and its entry lies a commit: by that much its beginning is not known.
constexpr std::int64_t tolerance_us = 1'000'000;
} // namespace

void KillFences::raise(std::uint64_t seq, std::string_view scope, std::string_view target,
                       std::string_view boot, std::int64_t mono_us) {
    if (fences_.size() < most_fences)
        fences_.push_back({seq, std::string(scope), std::string(target), std::string(boot), mono_us});
}

void KillFences::lift(std::string_view scope, std::string_view target) {
    std::erase_if(fences_, [&](const Fence& f) { return f.scope == scope && f.target == target; });
}

std::optional<std::uint64_t> KillFences::broken(const Step& step) const {
    for (const Fence& f : fences_) {
        const bool meant = f.scope == "all" || (f.scope == "run" && f.target == step.run) ||
                           (f.scope == "workflow" && f.target == step.workflow) ||
                           (f.scope == "process" && f.target == step.process);
        // Another process wrote it: that one began after the stop order was written.
        if (meant && (f.boot != step.boot || step.begin_mono_us > f.mono_us + tolerance_us)) return f.seq;
    }
    return std::nullopt;
}

} // namespace tally::audit
