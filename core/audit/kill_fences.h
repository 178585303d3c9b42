// Stop orders that say of themselves that nothing of their scope begins again before they are lifted
// (TRACE_LOG.md 16.1): a step that began all the same is an observation. One thread. Texts are compared as
// they stand in the lines.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::audit {

/// Name of the policy entry that lifts a stop order.
inline constexpr std::string_view kill_lifted_policy = "kill-lifted";

class KillFences {
public:
    struct Step {
        std::string_view run, workflow, process, boot;
        std::int64_t begin_mono_us = 0; ///< its end less its duration
    };
    void raise(std::uint64_t seq, std::string_view scope, std::string_view target, std::string_view boot,
               std::int64_t mono_us);
    void lift(std::string_view scope, std::string_view target);
    [[nodiscard]] bool empty() const { return fences_.empty(); }
    /// The kill entry after which this step must not have begun.
    [[nodiscard]] std::optional<std::uint64_t> broken(const Step& step) const;

private:
    struct Fence {
        std::uint64_t seq;
        std::string scope, target, boot;
        std::int64_t mono_us;
    };
    std::vector<Fence> fences_;
};

} // namespace tally::audit
