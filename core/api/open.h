// Opens a workspace: as its owner (the engine runs here) or, when another process owns it, as a viewer that
// reads the database and talks to the owner through its socket.
#pragma once
#include "core/api/wait.h"
#include "core/api/workspace.h"
#include "core/base/clock.h"
#include "core/base/rng.h"

#include <memory>
#include <optional>
#include <string>

namespace tally::provider {
class KeyStore;
}
namespace tally::audit {
class SecretVault;
}

namespace tally::api {

/// What the owner does for batches; everybody takes orders about them.
enum class Batches {
    none, ///< ends soon: what it began would end with it
    load, ///< reads their sources
    run   ///< and starts their items, those of earlier owners too
};

struct OpenOptions {
    std::string dir;
    std::string resources; ///< folder of resources/; see resourceDir()
    std::string app_version = "tallystick 0.1.0";
    std::string contract_prices;        ///< file laid over the built-in catalogue; empty: none
    provider::KeyStore* keys = nullptr; ///< null: only env: references work
    audit::SecretVault* seed_vault =
        nullptr; ///< keychain for the log's seeds; null: 0600 files below DIR/keys
    bool seeds_to_vault =
        false; ///< new seeds go there; false: only those of a log whose seed is there already
    const Clock* clock = nullptr; ///< null: the system's
    Rng* rng = nullptr;           ///< null: the system's
    double sim_time_scale = 1;    ///< 0: simulated models answer at once
    bool resume_open_runs = false;
    std::string state_dir;       ///< remembers logs outside of the workspace; empty: below $XDG_STATE_HOME
    bool retire_damaged = false; ///< a log that contradicts itself is set aside and a new one begun
    bool rebuild_index = false;  ///< the query tables are made again from the log
    /// The key of an organisation that signs every checkpoint from now on: PEM file or pkcs11: URI; empty:
    /// none any more. Nothing: as it was set before.
    std::optional<std::string> org_key = {};
    /// To look: nothing is written, no key rotated, no run marked. Orders then go to the owner, or own it for
    /// that order. A workspace that is not there yet, or of an older schema, is opened as its owner
    /// nevertheless.
    bool read_only = false;
    bool viewer_allowed = true; ///< false: error store.locked when another process owns it
    /// Whether runs of other processes may be started here. False for a process that ends at once: the runs
    /// would end with it.
    bool hosts_runs = true;
    Batches batches = Batches::none;
    /// How long a process is waited for that has the workspace locked and does not listen: it is starting or
    /// ending.
    std::int64_t patience_ms = 15'000;
};

/// Errors: those of the store, the log and the engine.
Result<std::unique_ptr<Workspace>> openWorkspace(OpenOptions options);
std::unique_ptr<Auditor> makeAuditor();

} // namespace tally::api
