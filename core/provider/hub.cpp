#include "core/provider/hub.h"

#include "core/provider/gate.h"
#include "core/provider/http_backend.h"
#include "core/provider/local_backend.h"
#include "core/provider/sim_backend.h"
#include "core/provider/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace tally::provider {
namespace {
/// Framing that no wire exceeds: role markers and separators per message, fixed text per request. Anthropic's
/// page "Tool use" states 313 to 346 tokens of its own for one forced tool; the rest is a wide margin over
/// the chat templates of open models.
} // namespace

struct ProviderHub::Impl final : CallSink {
    struct Provider {
        std::shared_ptr<const ProviderEntry> entry;
        std::unique_ptr<Gate> gate;
        bool expected = false;       ///< its key is on its way
        std::optional<Error> no_key; ///< why calls are refused
    };
    struct Call {
        std::string provider;
        CallEvents events;
        Backend* backend = nullptr;
        std::int64_t started_us = 0;
        std::int64_t first_text_us = -1;
        bool over = false; ///< its end is in the queue: nothing else may be put there
    };
    struct Ready {
        CallId id = 0;
        std::string text;
        bool reasoning = false;
        std::optional<CallOutcome> end;
    };

    Impl(const Clock& c, HttpTransport& t, TaskPool* pool, const KeyStore* k, HubOptions o)
        : clock(c)
        , transport(t)
        , keys(k)
        , options(o)
        , http(c, t, *this)
        , local(c, pool, *this, [this] { transport.wake(); })
        , sim(
              c, pool, *this, [this] { transport.wake(); }, o.sim_time_scale) {}

    void callText(CallId id, std::string_view text, bool reasoning) override {
        const auto found = calls.find(id);
        if (found == calls.end() || found->second.over) return;
        if (found->second.first_text_us < 0) found->second.first_text_us = clock.monoUs();
        // Pieces that arrived together are handed over together.
        if (!ready.empty() && ready.back().id == id && !ready.back().end &&
            ready.back().reasoning == reasoning)
            ready.back().text += text;
        else
            ready.push_back({id, std::string(text), reasoning, std::nullopt});
    }

    void callEnded(CallId id, CallOutcome outcome) override {
        const auto found = calls.find(id);
        if (found == calls.end() || found->second.over) return;
        Call& call = found->second;
        call.over = true;
        const std::int64_t now = clock.monoUs();
        auto* answer = std::get_if<ModelAnswer>(&outcome);
        auto* failure = std::get_if<CallFailure>(&outcome);
        ModelAnswer& timed = answer != nullptr ? *answer : failure->partial;
        timed.latency_us = now - call.started_us;
        timed.ttft_us = call.first_text_us < 0 ? (answer != nullptr ? timed.latency_us : 0)
                                               : call.first_text_us - call.started_us;
        if (const auto provider = providers.find(call.provider); provider != providers.end())
            provider->second.gate->ended(failure, now);
        ready.push_back({id, {}, false, std::move(outcome)});
    }

    void cancel(CallId id) {
        const auto found = calls.find(id);
        if (found == calls.end() || found->second.over || found->second.backend == nullptr) return;
        auto stopped = found->second.backend->cancel(id);
        if (!stopped) return;
        // Text that is still queued belongs to the partial answer; nobody wants it piecemeal any more.
        ready.erase(
            std::remove_if(ready.begin(), ready.end(), [id](const Ready& r) { return r.id == id && !r.end; }),
            ready.end());
        CallFailure failure;
        failure.error = {"provider.cancelled", "the call was cancelled", {}, found->second.provider};
        failure.sent = stopped->sent;
        failure.partial = std::move(stopped->partial);
        failure.partial.finish_reason = "cancelled";
        callEnded(id, std::move(failure));
    }

    void advance() {
        const std::int64_t now = clock.monoUs();
        http.advance(now);
        local.advance(now);
        sim.advance(now);
    }

