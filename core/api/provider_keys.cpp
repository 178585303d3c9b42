#include "core/api/provider_keys.h"

#include "core/base/log.h"
#include "core/base/no_throw.h"

namespace tally::api {

ProviderKeys::ProviderKeys(const provider::KeyStore* store, std::shared_ptr<ProviderBoard> board)
    : store_(store)
    , board_(std::move(board)) {}

ProviderKeys::~ProviderKeys() {
    closing_ = true;
}

void ProviderKeys::apply(provider::ProviderConfig config, std::function<void(const Status&)> done) {
    const bool asks = !config.key_ref.empty() && !config.key_ref.starts_with("env:") && store_ != nullptr;
    std::uint64_t turn = 0;
    {
        const std::lock_guard lock(mutex_);
        turn = ++turns_[config.name];
        if (asks) states_[config.name] = {true, false, "waiting for the keychain"};
    }
    if (!asks) return settle(config, turn, provider::resolveKey(config.key_ref, store_), done);
    board_->post([config](provider::ProviderHub& hub) {
        if (const auto known = hub.expect(config); !known)
            log::warn("provider", config.name + ": " + known.error().text());
    });
    thread_.post([this, config = std::move(config), turn, done = std::move(done)] {
        auto key =
            closing_ ? Result<provider::Secret>(fail("api.closed", "The workspace is being closed"))
                     : noThrow("provider-keys", [&] { return provider::resolveKey(config.key_ref, store_); });
        settle(config, turn, std::move(key), done);
    });
}

void ProviderKeys::settle(const provider::ProviderConfig& config, std::uint64_t turn,
                          Result<provider::Secret> key, const std::function<void(const Status&)>& done) {
    const Status status = key ? Status() : Status(fail(key.error()));
    bool newest = false;
    {
        const std::lock_guard lock(mutex_);
        newest = turns_[config.name] == turn;
        if (newest)
            states_[config.name] = {false, key && !key->empty(), key ? std::string() : key.error().text()};
    }
    if (newest && !closing_) {
        if (!key) log::warn("provider", config.name + ": " + key.error().text());
        board_->post([config, key = std::move(key)](provider::ProviderHub& hub) {
            // One provider with a missing key must not keep the others from working; its calls say what is
            // wrong.
            const auto done_in_hub = key ? hub.configure(config, *key) : hub.refuse(config, key.error());
            if (!done_in_hub) log::warn("provider", config.name + ": " + done_in_hub.error().text());
        });
    }
    if (done) done(status);
}

void ProviderKeys::applyAll() {
    for (const auto& config : board_->list())
        apply(board_->effective(config));
}

ProviderKeys::State ProviderKeys::state(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = states_.find(name);
    return found == states_.end() ? State() : found->second;
}

} // namespace tally::api
