// The log's seeds in the desktop's keychain first, in a 0600 file as the fallback.
//
// The file of a seed is always there and says where the seed is: it holds the seed itself, or the one word
// "keychain". So every process knows at once, without asking a keychain, and a workspace with seeds in files
// opens as before; its next key (every opening by an owner makes one) moves to the keychain. What is no
// secret (the remembered size of the log) stays in its file.
//
// Failure: a vault that cannot be reached is no error while a seed is written (the file takes it), but is one
// while a seed is read or destroyed that lies there: going on without it would begin a new log. Thread: as
// SeedStore, one at a time.
#pragma once
#include "core/audit/key_ring.h"

namespace tally::audit {

/// A place for secrets outside the file system. Calls may block for as long as the desktop needs; `set` must
/// fail at once where there is no keychain at all.
class SecretVault {
public:
    virtual ~SecretVault() = default;
    virtual Result<std::optional<std::string>> get(const std::string& name) = 0;
    virtual Status set(const std::string& name, const std::string& secret) = 0;
    virtual Status remove(const std::string& name) = 0; ///< done as well when there is none
};

class VaultSeedStore final : public SeedStore {
public:
    enum class Writes {
        to_vault,  ///< new seeds go to the vault when it can be reached
        where_kept ///< new seeds go where this log's current seed is: for programs without a desktop
    };
    /// `vault` may be null: seeds in it then cannot be read. It must outlive the store.
    VaultSeedStore(std::string dir, SecretVault* vault, Writes writes);

    Result<std::optional<std::string>> load(const std::string& name) override;
    Status save(const std::string& name, std::string_view content) override;
    Status erase(const std::string& name) override;
    /// A seed in the vault stays: the original of a copied workspace has the same one.
    Status eraseHere(const std::string& name) override { return files_.erase(name); }
    /// Of the seed that was read or written last.
    [[nodiscard]] std::string describe() const override;

private:
    Result<std::optional<std::string>> fromVault(const std::string& name);
    FileSeedStore files_;
    SecretVault* vault_;
    Writes writes_;
    bool in_vault_ = false;
};

} // namespace tally::audit
