#include "core/base/encoding.h"
#include "core/base/hash.h"
#include "core/base/ids.h"
#include "tests/support/suite.h"

#include <QTest>

#include <set>

using namespace tally;

class Encoding : public QObject {
    Q_OBJECT
private slots:
    void base64TakesOnlyItsCanonicalForm() {
        QCOMPARE(toBase64(asBytes("foob")), std::string("Zm9vYg=="));
        QCOMPARE(std::string(asText(*fromBase64("Zm9vYg=="))), std::string("foob"));
        for (const char* bad : {"Zm9vYh==", "Zm9vYg", "Zm9vYg=", "Zm9v\n", "====", "Z===", "Zm9=Zm9v"})
            QVERIFY2(!fromBase64(bad), bad);
        for (std::size_t n = 0; n < 40; ++n) {
            const Bytes bytes(n, static_cast<std::uint8_t>(200 + n));
            QVERIFY(fromBase64(toBase64(bytes)) == bytes);
        }
    }
    void hexIsLowercaseOnly() {
        QVERIFY(fromHex("0aff") == Bytes({10, 255}));
        for (const char* bad : {"0A", "0", "0g", " 0"})
            QVERIFY2(!fromHex(bad), bad);
    }
    void utf8IsStrict() {
        QVERIFY(isUtf8("Zusammenfassung für 😀"));
        for (const std::string_view bad :
             {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xe2\x82", "\xff"})
            QVERIFY(!isUtf8(bad));
        QCOMPARE(scrubUtf8("a\xff\x62"), std::string("a\xef\xbf\xbd\x62"));
    }
    void textFromFilesIsShownEscaped() {
        QCOMPARE(escapeForDisplay("a\u202Eb\u200B\n\x01\xff"),
                 std::string("a\\u{202e}b\\u{200b}\\n\\u{0001}\\x{ff}"));
        QCOMPARE(escapeForDisplay("abcdef", 3), std::string("abc…"));
    }
    void sha256MatchesTheStandard() {
        QCOMPARE(sha256Hex("abc"),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(toHex(sha256({"a", "", "bc"})), sha256Hex("abc"));
        QCOMPARE(toHex(hmacSha256(asBytes("Jefe"), "what do ya want for nothing?")),
                 std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }
    void uuidsSortByTimeAndNeverRepeat() {
        FakeClock clock;
        SystemRng rng;
        std::set<std::string> seen;
        std::string last;
        for (int i = 0; i < 100; ++i) {
            const std::string id = uuid7(clock, rng);
            QCOMPARE(id.size(), std::size_t{36});
            QCOMPARE(id[14], '7');
            QVERIFY(seen.insert(id).second);
            QVERIFY(id > last);
            last = id;
            clock.advanceUs(1000);
        }
    }
};
TALLY_TEST(Encoding)
#include "test_encoding.moc"
