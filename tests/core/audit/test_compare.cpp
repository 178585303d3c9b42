// Two exports side by side: the same, one a beginning of the other, changed, forked, other logs.
#include "core/audit/compare.h"
#include "core/audit/log_figures.h"
#include "core/audit/merkle.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

namespace {
struct Judged {
    std::shared_ptr<const BundleData> data;
    Verification verification;
};
Judged judge(const std::string& bundle) {
    Judged out{BundleData::fromBytes(bundle), {}};
    auto v = verifyData(out.data);
    if (!v) qFatal("%s", v.error().text().c_str());
    out.verification = std::move(*v);
    return out;
}
Comparison compare(const std::string& a, const std::string& b) {
    const Judged x = judge(a), y = judge(b);
    auto out = compareBundles({"a", x.data, &x.verification}, {"b", y.data, &y.verification});
    if (!out) qFatal("%s", out.error().text().c_str());
    return std::move(*out);
}
/// The bundle with other lines, sealed by the old checkpoints.
std::string withLines(const std::string& bundle, const std::vector<std::string>& lines) {
    test::BundleParts parts(bundle);
    std::string& entries = parts[Section::entries];
    entries.clear();
    for (const auto& line : lines)
        entries += line + "\n";
    return parts.bundle();
}
std::vector<std::string> linesOf(const std::string& bundle) {
    return test::BundleParts(bundle).lines();
}
} // namespace

