#include "core/audit/merkle.h"
#include "core/audit/proof.h"
#include "core/audit/tiles.h"
#include "core/audit/tree_roots.h"
#include "core/base/encoding.h"
#include "core/base/hash_batch.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>

#include <algorithm>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

namespace {
Hash hashOf(const std::string& hex) {
    Hash h{};
    const auto raw = fromHex(hex);
    std::copy(raw->begin(), raw->end(), h.begin());
    return h;
}
std::vector<Hash> goodHashes() {
    const std::string file = test::fixture("good.tracelog");
    std::size_t at = file.find("@hashes ");
    at = file.find('\n', at) + 1;
    std::vector<Hash> out(137);
    std::copy_n(file.data() + at, 137 * 32, reinterpret_cast<char*>(out.data()));
    return out;
}
std::vector<Hash> manyHashes(std::size_t n) {
    std::vector<Hash> out;
    for (std::size_t i = 0; i < n; ++i)
        out.push_back(leafHash(std::to_string(i)));
    return out;
}
} // namespace

class TestTree : public QObject {
    Q_OBJECT

private slots:
    void rootsOfTheVectors() {
        const auto hashes = goodHashes();
        const auto v = test::fixtureJson("vectors.json");
        const HashTree tree(hashes);
        QCOMPARE(toHex(emptyRoot()), v["empty_root"].get<std::string>());
        for (const auto& [size, root] : v["roots"].items()) {
            const std::uint64_t n = std::stoull(size);
            QCOMPARE(toHex(treeRoot(std::span(hashes).first(n))), root.get<std::string>());
            QCOMPARE(toHex(*tree.root(n)), root.get<std::string>());
        }
        for (const auto& e : v["entries"])
            QCOMPARE(toHex(leafHash(e["line"].get<std::string>())), e["leaf_hash"].get<std::string>());
    }

    void proofsOfTheVectors() {
        const auto hashes = goodHashes();
        const auto v = test::fixtureJson("vectors.json");
        const HashTree tree(hashes);
        const auto compare = [](const std::vector<Hash>& proof, const nlohmann::json& want) {
            if (proof.size() != want.size()) return false;
            for (std::size_t i = 0; i < proof.size(); ++i) {
                if (proof[i] != hashOf(want[i].get<std::string>())) return false;
            }
            return true;
        };
        for (const auto& p : v["inclusion"])
            QVERIFY(compare(*tree.inclusion(p["seq"], p["size"]), p["proof"]));
        for (const auto& p : v["consistency"])
            QVERIFY(compare(*tree.consistency(p["old"], p["new"]), p["proof"]));
    }

    void everyProofOfSmallTreesVerifiesAndOnlyThere() {
        const auto hashes = manyHashes(40);
        const HashTree tree(hashes);
        for (std::uint64_t n = 1; n <= hashes.size(); ++n) {
            const Hash root = *tree.root(n);
            for (std::uint64_t i = 0; i < n; ++i) {
                auto proof = *tree.inclusion(i, n);
                QVERIFY(verifyInclusion(hashes[i], i, n, proof, root));
                QVERIFY(!verifyInclusion(hashes[i], i + 1, n, proof, root));
                proof.push_back(root);
                QVERIFY(!verifyInclusion(hashes[i], i, n, proof, root));
            }
            for (std::uint64_t m = 1; m <= n; ++m) {
                const auto proof = *tree.consistency(m, n);
                QVERIFY(verifyConsistency(m, n, *tree.root(m), root, proof));
                QVERIFY(m == n || !verifyConsistency(m, n, root, root, proof));
            }
        }
        QVERIFY(!verifyConsistency(0, 3, emptyRoot(), *tree.root(3), {}));
        QVERIFY(!tree.inclusion(40, 40));
    }

    void aTreeThatStartsInTheMiddleGivesTheSameAnswers() {
        const auto hashes = manyHashes(2600);
        const HashTree whole(hashes);
        for (const std::uint64_t first : {1U, 5U, 64U, 1000U, 1024U, 1500U, 2048U, 2599U}) {
            CompactRange edge;
            for (std::uint64_t i = 0; i < first; ++i)
                edge.append(hashes[i]);
            const auto left = edge.nodes();
            const HashTree part(first, left, std::span(hashes).subspan(first));
            for (const std::uint64_t n : {first, first + 1, std::uint64_t{2600}})
                QCOMPARE(toHex(*part.root(n)), toHex(*whole.root(n)));
            for (std::uint64_t i = first; i < 2600; i += 97)
                QVERIFY(*part.inclusion(i, 2600) == *whole.inclusion(i, 2600));
            QVERIFY(CompactRange::fromBytes(first, edge.bytes())->root() == edge.root());
        }
        QVERIFY(!CompactRange::fromBytes(3, std::string(32, 'x')));
    }

