// The epoch keys of a trace log (TRACE_LOG 7.3). Seeds live in a SeedStore: a 0600 file, or the keychain
// through the app.
//
// A ring is used by the db-writer thread (and by the opener before it starts). A rotation is crash-safe at
// every step: the next seed is stored beside the current one, the `key` entry is committed, the handover
// checkpoint is signed by the old key and committed, then the next seed takes the place of the old one, which
// is destroyed.
#pragma once
#include "core/audit/note.h"
#include "core/base/rng.h"

#include <memory>
#include <optional>
#include <string>

namespace tally::audit {

/// Where secrets of 32 bytes and small records are kept, by name. Thread: one at a time.
class SeedStore {
public:
    virtual ~SeedStore() = default;
    virtual Result<std::optional<std::string>> load(const std::string& name) = 0;
    virtual Status save(const std::string& name, std::string_view content) = 0; ///< durable when it returns
    virtual Status erase(const std::string& name) = 0;                          ///< overwritten, then removed
    /// The same for what this folder holds; a secret that another copy of the workspace uses elsewhere stays.
    virtual Status eraseHere(const std::string& name) { return erase(name); }
    [[nodiscard]] virtual std::string describe() const = 0; ///< "file, mode 0600", "keychain"
};

/// One 0600 file per name in a 0700 folder. Refuses files that others can read.
class FileSeedStore final : public SeedStore {
public:
    explicit FileSeedStore(std::string dir)
        : dir_(std::move(dir)) {}
    Result<std::optional<std::string>> load(const std::string& name) override;
    Status save(const std::string& name, std::string_view content) override;
    Status erase(const std::string& name) override;
    [[nodiscard]] std::string describe() const override { return "file, mode 0600"; }

private:
    std::string dir_;
};

/// What the ring remembers outside the database, so that a restored backup or a cloned machine is noticed
/// (7.5).
struct RingMemory {
    std::int64_t size = 0; ///< of the newest checkpoint
    std::string root_hex;
    std::string host; ///< digest of the machine id
};

class KeyRing {
public:
    /// Loads what is there for this log; a ring without a current key is empty().
    static Result<KeyRing> load(SeedStore& seeds, std::string log_id, Rng& rng);

    [[nodiscard]] bool empty() const { return !current_.has_value(); }
    [[nodiscard]] const SigningKey& current() const { return *current_; }
    [[nodiscard]] const SigningKey* next() const { return next_ ? &*next_ : nullptr; }
    /// First key of a new log; stored before it returns.
    Status createFirst();
    /// The next key, made and stored if there is none.
    Result<const SigningKey*> prepareNext();
    /// After the handover checkpoint is durable: next becomes current, the old seed is destroyed.
    Status promote();
    /// The log is not continued: nobody shall sign with its keys again. `copy`: its original lives on
    /// elsewhere.
    Status destroy(bool copy);
    [[nodiscard]] const std::optional<RingMemory>& memory() const { return memory_; }
    Status remember(std::int64_t size, const std::string& root_hex);
    /// The machine that runs us, as RingMemory::host has it.
    static std::string hostDigest();

private:
    KeyRing(SeedStore& seeds, std::string log_id, Rng& rng)
        : seeds_(&seeds)
        , log_id_(std::move(log_id))
        , rng_(&rng) {}
    [[nodiscard]] std::string name(const char* what) const { return log_id_ + "." + what; }
    SeedStore* seeds_;
    std::string log_id_;
    Rng* rng_;
    std::optional<SigningKey> current_, next_;
    std::optional<RingMemory> memory_;
};

} // namespace tally::audit
