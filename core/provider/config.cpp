#include "core/provider/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace tally::provider {
namespace {
using nlohmann::json;

constexpr std::array<std::pair<ProviderKind, std::string_view>, 5> kinds{
    {{ProviderKind::openai, "openai"},
     {ProviderKind::anthropic, "anthropic"},
     {ProviderKind::gemini, "gemini"},
     {ProviderKind::local, "local"},
     {ProviderKind::sim, "sim"}}};
constexpr std::array<std::pair<SchemaMode, std::string_view>, 4> schema_modes{
    {{SchemaMode::automatic, "auto"},
     {SchemaMode::json_schema, "json_schema"},
     {SchemaMode::tool, "tool"},
     {SchemaMode::none, "none"}}};

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

bool isName(std::string_view name) {
    const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    if (name.empty() || name.size() > 64 || !word(name.front())) return false;
    return std::all_of(name.begin(), name.end(),
                       [&](char c) { return word(c) || c == '.' || c == '_' || c == '-'; });
}

struct UrlParts {
    std::string scheme;
    std::string host;
    bool credentials = false;
    bool query = false;
};
UrlParts split(std::string_view url) {
    UrlParts parts;
    const auto colon = url.find("://");
    if (colon == std::string_view::npos) return parts;
    parts.scheme = lower(url.substr(0, colon));
    std::string_view rest = url.substr(colon + 3);
    parts.query = rest.find_first_of("?#") != std::string_view::npos;
    std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        parts.credentials = true;
        authority.remove_prefix(at + 1);
    }
    if (!authority.empty() && authority.front() == '[')
        parts.host = lower(authority.substr(1, authority.find(']') - 1));
    else
        parts.host = lower(authority.substr(0, authority.rfind(':')));
    return parts;
}

/// Loopback, RFC 1918 and RFC 4193 addresses, link-local names, and names without a dot (a host of the local
/// network).
bool isPrivateHost(std::string_view host) {
    if (host.find(':') != std::string_view::npos)
        return host == "::1" || host.substr(0, 2) == "fd" || host.substr(0, 4) == "fe80";
    // Only numbers count as addresses: "10.example.com" is a name of the internet.
    if (host.find_first_not_of("0123456789.") == std::string_view::npos) {
        const auto first = host.substr(0, host.find('.'));
        const auto rest = host.substr(std::min(first.size() + 1, host.size()));
        const auto second = rest.substr(0, rest.find('.'));
        return first == "127" || first == "10" || (first == "192" && second == "168") ||
               (first == "172" && second.size() == 2 && second >= "16" && second <= "31");
    }
    if (host.find('.') == std::string_view::npos) return true;
    return host.size() > 6 && host.substr(host.size() - 6) == ".local";
}

bool carriesCredentials(std::string_view header) {
    static constexpr std::array<std::string_view, 6> names{
        "authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "proxy-authorization"};
    const auto name = lower(header);
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool isHeaderText(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; });
}

auto wrong(std::string where, std::string message, std::string hint) {
    return fail("provider.config", std::move(message), std::move(hint), std::move(where));
}

Status readText(const json& in, const char* key, std::string& out) {
    const auto found = in.find(key);
    if (found == in.end() || found->is_null()) return {};
    if (!found->is_string())
        return wrong(fmt::format("/{}", key), fmt::format("{} is not text", key), "write it in quotes");
    out = found->get<std::string>();
    return {};
}

Status readLimit(const json& limits, const char* key, std::int64_t& out) {
    const auto found = limits.find(key);
    if (found == limits.end()) return {};
    if (!found->is_number_integer() || found->get<std::int64_t>() < 0)
        return wrong(fmt::format("/limits/{}", key), fmt::format("{} is not a whole number >= 0", key),
                     "0 means no limit");
    out = found->get<std::int64_t>();
    return {};
}

