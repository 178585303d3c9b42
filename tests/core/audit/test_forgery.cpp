// Forgers without the log's key: whatever they write, nothing of it may be called proven.
#include "core/audit/merkle.h"
#include "core/audit/proof.h"
#include "core/audit/verifier.h"
#include "core/base/rng.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

namespace {
using Place = BundleRecords::Place;

Verification judge(const std::string& bundle, const std::string& pin = {}) {
    VerifyOptions o;
    o.threads = 1;
    if (!pin.empty()) o.pin = pin;
    auto v = verifyData(BundleData::fromBytes(bundle), o);
    if (!v) qFatal("%s", v.error().text().c_str());
    return std::move(*v);
}

bool has(const Verdict& v, std::string_view code) {
    return std::any_of(v.findings.begin(), v.findings.end(),
                       [&](const Finding& f) { return f.code == code && !f.derived; });
}

SigningKey strangersKey() {
    SeededRng rng(77);
    Seed seed{};
    auto key = SigningKey::generate(rng, seed);
    if (!key) std::abort();
    return std::move(*key);
}

/// The log with the model of every step from `from` on replaced: chain, digests, hash list and checkpoints
/// are those of a forger who signs with his own key, which he also puts into later key entries.
struct Forged {
    std::vector<std::string> lines;
    std::vector<Hash> leaves;
    std::vector<std::string> notes;

    Forged(test::TestLog& log, std::uint64_t from, const SigningKey& key) {
        const auto old_notes = *log.checkpoints();
        const std::string origin = Checkpoint::parse(parseNote(old_notes[0])->text)->origin;
        const std::string own = VerifierKey::of(origin, key.publicKey()).text();
        CompactRange tree;
        std::map<std::uint64_t, std::string> at;
        for (const auto& note : old_notes)
            at[Checkpoint::parse(parseNote(note)->text)->size] = note;
        for (std::uint64_t i = 0; i < log.lines().size(); ++i) {
            std::string line = log.lines()[i];
            if (i >= from) {
                Entry e = *parseEntry(line);
                if (e.has("model") && *e.text("kind") == "step") e.set("model", "invented"s);
                if (*e.text("kind") == "key") e.set("vkey", own);
                e.set("prev", toHex(leaves.back()));
                e.set("fd", fieldDigests(e));
                line = *encodeEntry(e);
            }
            lines.push_back(line);
            leaves.push_back(leafHash(line));
            tree.append(leaves.back());
            if (const auto note = at.find(i + 1); note != at.end())
                notes.push_back(
                    i < from ? note->second
                             : *signNote(Checkpoint{origin, i + 1, tree.root(), {}}.text(), origin, key));
        }
    }
    [[nodiscard]] std::string hashes(std::uint64_t first = 0) const {
        return std::string(reinterpret_cast<const char*>(leaves.data() + first),
                           (leaves.size() - first) * 32);
    }
    [[nodiscard]] std::string text(std::uint64_t first = 0) const {
        std::string out;
        for (std::uint64_t i = first; i < lines.size(); ++i)
            out += lines[i] + '\n';
        return out;
    }
};

std::uint64_t keyEntry(const test::TestLog& log) {
    for (std::uint64_t i = 0; i < log.lines().size(); ++i)
        if (*parseEntry(log.lines()[i])->text("kind") == "key") return i;
    return 0;
}

} // namespace

class TestForgery : public QObject {
    Q_OBJECT

private slots:
    void provenEndsWhereTheLogsKeyEnds() {
        test::TestLog log = test::TestLog::random(31, 12);
        const std::uint64_t from = keyEntry(log) + 9; // in the last epoch: no key entry behind it
        const Forged forged(log, from, strangersKey());
        test::BundleParts parts(log.bundle());
        parts[Section::entries] = forged.text();
        parts[Section::hashes] = forged.hashes();
        parts[Section::checkpoints] = test::countedList(forged.notes);
        const Verification v = judge(parts.bundle());
        QVERIFY(has(v.verdict, "BAD_SIGNATURE") && v.verdict.intact == true);
        QVERIFY(v.verdict.sealed_to < static_cast<std::int64_t>(from));
        QCOMPARE(provenTo(v.verdict), v.verdict.sealed_to);
        for (std::uint64_t i = 0; i < v.records->lines(); ++i)
            QCOMPARE(v.records->record(i)->proven, static_cast<std::int64_t>(i) <= v.verdict.sealed_to);
    }

    void aForgedHandoverHandsNothingOver() {
        test::TestLog log = test::TestLog::random(32, 12);
        const std::uint64_t handover = keyEntry(log);
        const Forged forged(log, handover - 4, strangersKey());
        test::BundleParts parts(log.bundle());
        parts[Section::entries] = forged.text();
        parts[Section::hashes] = forged.hashes();
        parts[Section::checkpoints] = test::countedList(forged.notes);
        const Verdict v = judge(parts.bundle(), log.fingerprint()).verdict;
        // The forger's later signatures are those of the key that his own key entry names.
        QCOMPARE(v.sealed_to, static_cast<std::int64_t>(log.lines().size()) - 1);
        QVERIFY(has(v, "BAD_SIGNATURE") && !v.ok);
        QVERIFY(v.signed_to < static_cast<std::int64_t>(handover) - 4);
        // Without the handover checkpoint it is the same.
        std::vector<std::string> notes = forged.notes;
        std::erase_if(notes, [&](const std::string& n) {
            return Checkpoint::parse(parseNote(n)->text)->size == handover + 1;
        });
        parts[Section::checkpoints] = test::countedList(notes);
        const Verdict w = judge(parts.bundle(), log.fingerprint()).verdict;
        QVERIFY(has(w, "HANDOVER_MISSING") && w.signed_to == v.signed_to);
    }

