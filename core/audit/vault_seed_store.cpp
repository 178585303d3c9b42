#include "core/audit/vault_seed_store.h"

namespace tally::audit {
namespace {
constexpr std::string_view pointer = "keychain";

bool isSeed(const std::string& name) {
    return name.ends_with(".seed") || name.ends_with(".next");
}
} // namespace

VaultSeedStore::VaultSeedStore(std::string dir, SecretVault* vault, Writes writes)
    : files_(std::move(dir))
    , vault_(vault)
    , writes_(writes) {}

Result<std::optional<std::string>> VaultSeedStore::fromVault(const std::string& name) {
    const auto unreachable = [&](const std::string& why) {
        return fail("key.keychain",
                    "The key that signs this log is in the desktop's keychain, which cannot be reached: " +
                        why,
                    "Open the workspace in the window, or run this in the desktop's own session.", name);
    };
    if (vault_ == nullptr) return unreachable("this program has no way to it");
    auto found = vault_->get(name);
    if (!found) return unreachable(found.error().message);
    return found;
}

Result<std::optional<std::string>> VaultSeedStore::load(const std::string& name) {
    TALLY_ASSIGN(auto text, files_.load(name));
    if (!text || !isSeed(name)) return text;
    if (*text != pointer) {
        in_vault_ = false;
        return text;
    }
    TALLY_ASSIGN(auto secret, fromVault(name));
    in_vault_ = secret.has_value();
    return secret;
}

Status VaultSeedStore::save(const std::string& name, std::string_view content) {
    if (isSeed(name) && vault_ != nullptr && (writes_ == Writes::to_vault || in_vault_)) {
        if (vault_->set(name, std::string(content))) {
            in_vault_ = true;
            return files_.save(name, pointer);
        }
    }
    if (isSeed(name)) in_vault_ = false;
    return files_.save(name, content);
}

Status VaultSeedStore::erase(const std::string& name) {
    if (isSeed(name)) {
        TALLY_ASSIGN(const auto text, files_.load(name));
        if (text && *text == pointer) {
            if (vault_ == nullptr) {
                TALLY_TRY(fromVault(name));
            } else {
                TALLY_TRY(vault_->remove(name));
            }
        }
    }
    return files_.erase(name);
}

std::string VaultSeedStore::describe() const {
    if (in_vault_) return "keychain";
    return writes_ == Writes::to_vault ? files_.describe() + " (no keychain could be reached)"
                                       : files_.describe();
}

} // namespace tally::audit