Status checkUrl(const ProviderConfig& config) {
    const auto parts = split(effectiveBaseUrl(config));
    if ((parts.scheme != "https" && parts.scheme != "http") || parts.host.empty())
        return wrong("/base_url", "base_url is not an http or https address",
                     "for example https://api.openai.com/v1");
    if (parts.credentials || parts.query)
        return wrong("/base_url", "base_url holds credentials or a query",
                     "put the key into the keychain and name it in key_ref");
    if (parts.scheme == "http" && !config.key_ref.empty() && !isPrivateHost(parts.host) &&
        !config.allow_plain_http)
        return wrong("/base_url", "the key would travel unencrypted over the internet",
                     "use https, or set allow_plain_http if the way is protected otherwise");
    return {};
}
} // namespace

std::string_view toString(ProviderKind v) {
    return std::find_if(kinds.begin(), kinds.end(), [v](const auto& k) { return k.first == v; })->second;
}

Result<ProviderKind> parseProviderKind(std::string_view text) {
    for (const auto& [kind, name] : kinds)
        if (name == text) return kind;
    return fail("provider.config", fmt::format("\"{}\" is not a kind of provider", text),
                "use openai (also for vLLM, llama.cpp, Ollama, LM Studio), anthropic, gemini, local or sim");
}

std::string effectiveBaseUrl(const ProviderConfig& config) {
    if (!config.base_url.empty()) {
        std::string url = config.base_url;
        while (!url.empty() && url.back() == '/')
            url.pop_back();
        return url;
    }
    switch (config.kind) {
    case ProviderKind::openai:
        return "https://api.openai.com/v1";
    case ProviderKind::anthropic:
        return "https://api.anthropic.com";
    case ProviderKind::gemini:
        return "https://generativelanguage.googleapis.com/v1beta";
    case ProviderKind::local:
    case ProviderKind::sim:
        break;
    }
    return {};
}

Status validate(const ProviderConfig& config) {
    if (!isName(config.name))
        return wrong("/name", fmt::format("\"{}\" cannot name a provider", config.name),
                     "use lower-case letters, digits, '.', '_' and '-', at most 64");
    if (config.limits.rpm < 0 || config.limits.tpm < 0 || config.limits.concurrent < 0)
        return wrong("/limits", "a limit is negative", "0 means no limit");
    if (config.kind == ProviderKind::local || config.kind == ProviderKind::sim) {
        if (!config.base_url.empty() || !config.key_ref.empty())
            return wrong("/base_url", "local and sim providers have neither an address nor a key",
                         "remove base_url and key_ref");
        return {};
    }
    TALLY_TRY(checkUrl(config));
    for (const auto& [name, value] : config.headers) {
        if (carriesCredentials(name))
            return wrong(fmt::format("/headers/{}", name), fmt::format("the header {} carries a key", name),
                         "put the key into the keychain and name it in key_ref");
        if (name.empty() || !isHeaderText(name) || !isHeaderText(value) ||
            name.find(':') != std::string::npos)
            return wrong(fmt::format("/headers/{}", name),
                         "a header holds a control character or a colon in its name", {});
    }
    if (!config.max_tokens_field.empty() && config.max_tokens_field != "max_tokens" &&
        config.max_tokens_field != "max_completion_tokens")
        return wrong("/max_tokens_field", "max_tokens_field is neither max_tokens nor max_completion_tokens",
                     "leave it out to choose by host");
    return {};
}

