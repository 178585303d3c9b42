// Seeds of the log in a keychain, with the file as fallback and the way between both.
#include "core/audit/vault_seed_store.h"
#include "core/base/file.h"
#include "tests/support/suite.h"

#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace tally;
using namespace tally::audit;
using Writes = VaultSeedStore::Writes;

namespace {
class FakeVault final : public SecretVault {
public:
    std::map<std::string, std::string> kept;
    bool reachable = true;
    Result<std::optional<std::string>> get(const std::string& name) override {
        if (!reachable) return fail("key.store", "no service");
        const auto it = kept.find(name);
        return it == kept.end() ? std::optional<std::string>() : std::optional(it->second);
    }
    Status set(const std::string& name, const std::string& secret) override {
        if (!reachable) return fail("key.store", "no service");
        kept[name] = secret;
        return {};
    }
    Status remove(const std::string& name) override {
        if (!reachable) return fail("key.store", "no service");
        kept.erase(name);
        return {};
    }
};

std::string fileText(const QTemporaryDir& dir, const char* name) {
    return DiskFileSystem().read(dir.path().toStdString() + "/" + name, 4096).value_or("");
}
} // namespace

class TestVaultSeeds : public QObject {
    Q_OBJECT
    SystemRng rng_;

private slots:
    void secretGoesToTheVaultAndOnlyAPointerToTheDisk() {
        const QTemporaryDir dir;
        FakeVault vault;
        VaultSeedStore store(dir.path().toStdString(), &vault, Writes::to_vault);
        QVERIFY(store.save("log.seed", "aabb").has_value());
        QVERIFY(store.save("log.seen", "size 3").has_value());
        QCOMPARE(fileText(dir, "log.seed"), std::string("keychain"));
        QCOMPARE(fileText(dir, "log.seen"), std::string("size 3")); // no secret
        QCOMPARE(vault.kept["log.seed"], std::string("aabb"));
        QCOMPARE(store.load("log.seed")->value(), std::string("aabb"));
        QCOMPARE(store.describe(), std::string("keychain"));
        QVERIFY(store.erase("log.seed").has_value());
        QVERIFY(vault.kept.empty());
        QVERIFY(!store.load("log.seed")->has_value());
    }
    void withoutAKeychainTheFileTakesIt() {
        const QTemporaryDir dir;
        FakeVault vault;
        vault.reachable = false;
        VaultSeedStore store(dir.path().toStdString(), &vault, Writes::to_vault);
        QVERIFY(store.save("log.seed", "aabb").has_value());
        QCOMPARE(fileText(dir, "log.seed"), std::string("aabb"));
        QCOMPARE(store.describe(), std::string("file, mode 0600 (no keychain could be reached)"));
        // `tally` reads the same file.
        VaultSeedStore headless(dir.path().toStdString(), nullptr, Writes::where_kept);
        QCOMPARE(headless.load("log.seed")->value(), std::string("aabb"));
        QCOMPARE(headless.describe(), std::string("file, mode 0600"));
    }
    void aSeedInAnUnreachableKeychainIsAnErrorNotANewLog() {
        const QTemporaryDir dir;
        FakeVault vault;
        VaultSeedStore window(dir.path().toStdString(), &vault, Writes::to_vault);
        QVERIFY(window.save("log.seed", "aabb").has_value());
        vault.reachable = false;
        QCOMPARE(window.load("log.seed").error().code, std::string("key.keychain"));
        QVERIFY(!window.erase("log.seed").has_value()); // it would still be there
        VaultSeedStore headless(dir.path().toStdString(), nullptr, Writes::where_kept);
        const auto refused = headless.load("log.seed");
        QCOMPARE(refused.error().code, std::string("key.keychain"));
        QVERIFY(!refused.error().hint.empty());
    }
    /// A whole key ring: a workspace with its seed in a file moves to the keychain with the next key, and a
    /// program without a desktop keeps it where it is.
    void aRingMovesWithItsNextKey() {
        const QTemporaryDir dir;
        const std::string folder = dir.path().toStdString();
        FileSeedStore plain(folder);
        auto first = KeyRing::load(plain, "log", rng_);
        QVERIFY(first && first->createFirst());
        const std::string old_seed = fileText(dir, "log.seed");

        FakeVault vault;
        VaultSeedStore window(folder, &vault, Writes::to_vault);
        auto ring = KeyRing::load(window, "log", rng_);
        QVERIFY(ring && !ring->empty());
        QVERIFY(ring->prepareNext().has_value());
        QVERIFY(ring->promote().has_value());
        QCOMPARE(fileText(dir, "log.seed"), std::string("keychain"));
        QCOMPARE(vault.kept.size(), std::size_t{1}); // the old seed is gone, the next took its name
        QVERIFY(vault.kept["log.seed"] != old_seed);

        VaultSeedStore headless(folder, &vault, Writes::where_kept);
        auto again = KeyRing::load(headless, "log", rng_);
        QVERIFY(again && !again->empty());
        QVERIFY(again->prepareNext().has_value());
        QVERIFY(again->promote().has_value());
        QCOMPARE(headless.describe(), std::string("keychain"));
        QCOMPARE(fileText(dir, "log.seed"), std::string("keychain"));

        const QTemporaryDir other;
        VaultSeedStore fresh(other.path().toStdString(), &vault, Writes::where_kept);
        auto made = KeyRing::load(fresh, "other", rng_);
        QVERIFY(made && made->createFirst());
        QCOMPARE(fresh.describe(), std::string("file, mode 0600")); // a new log of `tally` alone
    }

    /// As a crash at the very end of promote() leaves it.
    void keyUnderBothNamesIsNotTakenTwice() {
        const QTemporaryDir dir;
        FileSeedStore seeds(dir.path().toStdString());
        auto first = KeyRing::load(seeds, "log", rng_);
        QVERIFY(first && first->createFirst());
        QVERIFY(seeds.save("log.next", fileText(dir, "log.seed")).has_value());
        auto ring = KeyRing::load(seeds, "log", rng_);
        QVERIFY(ring && !ring->empty());
        const auto next = ring->prepareNext();
        QVERIFY(next && (*next)->publicKey() != ring->current().publicKey());
        QVERIFY(fileText(dir, "log.next") != fileText(dir, "log.seed"));
    }
};
TALLY_TEST(TestVaultSeeds)
#include "test_vault_seeds.moc"
