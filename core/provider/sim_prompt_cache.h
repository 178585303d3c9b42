// How much of a prompt's beginning a simulated provider has seen lately. Source of the rules (at least 1,024
// tokens, steps of 128, a few minutes): OpenAI, "Prompt caching".
#pragma once
#include "core/model/call.h"

#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tally::provider {

class SimPromptCache {
public:
    static constexpr std::size_t block_bytes = 512; ///< about 128 tokens
    /// Running hashes of the prompt's full blocks; pure, so it may run on the pool.
    static std::vector<std::uint64_t> blocks(std::string_view model, const ModelCall& call);
    /// Leading blocks that were seen in the last five minutes; remembers all of them.
    std::size_t touch(const std::vector<std::uint64_t>& blocks, std::int64_t now_us);

private:
    static constexpr std::int64_t lifetime_us = 300'000'000;
    static constexpr std::size_t most_entries = 1 << 16;
    std::unordered_map<std::uint64_t, std::int64_t> seen_; ///< hash -> expiry
    std::deque<std::uint64_t> order_;
};

} // namespace tally::provider