    void rootsInBlocksDoNotDependOnThreads() {
        const auto hashes = manyHashes(13000);
        const std::string_view bytes(reinterpret_cast<const char*>(hashes.data()), hashes.size() * 32);
        std::set<std::uint64_t> sizes{1, 2, 4095, 4096, 4097, 5000, 8192, 9001, 12288, 12289, 13000, 14000};
        const auto one = rootsAt({}, bytes, sizes, 1);
        QCOMPARE(one.size(), std::size_t{11});
        QVERIFY(one == rootsAt({}, bytes, sizes, 3));
        for (const auto& [size, root] : one)
            QCOMPARE(toHex(root), toHex(treeRoot(std::span(hashes).first(size))));
        CompactRange edge;
        for (int i = 0; i < 5000; ++i)
            edge.append(hashes[static_cast<std::size_t>(i)]);
        const auto rest = rootsAt(edge, bytes.substr(5000 * 32), sizes, 2);
        QCOMPARE(rest.size(), std::size_t{6});
        for (const auto& [size, root] : rest)
            QVERIFY(one.at(size) == root);
    }

    void hashingManyAtOnceEqualsHashingEach() {
        std::vector<std::string> texts;
        for (std::size_t n = 0; n < 300; ++n)
            texts.push_back(std::string(n * 7 % 301, static_cast<char>(n)) + std::string(n % 5, 'x'));
        texts.push_back(std::string(70000, 'y'));
        std::vector<std::string_view> views(texts.begin(), texts.end());
        for (const std::size_t n :
             {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3}, views.size()}) {
            std::vector<Hash> one(n), two(n);
            hashBatch(0, views.data(), n, one.data());
            hashBatchPortable(0, views.data(), n, two.data());
            QVERIFY(one == two);
            for (std::size_t i = 0; i < n; ++i)
                QVERIFY(one[i] == leafHash(views[i]));
        }
        auto nodes = manyHashes(200);
        std::vector<Hash> parents(100);
        for (std::size_t i = 0; i < 100; ++i)
            parents[i] = nodeHash(nodes[2 * i], nodes[2 * i + 1]);
        hashNodes(nodes.data(), 100, nodes.data()); // in place
        nodes.resize(100);
        QVERIFY(nodes == parents);
    }

    void probesOfOtherImplementations() {
        const std::string spec = test::specDir();
        if (spec.empty()) QSKIP("the conformance data of other projects is not here");
        const std::string base = spec + "/conformance/merkle-transparency-dev/testdata/";
        const auto hash = [](const nlohmann::json& j, Hash& out) {
            const auto raw = j.is_string() ? fromBase64(j.get<std::string>()) : std::nullopt;
            if (!raw || raw->size() != 32) return false;
            std::copy(raw->begin(), raw->end(), out.begin());
            return true;
        };
        // Two probes carry roots of another length, where only their equality matters.
        const auto root = [](const nlohmann::json& j, Hash& out) {
            const auto raw = j.is_string() ? fromBase64(j.get<std::string>()) : std::nullopt;
            if (!raw || raw->size() > out.size()) return false;
            std::copy(raw->begin(), raw->end(), out.begin());
            return true;
        };
        const auto path = [&](const nlohmann::json& j, std::vector<Hash>& out) {
            bool ok = true;
            for (const auto& item : j.is_array() ? j : nlohmann::json::array())
                ok = hash(item, out.emplace_back()) && ok;
            return ok;
        };
        int n = 0;
        for (const std::string& file : test::filesBelow(base + "inclusion", ".json")) {
            const auto t = nlohmann::json::parse(test::readFile(file));
            Hash leaf{}, tree{};
            std::vector<Hash> proof;
            const bool shaped = hash(t["leafHash"], leaf) && root(t["root"], tree) && path(t["proof"], proof);
            const bool ok = shaped && verifyInclusion(leaf, t["leafIdx"], t["treeSize"], proof, tree);
            QVERIFY2(ok != t["wantErr"].get<bool>(), file.c_str());
            ++n;
        }
        for (const std::string& file : test::filesBelow(base + "consistency", ".json")) {
            const auto t = nlohmann::json::parse(test::readFile(file));
            Hash before{}, after{};
            std::vector<Hash> proof;
            const bool shaped =
                root(t["root1"], before) && root(t["root2"], after) && path(t["proof"], proof);
            const bool ok = shaped && verifyConsistency(t["size1"], t["size2"], before, after, proof);
            QVERIFY2(ok != t["wantErr"].get<bool>(), file.c_str());
            ++n;
        }
        QVERIFY2(n > 150, std::to_string(n).c_str());
    }

    void proofFiles() {
        const auto v = test::fixtureJson("vectors.json");
        const auto key = *VerifierKey::parse(v["vkeys"][2].get<std::string>());
        const std::string good = test::fixture("step-21.tlog-proof");
        const auto checked = checkProof(good, std::span(&key, 1));
        QVERIFY(checked.has_value());
        QVERIFY(checked->entry.integer("seq") == 21);
        QCOMPARE(*proveFromBundle(test::fixture("good.tracelog"), 21), good);
        QVERIFY(proveFromBundle(test::fixture("range-32.tracelog"), 40).has_value());
        QVERIFY(checkProof(*proveFromBundle(test::fixture("range-32.tracelog"), 40), std::span(&key, 1))
                    .has_value());
        QVERIFY(!proveFromBundle(test::fixture("range-32.tracelog"), 31));
        QVERIFY(!proveFromBundle(test::attackBundle("edit-cost-digit"), 38));
        const auto other = *VerifierKey::parse(v["vkeys"][0].get<std::string>());
        QCOMPARE(checkProof(good, std::span(&other, 1)).error().code, "proof.signature"s);
        int bad = 0;
        for (const std::string& file :
             test::filesBelow(TALLY_SOURCE_DIR "/tests/fixtures/tracelog/proofs-bad", ".tlog-proof")) {
            QVERIFY2(!checkProof(test::readFile(file), std::span(&key, 1)), file.c_str());
            ++bad;
        }
        QCOMPARE(bad, 7);
    }

    void tilesOfALongLog() {
        QCOMPARE(tilePath(5), "005"s);
        QCOMPARE(tilePath(1234067), "x001/x234/067"s);
        test::TestLog log(21);
        while (log.lines().size() < 700)
            log.append("beat", Entry{});
        log.checkpoint();
        std::map<std::string, std::string> files;
        QVERIFY(writeTiles(log.bundle(), [&](const std::string& path, std::string_view bytes) -> Status {
            files[path] = std::string(bytes);
            return {};
        }));
        QCOMPARE(files.size(), std::size_t{8});
        for (const char* path :
             {"checkpoint", "tile/entries/000", "tile/entries/001", "tile/entries/002.p/188", "tile/0/000",
              "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2"})
            QVERIFY2(files.count(path) == 1, path);
        QCOMPARE(files["tile/0/001"].size(), std::size_t{256 * 32});
        QCOMPARE(files["tile/1/000.p/2"].substr(0, 32),
                 std::string(asText(treeRoot(std::span(log.leafHashes()).first(256)))));
        BundleOptions range;
        range.first = 3;
        QCOMPARE(writeTiles(log.bundle(range), [](auto&&...) { return Status(); }).error().code,
                 "tiles.range"s);
    }

    void tilesOfTheGoodLogAreThePublishedOnes() {
        const std::string spec = test::specDir();
        if (spec.empty()) QSKIP("the specification's vectors are not here");
        int n = 0;
        QVERIFY(writeTiles(test::fixture("good.tracelog"),
                           [&](const std::string& path, std::string_view bytes) -> Status {
                               n += test::readFile(spec + "/vectors/tiles/" + path) == bytes ? 1 : 0;
                               return {};
                           }));
        QCOMPARE(n, 3);
    }

    void consistencyOfTwoExports() {
        const std::string before = test::fixture("old-96.tracelog");
        const std::string after = test::fixture("good.tracelog");
        const auto result = checkConsistency(before, after);
        QVERIFY(result && result->ok);
        const auto want = test::fixtureJson("consistency-96-137.json");
        QCOMPARE(result->proof.size(), want["proof"].size());
        for (std::size_t i = 0; i < result->proof.size(); ++i)
            QCOMPARE(toBase64(result->proof[i]), want["proof"][i].get<std::string>());
        QVERIFY(!checkConsistency(after, before)->ok);
        QVERIFY(!checkConsistency(before, test::fixture("range-32.tracelog")));
        QVERIFY(!checkConsistency("rubbish", after));
    }
};

TALLY_TEST(TestTree)
#include "test_tree.moc"
