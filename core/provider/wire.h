// The wires: each provider dialect as a pure pair, build a request and decode the bytes of its answer. No
// socket, no clock.
#pragma once
#include "core/model/call.h"
#include "core/provider/config.h"
#include "core/provider/recorded.h"
#include "core/provider/sse.h"
#include "core/provider/transport.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tally::provider {

using TextFn = std::function<void(std::string_view text, bool reasoning)>;

/// Bytes of one HTTP answer -> text as it arrives and, at the end, an answer or a failure. The base class
/// knows what all wires share: status, error bodies, event stream or whole JSON, bounds, an end that came too
/// early.
class WireDecoder {
public:
    virtual ~WireDecoder() = default;
    void head(int status, const Headers& headers);
    /// False: nothing more is wanted (the stream broke its rules or reported an error); call finish().
    bool feed(std::string_view bytes, const TextFn& on_text);
    /// `transport` is how the request ended, `sent` whether bytes may have left.
    CallOutcome finish(const Status& transport, bool sent, std::int64_t wall_us);
    /// All that matters has arrived, even if the connection is still open.
    [[nodiscard]] bool complete() const { return status_ >= 200 && status_ < 300 && !failed_ && complete_; }
    /// What has arrived so far; usage only if the provider's figures are final.
    [[nodiscard]] ModelAnswer partial() const;

protected:
    /// One event of a stream; a false result means that it makes no sense for this wire.
    virtual bool onEvent(const std::string& type, const nlohmann::json& data, const TextFn& on_text) = 0;
    /// The whole body of an answer that is not a stream.
    virtual bool onWhole(const nlohmann::json& body, const TextFn& on_text) = 0;

    void say(std::string_view text, bool reasoning, const TextFn& on_text);
    void failWith(CallFailure failure);

    ModelAnswer answer_;
    bool complete_ = false;    ///< the provider said that the answer is finished
    bool usage_final_ = false; ///< usage_raw counts the whole call

private:
    void take(const SseEvent& event, const TextFn& on_text);
    void protocolError(std::string message);

    int status_ = 0;
    Headers headers_;
    bool stream_ = true;
    bool failed_ = false;
    CallFailure failure_;
    SseParser sse_;
    std::string body_;
    std::size_t said_ = 0;
};

/// Request without its key (the hub adds it). Errors: provider.unsupported with the place in the call.
Result<HttpRequest> buildRequest(const ProviderConfig& config, const ModelCall& call);
std::unique_ptr<WireDecoder> makeDecoder(const ProviderConfig& config, const ModelCall& call);

Result<HttpRequest> buildOpenAi(const ProviderConfig& config, const ModelCall& call);
Result<HttpRequest> buildAnthropic(const ProviderConfig& config, const ModelCall& call);
Result<HttpRequest> buildGemini(const ProviderConfig& config, const ModelCall& call);
std::unique_ptr<WireDecoder> makeOpenAiDecoder(const ModelCall& call);
std::unique_ptr<WireDecoder> makeAnthropicDecoder(const ModelCall& call);
std::unique_ptr<WireDecoder> makeGeminiDecoder(const ModelCall& call);

/// JSON from a server: nothing on a syntax error; lone surrogate escapes, which some servers send when a
/// token ends inside a character, become U+FFFD instead of making the whole event unreadable.
std::optional<nlohmann::json> parseServerJson(std::string_view text);
/// `into` gets every field of `extra` (objects are merged deeply, null removes a field). Only fields that
/// cannot change what the call costs are let through (a white-list): a tier, a cache time, audio or a tool of
/// the provider would undo what the reservation was computed from.
Status mergeExtra(nlohmann::json& into, const nlohmann::json& extra);
/// Body text; ill-formed UTF-8 in prompts is replaced, never thrown over.
std::string dumpBody(const nlohmann::json& body);
/// The string at `object[key]`, empty if there is none.
std::string_view textAt(const nlohmann::json& object, const char* key);

} // namespace tally::provider
