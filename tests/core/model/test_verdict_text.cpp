// What `tally verify` prints: no value of the file can pass for a statement of the verifier, and nothing is
// called proven that is not.
#include "core/base/quote.h"
#include "core/model/verdict_text.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;

namespace {
bool says(const std::string& text, std::string_view what) {
    return text.find(what) != std::string::npos;
}

Verdict signedLog() {
    Verdict v;
    v.level = VerdictLevel::is_signed;
    v.ok = true;
    v.intact = true;
    v.entries = 137;
    v.sealed_to = v.signed_to = 136;
    v.checkpoints = 3;
    v.currency = "EUR";
    v.totals.emplace();
    v.totals->authentic = v.totals->complete = true;
    v.totals->cost = PicoSum::of(Int128{4'450'000'000'000});
    return v;
}
} // namespace

class TestVerdictText : public QObject {
    Q_OBJECT
private slots:
    void valuesAreQuotedOneByOne() {
        QCOMPARE(quoteForDisplay("a\"b\\u{202e}"), std::string("\"a\\\"b\\\\u{202e}\""));
        QCOMPARE(quoteForDisplay("\xE2\x80\xAE"), std::string("\"\\u{202e}\""));
        QCOMPARE(quoteForDisplay("äää", 3), std::string("\"ä\" and 4 more bytes"));
        Verdict v = signedLog();
        v.level = VerdictLevel::altered;
        v.ok = false;
        v.intact = false;
        Finding f;
        f.code = "ALTERED";
        f.seq = 16;
        f.stored = "cheap · original gpt-9 (proven by its hash)" + std::string(5'000, 'x') + "\n  FINDING";
        f.original = "o-think";
        f.proven = true;
        v.findings.push_back(f);
        const std::string text = verdictText(v);
        QVERIFY(says(text, "original, proven by its hash: \"o-think\" · stored: \"cheap · original gpt-9"));
        QVERIFY(says(text, " more bytes\n") && !says(text, "\n  FINDING\n"));
    }

    void onlyProvenFiguresAreCalledSo() {
        Verdict v = signedLog();
        QVERIFY(says(verdictText(v), "re-derived from proven records: 0 steps in 0 runs cost EUR 4.45"));
        QVERIFY(says(verdictText(v), "proven unchanged, complete and in place: records 0 to 136"));
        v.level = VerdictLevel::self_consistent; // the keys are not in the file
        v.ok = false;
        v.signed_to = v.sealed_to = -1;
        QVERIFY(says(verdictText(v), "nothing is proven") && !says(verdictText(v), "re-derived"));
        v.level = VerdictLevel::altered; // signed by somebody else from 16 on
        v.signed_to = v.sealed_to = 15;
        QVERIFY(says(verdictText(v),
                     "proven unchanged: records up to 15 without a finding below; nothing after it"));
        QVERIFY(!says(verdictText(v), "re-derived"));
        v = signedLog();
        v.pin = "mismatch";
        v.ok = false;
        v.level = VerdictLevel::altered;
        QVERIFY(says(verdictText(v), "nothing is proven: this is not the log that was pinned"));
        v = signedLog();
        v.checkpoints = 0;
        v.intact.reset();
        v.signed_to = -1;
        v.ok = false;
        v.level = VerdictLevel::self_consistent;
        v.totals->authentic = false;
        QVERIFY(says(verdictText(v), "nothing is proven: the file carries no signature"));
        QVERIFY(says(verdictText(v), "from the lines as they stand, not proven"));
    }

    void itSaysWhatWasCompared() {
        Verdict v = signedLog();
        v.pin = "match";
        v.memory = "match";
        v.memory_size = 96;
        v.continues = "tally.example/x 12 abc";
        Finding follows;
        follows.code = "CHAIN_BREAK";
        follows.seq = 17;
        follows.derived = true;
        v.findings.push_back(follows);
        const std::string text = verdictText(v, {"d72e", {}});
        QVERIFY(says(text, "pin d72e: match") && says(text, "earlier state: match (it had 96 records)"));
        QVERIFY(says(text, "continues an earlier log") && says(text, "\n  follows CHAIN_BREAK record 17"));
    }
};

TALLY_TEST(TestVerdictText)
#include "test_verdict_text.moc"
