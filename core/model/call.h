// One model call: what is asked and what came back, independent of any wire format.
#pragma once
#include "core/base/result.h"
#include "core/model/usage.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally {

struct Message {
    std::string role; ///< system, user, assistant
    std::string text;
    bool operator==(const Message&) const = default;
};

struct ModelCall {
    std::string provider; ///< name of a configured provider: "openai", "local", "sim"
    std::string model;
    std::vector<Message> messages;
    nlohmann::json output_schema; ///< JSON Schema of the answer; null: free text
    std::int64_t max_tokens = 0;  ///< hard cap on output tokens, > 0 (reservation is computed from it)
    std::optional<double> temperature;
    std::optional<std::int64_t> seed;
    std::vector<std::string> stop;
    nlohmann::json extra;           ///< provider-specific fields, merged into the body; null: none
    std::vector<std::string> embed; ///< texts to embed; non-empty makes this an embeddings call
    std::string idempotency_key;    ///< attempt id
    std::int64_t connect_timeout_ms = 10'000;
    std::int64_t first_token_timeout_ms = 60'000;
    std::int64_t stall_timeout_ms = 30'000; ///< longest gap between two pieces of a stream
    std::int64_t total_timeout_ms = 600'000;
    bool operator==(const ModelCall&) const = default;
};
void to_json(nlohmann::json& out, const ModelCall& call);

struct ModelAnswer {
    std::string text;
    std::string reasoning;
    std::vector<std::vector<float>> embeddings;
    std::string finish_reason; ///< stop, length, content_filter, tool_calls, cancelled …
    nlohmann::json usage_raw;  ///< the provider's usage object, verbatim; null when it sent none
    std::string
        usage_flavour; ///< which normaliser reads it: openai, openai-responses, anthropic, gemini, exclusive
    std::string response_id;
    std::string reported_model; ///< what the provider says it was
    std::string service_tier;
    std::int64_t ttft_us = 0;
    std::int64_t latency_us = 0;
    bool simulated = false;
};

/// Why a call gave no answer. `sent` decides between RELEASED and unknown: false only if provably no byte
/// left.
struct CallFailure {
    Error error; ///< code: provider.connect, .timeout_first_token, .stall, .http_429, .http_5xx, .cut,
                 ///< .cancelled, .refused …
    bool sent = true;
    bool retryable = false;
    /// The server's HTTP head refused the request (4xx, see httpFailure): provably nothing was generated. Any
    /// other end of a request that was sent is an unknown outcome unless the provider's final usage came with
    /// it.
    bool rejected = false;
    std::optional<std::int64_t> retry_after_ms; ///< from Retry-After
    int http_status = 0;
    ModelAnswer partial; ///< text so far, and usage if the provider reported it
};

} // namespace tally
