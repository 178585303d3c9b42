// What an owning process puts together before an engine can run: database, log, prices, providers, functions.
// The composition that the window and `tally` share.
#pragma once
#include "core/api/hub_port.h"
#include "core/api/open.h"
#include "core/api/provider_keys.h"
#include "core/audit/trace_log_writer.h"
#include "core/audit/vault_seed_store.h"
#include "core/engine/engine.h"
#include "core/price/price_book.h"
#include "core/store/store.h"

namespace tally::context {
class LicenceTable;
}

namespace tally::api {

/// The book of today: read by several threads, replaced when the contract rates change.
class PriceShelf {
public:
    [[nodiscard]] std::shared_ptr<const price::PriceBook> get() const {
        const std::lock_guard lock(mutex_);
        return book_;
    }
    void set(std::shared_ptr<const price::PriceBook> book) {
        const std::lock_guard lock(mutex_);
        book_ = std::move(book);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const price::PriceBook> book_;
};

struct OwnerParts {
    OpenOptions options;
    SystemClock system_clock;
    SystemRng system_rng;
    const Clock* clock = nullptr;
    Rng* rng = nullptr;
    std::unique_ptr<audit::SeedStore> seeds;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<audit::TraceLogWriter> log;
    feed::EventFeed feed;
    std::shared_ptr<ProviderBoard> board = std::make_shared<ProviderBoard>();
    PriceShelf prices;
    std::unique_ptr<ProviderKeys> keys;
    provider::ProviderHub* hub = nullptr; ///< lives behind the engine's port; engine thread only
    std::unique_ptr<engine::Engine> engine;

    OwnerParts() = default;
    OwnerParts(const OwnerParts&) = delete;
    OwnerParts& operator=(const OwnerParts&) = delete;
    /// Stops in the order engine, log, store.
    ~OwnerParts();
};

/// Error store.locked when another process owns the workspace.
Result<std::unique_ptr<OwnerParts>> openOwnerParts(OpenOptions options);

/// What the engine has to know of a model; nothing: no such provider.
std::optional<engine::ProviderFacts> providerFacts(const ProviderBoard& board, const std::string& provider,
                                                   const std::string& model);

/// Built-in providers: "sim" and "local".
std::vector<provider::ProviderConfig> builtinProviders();

} // namespace tally::api