    void drain() {
        // Only what is there now: a callback that starts a call which ends at once must not keep poll() from
        // returning.
        for (std::size_t count = ready.size(); count > 0 && !ready.empty(); --count) {
            Ready item = std::move(ready.front());
            ready.pop_front();
            const auto found = calls.find(item.id);
            if (found == calls.end()) continue;
            if (!item.end) {
                // The handler is copied: it may cancel calls, and the map may move.
                const auto on_text = found->second.events.on_text;
                if (on_text) on_text(item.text, item.reasoning);
                continue;
            }
            const auto on_end = std::move(found->second.events.on_end);
            calls.erase(found);
            if (on_end) on_end(std::move(*item.end));
        }
    }

    const Clock& clock;
    HttpTransport& transport;
    const KeyStore* keys;
    const HubOptions options;
    std::map<std::string, Provider, std::less<>> providers;
    std::unordered_map<CallId, Call> calls;
    std::deque<Ready> ready;
    CallId next = 1;
    HttpBackend http;
    LocalBackend local;
    SimBackend sim;
};

ProviderHub::ProviderHub(const Clock& clock, HttpTransport& transport, TaskPool* pool, const KeyStore* keys,
                         HubOptions options)
    : impl_(std::make_unique<Impl>(clock, transport, pool, keys, options)) {}
ProviderHub::~ProviderHub() = default;

Status ProviderHub::configure(const ProviderConfig& config) {
    TALLY_TRY(validate(config));
    TALLY_ASSIGN(Secret key, resolveKey(config.key_ref, impl_->keys));
    return configure(config, std::move(key));
}

Status ProviderHub::configure(const ProviderConfig& config, Secret key) {
    TALLY_TRY(validate(config));
    auto entry = std::make_shared<const ProviderEntry>(ProviderEntry{config, std::move(key)});
    auto& slot = impl_->providers[config.name];
    // A gate with calls under way keeps counting them unless the limits themselves changed.
    if (!slot.gate || slot.entry->config.limits != config.limits)
        slot.gate = std::make_unique<Gate>(config.limits, impl_->options, impl_->clock.monoUs());
    slot.entry = std::move(entry);
    slot.expected = false;
    slot.no_key.reset();
    return {};
}

Status ProviderHub::expect(const ProviderConfig& config) {
    TALLY_TRY(configure(config, Secret()));
    impl_->providers[config.name].expected = true;
    return {};
}

Status ProviderHub::refuse(const ProviderConfig& config, Error why) {
    TALLY_TRY(configure(config, Secret()));
    impl_->providers[config.name].no_key = std::move(why);
    return {};
}

void ProviderHub::removeProvider(std::string_view name) {
    if (const auto found = impl_->providers.find(name); found != impl_->providers.end())
        impl_->providers.erase(found);
}

const ProviderConfig* ProviderHub::find(std::string_view name) const {
    const auto found = impl_->providers.find(name);
    return found == impl_->providers.end() ? nullptr : &found->second.entry->config;
}

std::vector<ProviderStatus> ProviderHub::status() const {
    std::vector<ProviderStatus> all;
    for (const auto& [name, provider] : impl_->providers) {
        ProviderStatus status;
        status.name = name;
        status.kind = provider.entry->config.kind;
        status.inflight = provider.gate->inflight();
        status.breaker_open = provider.gate->breakerOpen();
        const std::int64_t until = provider.gate->blockedUntil();
        status.blocked_until_us = until > impl_->clock.monoUs() ? until : 0;
        status.problem = provider.no_key     ? provider.no_key->text()
                         : provider.expected ? "waiting for its key from the keychain"
                                             : provider.gate->problem();
        all.push_back(std::move(status));
    }
    return all;
}

void ProviderHub::addLocalModel(const std::string& name, std::shared_ptr<const LocalModel> model) {
    impl_->local.add(name, std::move(model));
}
void ProviderHub::addSimModel(const SimProfile& profile) {
    impl_->sim.addModel(profile);
}
void ProviderHub::addSimBrain(const std::string& name, std::shared_ptr<const SimBrain> brain) {
    impl_->sim.addBrain(name, std::move(brain));
}
void ProviderHub::setTokenCounter(TokenCounter counter) {
    impl_->sim.setCounter(std::move(counter));
}
const SimProfile* ProviderHub::simProfile(std::string_view model) const {
    return impl_->sim.profile(model);
}

