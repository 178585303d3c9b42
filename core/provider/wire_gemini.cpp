// Gemini streamGenerateContent (alt=sse). Source: Google AI for Developers, "Generating content" and
// "UsageMetadata".
#include "core/provider/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tally::provider {
namespace {
using nlohmann::json;

class GeminiDecoder final : public WireDecoder {
protected:
    bool onEvent(const std::string&, const json& data, const TextFn& on_text) override {
        if (!data.is_object()) return false;
        answer_.usage_flavour = "gemini";
        if (const auto id = textAt(data, "responseId"); !id.empty()) answer_.response_id = id;
        if (const auto model = textAt(data, "modelVersion"); !model.empty()) answer_.reported_model = model;
        if (const auto candidates = data.find("candidates"); candidates != data.end() &&
                                                             candidates->is_array() && !candidates->empty() &&
                                                             candidates->front().is_object())
            readCandidate(candidates->front(), on_text);
        if (const auto feedback = data.find("promptFeedback");
            feedback != data.end() && !textAt(*feedback, "blockReason").empty()) {
            answer_.finish_reason = "content_filter";
            complete_ = true;
        }
        // Figures grow with every piece; those that come with the end count the whole call.
        if (const auto usage = data.find("usageMetadata"); usage != data.end() && usage->is_object()) {
            answer_.usage_raw = *usage;
            usage_final_ = complete_;
            if (const auto tier = textAt(*usage, "serviceTier"); !tier.empty()) answer_.service_tier = tier;
        }
        return true;
    }

    bool onWhole(const json& body, const TextFn& on_text) override {
        // Without alt=sse the same objects come as one JSON array.
        if (body.is_array())
            return std::all_of(body.begin(), body.end(),
                               [&](const json& item) { return onEvent({}, item, on_text); });
        return onEvent({}, body, on_text);
    }

private:
    void readCandidate(const json& candidate, const TextFn& on_text) {
        if (const auto content = candidate.find("content");
            content != candidate.end() && content->is_object())
            if (const auto parts = content->find("parts"); parts != content->end() && parts->is_array())
                for (const auto& part : *parts) {
                    if (!part.is_object()) continue;
                    const auto thought = part.find("thought");
                    say(textAt(part, "text"),
                        thought != part.end() && thought->is_boolean() && thought->get<bool>(), on_text);
                }
        const auto reason = textAt(candidate, "finishReason");
        if (reason.empty() || reason == "FINISH_REASON_UNSPECIFIED") return;
        static constexpr std::array<std::string_view, 6> filtered{"SAFETY", "RECITATION",         "BLOCKLIST",
                                                                  "SPII",   "PROHIBITED_CONTENT", "LANGUAGE"};
        if (reason == "STOP")
            answer_.finish_reason = "stop";
        else if (reason == "MAX_TOKENS")
            answer_.finish_reason = "length";
        else if (std::find(filtered.begin(), filtered.end(), reason) != filtered.end())
            answer_.finish_reason = "content_filter";
        else
            answer_.finish_reason = reason;
        complete_ = true;
    }
};

/// Model names go into the path: everything but unreserved characters and the slash of "tunedModels/x" is
/// escaped.
std::string escapePath(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '_' || c == '.' || c == '/';
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}
} // namespace

Result<HttpRequest> buildGemini(const ProviderConfig& config, const ModelCall& call) {
    if (!call.embed.empty())
        return fail("provider.unsupported", "this wire has no embeddings",
                    "use Gemini's OpenAI-compatible address with kind openai for them", "/embed");
    HttpRequest request;
    const std::string model = call.model.find('/') == std::string::npos ? "models/" + call.model : call.model;
    request.url =
        fmt::format("{}/{}:streamGenerateContent?alt=sse", effectiveBaseUrl(config), escapePath(model));
    request.headers = {{"Content-Type", "application/json"}};
    for (const auto& header : config.headers)
        request.headers.push_back(header);
    request.key_header = "x-goog-api-key";
    request.proxy = config.proxy;
    request.ca_file = config.ca_file;

    json system_parts = json::array();
    json contents = json::array();
    for (const auto& message : call.messages) {
        if (message.role == "system")
            system_parts.push_back({{"text", message.text}});
        else
            contents.push_back({{"role", message.role == "assistant" ? "model" : "user"},
                                {"parts", json::array({{{"text", message.text}}})}});
    }
    if (contents.empty())
        return fail("provider.unsupported", "the call has only system messages",
                    "add a user message to the prompt", "/messages");
    json body{{"contents", std::move(contents)}};
    if (!system_parts.empty()) body["systemInstruction"] = {{"parts", std::move(system_parts)}};
    json generation{{"maxOutputTokens", call.max_tokens}};
    if (call.temperature) generation["temperature"] = *call.temperature;
    if (call.seed) generation["seed"] = *call.seed;
    if (!call.stop.empty()) generation["stopSequences"] = call.stop;
    if (!call.output_schema.is_null() && config.schema_mode != SchemaMode::none) {
        generation["responseMimeType"] = "application/json";
        generation["responseJsonSchema"] = call.output_schema;
    }
    body["generationConfig"] = std::move(generation);
    TALLY_TRY(mergeExtra(body, call.extra));
    request.body = dumpBody(body);
    return request;
}

std::unique_ptr<WireDecoder> makeGeminiDecoder(const ModelCall&) {
    return std::make_unique<GeminiDecoder>();
}

} // namespace tally::provider
