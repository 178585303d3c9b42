// Usage normaliser: a provider's usage object becomes exclusive meters that sum. Pure functions, any thread.
//
// Cached tokens are reported inside the input by OpenAI and Gemini and beside it by Anthropic and Bedrock;
// here they are always apart. Reasoning is always a meter of its own (a RateLine without an own price for it
// carries the out rate). Nonsense is an error and never clamped: negative or fractional counts, cached >
// input, reasoning > output, details that exceed their total. Sources of the field names: the providers' API
// references.
#pragma once
#include "core/base/result.h"
#include "core/model/usage.h"

#include <nlohmann/json_fwd.hpp>

#include <string_view>
#include <vector>

namespace tally::price {

enum class Reading {
    full,    ///< everything that is billed: a counter that the flavour does not know is an error
             ///< (usage.unknown_counter)
    declared ///< only the counters that the flavour names; others are ignored. For audits of what a reader
             ///< would see
};

/// Flavours: openai (chat), openai-compatible (chat without cache-write counters), openai-responses,
/// openai-embeddings, anthropic, anthropic-cloud (as resold: no search and 1 h counters), gemini, bedrock,
/// exclusive (already our meters). Errors: usage.unknown_flavour, usage.missing, usage.not_a_count,
/// usage.negative, usage.contradiction, usage.ambiguous, usage.unknown_counter; `where` is the JSON pointer.
Result<Usage> readUsage(std::string_view flavour, const nlohmann::json& raw, Reading reading = Reading::full);

std::vector<std::string_view> usageFlavours();

} // namespace tally::price
