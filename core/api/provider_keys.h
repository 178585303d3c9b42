// Brings providers and their keys together, away from everybody who must not wait: a keychain asks the
// desktop, and a locked one asks a person.
//
// Keys from the environment are there at once. For one from the keychain the hub is told to expect the
// provider (its calls wait, nobody else does), a thread of its own asks the keychain, and the hub gets the
// key, or why there is none. Owner: the workspace; any thread may call. The newest configuration of a name
// wins.
#pragma once
#include "core/api/hub_port.h"
#include "core/base/task_pool.h"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace tally::api {

class ProviderKeys {
public:
    /// `store` may be null (then only env: works); it outlives this.
    ProviderKeys(const provider::KeyStore* store, std::shared_ptr<ProviderBoard> board);
    /// Waits for the question that the keychain is answering; those behind it are not asked.
    ~ProviderKeys();

    /// Configures the provider in the hub when its key is there. `done` (may be empty): key.missing,
    /// key.store …; on the calling or on the key thread.
    void apply(provider::ProviderConfig config, std::function<void(const Status&)> done = {});
    /// The same for everything on the board: at the start, and when the network settings changed.
    void applyAll();
    /// What is known of a provider's key; never asks the keychain.
    struct State {
        bool pending = false;
        bool present = false;
        std::string problem; ///< sentence
    };
    [[nodiscard]] State state(const std::string& name) const;

private:
    void settle(const provider::ProviderConfig& config, std::uint64_t turn, Result<provider::Secret> key,
                const std::function<void(const Status&)>& done);

    const provider::KeyStore* store_;
    std::shared_ptr<ProviderBoard> board_;
    mutable std::mutex mutex_;
    std::map<std::string, State> states_;
    std::map<std::string, std::uint64_t> turns_; ///< newest configuration by name
    std::atomic<bool> closing_{false};
    TaskPool thread_{1}; ///< last: its tasks use everything above
};

} // namespace tally::api