void to_json(json& out, const ProviderConfig& config) {
    out = json{{"name", config.name}, {"kind", toString(config.kind)}};
    const auto text = [&out](const char* key, const std::string& value) {
        if (!value.empty()) out[key] = value;
    };
    text("base_url", config.base_url);
    text("key_ref", config.key_ref);
    text("proxy", config.proxy);
    text("ca_file", config.ca_file);
    text("price_as", config.price_as);
    text("max_tokens_field", config.max_tokens_field);
    json limits = json::object();
    if (config.limits.rpm > 0) limits["rpm"] = config.limits.rpm;
    if (config.limits.tpm > 0) limits["tpm"] = config.limits.tpm;
    if (config.limits.concurrent > 0) limits["concurrent"] = config.limits.concurrent;
    if (!limits.empty()) out["limits"] = std::move(limits);
    if (!config.headers.empty()) out["headers"] = config.headers;
    if (config.schema_mode != SchemaMode::automatic)
        for (const auto& [mode, name] : schema_modes)
            if (mode == config.schema_mode) out["schema_mode"] = name;
    if (config.allow_plain_http) out["allow_plain_http"] = true;
}

Result<ProviderConfig> providerConfigFromJson(const json& in) {
    if (!in.is_object())
        return wrong("", "a provider is not a JSON object", R"(write {"name": …, "kind": …})");
    static constexpr std::array<std::string_view, 12> known{
        "name",    "kind",    "base_url", "key_ref",     "limits",           "proxy",
        "ca_file", "headers", "price_as", "schema_mode", "max_tokens_field", "allow_plain_http"};
    for (const auto& item : in.items())
        if (std::find(known.begin(), known.end(), item.key()) == known.end())
            return wrong("/" + item.key(), fmt::format("\"{}\" is not a field of a provider", item.key()),
                         "known: name, kind, base_url, key_ref, limits, proxy, ca_file, headers, price_as, "
                         "schema_mode, "
                         "max_tokens_field, allow_plain_http");
    ProviderConfig config;
    std::string kind;
    std::string mode;
    TALLY_TRY(readText(in, "name", config.name));
    TALLY_TRY(readText(in, "kind", kind));
    TALLY_TRY(readText(in, "base_url", config.base_url));
    TALLY_TRY(readText(in, "key_ref", config.key_ref));
    TALLY_TRY(readText(in, "proxy", config.proxy));
    TALLY_TRY(readText(in, "ca_file", config.ca_file));
    TALLY_TRY(readText(in, "price_as", config.price_as));
    TALLY_TRY(readText(in, "max_tokens_field", config.max_tokens_field));
    TALLY_TRY(readText(in, "schema_mode", mode));
    auto parsed = parseProviderKind(kind);
    if (!parsed) return fail(parsed.error().at("/kind"));
    config.kind = *parsed;
    if (!mode.empty()) {
        const auto found = std::find_if(schema_modes.begin(), schema_modes.end(),
                                        [&](const auto& m) { return m.second == mode; });
        if (found == schema_modes.end())
            return wrong("/schema_mode", fmt::format("\"{}\" is not a schema mode", mode),
                         "use auto, json_schema, tool or none");
        config.schema_mode = found->first;
    }
    if (const auto limits = in.find("limits"); limits != in.end()) {
        if (!limits->is_object()) return wrong("/limits", "limits is not an object", R"(write {"rpm": 60})");
        TALLY_TRY(readLimit(*limits, "rpm", config.limits.rpm));
        TALLY_TRY(readLimit(*limits, "tpm", config.limits.tpm));
        TALLY_TRY(readLimit(*limits, "concurrent", config.limits.concurrent));
    }
    if (const auto headers = in.find("headers"); headers != in.end()) {
        if (!headers->is_object()) return wrong("/headers", "headers is not an object", {});
        for (const auto& item : headers->items()) {
            if (!item.value().is_string())
                return wrong("/headers/" + item.key(), "a header value is not text", {});
            config.headers.emplace(item.key(), item.value().get<std::string>());
        }
    }
    if (const auto plain = in.find("allow_plain_http"); plain != in.end()) {
        if (!plain->is_boolean())
            return wrong("/allow_plain_http", "allow_plain_http is neither true nor false", {});
        config.allow_plain_http = plain->get<bool>();
    }
    TALLY_TRY(validate(config));
    return config;
}

} // namespace tally::provider
