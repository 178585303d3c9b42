// Random damage to random logs: it is always noticed, never crashes, and with an intact hash list is laid to
// the right record.
#include "core/audit/findings.h"
#include "core/audit/merkle.h"
#include "core/audit/verifier.h"
#include "core/base/encoding.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTest>
#include <fmt/format.h>

using namespace tally;
using namespace tally::audit;

namespace {
using Parts = test::BundleParts;

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& l : lines)
        out += l + '\n';
    return out;
}

bool reported(const Verdict& v, std::string_view code, std::uint64_t seq) {
    return std::any_of(v.findings.begin(), v.findings.end(), [&](const Finding& f) {
        return !f.derived && f.code == code && f.seq && *f.seq <= static_cast<std::int64_t>(seq) &&
               static_cast<std::int64_t>(seq) <= f.to_seq.value_or(*f.seq);
    });
}

Verdict judge(const std::string& bundle) {
    VerifyOptions o;
    o.threads = 1;
    auto v = verifyData(BundleData::fromBytes(bundle), o);
    if (!v) qFatal("%s", v.error().text().c_str());
    return std::move(v->verdict);
}

/// Number of failing findings that are nobody's consequence.
int causes(const Verdict& v) {
    return static_cast<int>(std::count_if(v.findings.begin(), v.findings.end(),
                                          [](const Finding& f) { return !f.derived && !f.warning; }));
}

} // namespace

class TestTampering : public QObject {
    Q_OBJECT

private slots:
    void aChangedDigitIsLaidToItsRecordAndRestored() {
        SeededRng rng(11);
        int restored = 0, rounds = 0;
        for (std::uint64_t seed = 100; seed < 110; ++seed) {
            test::TestLog log = test::TestLog::random(seed, 6);
            const Parts good(log.bundle());
            for (int round = 0; round < 6; ++round) {
                auto lines = log.lines();
                const std::uint64_t at = rng.below(lines.size());
                // A digit of a number field, so that the line stays readable.
                std::vector<std::size_t> digits;
                for (std::size_t i = 1; i + 1 < lines[at].size(); ++i) {
                    const bool number = lines[at][i - 1] == ':' && lines[at][i] > '0' && lines[at][i] <= '9';
                    if (number && lines[at].compare(i - 4, 4, "\"v\":") != 0) digits.push_back(i);
                }
                char& c = lines[at][digits[rng.below(digits.size())]];
                c = c == '9' ? '8' : static_cast<char>(c + 1);
                Parts parts = good;
                parts[Section::entries] = joined(lines);
                const Verdict v = judge(parts.bundle());
                QVERIFY(v.level == VerdictLevel::altered && v.intact == false);
                QVERIFY2(reported(v, "ALTERED", at), nlohmann::json(v).dump().c_str());
                QVERIFY2(causes(v) == 1, nlohmann::json(v).dump().c_str());
                restored += v.findings.front().proven ? 1 : 0;
                ++rounds;
            }
        }
        QCOMPARE(restored, rounds);
    }

    void removedInsertedSwappedAndCopiedLinesAreNamed() {
        SeededRng rng(12);
        for (std::uint64_t seed = 200; seed < 210; ++seed) {
            test::TestLog log = test::TestLog::random(seed, 6);
            const Parts good(log.bundle());
            const auto with = [&](const std::vector<std::string>& lines) {
                Parts parts = good;
                parts[Section::entries] = joined(lines);
                return judge(parts.bundle());
            };
            const std::uint64_t n = log.lines().size();
            const std::uint64_t at = 1 + rng.below(n - 3);

            auto lines = log.lines();
            lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at));
            const Verdict removed = with(lines);
            QVERIFY(reported(removed, "DELETED", at) && causes(removed) == 1);

            lines = log.lines();
            lines.resize(at);
            const Verdict cut = with(lines);
            QVERIFY(reported(cut, "TRUNCATED", at) && reported(cut, "TRUNCATED", n - 1) && causes(cut) == 1);

