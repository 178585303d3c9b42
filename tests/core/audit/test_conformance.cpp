// The specification's vectors and the test data of other projects, as far as no other test reads them: the
// committed fixtures are those vectors, and no file of the folders is left out.
#include "core/audit/merkle.h"
#include "core/audit/note.h"
#include "core/base/hash.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>

#include <set>

using namespace tally;
using namespace tally::audit;

class TestConformance : public QObject {
    Q_OBJECT

    std::string spec_ = test::specDir();

private slots:
    void theFixturesAreTheVectors() {
        if (spec_.empty()) QSKIP("the specification's vectors are not here");
        const std::string folder = spec_ + "/vectors/";
        int files = 0;
        for (const std::string& path : test::filesBelow(folder, "")) {
            const std::string name = path.substr(folder.size());
            if (name.starts_with("attacks/") || name.starts_with("tiles/")) continue; // deltas; made anew
            QVERIFY2(test::fixture(name) == test::readFile(path), name.c_str());
            ++files;
        }
        QVERIFY(files >= 17);
    }

    void everyAttackFileHasItsCase() {
        if (spec_.empty()) QSKIP("the specification's vectors are not here");
        std::set<std::string> named;
        for (const auto& c : test::fixtureJson("attacks.json")) {
            const std::string path = spec_ + "/vectors/" + c["file"].get<std::string>();
            QVERIFY2(test::attackBundle(c["name"].get<std::string>()) == test::readFile(path), path.c_str());
            named.insert(path);
        }
        for (const std::string& path : test::filesBelow(spec_ + "/vectors/attacks", ".tracelog"))
            QVERIFY2(named.count(path) == 1, path.c_str());
    }

    void classicRoots() {
        if (spec_.empty()) QSKIP("the conformance data of other projects is not here");
        const auto j =
            nlohmann::json::parse(test::readFile(spec_ + "/conformance/extracted/rfc6962-roots.json"));
        CompactRange tree;
        for (std::size_t i = 0; i < j["leaf_inputs"].size(); ++i) {
            tree.append(leafHash(asText(*fromHex(j["leaf_inputs"][i].get<std::string>()))));
            QCOMPARE(toHex(tree.root()), j["roots_by_size"][i + 1].get<std::string>());
        }
        QCOMPARE(toHex(CompactRange().root()), j["roots_by_size"][0].get<std::string>());
    }

    void aTesseraLogIsRead() {
        if (spec_.empty()) QSKIP("the conformance data of other projects is not here");
        const std::string folder = spec_ + "/conformance/tessera/testdata/log/";
        const auto j =
            nlohmann::json::parse(test::readFile(spec_ + "/conformance/extracted/tessera-log.json"));
        const VerifierKey key = *VerifierKey::parse(j["vkey"].get<std::string>());
        std::string bundle = test::readFile(folder + "tile/entries/000.p/15");
        const std::string tile = test::readFile(folder + "tile/0/000.p/15");
        CompactRange tree;
        std::vector<Hash> roots{tree.root()};
        std::string hashes;
        for (std::size_t at = 0; at < bundle.size();) {
            const auto size = static_cast<std::size_t>(static_cast<unsigned char>(bundle[at]) << 8 |
                                                       static_cast<unsigned char>(bundle[at + 1]));
            const Hash leaf = leafHash(std::string_view(bundle).substr(at + 2, size));
            hashes += asText(leaf);
            tree.append(leaf);
            roots.push_back(tree.root());
            at += 2 + size;
        }
        QVERIFY(hashes == tile && roots.size() == 16);
        for (std::size_t i = 0; i < 16; ++i) {
            const std::string note = test::readFile(folder + "checkpoint." + std::to_string(i));
            const auto verified = verifyNote(note, std::span(&key, 1));
            QVERIFY2(verified.has_value(), std::to_string(i).c_str());
            // A checkpoint of our format has at least one entry.
            const auto checkpoint = Checkpoint::parse(parseNote(note)->text);
            QCOMPARE(checkpoint.has_value(), i > 0);
            if (checkpoint) QVERIFY(checkpoint->root == roots[checkpoint->size]);
        }
        for (std::size_t w = 1; w < 16; ++w) {
            const std::string partial = test::readFile(folder + "tile/0/000.p/" + std::to_string(w));
            if (!partial.empty()) QVERIFY(partial == tile.substr(0, 32 * w));
            const std::string entries = test::readFile(folder + "tile/entries/000.p/" + std::to_string(w));
            if (!entries.empty()) QVERIFY(entries == bundle.substr(0, entries.size()));
        }
    }

    void wycheproofHmacIsJudgedAsPublished() {
        if (spec_.empty()) QSKIP("the conformance data of other projects is not here");
        const auto all = nlohmann::json::parse(
            test::readFile(spec_ + "/conformance/wycheproof/testvectors_v1/hmac_sha256_test.json"));
        int tests = 0;
        for (const auto& group : all["testGroups"]) {
            for (const auto& t : group["tests"]) {
                const auto key = *fromHex(t["key"].get<std::string>());
                const auto message = *fromHex(t["msg"].get<std::string>());
                const std::string tag = toHex(hmacSha256(key, asText(message)))
                                            .substr(0, group["tagSize"].get<std::size_t>() / 4);
                QVERIFY2((tag == t["tag"]) == (t["result"] == "valid"), t.dump().c_str());
                ++tests;
            }
        }
        QVERIFY(tests > 150);
    }
};

TALLY_TEST(TestConformance)
#include "test_conformance.moc"
