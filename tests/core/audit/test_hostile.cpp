// Files that are made, or changed while they are read, to hang, crash or fill the verifier.
#include "core/audit/findings.h"
#include "core/audit/merkle.h"
#include "core/audit/restore.h"
#include "core/audit/verifier.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QTemporaryDir>
#include <QTest>
#include <fmt/format.h>

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;

namespace {
Verdict judge(const std::string& bundle) {
    VerifyOptions o;
    o.threads = 1;
    auto v = verifyData(BundleData::fromBytes(bundle), o);
    if (!v) qFatal("%s", v.error().text().c_str());
    return std::move(v->verdict);
}

std::string withLine(test::TestLog& log, std::size_t at, const std::string& line) {
    test::BundleParts parts(log.bundle());
    std::vector<std::string> lines = parts.lines();
    lines[at] = line;
    std::string text;
    for (const auto& l : lines)
        text += l + '\n';
    parts[Section::entries] = text;
    return parts.bundle();
}

const Finding* about(const Verdict& v, std::int64_t seq) {
    for (const Finding& f : v.findings)
        if (f.seq == seq && !f.derived && !f.warning) return &f;
    return nullptr;
}

std::uint64_t aStep(const test::TestLog& log) {
    for (std::uint64_t i = 10; i < log.lines().size(); ++i)
        if (*parseEntry(log.lines()[i])->text("kind") == "step") return i;
    return 0;
}

void write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}
} // namespace

class TestHostile : public QObject {
    Q_OBJECT

private slots:
    void aLineOfManyFieldsEndsSoon() {
        test::TestLog log = test::TestLog::random(50, 4);
        for (const int n : {900, 8'000, 300'000}) {
            std::string line = "{";
            for (int i = 0; i < n; ++i)
                line += fmt::format("{}\"k{:06}\":1", i == 0 ? "" : ",", i);
            const Verdict v = judge(withLine(log, 6, line + "}"));
            const Finding* f = about(v, 6);
            QVERIFY(f != nullptr && f->code == "ALTERED" && !f->field && !f->proven);
        }
    }

    void hugeValuesDoNotMultiply() {
        test::TestLog log = test::TestLog::random(51, 4);
        const std::uint64_t at = aStep(log);
        Entry e = *parseEntry(log.lines()[at]);
        e.set("model", std::string(4'000'000, 'm'));
        const Verdict v = judge(withLine(log, at, *encodeEntry(e, 0)));
        const Finding* f = about(v, static_cast<std::int64_t>(at));
        QVERIFY(f != nullptr && f->code == "ALTERED" && f->field == "model");
        QVERIFY(f->proven && f->original->starts_with("m-")); // found among the values elsewhere
    }

    void aCancelEndsTheSearchInsideARecord() {
        test::TestLog log = test::TestLog::random(52, 4);
        const std::uint64_t at = aStep(log);
        Entry e = *parseEntry(log.lines()[at]);
        e.set("latency_us", *e.integer("latency_us") + 7);
        const std::string line = *encodeEntry(e);
        RestoreContext context;
        const auto seq = static_cast<std::int64_t>(at);
        const auto restored = Restorer(context).analyse(line, seq, log.leafHashes()[at], {});
        QVERIFY(restored.original_line == log.lines()[at]);
        CancelToken cancel;
        cancel.cancel();
        QVERIFY(!Restorer(context, cancel).analyse(line, seq, log.leafHashes()[at], {}).original_line);
    }

    void deepNestingIsAWrongValueOrNoText() {
        test::TestLog log = test::TestLog::random(53, 4);
        const std::uint64_t at = aStep(log);
        const std::string good = log.lines()[at];
        const std::string model = *parseEntry(good)->text("model");
        for (const std::size_t depth : {199U, 300U, 749U, 750U, 200'000U}) {
            std::string line = good;
            line.replace(line.find("\"model\":") + 8, model.size() + 2,
                         std::string(depth, '[') + "{\"a\":[1,{}]}" + std::string(depth, ']'));
            const Verdict v = judge(withLine(log, at, line));
            const Finding* f = about(v, static_cast<std::int64_t>(at));
            if (depth > 748) { // with the object inside more than any reader must follow
                QVERIFY(f != nullptr && f->code == "UNPARSEABLE");
                continue;
            }
            QVERIFY(f != nullptr && f->code == "ALTERED" && f->field == "model" && f->original == model);
            QVERIFY(v.totals->complete);
            line.replace(line.find("]]"), 1, "}");
            QCOMPARE(about(judge(withLine(log, at, line)), static_cast<std::int64_t>(at))->code,
                     "UNPARSEABLE"s);
        }
    }

    void aPayloadCountsOnce() {
        test::TestLog log = test::TestLog::random(54, 4);
        test::BundleParts parts(log.bundle());
        const auto once = judge(parts.bundle()).totals->payloads_ok;
        parts[Section::openings] += std::string(parts[Section::openings]) + parts[Section::openings];
        const Verdict v = judge(parts.bundle());
        QCOMPARE(v.totals->payloads_ok, once);
        QVERIFY(v.ok && std::any_of(v.findings.begin(), v.findings.end(), [](const Finding& f) {
                    return f.code == "W_PAYLOAD_UNCHECKED" && f.derived;
                }));
    }

    void findingsAreBoundedAndFailuresComeFirst() {
        FindingList list;
        for (std::size_t i = 0; i < max_findings + 5; ++i)
            list.add("W_CLOCK_BACK", {.seq = i});
        list.add("BAD_SIGNATURE", {.seq = 3});
        const auto kept = list.take();
        QCOMPARE(kept.size(), max_findings + 1);
        QCOMPARE(kept.front().code, "BAD_SIGNATURE"s);
        QVERIFY(kept.back().message.ends_with("5 more findings like this are not listed"));
    }

    void aPipeIsRefusedWithoutWaiting() {
        const QTemporaryDir dir;
        const std::string path = dir.filePath(QStringLiteral("f.tracelog")).toStdString();
        QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
        QCOMPARE(verifyFile(path).error().code, "file.read"s);
    }

    void aFileThatShrinksDoesNotEndTheProgram() {
        const QTemporaryDir dir;
        const std::string path = dir.filePath(QStringLiteral("f.tracelog")).toStdString();
        const std::string bundle = test::TestLog::random(55, 60).bundle();
        write(path, bundle);
        const auto data = *BundleData::open(path);
        QVERIFY(!data->changed() && data->bytes() == bundle);
        QCOMPARE(::truncate(path.c_str(), 5'000), 0);
        QCOMPARE(verifyData(data).error().code, "file.changed"s);
        QVERIFY(data->changed() && data->bytes().back() == '\0');

        write(path, bundle);
        const auto verified = verifyFile(path);
        QVERIFY(verified && verified->records->record(3));
        QCOMPARE(::truncate(path.c_str(), 10), 0);
        for (std::uint64_t i = 0; i < verified->records->lines(); ++i)
            QCOMPARE(verified->records->record(i).error().code, "file.changed"s);
    }
};

TALLY_TEST(TestHostile)
#include "test_hostile.moc"
