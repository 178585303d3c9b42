// The demo over a handful of files, and an auditor's file: open, look, cancel.
#include "core/api/wait.h"
#include "core/base/file.h"
#include "tests/core/api/support_api.h"
#include "tests/support/suite.h"

#include <QTest>

using namespace tally;
using test::ApiFolder;

class TestDemoAndAudit : public QObject {
    Q_OBJECT
    static Result<std::shared_ptr<api::AuditFile>>
    verify(const std::string& path, const std::function<void(api::VerifyProgress)>& progress = {},
           const CancelToken& cancel = {}) {
        const auto auditor = api::makeAuditor();
        api::VerifyRequest request;
        request.path = path;
        return api::wait<std::shared_ptr<api::AuditFile>>(
            [&](auto reply) { auditor->verify(request, progress, cancel, reply); });
    }

private slots:
    void bothSamplesOverTheCommittedFiles() {
        const ApiFolder folder;
        auto ws = folder.open(true);
        QVERIFY2(ws.has_value(), ws ? "" : ws.error().text().c_str());
        QVERIFY(
            api::wait<api::SampleComparison>([&](auto reply) { (*ws)->demoResult(reply); })->samples.empty());
        for (const char* sample : {"licence-triage", "brute-force-triage"}) {
            api::StartRun request;
            request.workflow = sample;
            request.inputs = {{"machine", false}};
            const auto id = api::wait<RunId>([&](auto reply) { (*ws)->start(request, reply); });
            QVERIFY2(id.has_value(), id ? "" : id.error().text().c_str());
            const RunSummary run = test::settled(**ws, *id);
            QVERIFY2(run.status == RunStatus::ok, run.status_detail.c_str());
        }
        const auto result = api::wait<api::SampleComparison>([&](auto reply) { (*ws)->demoResult(reply); });
        QVERIFY(result && result->samples.size() == 2);
        QCOMPARE(result->samples[0].workflow, std::string("licence-triage"));
        QCOMPARE(result->samples[0].files, std::int64_t{7});
        QVERIFY(result->samples[0].cost < result->samples[1].cost && result->cost_ratio_permille > 1000);
        QCOMPARE(result->free_files, std::int64_t{4}); // the odd ones are nobody's: a model had to be asked
        QVERIFY(result->median_file_ratio_permille > 0);
        const auto overview = api::wait<api::Overview>([&](auto reply) { (*ws)->overview(reply); });
        QVERIFY(overview.has_value());
        QCOMPARE(overview->samples.free_files, result->free_files);
        QCOMPARE(overview->spend_today, result->samples[0].cost + result->samples[1].cost);
    }
    void opensAGoodFileAndNamesAnAlteredRecord() {
        const std::string good = TALLY_SOURCE_DIR "/tests/fixtures/tracelog/good.tracelog";
        std::int64_t last = 0;
        const auto file = verify(good, [&](const api::VerifyProgress& p) { last = p.bytes; });
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        QVERIFY((*file)->verdict().ok && (*file)->records() > 0 && last > 0);
        const auto record = (*file)->record(0);
        QVERIFY(record.has_value());
        QCOMPARE(static_cast<int>(record->state), static_cast<int>(api::AuditRecord::State::proven));
        QCOMPARE(record->leaf_stored, record->leaf_computed);
        QVERIFY(!(*file)->record((*file)->records() + 5).has_value());

        std::string text = *DiskFileSystem().read(good, 1 << 26);
        const auto at = text.find("\"cost_pico\":") + 12;
        text[at] = text[at] == '1' ? '2' : '1';
        const ApiFolder folder;
        const auto bad = verify(folder.write("bad.tracelog", text));
        QVERIFY(bad && !(*bad)->verdict().ok);
        const Finding& first = (*bad)->verdict().findings.front();
        QCOMPARE(first.field.value_or(""), std::string("cost_pico"));
        QVERIFY(first.original && first.proven);
        QCOMPARE(static_cast<int>((*bad)->record(*first.seq)->state),
                 static_cast<int>(api::AuditRecord::State::altered));
    }
    void aLineThatNoRecordCanHaveIsCut() {
        // All records in one line: the page must not copy what may be hundreds of megabytes.
        std::string text =
            *DiskFileSystem().read(TALLY_SOURCE_DIR "/tests/fixtures/tracelog/good.tracelog", 1 << 26);
        std::size_t joined = 0;
        for (auto at = text.find("}\n{"); at != std::string::npos; at = text.find("}\n{", at), ++joined)
            text[at + 1] = 'x';
        QVERIFY(joined > 100);
        const std::size_t begin = text.rfind('\n', text.find("}x{")) + 1;
        const std::size_t size = text.find('\n', begin) - begin;
        const ApiFolder folder;
        const auto file = verify(folder.write("one.tracelog", text));
        QVERIFY(file && !(*file)->verdict().ok);
        const auto record = (*file)->record(0);
        QVERIFY(record && record->canonical_line.empty());
        QCOMPARE(record->stored_line, text.substr(begin, 65'536));
        QCOMPARE(record->left_out, static_cast<std::int64_t>(size - 65'536));
        const auto fields = (*file)->fields(*record);
        QVERIFY(fields.fields.empty());
        QVERIFY(fields.unreadable.find(std::to_string(size) + " bytes") != std::string::npos);
    }
    void cancelsAndSaysSo() {
        const CancelToken cancel;
        cancel.cancel();
        QCOMPARE(verify(TALLY_SOURCE_DIR "/tests/fixtures/tracelog/good.tracelog", {}, cancel).error().code,
                 std::string("verify.cancelled"));
        const ApiFolder folder;
        QVERIFY(!verify(folder.path("missing.tracelog")).has_value());
        const auto nonsense = verify(folder.write("nonsense.tracelog", "hello\n"));
        QVERIFY(nonsense.has_value());
        QCOMPARE(static_cast<int>((*nonsense)->verdict().level), static_cast<int>(VerdictLevel::malformed));
        QVERIFY(!(*nonsense)->record(0).has_value());
    }
};
TALLY_TEST(TestDemoAndAudit)
#include "test_demo_and_audit.moc"
