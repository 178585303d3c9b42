// OpenAI-like chat completions and embeddings. Source: OpenAI API reference (Chat Completions, streaming;
// Embeddings) and the documentation of vLLM, llama.cpp, Ollama and LM Studio for where they differ.
#include "core/provider/wire.h"

#include <fmt/format.h>

#include <algorithm>

namespace tally::provider {
namespace {
using nlohmann::json;

bool isOpenAiItself(std::string_view base_url) {
    return base_url.find("://api.openai.com") != std::string_view::npos ||
           base_url.find(".openai.azure.com") != std::string_view::npos;
}

/// OpenAI's reasoning models refuse max_tokens; most other servers know only that name.
std::string maxTokensField(const ProviderConfig& config) {
    if (!config.max_tokens_field.empty()) return config.max_tokens_field;
    return isOpenAiItself(effectiveBaseUrl(config)) ? "max_completion_tokens" : "max_tokens";
}

/// OpenAI refuses strict mode unless every object is closed and requires all of its properties.
bool isStrict(const json& schema) {
    if (schema.is_array()) return std::all_of(schema.begin(), schema.end(), isStrict);
    if (!schema.is_object()) return true;
    if (const auto properties = schema.find("properties");
        properties != schema.end() && properties->is_object()) {
        const auto closed = schema.find("additionalProperties");
        const auto required = schema.find("required");
        if (closed == schema.end() || *closed != json(false) || required == schema.end() ||
            required->size() != properties->size())
            return false;
    }
    return std::all_of(schema.begin(), schema.end(), isStrict);
}

HttpRequest requestTo(const ProviderConfig& config, const ModelCall& call, std::string_view path) {
    HttpRequest request;
    request.url = effectiveBaseUrl(config) + std::string(path);
    request.headers = {{"Content-Type", "application/json"}};
    if (!call.idempotency_key.empty())
        request.headers.emplace_back("X-Client-Request-Id", call.idempotency_key);
    for (const auto& header : config.headers)
        request.headers.push_back(header);
    request.key_header = "Authorization";
    request.key_prefix = "Bearer ";
    request.proxy = config.proxy;
    request.ca_file = config.ca_file;
    return request;
}

class ChatDecoder final : public WireDecoder {
protected:
    bool onEvent(const std::string&, const json& data, const TextFn& on_text) override {
        if (!data.is_object()) return false;
        readCommon(data);
        if (const auto choices = data.find("choices");
            choices != data.end() && choices->is_array() && !choices->empty()) {
            const json& choice = choices->front();
            if (const auto delta = choice.is_object() ? choice.find("delta") : choice.end();
                choice.is_object() && delta != choice.end())
                readMessage(*delta, on_text);
            readFinish(choice);
        }
        // vLLM can report usage with every piece: only what comes with or after the end counts the whole
        // call.
        if (const auto usage = data.find("usage"); usage != data.end() && usage->is_object()) {
            answer_.usage_raw = *usage;
            usage_final_ = complete_;
        }
        return true;
    }

