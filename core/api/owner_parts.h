// What an owning process puts together before an engine can run: database, log, prices, providers, functions. The composition
// that the window and `tally` share.
#pragma once
#include "core/api/hub_port.h"
#include "core/api/open.h"
#include "core/audit/key_ring.h"
#include "core/audit/trace_log_writer.h"
#include "core/engine/engine.h"
#include "core/price/price_book.h"
#include "core/store/store.h"

namespace tally::context {
class LicenceTable;
}

namespace tally::api {

struct OwnerParts {
    OpenOptions options;
    SystemClock system_clock;
    SystemRng system_rng;
    const Clock* clock = nullptr;
    Rng* rng = nullptr;
    std::unique_ptr<audit::SeedStore> own_seeds;
    audit::SeedStore* seeds = nullptr;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<audit::TraceLogWriter> log;
    feed::EventFeed feed;
    std::shared_ptr<ProviderBoard> board = std::make_shared<ProviderBoard>();
    std::shared_ptr<const price::PriceBook> prices;
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

/// Built-in providers: "sim" and "local".
std::vector<provider::ProviderConfig> builtinProviders();

} // namespace tally::api
