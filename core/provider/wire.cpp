#include "core/provider/wire.h"

#include "core/base/encoding.h"
#include "core/base/json_text.h"
#include "core/provider/http_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace tally::provider {
namespace {
using nlohmann::json;

constexpr std::size_t max_error_body = std::size_t{64} << 10;
constexpr std::size_t max_whole_body = std::size_t{64} << 20;
constexpr std::size_t max_text = std::size_t{64} << 20;

int hexValue(std::string_view four) {
    int value = 0;
    for (const char c : four) {
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return four.size() == 4 ? value : -1;
}

/// Replaces \ud800..\udfff escapes that have no partner. Only called when the text did not parse.
std::string repairSurrogates(std::string_view text) {
    std::string out(text);
    for (std::size_t i = 0; i + 1 < out.size(); ++i) {
        if (out[i] != '\\') continue;
        if (out[i + 1] != 'u') {
            ++i;
            continue;
        }
        const int unit = hexValue(std::string_view(out).substr(i + 2, 4));
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            const auto next = std::string_view(out).substr(i + 6, 2);
            const int low = next == "\\u" ? hexValue(std::string_view(out).substr(i + 8, 4)) : -1;
            if (low >= 0xDC00 && low <= 0xDFFF) {
                i += 11;
                continue;
            }
            out.replace(i + 2, 4, "fffd");
        } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
            out.replace(i + 2, 4, "fffd");
        }
        if (unit >= 0) i += 5;
    }
    return out;
}

// Sampling, wording and bookkeeping: none of these changes which meters a call uses, at which tier, or how
// much of them beyond max_tokens. Everything else is refused, because a list of what is dear would never be
// complete.
constexpr std::string_view top_fields[] = {"cache_prompt",
                                           "chat_template_kwargs",
                                           "frequency_penalty",
                                           "generationConfig",
                                           "grammar",
                                           "ignore_eos",
                                           "logit_bias",
                                           "logprobs",
                                           "metadata",
                                           "min_p",
                                           "mirostat",
                                           "mirostat_eta",
                                           "mirostat_tau",
                                           "presence_penalty",
                                           "prompt_cache_key",
                                           "random_seed",
                                           "reasoning",
                                           "reasoning_effort",
                                           "repeat_last_n",
                                           "repeat_penalty",
                                           "repetition_penalty",
                                           "response_format",
                                           "safePrompt",
                                           "safe_prompt",
                                           "safetySettings",
                                           "safety_identifier",
                                           "seed",
                                           "stop",
                                           "stop_sequences",
                                           "store",
                                           "temperature",
                                           "think",
                                           "thinking",
                                           "top_k",
                                           "top_logprobs",
                                           "top_p",
                                           "typical_p",
                                           "user",
                                           "verbosity"};
constexpr std::string_view generation_fields[] = {
    "frequencyPenalty", "presencePenalty", "seed", "stopSequences",
    "temperature",      "thinkingConfig",  "topK", "topP"};

Status checkExtra(const json& object, std::span<const std::string_view> allowed, const std::string& where) {
    for (const auto& item : object.items())
        if (std::find(allowed.begin(), allowed.end(), item.key()) == allowed.end())
            return fail(
                "provider.unsupported",
                fmt::format("extra may not set {}: it could change what the call costs",
                            escapeForDisplay(item.key(), 60)),
                "set it in the step itself, or leave it out; sampling, stop and reasoning fields may be set",
                where + "/" + item.key());
    return {};
}
} // namespace

std::optional<json> parseServerJson(std::string_view text) {
    if (isJsonTooDeep(text)) return std::nullopt;
    json parsed = json::parse(text, nullptr, false);
    if (parsed.is_discarded()) {
        const std::string repaired = repairSurrogates(isUtf8(text) ? std::string(text) : scrubUtf8(text));
        parsed = json::parse(repaired, nullptr, false);
    }
    if (parsed.is_discarded()) return std::nullopt;
    return parsed;
}

Status mergeExtra(json& into, const json& extra) {
    if (extra.is_null()) return {};
    if (!extra.is_object())
        return fail("provider.unsupported", "extra is not a JSON object", R"(write {"top_p": 0.9})",
                    "/extra");
    TALLY_TRY(checkExtra(extra, top_fields, "/extra"));
    if (const auto generation = extra.find("generationConfig"); generation != extra.end()) {
        if (!generation->is_object())
            return fail("provider.unsupported", "generationConfig in extra is not an object", {},
                        "/extra/generationConfig");
        TALLY_TRY(checkExtra(*generation, generation_fields, "/extra/generationConfig"));
    }
    into.merge_patch(extra);
    return {};
}

