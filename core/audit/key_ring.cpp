#include "core/audit/key_ring.h"

#include "core/base/file.h"
#include "core/base/hash.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace tally::audit {

namespace {
void wipe(std::string& secret) {
    volatile char* at = secret.data();
    for (std::size_t i = 0; i < secret.size(); ++i)
        at[i] = 0;
    secret.clear();
}
void wipe(Seed& seed) {
    volatile std::uint8_t* at = seed.data();
    for (std::size_t i = 0; i < seed.size(); ++i)
        at[i] = 0;
}

Result<std::optional<SigningKey>> loadKey(SeedStore& seeds, const std::string& name) {
    TALLY_ASSIGN(auto text, seeds.load(name));
    if (!text) return std::optional<SigningKey>();
    auto bytes = fromHex(*text);
    wipe(*text);
    if (!bytes || bytes->size() != Seed().size())
        return fail("key.damaged", "The stored seed of the log's key cannot be read", {}, name);
    Seed seed;
    std::copy(bytes->begin(), bytes->end(), seed.begin());
    std::fill(bytes->begin(), bytes->end(), std::uint8_t{0});
    auto key = SigningKey::fromSeed(seed);
    wipe(seed);
    if (!key) return fail(std::move(key).error());
    return std::optional<SigningKey>(std::move(*key));
}

Result<SigningKey> makeKey(SeedStore& seeds, Rng& rng, const std::string& name) {
    Seed seed;
    TALLY_ASSIGN(auto key, SigningKey::generate(rng, seed));
    auto text = toHex(seed);
    wipe(seed);
    const auto saved = seeds.save(name, text);
    wipe(text);
    if (!saved) return fail(saved.error());
    return key;
}
} // namespace

// ---- FileSeedStore

Result<std::optional<std::string>> FileSeedStore::load(const std::string& name) {
    const auto path = dir_ + "/" + name;
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
        if (errno == ENOENT) return std::optional<std::string>();
        return fail("key.file", fmt::format("The key file cannot be read: {}", std::strerror(errno)), {},
                    path);
    }
    if ((info.st_mode & 077) != 0)
        return fail("key.file_mode", "Other users can read the key file", "Run: chmod 600 " + path, path);
    DiskFileSystem files;
    TALLY_ASSIGN(auto content, files.read(path, 4096));
    return std::optional<std::string>(std::move(content));
}

Status FileSeedStore::save(const std::string& name, std::string_view content) {
    DiskFileSystem files;
    TALLY_TRY(files.makeDirs(dir_));
    ::chmod(dir_.c_str(), 0700);
    return files.writeAtomic(dir_ + "/" + name, content, 0600);
}

Status FileSeedStore::erase(const std::string& name) {
    const auto path = dir_ + "/" + name;
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return {};
    // Best effort on journalling disks; on the common ones the old blocks are overwritten in place.
    if (std::FILE* file = std::fopen(path.c_str(), "r+")) {
        const std::string zeros(static_cast<std::size_t>(info.st_size), '0');
        std::fwrite(zeros.data(), 1, zeros.size(), file);
        std::fflush(file);
        ::fsync(::fileno(file));
        std::fclose(file);
    }
    DiskFileSystem files;
    return files.remove(path);
}

// ---- KeyRing

Result<KeyRing> KeyRing::load(SeedStore& seeds, std::string log_id, Rng& rng) {
    KeyRing ring(seeds, std::move(log_id), rng);
    TALLY_ASSIGN(ring.current_, loadKey(seeds, ring.name("seed")));
    TALLY_ASSIGN(ring.next_, loadKey(seeds, ring.name("next")));
    TALLY_ASSIGN(const auto text, seeds.load(ring.name("seen")));
    if (text) {
        const auto json = nlohmann::json::parse(*text, nullptr, false);
        if (json.is_object())
            ring.memory_ = RingMemory{json.value("size", std::int64_t{0}), json.value("root", std::string()),
                                      json.value("host", std::string())};
    }
    return ring;
}

Status KeyRing::createFirst() {
    TALLY_ASSIGN(auto key, makeKey(*seeds_, *rng_, name("seed")));
    current_.emplace(std::move(key));
    return {};
}

Result<const SigningKey*> KeyRing::prepareNext() {
    // A crash at the very end of promote() leaves the new key under both names: it is no next one any more.
    if (!next_ || (current_ && next_->publicKey() == current_->publicKey())) {
        TALLY_ASSIGN(auto key, makeKey(*seeds_, *rng_, name("next")));
        next_.emplace(std::move(key));
    }
    return &*next_;
}

Status KeyRing::promote() {
    if (!next_) return fail("key.no_next", "There is no next key to change to");
    TALLY_ASSIGN(auto text, seeds_->load(name("next")));
    if (!text) return fail("key.no_next", "The next key is gone from its store", {}, name("next"));
    // The old seed goes first: it must not outlive its key. A crash in between leaves the new key under
    // "next", where the next opening finds and promotes it, so that it is never in none.
    TALLY_TRY(seeds_->erase(name("seed")));
    const auto saved = seeds_->save(name("seed"), *text);
    wipe(*text);
    TALLY_TRY(saved);
    TALLY_TRY(seeds_->erase(name("next")));
    current_ = std::move(next_);
    next_.reset();
    return {};
}

Status KeyRing::destroy(bool copy) {
    current_.reset();
    next_.reset();
    for (const char* what : {"seed", "next"})
        TALLY_TRY(copy ? seeds_->eraseHere(name(what)) : seeds_->erase(name(what)));
    return {};
}

Status KeyRing::remember(std::int64_t size, const std::string& root_hex) {
    RingMemory memory{size, root_hex, hostDigest()};
    TALLY_TRY(seeds_->save(
        name("seen"),
        nlohmann::json{{"size", memory.size}, {"root", memory.root_hex}, {"host", memory.host}}.dump()));
    memory_ = std::move(memory);
    return {};
}

std::string KeyRing::hostDigest() {
    DiskFileSystem files;
    const auto id = files.read("/etc/machine-id", 256);
    // The raw machine id is confidential (machine-id(5)); a keyed digest of it is not.
    return id && !id->empty() ? sha256Hex("tallystick/host/v1\n" + *id).substr(0, 32) : std::string();
}

} // namespace tally::audit
