// The model port of a workspace: the provider hub, its transport and pool, and the way in for configuration
// changes that come from other threads while the engine runs.
//
// Owner: the engine, on whose thread everything but ProviderBoard lives. ProviderBoard is shared and
// thread-safe.
#pragma once
#include "core/api/values.h"
#include "core/provider/hub.h"
#include "core/provider/key_store.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tally::api {

/// What every thread may know and change of the configured providers.
class ProviderBoard {
public:
    /// Runs on the engine thread at its next poll.
    void post(std::function<void(provider::ProviderHub&)> change);
    [[nodiscard]] std::optional<provider::ProviderConfig> find(const std::string& name) const;
    [[nodiscard]] std::vector<provider::ProviderConfig> list() const;
    void put(provider::ProviderConfig config);
    void remove(const std::string& name);
    /// What providers without a proxy or certificates of their own use; ProviderKeys::applyAll() makes it
    /// count.
    void setNetwork(NetworkSettings network);
    [[nodiscard]] NetworkSettings network() const;
    /// The configuration with the workspace's network settings filled in.
    [[nodiscard]] provider::ProviderConfig effective(provider::ProviderConfig config) const;
    void setProfiles(std::vector<provider::SimProfile> profiles);
    [[nodiscard]] std::optional<provider::SimProfile> profile(const std::string& model) const;
    [[nodiscard]] std::vector<std::string> simModels() const;

private:
    friend class HubPort;
    mutable std::mutex mutex_;
    std::vector<provider::ProviderConfig> configs_;
    NetworkSettings network_;
    std::vector<provider::SimProfile> profiles_;
    std::vector<std::function<void(provider::ProviderHub&)>> changes_;
    provider::ModelPort* port_ = nullptr; ///< while it lives, for wake()
};

struct HubPortParts {
    const Clock* clock = nullptr;
    std::shared_ptr<ProviderBoard> board;
    provider::HubOptions options;
    /// Registers local models, sim brains and the token counter.
    std::function<void(provider::ProviderHub&)> equip;
    unsigned threads = 0;
};

class HubPort final : public provider::ModelPort {
public:
    static Result<std::unique_ptr<HubPort>> make(HubPortParts parts);
    ~HubPort() override;

    provider::CallId start(const Reservation& reservation, const ModelCall& call,
                           provider::CallEvents events) override;
    void cancel(provider::CallId id) override;
    void hangUp(std::span<const provider::CallId> ids) override;
    std::size_t cancelAll() override;
    [[nodiscard]] std::size_t inflight() const override;
    void poll(std::int64_t timeout_us) override;
    void wake() override;
    provider::ProviderHub& hub();

private:
    explicit HubPort(HubPortParts parts);
    void change();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace tally::api
