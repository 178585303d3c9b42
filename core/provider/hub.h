// The ModelPort over everything that can answer: HTTP providers, models of this process, simulated ones.
//
// Owner: the composition root. Thread: the engine thread for everything except wake(). The clock, transport,
// pool and key store must outlive the hub; the pool may be null when no local model and no slow sim brain is
// registered. Failure: a call always ends through on_end. Keys are resolved when a provider is configured and
// are never logged.
#pragma once
#include "core/base/clock.h"
#include "core/base/task_pool.h"
#include "core/provider/config.h"
#include "core/provider/key_store.h"
#include "core/provider/local_model.h"
#include "core/provider/port.h"
#include "core/provider/sim.h"
#include "core/provider/transport.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tally::provider {

/// May a call to this provider start now?
struct Admission {
    enum class Verdict {
        ok,     ///< start() it, or give the place back with unadmit()
        wait,   ///< ask again at `until_us`
        refused ///< will not get better by waiting: see `reason`
    };
    Verdict verdict = Verdict::ok;
    std::int64_t until_us =
        0; ///< monotonic clock; wait only; a place that is freed by an ending call may come earlier
    std::string reason; ///< sentence: which limit, the open breaker, or what is not configured
};

struct HubOptions {
    double sim_time_scale =
        1; ///< simulated latencies are multiplied by this; 0: no latency at all, one piece of text
    int breaker_failures = 5; ///< consecutive failures that open a provider's breaker
    std::int64_t breaker_open_ms =
        15'000; ///< first pause; doubles with every failed probe up to 16 times this
};

struct ProviderStatus {
    std::string name;
    ProviderKind kind = ProviderKind::openai;
    std::int64_t inflight = 0;
    bool breaker_open = false;
    std::int64_t blocked_until_us = 0; ///< monotonic; 0: not blocked
    std::string problem;               ///< last failure that counted, one sentence; empty when well
};

class ProviderHub final : public ModelPort {
public:
    ProviderHub(const Clock& clock, HttpTransport& transport, TaskPool* pool, const KeyStore* keys,
                HubOptions options = {});
    ~ProviderHub() override;

    /// Adds or replaces a provider. Errors: those of validate(), key.missing, key.store. Calls under way keep
    /// their old one. Asks the key store on this thread: only for keys that are there at once.
    Status configure(const ProviderConfig& config);
    /// The same with a key that somebody resolved elsewhere.
    Status configure(const ProviderConfig& config, Secret key);
    /// The provider is known, its key is on its way: admission() says wait.
    Status expect(const ProviderConfig& config);
    /// The provider is known and has no key: admission() and calls say why.
    Status refuse(const ProviderConfig& config, Error why);
    void removeProvider(std::string_view name);
    [[nodiscard]] const ProviderConfig* find(std::string_view name) const;
    [[nodiscard]] std::vector<ProviderStatus> status() const;

    /// Serve every provider of kind local / sim. A second registration of a name replaces the first.
    void addLocalModel(const std::string& name, std::shared_ptr<const LocalModel> model);
    void addSimModel(const SimProfile& profile);
    void addSimBrain(const std::string& name,
                     std::shared_ptr<const SimBrain> brain); ///< echo and schema are built in
    void setTokenCounter(TokenCounter counter);
    [[nodiscard]] const SimProfile* simProfile(std::string_view model) const;
    [[nodiscard]] std::vector<std::string>
    modelsOf(ProviderKind kind) const; ///< registered local or sim names, sorted

    /// Rate limits, concurrency cap, circuit breaker, Retry-After of earlier answers. `tokens` = input + max
    /// output. A verdict ok takes the place: follow it with start() of one call to this provider, or
    /// unadmit().
    Admission admission(std::string_view provider, std::int64_t tokens);
    void unadmit(std::string_view provider, std::int64_t tokens);

    CallId start(const Reservation& reservation, const ModelCall& call, CallEvents events) override;
    void cancel(CallId id) override;
    void hangUp(std::span<const CallId> ids) override;
    std::size_t cancelAll() override;
    [[nodiscard]] std::size_t inflight() const override;
    void poll(std::int64_t timeout_us) override;
    void wake() override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tally::provider
