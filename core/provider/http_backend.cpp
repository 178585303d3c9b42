#include "core/provider/http_backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace tally::provider {
namespace {
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// A server may repeat the key in its error message.
void redact(std::string& text, const Secret& key) {
    if (key.reveal().size() < 4) return;
    for (std::size_t at = text.find(key.reveal()); at != std::string::npos; at = text.find(key.reveal(), at))
        text.replace(at, key.reveal().size(), "[key]");
}
} // namespace

class HttpBackend::Call final : public HttpSink {
public:
    Call(HttpBackend& owner, CallId id, std::shared_ptr<const ProviderEntry> provider, const ModelCall& call)
        : owner_(owner)
        , id_(id)
        , provider_(std::move(provider))
        , decoder_(makeDecoder(provider_->config, call))
        , first_token_us_(call.first_token_timeout_ms * 1000)
        , stall_us_(call.stall_timeout_ms * 1000) {
        const std::int64_t now = owner_.clock_.monoUs();
        step_due_us_ = now + call.connect_timeout_ms * 1000;
        total_due_us_ = now + call.total_timeout_ms * 1000;
        streams_ = call.embed.empty();
    }

    void begin(HttpRequest request) { request_ = owner_.transport_.start(std::move(request), *this); }
    void close() { owner_.transport_.cancel(request_); }
    [[nodiscard]] RequestId request() const { return request_; }
    [[nodiscard]] std::int64_t due() const { return std::min(step_due_us_, total_due_us_); }
    [[nodiscard]] bool sent() const { return connected_; }
    [[nodiscard]] ModelAnswer partial() const { return decoder_->partial(); }

    void onConnected() override {
        connected_ = true;
        step_due_us_ = owner_.clock_.monoUs() + first_token_us_;
    }
    void onHead(int status, const Headers& headers) override { decoder_->head(status, headers); }
    void onBody(std::string_view bytes) override {
        const bool wants_more = decoder_->feed(bytes, [this](std::string_view text, bool reasoning) {
            speaking_ = true;
            owner_.sink_.callText(id_, text, reasoning);
        });
        // Before the first token only tokens count, so that a server which sends keep-alive comments for ever
        // is noticed.
        if (speaking_ || !streams_) step_due_us_ = owner_.clock_.monoUs() + stall_us_;
        if (!wants_more) {
            close();
            finish({});
        }
    }
    void onEnd(Status result) override { finish(result); }

    void timeOut(std::int64_t now_us) {
        close();
        Error error;
        if (now_us >= total_due_us_)
            error = {"provider.timeout_total",
                     "the call took longer than its total time-out",
                     "raise total_timeout_ms or ask for less",
                     {}};
        else if (!connected_)
            error = {"provider.timeout_connect",
                     "no connection within the time-out",
                     "check base_url, proxy and network",
                     {}};
        else if (!speaking_ && streams_)
            error = {"provider.timeout_first_token",
                     "no first token within the time-out",
                     "the server may be overloaded or loading",
                     {}};
        else
            error = {"provider.stall", "the stream stood still for longer than the time-out", {}, {}};
        finish(tl::unexpected<Error>(std::move(error)));
    }

private:
    void finish(const Status& result) {
        CallOutcome outcome = decoder_->finish(result, connected_, owner_.clock_.wallUs());
        if (auto* failure = std::get_if<CallFailure>(&outcome)) {
            failure->sent = failure->sent && connected_;
            failure->error.where = provider_->config.name;
            redact(failure->error.message, provider_->key);
        }
        owner_.ended(id_, std::move(outcome));
    }

    HttpBackend& owner_;
    const CallId id_;
    const std::shared_ptr<const ProviderEntry> provider_;
    const std::unique_ptr<WireDecoder> decoder_;
    const std::int64_t first_token_us_;
    const std::int64_t stall_us_;
    RequestId request_ = 0;
    std::int64_t step_due_us_ = never; ///< connect, then first token, then stall
    std::int64_t total_due_us_ = never;
    bool connected_ = false;
    bool speaking_ = false;
    bool streams_ = true;
};

HttpBackend::HttpBackend(const Clock& clock, HttpTransport& transport, CallSink& sink)
    : clock_(clock)
    , transport_(transport)
    , sink_(sink) {}

HttpBackend::~HttpBackend() {
    for (const auto& [id, call] : calls_)
        call->close();
}

void HttpBackend::start(CallId id, std::shared_ptr<const ProviderEntry> provider,
                        std::shared_ptr<const ModelCall> call) {
    auto request = buildRequest(provider->config, *call);
    if (!request) {
        sink_.callEnded(id, notStarted(request.error().at(provider->config.name)));
        return;
    }
    if (provider->key.empty())
        request->key_header.clear();
    else
        request->key = provider->key;
    auto& slot = calls_[id];
    slot = std::make_unique<Call>(*this, id, std::move(provider), *call);
    slot->begin(std::move(*request));
}

std::optional<Backend::Cancelled> HttpBackend::cancel(CallId id) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) return std::nullopt;
    found->second->close();
    Cancelled result{found->second->sent(), found->second->partial()};
    calls_.erase(found);
    return result;
}

void HttpBackend::hangUp(std::span<const CallId> ids) {
    std::vector<RequestId> requests;
    for (const CallId id : ids)
        if (const auto found = calls_.find(id); found != calls_.end())
            requests.push_back(found->second->request());
    transport_.hangUp(requests);
}

void HttpBackend::ended(CallId id, CallOutcome outcome) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) return;
    graveyard_.push_back(std::move(found->second));
    calls_.erase(found);
    sink_.callEnded(id, std::move(outcome));
}

void HttpBackend::advance(std::int64_t now_us) {
    graveyard_.clear();
    std::vector<CallId> late;
    for (const auto& [id, call] : calls_)
        if (call->due() <= now_us) late.push_back(id);
    for (const CallId id : late)
        if (const auto found = calls_.find(id); found != calls_.end()) found->second->timeOut(now_us);
    graveyard_.clear();
}

std::int64_t HttpBackend::nextDue() const {
    std::int64_t due = never;
    for (const auto& [id, call] : calls_)
        due = std::min(due, call->due());
    return due;
}

} // namespace tally::provider
