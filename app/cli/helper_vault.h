// The desktop's keychain through the window's program: `tally` links no Qt. Used only for a log whose key the
// window has put there. The secret travels through a pipe to a child of ours, never on a command line or
// disk.
#pragma once
#include "core/audit/vault_seed_store.h"

namespace tally::cli {

class HelperVault final : public audit::SecretVault {
public:
    Result<std::optional<std::string>> get(const std::string& name) override;
    Status set(const std::string& name, const std::string& secret) override;
    Status remove(const std::string& name) override;
};

} // namespace tally::cli