std::string dumpBody(const json& body) {
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string_view textAt(const json& object, const char* key) {
    if (!object.is_object()) return {};
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return {};
    return found->get_ref<const std::string&>();
}

void WireDecoder::head(int status, const Headers& headers) {
    status_ = status;
    headers_ = headers;
    const auto type = headerValue(headers, "content-type");
    stream_ = status >= 200 && status < 300 && type.substr(0, 16) != "application/json";
    if (const auto id = headerValue(headers, "x-request-id"); !id.empty())
        answer_.response_id = id;
    else
        answer_.response_id = headerValue(headers, "request-id");
}

bool WireDecoder::feed(std::string_view bytes, const TextFn& on_text) {
    if (failed_) return false;
    if (!stream_) {
        const bool error = status_ < 200 || status_ >= 300;
        const std::size_t room = (error ? max_error_body : max_whole_body) - body_.size();
        body_.append(bytes.substr(0, room));
        if (bytes.size() <= room) return true;
        if (!error) protocolError("the answer is larger than allowed");
        return false; // the beginning of an error body says enough
    }
    const Status pushed = sse_.push(bytes, [&](const SseEvent& event) { take(event, on_text); });
    if (!pushed && !failed_) protocolError(pushed.error().message);
    return !failed_;
}

void WireDecoder::take(const SseEvent& event, const TextFn& on_text) {
    if (failed_) return;
    if (event.data == "[DONE]") {
        complete_ = true;
        return;
    }
    const auto data = parseServerJson(event.data);
    if (!data) {
        protocolError(
            fmt::format("the server sent an event that is not JSON: {}", escapeForDisplay(event.data, 120)));
        return;
    }
    const bool is_error_event = event.type == "error" || textAt(*data, "object") == "error";
    if (const auto error = data->is_object() ? data->find("error") : data->end();
        data->is_object() && error != data->end() && !error->is_null())
        failWith(streamFailure(*error));
    else if (is_error_event)
        failWith(streamFailure(*data));
    else if (!onEvent(event.type, *data, on_text))
        protocolError(fmt::format("the server sent an event that makes no sense here: {}",
                                  escapeForDisplay(event.data, 120)));
}

void WireDecoder::say(std::string_view text, bool reasoning, const TextFn& on_text) {
    if (text.empty()) return;
    said_ += text.size();
    if (said_ > max_text) {
        protocolError("the answer's text is larger than allowed");
        return;
    }
    (reasoning ? answer_.reasoning : answer_.text) += text;
    if (on_text) on_text(text, reasoning);
}

void WireDecoder::failWith(CallFailure failure) {
    if (failed_) return;
    failed_ = true;
    failure_ = std::move(failure);
}

void WireDecoder::protocolError(std::string message) {
    CallFailure failure;
    failure.error = {"provider.protocol",
                     std::move(message),
                     "check that kind and base_url of the provider fit each other",
                     {}};
    failure.http_status = status_;
    failWith(std::move(failure));
}

ModelAnswer WireDecoder::partial() const {
    ModelAnswer answer = answer_;
    if (!usage_final_) answer.usage_raw = nullptr;
    return answer;
}

CallOutcome WireDecoder::finish(const Status& transport, bool sent, std::int64_t wall_us) {
    if (status_ == 0) {
        if (!transport) return transportFailure(transport.error(), sent);
        return transportFailure({"provider.cut", "the connection ended before an answer came", {}, {}}, sent);
    }
    if (status_ < 200 || status_ >= 300) return httpFailure(status_, headers_, body_, wall_us);
    if (!stream_ && transport && !failed_) {
        const auto body = parseServerJson(body_);
        const TextFn nobody;
        if (!body)
            protocolError(fmt::format("the answer is not JSON: {}", escapeForDisplay(body_, 120)));
        else if (const auto error = body->is_object() ? body->find("error") : body->end();
                 body->is_object() && error != body->end() && !error->is_null())
            failWith(streamFailure(*error));
        else if (!onWhole(*body, nobody))
            protocolError(fmt::format("the answer makes no sense here: {}", escapeForDisplay(body_, 120)));
    }
    if (failed_) {
        failure_.sent = true;
        failure_.partial = partial();
        return failure_;
    }
    if (complete()) return partial();
    const Error cut{"provider.cut", "the stream ended before the answer was complete", {}, {}};
    CallFailure failure = transportFailure(transport ? cut : transport.error(), true);
    failure.http_status = status_;
    failure.partial = partial();
    return failure;
}

namespace {
Result<HttpRequest> buildByKind(const ProviderConfig& config, const ModelCall& call) {
    switch (config.kind) {
    case ProviderKind::openai:
        return buildOpenAi(config, call);
    case ProviderKind::anthropic:
        return buildAnthropic(config, call);
    case ProviderKind::gemini:
        return buildGemini(config, call);
    case ProviderKind::local:
    case ProviderKind::sim:
        break;
    }
    return fail("provider.unsupported", "this kind of provider speaks no wire");
}
} // namespace

Result<HttpRequest> buildRequest(const ProviderConfig& config, const ModelCall& call) {
    if (call.embed.empty() && call.messages.empty())
        return fail("provider.unsupported", "the call has neither messages nor texts to embed", {},
                    "/messages");
    if (call.embed.empty() && call.max_tokens <= 0)
        return fail("provider.unsupported", "the call has no cap on its output", "set max_tokens of the step",
                    "/max_tokens");
    TALLY_ASSIGN(HttpRequest request, buildByKind(config, call));
    // Small local servers close a connection right after an answer, and a request that meets the closing
    // socket would be lost with an unknown outcome. Without TLS a new connection costs almost nothing.
    request.keep_alive = request.url.substr(0, 8) == "https://";
    return request;
}

std::unique_ptr<WireDecoder> makeDecoder(const ProviderConfig& config, const ModelCall& call) {
    switch (config.kind) {
    case ProviderKind::anthropic:
        return makeAnthropicDecoder(call);
    case ProviderKind::gemini:
        return makeGeminiDecoder(call);
    case ProviderKind::openai:
    case ProviderKind::local:
    case ProviderKind::sim:
        break;
    }
    return makeOpenAiDecoder(call);
}

} // namespace tally::provider
