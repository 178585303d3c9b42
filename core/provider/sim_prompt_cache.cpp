#include "core/provider/sim_prompt_cache.h"

namespace tally::provider {
namespace {
constexpr std::uint64_t mix(std::uint64_t hash, unsigned char byte) {
    return (hash ^ byte) * 0x100000001b3ULL;
} // FNV-1a
} // namespace

std::vector<std::uint64_t> SimPromptCache::blocks(std::string_view model, const ModelCall& call) {
    std::vector<std::uint64_t> out;
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    std::size_t in_block = 0;
    const auto feed = [&](std::string_view text) {
        for (const char c : text) {
            hash = mix(hash, static_cast<unsigned char>(c));
            if (++in_block == block_bytes) {
                out.push_back(hash);
                in_block = 0;
            }
        }
    };
    for (const char c : model)
        hash = mix(hash, static_cast<unsigned char>(c));
    for (const auto& message : call.messages) {
        feed(message.role);
        feed(message.text);
    }
    return out;
}

std::size_t SimPromptCache::touch(const std::vector<std::uint64_t>& blocks, std::int64_t now_us) {
    std::size_t hits = 0;
    bool leading = true;
    for (const auto block : blocks) {
        const auto [entry, fresh] = seen_.try_emplace(block, 0);
        leading = leading && !fresh && entry->second > now_us;
        if (leading) ++hits;
        if (fresh) order_.push_back(block);
        entry->second = now_us + lifetime_us;
    }
    while (order_.size() > most_entries) {
        seen_.erase(order_.front());
        order_.pop_front();
    }
    return hits;
}

} // namespace tally::provider