std::vector<std::string> ProviderHub::modelsOf(ProviderKind kind) const {
    if (kind == ProviderKind::local) return impl_->local.names();
    if (kind == ProviderKind::sim) return impl_->sim.names();
    return {};
}

Admission ProviderHub::admission(std::string_view provider, std::int64_t tokens) {
    const auto found = impl_->providers.find(provider);
    if (found == impl_->providers.end())
        return {Admission::Verdict::refused, 0, fmt::format("there is no provider named {}", provider)};
    constexpr std::int64_t look_again_us = 100'000;
    if (found->second.no_key) return {Admission::Verdict::refused, 0, found->second.no_key->text()};
    if (found->second.expected)
        return {Admission::Verdict::wait, impl_->clock.monoUs() + look_again_us,
                "its key is being asked from the keychain"};
    return found->second.gate->ask(tokens, impl_->clock.monoUs());
}

void ProviderHub::unadmit(std::string_view provider, std::int64_t tokens) {
    const auto found = impl_->providers.find(provider);
    if (found != impl_->providers.end()) found->second.gate->giveBack(tokens, impl_->clock.monoUs());
}

CallId ProviderHub::start(const Reservation& reservation, const ModelCall& call, CallEvents events) {
    Impl& hub = *impl_;
    const CallId id = hub.next++;
    Impl::Call& kept = hub.calls[id];
    kept.provider = call.provider;
    kept.events = std::move(events);
    kept.started_us = hub.clock.monoUs();
    const auto found = hub.providers.find(call.provider);
    if (found == hub.providers.end()) {
        hub.callEnded(id, notStarted({"provider.unknown",
                                      fmt::format("there is no provider named {}", call.provider),
                                      "add it with: tally provider add",
                                      {}}));
        return id;
    }
    if (found->second.no_key || found->second.expected) {
        hub.callEnded(id, notStarted(found->second.no_key.value_or(
                              Error{"key.pending", "the key has not come from the keychain yet", {}, {}})));
        return id;
    }
    found->second.gate->started(call.max_tokens, kept.started_us);
    auto shared = std::make_shared<ModelCall>(call);
    if (shared->idempotency_key.empty()) shared->idempotency_key = reservation.attempt().str();
    switch (found->second.entry->config.kind) {
    case ProviderKind::local:
        kept.backend = &hub.local;
        break;
    case ProviderKind::sim:
        kept.backend = &hub.sim;
        break;
    case ProviderKind::openai:
    case ProviderKind::anthropic:
    case ProviderKind::gemini:
        kept.backend = &hub.http;
        break;
    }
    kept.backend->start(id, found->second.entry, std::move(shared));
    return id;
}

void ProviderHub::cancel(CallId id) {
    impl_->cancel(id);
}

void ProviderHub::hangUp(std::span<const CallId> ids) {
    impl_->http.hangUp(ids);
}

std::size_t ProviderHub::cancelAll() {
    std::vector<CallId> live;
    for (const auto& [id, call] : impl_->calls)
        if (!call.over) live.push_back(id);
    hangUp(live);
    for (const CallId id : live)
        impl_->cancel(id);
    return live.size();
}

std::size_t ProviderHub::inflight() const {
    return impl_->calls.size();
}

void ProviderHub::poll(std::int64_t timeout_us) {
    Impl& hub = *impl_;
    hub.advance();
    std::int64_t wait = hub.ready.empty() ? std::max<std::int64_t>(timeout_us, 0) : 0;
    if (wait > 0) {
        const std::int64_t due = std::min(hub.http.nextDue(), hub.sim.nextDue());
        wait = std::clamp<std::int64_t>(due - hub.clock.monoUs(), 0, wait);
    }
    hub.transport.poll(wait);
    hub.advance();
    hub.drain();
}

void ProviderHub::wake() {
    impl_->transport.wake();
}

} // namespace tally::provider
