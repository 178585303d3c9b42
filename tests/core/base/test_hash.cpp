// SHA-256 against published vectors and, for many messages at once, against OpenSSL one by one.
#include "core/base/encoding.h"
#include "core/base/hash.h"
#include "core/base/hash_batch.h"
#include "core/base/rng.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;

class TestHash : public QObject {
    Q_OBJECT

private slots:
    /// FIPS 180-4 examples (NIST CSRC, SHA256.pdf) and two long ones.
    void publishedVectors() {
        const std::pair<std::string, const char*> vectors[] = {
            {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
            {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
            {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
            {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
        };
        for (const auto& [text, hex] : vectors) {
            QCOMPARE(sha256Hex(text), std::string(hex));
            if (text.empty()) continue;
            // The same message through the kernel of many: its first byte is the prefix.
            const std::string_view rest = std::string_view(text).substr(1);
            Hash fast{}, portable{};
            hashBatch(static_cast<std::uint8_t>(text[0]), &rest, 1, &fast);
            hashBatchPortable(static_cast<std::uint8_t>(text[0]), &rest, 1, &portable);
            QCOMPARE(toHex(fast), std::string(hex));
            QCOMPARE(toHex(portable), std::string(hex));
        }
    }

    /// Every length around the borders of blocks, beside a lane of every other phase.
    void everyLengthInBothLanes() {
        SeededRng rng(1);
        std::string bytes(400, '\0');
        for (char& c : bytes)
            c = static_cast<char>(rng.below(256));
        for (std::size_t a = 0; a <= 200; ++a) {
            const std::string_view pair[2] = {std::string_view(bytes).substr(0, a),
                                              std::string_view(bytes).substr(a, (a * 37) % 199)};
            Hash both[2];
            hashBatch(0, pair, 2, both);
            for (int i = 0; i < 2; ++i)
                QVERIFY2(both[i] == sha256({std::string_view("\0", 1), pair[i]}), std::to_string(a).c_str());
        }
    }

    void randomLengthsAndCounts() {
        SeededRng rng(2);
        std::string bytes(20'000, '\0');
        for (char& c : bytes)
            c = static_cast<char>(rng.below(256));
        for (int round = 0; round < 400; ++round) {
            const char prefix = static_cast<char>(rng.below(256));
            std::vector<std::string_view> messages(rng.below(24));
            for (auto& m : messages) {
                const std::uint64_t length = rng.below(rng.below(8) == 0 ? 9000 : 300);
                m = std::string_view(bytes).substr(rng.below(10'000), length);
            }
            std::vector<Hash> fast(messages.size()), portable(messages.size());
            hashBatch(static_cast<std::uint8_t>(prefix), messages.data(), messages.size(), fast.data());
            hashBatchPortable(static_cast<std::uint8_t>(prefix), messages.data(), messages.size(),
                              portable.data());
            for (std::size_t i = 0; i < messages.size(); ++i) {
                const Hash one = sha256({std::string_view(&prefix, 1), messages[i]});
                QVERIFY(fast[i] == one && portable[i] == one);
            }
        }
    }

    /// A message without bytes may come without an address.
    void emptyViews() {
        const std::string_view none[3];
        Hash out[3];
        hashBatch(7, none, 3, out);
        for (const Hash& h : out)
            QVERIFY(h == sha256(std::string_view("\x07", 1)));
        hashBatch(7, none, 0, nullptr);
    }
};

TALLY_TEST(TestHash)
#include "test_hash.moc"
