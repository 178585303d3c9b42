// The desktop's keychain as the place of the log's seeds, and the same for `tally`, which has no desktop of
// its own and calls `tallystick --keychain get|set|remove NAME` (secret on standard input or output, never on
// the command line).
#pragma once
#include "app/window/keychain_store.h"
#include "core/audit/vault_seed_store.h"

namespace tally::window {

class SeedVault final : public audit::SecretVault {
public:
    /// `keys` outlives it.
    explicit SeedVault(KeychainStore& keys)
        : keys_(keys) {}
    Result<std::optional<std::string>> get(const std::string& name) override;
    Status set(const std::string& name, const std::string& secret) override;
    Status remove(const std::string& name) override;
    /// Whether this session has a keychain at all; asked of the bus once, so that nothing waits for one that
    /// is not there.
    [[nodiscard]] static bool present();

private:
    KeychainStore& keys_;
};

/// Serves one `--keychain` request; the exit code is 0 done, 1 no such entry, 2 no keychain or wrong usage.
int serveKeychain(int argc, char** argv);

} // namespace tally::window
