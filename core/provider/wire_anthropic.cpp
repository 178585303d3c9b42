// Anthropic messages. Source: Anthropic API reference, "Messages" and "Streaming Messages" (event flow,
// cumulative usage in message_delta), "Tool use" (tool_choice).
#include "core/provider/wire.h"

#include <fmt/format.h>

namespace tally::provider {
namespace {
using nlohmann::json;

constexpr const char* answer_tool = "answer";

class AnthropicDecoder final : public WireDecoder {
public:
    explicit AnthropicDecoder(bool schema_by_tool)
        : schema_by_tool_(schema_by_tool) {}

protected:
    bool onEvent(const std::string& event_type, const json& data, const TextFn& on_text) override {
        if (!data.is_object()) return false;
        // The type is in the data too; llama.cpp and Anthropic send both.
        const auto named = textAt(data, "type");
        const std::string_view type = named.empty() ? std::string_view(event_type) : named;
        if (type == "message_start") {
            const auto message = data.find("message");
            if (message == data.end() || !message->is_object()) return false;
            readCommon(*message);
        } else if (type == "content_block_delta" || type == "content_block_start") {
            const char* place = type == "content_block_delta" ? "delta" : "content_block";
            if (const auto block = data.find(place); block != data.end()) readBlock(*block, on_text);
        } else if (type == "message_delta") {
            if (const auto delta = data.find("delta"); delta != data.end()) readStop(*delta);
            complete_ = !answer_.finish_reason.empty();
            if (const auto usage = data.find("usage"); usage != data.end() && usage->is_object()) {
                mergeUsage(*usage);
                usage_final_ = true;
            }
        } else if (type == "message_stop") {
            complete_ = true;
        }
        return true; // ping, content_block_stop, and whatever will be added
    }

    bool onWhole(const json& body, const TextFn& on_text) override {
        const auto content = body.is_object() ? body.find("content") : body.end();
        if (!body.is_object() || content == body.end() || !content->is_array()) return false;
        readCommon(body);
        for (const auto& block : *content) {
            if (textAt(block, "type") == "tool_use" && block.contains("input") && schema_by_tool_)
                say(dumpBody(block["input"]), false, on_text);
            else
                readBlock(block, on_text);
        }
        readStop(body);
        usage_final_ = answer_.usage_raw.is_object();
        complete_ = true;
        return true;
    }

private:
    void readCommon(const json& message) {
        answer_.usage_flavour = "anthropic";
        if (const auto id = textAt(message, "id"); !id.empty()) answer_.response_id = id;
        if (const auto model = textAt(message, "model"); !model.empty()) answer_.reported_model = model;
        if (const auto usage = message.find("usage"); usage != message.end() && usage->is_object())
            mergeUsage(*usage);
    }
    void readBlock(const json& block, const TextFn& on_text) {
        say(textAt(block, "thinking"), true, on_text);
        say(textAt(block, "text"), false, on_text);
        if (schema_by_tool_) say(textAt(block, "partial_json"), false, on_text);
    }
    void readStop(const json& where) {
        const auto reason = textAt(where, "stop_reason");
        if (reason.empty()) return;
        // The forced tool is how the answer is given, not a wish to call anything.
        if (reason == "end_turn" || reason == "stop_sequence" || (reason == "tool_use" && schema_by_tool_))
            answer_.finish_reason = "stop";
        else if (reason == "max_tokens" || reason == "model_context_window_exceeded")
            answer_.finish_reason = "length";
        else if (reason == "refusal")
            answer_.finish_reason = "content_filter";
        else
            answer_.finish_reason = reason;
    }
    /// message_start has the input side, message_delta the cumulative output (and, newer, everything): later
    /// figures win.
    void mergeUsage(const json& usage) {
        if (!answer_.usage_raw.is_object()) answer_.usage_raw = json::object();
        for (const auto& item : usage.items())
            if (!item.value().is_null()) answer_.usage_raw[item.key()] = item.value();
        if (const auto tier = textAt(usage, "service_tier"); !tier.empty()) answer_.service_tier = tier;
    }

    bool schema_by_tool_;
};

bool byTool(SchemaMode mode) {
    return mode == SchemaMode::automatic || mode == SchemaMode::tool;
}
} // namespace

Result<HttpRequest> buildAnthropic(const ProviderConfig& config, const ModelCall& call) {
    if (!call.embed.empty())
        return fail("provider.unsupported", "this wire has no embeddings",
                    "use an OpenAI-compatible provider for them", "/embed");
    HttpRequest request;
    std::string base = effectiveBaseUrl(config);
    if (base.size() > 3 && base.substr(base.size() - 3) == "/v1") base.resize(base.size() - 3);
    request.url = base + "/v1/messages";
    request.headers = {{"Content-Type", "application/json"}, {"anthropic-version", "2023-06-01"}};
    for (const auto& header : config.headers)
        request.headers.push_back(header);
    request.key_header = "x-api-key";
    request.proxy = config.proxy;
    request.ca_file = config.ca_file;

    json body{{"model", call.model}, {"max_tokens", call.max_tokens}, {"stream", true}};
    std::string system;
    json messages = json::array();
    for (const auto& message : call.messages) {
        if (message.role == "system") {
            if (!system.empty()) system += "\n\n";
            system += message.text;
        } else {
            messages.push_back({{"role", message.role}, {"content", message.text}});
        }
    }
    if (messages.empty())
        return fail("provider.unsupported", "the call has only system messages",
                    "add a user message to the prompt", "/messages");
    if (!system.empty()) body["system"] = system;
    body["messages"] = std::move(messages);
    if (call.temperature) body["temperature"] = *call.temperature;
    if (!call.stop.empty()) body["stop_sequences"] = call.stop;
    if (!call.output_schema.is_null()) {
        if (byTool(config.schema_mode)) {
            body["tools"] = json::array({{{"name", answer_tool},
                                          {"description", "Give the answer in this form."},
                                          {"input_schema", call.output_schema}}});
            body["tool_choice"] = {{"type", "tool"}, {"name", answer_tool}};
        } else if (config.schema_mode == SchemaMode::json_schema) {
            body["output_config"] = {{"format", {{"type", "json_schema"}, {"schema", call.output_schema}}}};
        }
    }
    TALLY_TRY(mergeExtra(body, call.extra));
    request.body = dumpBody(body);
    return request;
}

std::unique_ptr<WireDecoder> makeAnthropicDecoder(const ModelCall& call) {
    return std::make_unique<AnthropicDecoder>(!call.output_schema.is_null());
}

} // namespace tally::provider