class TestCompare : public QObject {
    Q_OBJECT
private slots:
    void theSameFileTwice() {
        const auto c = compare(test::fixture("good.tracelog"), test::fixture("good.tracelog"));
        QVERIFY(c.ok() && c.relation == Relation::identical);
        QCOMPARE(c.common, std::int64_t{137});
        QCOMPARE(c.first_difference, std::int64_t{-1});
        QVERIFY(c.changed.empty() && c.only_a.empty() && c.only_b.empty());
    }
    void anEarlierExportIsABeginning() {
        const auto c = compare(test::fixture("old-96.tracelog"), test::fixture("good.tracelog"));
        QVERIFY(c.ok() && c.relation == Relation::a_is_beginning);
        QCOMPARE(c.common, std::int64_t{96});
        QVERIFY(c.only_a.empty());
        QVERIFY((c.only_b == std::vector<Comparison::Range>{{96, 136}}));
        const auto back = compare(test::fixture("good.tracelog"), test::fixture("old-96.tracelog"));
        QVERIFY(back.ok() && back.relation == Relation::b_is_beginning);
        QCOMPARE(back.only_a_n, std::int64_t{41});
    }
    void aRangeOverlaps() {
        const auto c = compare(test::fixture("range-32.tracelog"), test::fixture("good.tracelog"));
        QVERIFY(c.ok() && c.relation == Relation::overlapping);
        QCOMPARE(c.common, std::int64_t{105});
        QVERIFY((c.only_b == std::vector<Comparison::Range>{{0, 31}}));
    }
    void anAlteredFieldIsNamedWithBothValues() {
        const auto c = compare(test::attackBundle("edit-cost-digit"), test::fixture("good.tracelog"));
        QVERIFY(!c.ok() && c.relation == Relation::differing);
        QCOMPARE(c.first_difference, std::int64_t{38});
        QCOMPARE(c.common, std::int64_t{136});
        QCOMPARE(c.changed_n, std::int64_t{1});
        const auto& record = c.changed.front();
        QCOMPARE(record.proven, "b"s);
        QCOMPARE(record.kind, "step"s);
        QVERIFY(
            (record.fields == std::vector<Comparison::Field>{{"cost_pico", "117813720000", "117813750000"}}));
        QVERIFY(c.sentence.find("Only B is as it was signed") != std::string::npos);
    }
    void deletedInsertedAndChangedRecordsAreToldApart() {
        SeededRng rng(7);
        for (int round = 0; round < 20; ++round) {
            const std::string whole =
                test::TestLog::random(100 + static_cast<std::uint64_t>(round), 12).bundle();
            auto lines = linesOf(whole);
            std::set<std::int64_t> deleted, changed;
            for (int i = 0; i < 5; ++i)
                deleted.insert(static_cast<std::int64_t>(rng.below(lines.size())));
            for (int i = 0; i < 5; ++i) {
                const auto at = static_cast<std::int64_t>(rng.below(lines.size()));
                if (deleted.count(at) != 0 || deleted.count(at - 1) != 0 || deleted.count(at + 1) != 0)
                    continue;
                auto entry = parseEntry(lines[static_cast<std::size_t>(at)]);
                QVERIFY(entry.has_value());
                entry->set("ts_us", *entry->integer("ts_us") + 1);
                lines[static_cast<std::size_t>(at)] = *encodeEntry(*entry);
                changed.insert(at);
            }
            std::vector<std::string> left;
            for (std::size_t i = 0; i < lines.size(); ++i)
                if (deleted.count(static_cast<std::int64_t>(i)) == 0) left.push_back(lines[i]);
            const auto c = compare(whole, withLines(whole, left));
            QVERIFY(c.relation == Relation::differing && !c.ok());
            std::set<std::int64_t> only_a, found;
            for (const auto& range : c.only_a)
                for (auto seq = range.from; seq <= range.to; ++seq)
                    only_a.insert(seq);
            for (const auto& record : c.changed) {
                found.insert(record.seq_a);
                QCOMPARE(record.fields.size(), std::size_t{1});
                QCOMPARE(record.fields.front().name, "ts_us"s);
            }
            QVERIFY(only_a == deleted);
            QVERIFY(found == changed);
            QVERIFY(c.only_b.empty());
            QCOMPARE(c.common, static_cast<std::int64_t>(lines.size() - deleted.size() - changed.size()));
        }
    }
    void aForkIsFoundAndWhatItShares() {
        // The same keys and random numbers, another record in the middle: a holder of the keys wrote twice.
        const auto write = [](std::int64_t amount) {
            test::TestLog log(5);
            for (std::int64_t i = 0; i < 10; ++i)
                log.append("challenge", Entry{{"by", "auditor"s}, {"nonce", "n" + std::to_string(i)}});
            log.append("challenge", Entry{{"by", "auditor"s}, {"nonce", "amount " + std::to_string(amount)}});
            for (std::int64_t i = 0; i < 10; ++i)
                log.append("challenge", Entry{{"by", "auditor"s}, {"nonce", "m" + std::to_string(i)}});
            log.checkpoint();
            return log.bundle();
        };
        const auto c = compare(write(1), write(2));
        QVERIFY(!c.ok() && c.relation == Relation::differing);
        QVERIFY(c.a.verdict.ok && c.b.verdict.ok);
        QCOMPARE(c.first_difference, std::int64_t{11});
        QCOMPARE(c.common, std::int64_t{11});
        QCOMPARE(c.rechained, std::int64_t{10});
        QCOMPARE(c.changed_n, std::int64_t{1});
        QVERIFY(
            (c.changed.front().fields == std::vector<Comparison::Field>{{"nonce", "amount 1", "amount 2"}}));
        QCOMPARE(c.changed.front().proven, "both"s);
        QVERIFY(c.sentence.find("two versions of one log") != std::string::npos);
    }
    void otherLogsAndOtherFiles() {
        const auto c = compare(test::TestLog::random(1, 3).bundle(), test::TestLog::random(2, 3).bundle());
        QVERIFY(!c.ok() && c.relation == Relation::other_log);
        QVERIFY(compare("no bundle", test::fixture("good.tracelog")).relation == Relation::unreadable);
    }
    void payloadsAreCompared() {
        const std::string whole = test::fixture("good.tracelog");
        test::BundleParts without(whole);
        without[Section::openings].clear();
        const auto c = compare(whole, without.bundle());
        QVERIFY(c.relation == Relation::identical);
        QVERIFY(c.openings_only_a > 0);
        QCOMPARE(c.openings_only_a, c.a.openings);
        QCOMPARE(c.openings_only_b, std::int64_t{0});
    }
    void figuresAddUpToTheVerdictsTotals() {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            const auto done = judge(test::TestLog::random(seed, 15).bundle());
            const auto figures = logFigures(*done.verification.records);
            QVERIFY(figures.has_value());
            const VerdictTotals& t = *done.verification.verdict.totals;
            QCOMPARE(figures->cost.picoString(), t.cost.picoString());
            QCOMPARE(figures->steps, t.steps);
            PicoSum runs, models;
            std::map<std::string, PicoSum> qty;
            std::int64_t started = 0;
            for (const auto& run : figures->runs) {
                runs += run.cost;
                started += run.first_seq >= 0 ? 1 : 0;
            }
            for (const auto& model : figures->models) {
                models += model.cost;
                for (const auto& [meter, n] : model.qty)
                    if (n.value() != 0) qty[meter] += n;
            }
            QVERIFY(runs == t.cost && models == t.cost);
            QCOMPARE(started, t.runs);
            auto expected = t.qty;
            std::erase_if(expected, [](const auto& item) { return item.second.value() == 0; });
            QVERIFY(qty == expected);
        }
    }
    void aRunsOwnTotalIsComparedWithWhatWasSettledLater() {
        const auto done =
            judge(test::fixture("good.tracelog")); // three of its runs were settled after their end
        const auto figures = logFigures(*done.verification.records);
        QVERIFY(figures.has_value());
        QCOMPARE(figures->runs.size(), std::size_t{12});
        for (const auto& run : figures->runs)
            QVERIFY2(run.stated && *run.stated == run.cost, run.run.c_str());
    }
    void figuresOfTheVectorsAreThoseOfTheirVerdicts() {
        for (const auto& c : test::fixtureJson("attacks.json")) {
            const auto name = c["name"].get<std::string>();
            const auto done = judge(test::attackBundle(name));
            if (!done.verification.records || !done.verification.verdict.totals) continue;
            const auto figures = logFigures(*done.verification.records);
            QVERIFY2(figures.has_value(), name.c_str());
            const VerdictTotals& t = *done.verification.verdict.totals;
            QVERIFY2(figures->cost == t.cost,
                     (name + ": " + figures->cost.picoString() + " is not " + t.cost.picoString()).c_str());
            QVERIFY2(figures->steps == t.steps, name.c_str());
        }
    }
};
TALLY_TEST(TestCompare)
#include "test_compare.moc"
