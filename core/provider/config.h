// One configured provider, as `tally provider add` writes it and the store keeps it. Holds the name of a key,
// never a key.
#pragma once
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tally::provider {

enum class ProviderKind {
    openai, ///< any server with POST {base_url}/chat/completions: OpenAI, vLLM, llama.cpp, Ollama, LM Studio
            ///< …
    anthropic, ///< POST {base_url}/v1/messages
    gemini,    ///< POST {base_url}/models/M:streamGenerateContent
    local,     ///< models of this process, registered in the hub
    sim        ///< simulated stand-ins, registered in the hub
};
std::string_view toString(ProviderKind v);
Result<ProviderKind> parseProviderKind(std::string_view text);

/// 0 means no limit.
struct ProviderLimits {
    std::int64_t rpm = 0;        ///< requests per minute
    std::int64_t tpm = 0;        ///< tokens per minute, input plus max output as admitted
    std::int64_t concurrent = 0; ///< calls under way at once
    bool operator==(const ProviderLimits&) const = default;
};

/// How a JSON Schema is handed to the server.
enum class SchemaMode {
    automatic,   ///< openai: json_schema; anthropic: tool; gemini: json_schema
    json_schema, ///< the wire's own field for schemas
    tool,        ///< one forced tool whose input is the answer (anthropic)
    none         ///< not sent: the prompt asks for JSON and a check step validates it
};

struct ProviderConfig {
    std::string name; ///< `[a-z0-9][a-z0-9._-]{0,63}`; what ModelCall::provider says
    ProviderKind kind = ProviderKind::openai;
    std::string base_url; ///< without trailing slash; empty: the vendor's own; unused by local and sim
    std::string key_ref;  ///< see key_store.h; empty: no key is sent
    ProviderLimits limits;
    std::string
        proxy; ///< "http://host:port", "socks5h://…"; empty: the environment's proxy variables, "none": none
    std::string ca_file; ///< PEM file of certificates to trust instead of the system's
    std::map<std::string, std::string>
        headers;          ///< extra request headers; names that carry credentials are refused
    std::string price_as; ///< name of the provider in the price book; empty: `name`
    SchemaMode schema_mode = SchemaMode::automatic;
    std::string max_tokens_field;  ///< openai only: "max_tokens" or "max_completion_tokens"; empty: by host
    bool allow_plain_http = false; ///< send a key over http:// to a host that is neither loopback nor private
    bool operator==(const ProviderConfig&) const = default;
};
void to_json(nlohmann::json& out, const ProviderConfig& config);
/// Checks everything; errors carry the JSON pointer in `where` and the fix in `hint`.
Result<ProviderConfig> providerConfigFromJson(const nlohmann::json& in);
/// The checks alone, for a configuration made by code.
Status validate(const ProviderConfig& config);
/// base_url, or the vendor's own address of the kind.
std::string effectiveBaseUrl(const ProviderConfig& config);

} // namespace tally::provider
