#include "core/audit/verifier.h"
#include "core/base/encoding.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

namespace {
Verification judge(const std::string& bundle, const VerifyOptions& options = {}) {
    auto v = verifyData(BundleData::fromBytes(bundle), options);
    if (!v) qFatal("%s", v.error().text().c_str());
    return std::move(*v);
}
VerifyOptions pinned() {
    VerifyOptions o;
    o.pin = test::fixtureJson("vectors.json")["fingerprint"].get<std::string>();
    return o;
}
} // namespace

class TestVerifier : public QObject {
    Q_OBJECT

private slots:
    void goodLogGivesThePublishedVerdict() {
        QCOMPARE(test::comparable(judge(test::fixture("good.tracelog"), pinned()).verdict).dump(),
                 test::comparable(test::fixtureJson("good.verdict.json")).dump());
    }

    void rangeGivesThePublishedVerdict() {
        QCOMPARE(test::comparable(judge(test::fixture("range-32.tracelog"), pinned()).verdict).dump(),
                 test::comparable(test::fixtureJson("range-32.verdict.json")).dump());
    }

    void everyAttackIsJudgedAsPublished_data() {
        QTest::addColumn<QString>("json");
        // Those of the specification, and more of our own, on which its reference verifier agrees.
        for (const char* file : {"attacks.json", "more.json"})
            for (const auto& c : test::fixtureJson(file))
                QTest::newRow(c["name"].get<std::string>().c_str()) << QString::fromStdString(c.dump());
    }
    void everyAttackIsJudgedAsPublished() {
        QFETCH(QString, json);
        const auto c = nlohmann::json::parse(json.toStdString());
        VerifyOptions o;
        if (c["pin"].is_string()) o.pin = c["pin"].get<std::string>();
        for (const auto& key : c["vkey"])
            o.vkeys.push_back(key.get<std::string>());
        if (!c["memory"].is_null()) {
            auto memory = VerifierMemory::parse(c["memory"].dump());
            QVERIFY(memory.has_value());
            o.memory = std::move(*memory);
        }
        const std::string bundle = test::attackBundle(c["name"].get<std::string>());
        const Verification v = judge(bundle, o);
        const auto bad = test::compareWithCase(v.verdict, c);
        QVERIFY2(bad.empty(), bad.empty() ? "" : bad.front().c_str());
        if (!v.verdict.ok) QVERIFY(v.memory == o.memory); // a false log teaches the verifier nothing
        o.threads = 1;
        QVERIFY(judge(bundle, o).verdict == v.verdict); // the number of threads changes nothing
    }

    void memoryAndWitnessRaiseTheLevel() {
        VerifyOptions o = pinned();
        o.memory = VerifierMemory{};
        const Verification before = judge(test::fixture("old-96.tracelog"), o);
        QVERIFY(before.verdict.ok);
        QVERIFY(*before.memory == *VerifierMemory::parse(test::fixture("memory-after-old-96.json")));
        QVERIFY(*VerifierMemory::parse(before.memory->text()) == *before.memory);
        o.memory = before.memory;
        const Verification now = judge(test::fixture("good.tracelog"), o);
        QVERIFY(now.verdict.level == VerdictLevel::continuous);
        QVERIFY(now.memory->logs.begin()->second.size == 137);
        o.memory = now.memory;
        QVERIFY(judge(test::fixture("old-96.tracelog"), o).verdict.level ==
                VerdictLevel::altered); // rollback
        std::string witness = test::fixture("witness.vkey");
        witness.pop_back();
        o.vkeys = {witness};
        const Verdict witnessed = judge(test::fixture("good.tracelog"), o).verdict;
        QVERIFY(witnessed.level == VerdictLevel::witnessed);
        QCOMPARE(witnessed.witnesses.size(), std::size_t{1});
    }

    void withoutPinTheLevelIsSigned() {
        const Verdict v = judge(test::fixture("good.tracelog")).verdict;
        QVERIFY(v.level == VerdictLevel::is_signed && v.ok);
        QCOMPARE(v.findings.front().code, "W_NOT_PINNED"s);
    }

    void wrongOptionsAreErrorsNotVerdicts() {
        const auto data = BundleData::fromBytes(test::fixture("good.tracelog"));
        VerifyOptions o;
        o.pin = "xyz";
        QCOMPARE(verifyData(data, o).error().code, "verify.pin"s);
        o.pin.reset();
        o.vkeys = {"a+b+c"};
        QCOMPARE(verifyData(data, o).error().code, "verify.vkey"s);
        QCOMPARE(verifyFile("/does/not/exist").error().code, "file.missing"s);
        QCOMPARE(verifyFile("/").error().code, "file.read"s);
        VerifyOptions cancelled;
        cancelled.cancel.cancel();
        QCOMPARE(verifyData(data, cancelled).error().code, "verify.cancelled"s);
        QVERIFY(!VerifierMemory::parse("[]"));
    }