            lines = log.lines();
            std::string forged = lines[at];
            forged[forged.find("\"salt\":\"") + 9] ^= 1;
            lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), forged);
            const Verdict inserted = with(lines);
            QVERIFY2(reported(inserted, "INSERTED", at) && causes(inserted) == 1,
                     nlohmann::json(inserted).dump().c_str());

            lines = log.lines();
            std::swap(lines[at], lines[at + 1]);
            const Verdict swapped = with(lines);
            QVERIFY((reported(swapped, "MOVED", at) || reported(swapped, "MOVED", at + 1)) &&
                    causes(swapped) == 1);

            lines = log.lines();
            lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at + 2), std::string(lines[at]));
            const Verdict copied = with(lines);
            QVERIFY2(reported(copied, "DUPLICATED", at) && causes(copied) == 1,
                     nlohmann::json(copied).dump().c_str());
        }
    }

    void aDamagedHashListAccusesTheListAndNotTheRecords() {
        SeededRng rng(13);
        test::TestLog log = test::TestLog::random(300, 8);
        for (int round = 0; round < 20; ++round) {
            Parts parts(log.bundle());
            const std::uint64_t at = rng.below(log.lines().size());
            parts[Section::hashes][at * 32 + rng.below(32)] ^= static_cast<char>(1 + rng.below(255));
            const Verdict v = judge(parts.bundle());
            QVERIFY(reported(v, "HASHES_SECTION_ALTERED", at) && causes(v) == 1);
            QVERIFY(v.intact == true && v.totals->complete);
        }
    }

    void anyChangedByteIsNoticed() {
        SeededRng rng(14);
        test::TestLog log = test::TestLog::random(400, 8);
        const std::string good = log.bundle();
        QVERIFY(judge(good).ok);
        for (int round = 0; round < 300; ++round) {
            std::string bad = good;
            for (std::uint64_t hits = 1 + rng.below(3); hits > 0; --hits) {
                const std::uint64_t at = rng.below(bad.size());
                switch (rng.below(4)) {
                case 0:
                    bad[at] ^= static_cast<char>(1 + rng.below(255));
                    break;
                case 1:
                    bad.erase(at, 1 + rng.below(40));
                    break;
                case 2:
                    bad.insert(at, 1, static_cast<char>(rng.below(256)));
                    break;
                default:
                    bad.resize(at);
                    break;
                }
                if (bad.empty()) break;
            }
            if (bad == good) continue;
            const Verdict v = judge(bad);
            QVERIFY2(!v.ok, std::to_string(round).c_str());
        }
    }

    /// One damage of the lines each, hash list intact: it is laid to exactly the record it was done to.
    void aThousandDamagesAreLaidToTheirRecord() {
        SeededRng rng(16);
        for (std::uint64_t seed = 600; seed < 620; ++seed) {
            test::TestLog log = test::TestLog::random(seed, 2 + static_cast<int>(rng.below(4)));
            const Parts good(log.bundle());
            const std::uint64_t n = log.lines().size();
            for (int round = 0; round < 50; ++round) {
                auto lines = log.lines();
                const std::uint64_t at = 1 + rng.below(n - 3);
                std::vector<std::string_view> codes{"ALTERED", "FORMATTING_ONLY", "DUPLICATE_KEY",
                                                    "UNPARSEABLE", "NOT_OBJECT"};
                const auto where = lines.begin() + static_cast<std::ptrdiff_t>(at);
                std::string& line = lines[at];
                switch (rng.below(7)) {
                case 0: { // another byte
                    char c = static_cast<char>(rng.below(256));
                    char& old = line[rng.below(line.size())];
                    if (c == '\n' || c == old) c = old == '~' ? '!' : '~';
                    old = c;
                    break;
                }
                case 1: // a byte more
                    line.insert(rng.below(line.size() + 1), 1, "x \"0,\xff"[rng.below(6)]);
                    break;
                case 2: // some bytes fewer
                    line.erase(rng.below(line.size()), 1 + rng.below(30));
                    break;
                case 3:
                    lines.erase(where);
                    codes = {"DELETED"};
                    break;
                case 4:
                    lines.insert(where + 2, std::string(line));
                    codes = {"DUPLICATED"};
                    break;
                case 5:
                    std::swap(lines[at], lines[at + 1]);
                    codes = {"MOVED"};
                    break;
                default: { // a value of another line
                    const std::string& other = lines[(at + 1 + rng.below(n - 2)) % n];
                    const std::size_t from = line.find("\"salt\""), to = other.find("\"salt\"");
                    line.replace(from, 42, other, to, 42);
                    break;
                }
                }
                Parts parts = good;
                parts[Section::entries] = joined(lines);
                const Verdict v = judge(parts.bundle());
                QVERIFY(!v.ok && v.level == VerdictLevel::altered && v.intact == false);
                for (const Finding& f : v.findings) {
                    if (f.derived || f.warning) continue;
                    const bool here = f.seq == static_cast<std::int64_t>(at) ||
                                      (f.code == "MOVED" && f.seq == static_cast<std::int64_t>(at + 1));
                    const bool right = std::find(codes.begin(), codes.end(), f.code) != codes.end();
                    QVERIFY2(here && right, nlohmann::json(v).dump().c_str());
                }
            }
        }
    }

    /// Malformed or truncated with the section or the first missing record, and in no more memory than the
    /// file.
    void everyTruncationNamesItsPlace() {
        test::TestLog log = test::TestLog::random(700, 1);
        const std::string good = log.bundle();
        const auto sections = parseSections(good);
        const auto n = static_cast<std::int64_t>(log.lines().size());
        const auto entries_at = static_cast<std::size_t>((*sections)[Section::entries].data() - good.data());
        for (std::size_t size = 0; size < good.size(); ++size) {
            const Verdict v = judge(good.substr(0, size));
            QVERIFY2(!v.ok, std::to_string(size).c_str());
            if (v.level == VerdictLevel::malformed) {
                QVERIFY2(size < entries_at, std::to_string(size).c_str());
                const bool placed = std::any_of(v.findings.begin(), v.findings.end(), [](const Finding& f) {
                    return f.code == "CONTAINER" || (f.code == "FILE_TRUNCATED" && f.field);
                });
                QVERIFY2(placed, std::to_string(size).c_str());
                continue;
            }
            QVERIFY2(std::any_of(v.findings.begin(), v.findings.end(),
                                 [](const Finding& f) { return f.code == "FILE_TRUNCATED" && f.field; }),
                     std::to_string(size).c_str());
            const auto whole = static_cast<std::int64_t>(
                std::count(good.begin() + static_cast<std::ptrdiff_t>(std::min(entries_at, size)),
                           good.begin() + static_cast<std::ptrdiff_t>(size), '\n'));
            if (whole < n)
                QVERIFY2(reported(v, "TRUNCATED", static_cast<std::uint64_t>(whole)) && v.entries == whole,
                         nlohmann::json(v).dump().c_str());
        }
    }

    /// Lengths and counts that no file can have end the reading; nothing of their size is allocated.
    void enormousCountsAreRefused() {
        test::TestLog log = test::TestLog::random(800, 1);
        const Parts good(log.bundle());
        const std::string huge[] = {"9223372036854775807",
                                    "9223372036854775808",
                                    "18446744073709551615",
                                    "18446744073709551616",
                                    "9999999999999999999",
                                    "99999999999999999999",
                                    "-1",
                                    "00",
                                    "1e9"};
        for (std::size_t s = 0; s < section_count; ++s) {
            for (const std::string& count : huge) {
                std::string file(bundle_magic);
                for (std::size_t i = 0; i < section_count; ++i)
                    file += fmt::format("@{} {}\n{}\n", toText(static_cast<Section>(i)),
                                        i == s ? count : std::to_string(good.sections[i].size()),
                                        good.sections[i]);
                const Verdict v = judge(file);
                QVERIFY2(!v.ok, count.c_str());
                QVERIFY2(!v.findings.empty() && (v.findings[0].code == "CONTAINER" || v.findings[0].field),
                         count.c_str());
            }
        }
        for (const std::string& count : huge) {
            for (const Section list : {Section::checkpoints, Section::context}) {
                Parts parts = good;
                parts[list] = count + "\n" + parts[list];
                QVERIFY(judge(parts.bundle()).level == VerdictLevel::malformed);
            }
            Parts parts = good; // a range that begins at the end of the numbers
            const std::size_t first = parts[Section::manifest].find("\"first\":") + 8;
            parts[Section::manifest].replace(first, 1, count);
            QVERIFY(judge(parts.bundle()).level == VerdictLevel::malformed);
            Parts noted = good; // a checkpoint over so many records
            const std::size_t at =
                noted[Section::checkpoints].find('\n', noted[Section::checkpoints].find("log.example"));
            const std::size_t end = noted[Section::checkpoints].find('\n', at + 1);
            noted[Section::checkpoints].replace(at + 1, end - at - 1, count);
            QVERIFY(!judge(noted.bundle()).ok);
        }
    }

    void aFileOfNothingButLineFeedsIsRefusedCheaply() {
        test::TestLog log = test::TestLog::random(500, 2);
        Parts parts(log.bundle());
        const std::string good = parts[Section::entries];
        parts[Section::entries] = good + std::string(3'000'000, '\n');
        QVERIFY(judge(parts.bundle()).level == VerdictLevel::malformed);
        parts[Section::entries] = std::string(3'000'000, '\n');
        QVERIFY(judge(parts.bundle()).level == VerdictLevel::malformed);
        parts[Section::entries] = good;
        parts[Section::checkpoints] += std::string(6'000'000, '\n');
        QVERIFY(judge(parts.bundle()).level == VerdictLevel::malformed);
        parts = Parts(log.bundle());
        parts[Section::openings] = std::string(3'000'000, '\n');
        const Verdict v = judge(parts.bundle());
        QVERIFY(!v.ok && v.findings.size() <= 3 * max_findings);
    }

    void randomBytesNeverCrash() {
        SeededRng rng(15);
        for (int round = 0; round < 200; ++round) {
            std::string file(rng.below(3000), '\0');
            for (char& c : file)
                c = static_cast<char>(rng.below(256));
            QVERIFY(judge(file).level == VerdictLevel::malformed);
            QVERIFY(!judge(std::string(bundle_magic) + file).ok);
        }
    }
};

TALLY_TEST(TestTampering)
#include "test_tampering.moc"