    /// A real handover checkpoint is quoted beside an invented tree whose key entry names the forger's key.
    void aRangeCannotBorrowARealHandover() {
        test::TestLog log = test::TestLog::random(33, 12);
        const std::uint64_t handover = keyEntry(log);
        const std::uint64_t first = handover + 5;
        BundleOptions range;
        range.first = first;
        range.openings = false;
        QVERIFY(judge(log.bundle(range), log.fingerprint()).verdict.level == VerdictLevel::pinned);

        const Forged forged(log, handover, strangersKey());
        const HashTree tree(forged.leaves);
        CompactRange edge;
        for (std::uint64_t i = 0; i < first; ++i)
            edge.append(forged.leaves[i]);
        std::vector<std::string> notes;
        const auto own_notes = *log.checkpoints();
        const auto seqs = *log.contextSeqs(first);
        for (const auto& note : own_notes)
            if (Checkpoint::parse(parseNote(note)->text)->size <= handover + 1) notes.push_back(note);
        notes.push_back(forged.notes.back());
        std::vector<std::string> context;
        for (const std::uint64_t seq : seqs)
            context.push_back(
                writeProof(forged.lines[seq], seq, *tree.inclusion(seq, forged.leaves.size()), notes.back()));
        test::BundleParts parts(log.bundle(range));
        parts[Section::left] = std::string(edge.bytes());
        parts[Section::entries] = forged.text(first);
        parts[Section::hashes] = forged.hashes(first);
        parts[Section::checkpoints] = test::countedList(notes);
        parts[Section::context] = test::countedList(context);
        const Verdict v = judge(parts.bundle(), log.fingerprint()).verdict;
        QVERIFY2(has(v, "CHECKPOINT_INCONSISTENT"), nlohmann::json(v).dump().c_str());
        QVERIFY(!v.ok && v.signed_to == -1);
    }

    void withoutAKeyNothingIsProven() {
        test::TestLog log = test::TestLog::random(34, 6);
        BundleOptions range;
        range.first = 20;
        test::BundleParts parts(log.bundle(range));
        parts[Section::context].clear(); // no genesis entry: no key
        const Verification v = judge(parts.bundle());
        QVERIFY(v.verdict.level == VerdictLevel::self_consistent && provenTo(v.verdict) == -1);
        QVERIFY(!v.records->record(25)->proven);
        parts = test::BundleParts(log.bundle());
        parts[Section::checkpoints].clear();
        const Verification unsigned_file = judge(parts.bundle());
        QVERIFY(provenTo(unsigned_file.verdict) == -1 && !unsigned_file.records->record(3)->proven);
        QVERIFY(unsigned_file.records->record(3)->place == Place::unknown);
    }

    void aPinThatDoesNotFitProvesNothing() {
        test::TestLog log = test::TestLog::random(35, 4);
        const Verification v = judge(log.bundle(), std::string(64, 'a'));
        QVERIFY(has(v.verdict, "WRONG_LOG") && v.verdict.signed_to > 0 && provenTo(v.verdict) == -1);
        QVERIFY(!v.records->record(1)->proven);
    }

    void aDeletedLineAccusesNoOther() {
        test::TestLog log = test::TestLog::random(36, 14);
        test::BundleParts parts(log.bundle());
        std::vector<std::string> lines = parts.lines();
        QVERIFY(lines.size() > 55);
        lines.erase(lines.begin() + 20);
        std::swap(lines[40], lines[41]); // records 41 and 42
        lines.insert(lines.begin() + 50, R"({"kind":"beat"})");
        std::string text;
        for (const auto& line : lines)
            text += line + '\n';
        parts[Section::entries] = text;
        const Verification v = judge(parts.bundle());
        QVERIFY(has(v.verdict, "DELETED") && has(v.verdict, "MOVED") && has(v.verdict, "INSERTED"));
        int moved = 0;
        for (std::uint64_t i = 0; i < v.records->lines(); ++i) {
            const auto r = v.records->record(i);
            if (r->place == Place::inserted) {
                QVERIFY(i == 50 && !r->record && !r->proven);
                continue;
            }
            moved += r->place == Place::moved ? 1 : 0;
            QCOMPARE(static_cast<std::int64_t>(*r->record), *parseEntry(r->line)->integer("seq"));
            QCOMPARE(r->proven, r->place == Place::in_place);
            QVERIFY(r->authentic == r->computed && r->listed == r->computed);
            QCOMPARE(v.records->lineOf(*r->record), std::optional(i));
        }
        QCOMPARE(moved, 1);
        QVERIFY(!v.records->lineOf(20));
    }
};

TALLY_TEST(TestForgery)
#include "test_forgery.moc"