    void recordsShowWhatStandsWhereAndWhatItWas() {
        const Verification v = judge(test::attackBundle("edit-cost-digit"), pinned());
        QVERIFY(v.records != nullptr);
        QCOMPARE(v.records->lines(), std::uint64_t{137});
        const auto altered = v.records->record(38);
        QVERIFY(altered && altered->record == 38U && altered->authentic && altered->original &&
                !altered->proven);
        QVERIFY(altered->computed != *altered->authentic);
        QVERIFY(leafHash(*altered->original) == *altered->authentic);
        const auto intact = v.records->record(37);
        QVERIFY(intact && !intact->original && intact->computed == *intact->authentic &&
                intact->computed == *intact->listed);
        QVERIFY(!v.records->record(137));
    }

    void aLineThatNoRecordCanHaveIsShownWithTheHashOfTheCheck() {
        // Two such lines in one stride of the table, between records that stay as they were.
        test::BundleParts parts(test::fixture("good.tracelog"));
        std::vector<std::string> lines = parts.lines();
        lines[40] = std::string(300'000, 'x');
        lines[44] = std::string(LineTable::long_bytes + 1, 'y');
        std::string& entries = parts[Section::entries];
        entries.clear();
        for (const std::string& line : lines)
            entries += line + "\n";
        const Verification v = judge(parts.bundle(), pinned());
        QVERIFY(!v.verdict.ok && v.records != nullptr);
        QCOMPARE(v.records->lines(), std::uint64_t{lines.size()});
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const auto record = v.records->record(i);
            QVERIFY(record);
            QVERIFY(record->line == lines[i]);
            QVERIFY(record->computed == leafHash(lines[i]));
        }
    }

    void ownBundlesVerifyWholeAndInRanges() {
        for (std::uint64_t seed = 1; seed <= 6; ++seed) {
            test::TestLog log = test::TestLog::random(seed, 12);
            VerifyOptions o;
            o.vkeys = {log.genesisKey()};
            const Verdict whole = judge(log.bundle(), o).verdict;
            QVERIFY2(whole.ok && whole.level == VerdictLevel::pinned, nlohmann::json(whole).dump().c_str());
            QVERIFY(whole.findings.empty());
            QVERIFY(whole.totals->complete && whole.totals->payloads_withheld == 0 && whole.epochs == 2);
            for (const std::uint64_t first : {1U, 9U, 33U}) {
                BundleOptions range;
                range.first = first;
                range.openings = first != 9;
                const Verdict part = judge(log.bundle(range), o).verdict;
                QVERIFY2(part.ok && part.level == VerdictLevel::pinned, nlohmann::json(part).dump().c_str());
                QCOMPARE(*part.fingerprint, log.fingerprint());
                QVERIFY(part.root == whole.root);
                QCOMPARE(part.totals->payloads_ok == 0, !range.openings);
            }
        }
    }

    void unsealedLinesAreToldApart() {
        test::TestLog log = test::TestLog::random(9, 3);
        log.append("beat", Entry{});
        log.append("beat", Entry{});
        BundleOptions options;
        options.unsealed = true;
        const Verdict v = judge(log.bundle(options)).verdict;
        QVERIFY(v.ok);
        QCOMPARE(v.unsealed, std::int64_t{2});
        QVERIFY(std::any_of(v.findings.begin(), v.findings.end(),
                            [](const Finding& f) { return f.code == "W_UNSEALED"; }));
    }

    void writerRefusesWhatItCannotProve() {
        test::TestLog log(4);
        const auto nothing = [](std::string_view) { return Status(); };
        QCOMPARE(writeBundle(log, {}, nothing).error().code, "export.unsigned"s);
        log.checkpoint();
        BundleOptions range;
        range.first = 1;
        QCOMPARE(writeBundle(log, range, nothing).error().code, "export.range"s);
        BundleOptions stop;
        stop.cancel.cancel();
        QCOMPARE(writeBundle(log, stop, nothing).error().code, "export.cancelled"s);
        QCOMPARE(writeBundleFile(log, {}, "/does/not/exist/x.tracelog").error().code, "file.write"s);
    }
};

TALLY_TEST(TestVerifier)
#include "test_verifier.moc"
