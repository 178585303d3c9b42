#include "core/audit/note.h"
#include "core/audit/payload.h"
#include "core/base/encoding.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>

#include <algorithm>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

namespace {
template <std::size_t N>
std::array<std::uint8_t, N> bytesOf(const std::string& hex) {
    std::array<std::uint8_t, N> out{};
    const auto raw = fromHex(hex);
    if (raw && raw->size() == N) std::copy(raw->begin(), raw->end(), out.begin());
    return out;
}
} // namespace

class TestNote : public QObject {
    Q_OBJECT

private slots:
    void checkpointsOfTheVectors() {
        const auto v = test::fixtureJson("vectors.json");
        std::vector<VerifierKey> keys;
        for (const auto& text : v["vkeys"]) {
            keys.push_back(*VerifierKey::parse(text.get<std::string>()));
            QCOMPARE(keys.back().text(), text.get<std::string>());
        }
        for (const auto& note : v["checkpoints"]) {
            const auto bytes = note.get<std::string>();
            const auto signers = verifyNote(bytes, keys);
            QVERIFY(signers && signers->size() == 1);
            const auto checkpoint = Checkpoint::parse(parseNote(bytes)->text);
            QVERIFY(checkpoint.has_value());
            QCOMPARE(checkpoint->text(), parseNote(bytes)->text);
            std::string changed = bytes;
            changed[changed.find('\n') + 1] ^= 1;
            QVERIFY(!verifyNote(changed, keys));
        }
    }

    void signingGivesTheBytesOfTheVectors() {
        const auto v = test::fixtureJson("vectors.json");
        const auto seed = bytesOf<32>(v["seeds"][0].get<std::string>());
        QCOMPARE(SigningKey::fromSeed(seed).error().code, "key.test"s);
        const auto key = SigningKey::fromSeed(seed, SigningKey::TestKeys::allow);
        QVERIFY(key.has_value());
        const auto origin = v["origin"].get<std::string>();
        QCOMPARE(VerifierKey::of(origin, key->publicKey()).text(), v["vkeys"][0].get<std::string>());
        const auto note = v["checkpoints"][0].get<std::string>();
        QCOMPARE(*signNote(parseNote(note)->text, origin, *key), note);
    }

    void cosignaturesCarryTheirTime() {
        SeededRng rng(3);
        Seed seed{};
        const auto key = SigningKey::generate(rng, seed);
        const std::string text = "log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
        const auto witness = VerifierKey::of("w", key->publicKey(), NoteAlgorithm::cosignature);
        const std::string note = text + "\n" + *cosignatureLine(text, "w", *key, 1'700'000'000);
        const auto signers = verifyNote(note, std::span(&witness, 1));
        QVERIFY(signers && signers->front().time == 1'700'000'000U);
        const auto plain = VerifierKey::of("w", key->publicKey());
        QCOMPARE(verifyNote(note, std::span(&plain, 1)).error().code, "note.unsigned"s);
    }

    void malformedCheckpointsAreRefused() {
        const std::string root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        QVERIFY(Checkpoint::parse("o\n1\n" + root + "\n").has_value());
        QCOMPARE(Checkpoint::parse("o\n1\n" + root + "\nextra\n")->extensions.size(), std::size_t{1});
        for (const std::string& bad : {""s, "o\n1\n"s + root, "o\n0\n" + root + "\n", "o\n01\n" + root + "\n",
                                       "o\n-1\n" + root + "\n", "o\n1\nAAAA\n"s, "\n1\n" + root + "\n",
                                       "o\n99999999999999999999\n" + root + "\n", "o\n1\n" + root + "\n\n"})
            QVERIFY2(!Checkpoint::parse(bad), bad.c_str());
    }

    void notesOfOtherProjects() {
        const std::string spec = test::specDir();
        if (spec.empty()) QSKIP("the conformance data of other projects is not here");
        const auto all =
            nlohmann::json::parse(test::readFile(spec + "/conformance/extracted/signed-notes.json"));
        for (const auto& c : all["cases"]) {
            std::vector<VerifierKey> keys;
            for (const auto& k : c["vkeys"])
                keys.push_back(*VerifierKey::parse(k.get<std::string>()));
            const auto note = fromHex(c["note_hex"].get<std::string>());
            QVERIFY2(verifyNote(asText(*note), keys).has_value() == c["ok"].get<bool>(),
                     c["name"].get<std::string>().c_str());
        }
        const auto tessera =
            nlohmann::json::parse(test::readFile(spec + "/conformance/extracted/tessera-log.json"));
        const auto key = *VerifierKey::parse(tessera["vkey"].get<std::string>());
        for (const auto& note : tessera["checkpoints"])
            QVERIFY(verifyNote(note.get<std::string>(), std::span(&key, 1)).has_value());
    }

    void wycheproofIncludingEmptyMessages() {
        const std::string spec = test::specDir();
        if (spec.empty()) QSKIP("the conformance data of other projects is not here");
        const auto all = nlohmann::json::parse(
            test::readFile(spec + "/conformance/wycheproof/testvectors_v1/ed25519_test.json"));
        int n = 0, empty = 0;
        for (const auto& group : all["testGroups"]) {
            const auto key = bytesOf<32>(group["publicKey"]["pk"].get<std::string>());
            for (const auto& t : group["tests"]) {
                const auto message = fromHex(t["msg"].get<std::string>());
                const auto signature = fromHex(t["sig"].get<std::string>());
                const bool ok = verifyEd25519(key, asText(*message), *signature);
                QVERIFY2(ok == (t["result"] == "valid"), std::to_string(t["tcId"].get<int>()).c_str());
                ++n;
                empty += message->empty() ? 1 : 0;
            }
        }
        QVERIFY(n >= 140);
        QVERIFY(empty >= 4);
    }

    void weakKeysAreRefusedWhenLoaded() {
        const std::string spec = test::specDir();
        if (spec.empty()) QSKIP("the conformance data of other projects is not here");
        const auto all = nlohmann::json::parse(
            test::readFile(spec + "/conformance/cctv-ed25519/ed25519/ed25519vectors.json"));
        std::map<std::string, bool> weak;
        for (const auto& t : all) {
            const auto& flags = t["flags"];
            const bool w =
                flags.is_array() && (std::find(flags.begin(), flags.end(), "low_order_A") != flags.end() ||
                                     std::find(flags.begin(), flags.end(), "non_canonical_A") != flags.end());
            weak[t["key"].get<std::string>()] = weak[t["key"].get<std::string>()] || w;
        }
        int refused = 0;
        for (const auto& [key, w] : weak) {
            QVERIFY2(isSoundPublicKey(bytesOf<32>(key)) == !w, key.c_str());
            refused += w ? 1 : 0;
        }
        QVERIFY(refused >= 8);
    }

    void commitmentOfTheVector() {
        const auto v = test::fixtureJson("vectors.json")["commitment"];
        Opening o{v["seq"], v["slot"], v["log"], bytesOf<32>(v["nonce"].get<std::string>()),
                  std::string(asText(*fromBase64(v["payload"].get<std::string>())))};
        QCOMPARE(o.commitment(), v["commitment"].get<std::string>());
        const auto back = Opening::parse(o.line());
        QVERIFY(back && back->payload == o.payload && back->nonce == o.nonce && back->slot == o.slot);
        QVERIFY(!Opening::parse("{\"seq\":1}"));
    }
};

TALLY_TEST(TestNote)
#include "test_note.moc"