    bool onWhole(const json& body, const TextFn& on_text) override {
        const auto choices = body.is_object() ? body.find("choices") : body.end();
        if (!body.is_object() || choices == body.end() || !choices->is_array() || choices->empty())
            return false;
        readCommon(body);
        const json& choice = choices->front();
        if (const auto message = choice.is_object() ? choice.find("message") : choice.end();
            choice.is_object() && message != choice.end())
            readMessage(*message, on_text);
        readFinish(choice);
        if (const auto usage = body.find("usage"); usage != body.end() && usage->is_object()) {
            answer_.usage_raw = *usage;
            usage_final_ = true;
        }
        complete_ = true;
        return true;
    }

private:
    void readCommon(const json& data) {
        answer_.usage_flavour = "openai";
        if (const auto id = textAt(data, "id"); !id.empty()) answer_.response_id = id;
        if (const auto model = textAt(data, "model"); !model.empty()) answer_.reported_model = model;
        if (const auto tier = textAt(data, "service_tier"); !tier.empty()) answer_.service_tier = tier;
    }
    void readMessage(const json& message, const TextFn& on_text) {
        // reasoning_content: vLLM, llama.cpp, DeepSeek; reasoning: Ollama, OpenRouter and newer vLLM.
        const auto thought = textAt(message, "reasoning_content");
        say(thought.empty() ? textAt(message, "reasoning") : thought, true, on_text);
        say(textAt(message, "content"), false, on_text);
        say(textAt(message, "refusal"), false, on_text);
    }
    void readFinish(const json& choice) {
        if (const auto reason = textAt(choice, "finish_reason"); !reason.empty()) {
            answer_.finish_reason = reason;
            complete_ = true;
        }
    }
};

class EmbeddingsDecoder final : public WireDecoder {
public:
    explicit EmbeddingsDecoder(std::size_t count)
        : count_(count) {}

protected:
    bool onEvent(const std::string&, const json&, const TextFn&) override { return false; }
    bool onWhole(const json& body, const TextFn&) override {
        const auto data = body.is_object() ? body.find("data") : body.end();
        if (!body.is_object() || data == body.end() || !data->is_array() || data->size() != count_)
            return false;
        answer_.embeddings.assign(count_, {});
        for (std::size_t at = 0; at < count_; ++at) {
            const json& item = (*data)[at];
            if (!item.is_object()) return false;
            const auto index = item.find("index");
            std::size_t place = at;
            if (index != item.end() && index->is_number_unsigned()) place = index->get<std::size_t>();
            const auto vector = item.find("embedding");
            if (place >= count_ || vector == item.end() || !vector->is_array()) return false;
            auto& out = answer_.embeddings[place];
            out.clear();
            out.reserve(vector->size());
            for (const auto& value : *vector) {
                if (!value.is_number()) return false;
                out.push_back(value.get<float>());
            }
        }
        answer_.usage_flavour = "openai";
        answer_.reported_model = textAt(body, "model");
        answer_.finish_reason = "stop";
        if (const auto usage = body.find("usage"); usage != body.end() && usage->is_object()) {
            answer_.usage_raw = *usage;
            usage_final_ = true;
        }
        complete_ = true;
        return true;
    }

private:
    std::size_t count_;
};
} // namespace

Result<HttpRequest> buildOpenAi(const ProviderConfig& config, const ModelCall& call) {
    json body{{"model", call.model}};
    if (!call.embed.empty()) {
        HttpRequest request = requestTo(config, call, "/embeddings");
        body["input"] = call.embed;
        body["encoding_format"] = "float";
        TALLY_TRY(mergeExtra(body, call.extra));
        request.body = dumpBody(body);
        return request;
    }
    HttpRequest request = requestTo(config, call, "/chat/completions");
    json messages = json::array();
    for (const auto& message : call.messages)
        messages.push_back({{"role", message.role}, {"content", message.text}});
    body["messages"] = std::move(messages);
    body["stream"] = true;
    body["stream_options"] = {{"include_usage", true}};
    body[maxTokensField(config)] = call.max_tokens;
    if (call.temperature) body["temperature"] = *call.temperature;
    if (call.seed) body["seed"] = *call.seed;
    if (!call.stop.empty()) body["stop"] = call.stop;
    if (!call.output_schema.is_null() && config.schema_mode != SchemaMode::none)
        body["response_format"] = {
            {"type", "json_schema"},
            {"json_schema",
             {{"name", "answer"}, {"strict", isStrict(call.output_schema)}, {"schema", call.output_schema}}}};
    TALLY_TRY(mergeExtra(body, call.extra));
    request.body = dumpBody(body);
    return request;
}

std::unique_ptr<WireDecoder> makeOpenAiDecoder(const ModelCall& call) {
    if (!call.embed.empty()) return std::make_unique<EmbeddingsDecoder>(call.embed.size());
    return std::make_unique<ChatDecoder>();
}

} // namespace tally::provider
