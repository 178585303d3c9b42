// Reports of a verification: every field is protected, a stranger can check them, a new verification agrees.
#include "core/audit/log_figures.h"
#include "core/audit/org_sign.h"
#include "core/audit/report_check.h"
#include "core/audit/report_write.h"
#include "core/model/verdict_ladder.h"
#include "core/model/verdict_read.h"
#include "tests/core/audit/support_log.h"
#include "tests/core/audit/support_trace.h"
#include "tests/core/audit/support_tsa.h"
#include "tests/support/suite.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace tally;
using namespace tally::audit;
using namespace std::string_literals;
using nlohmann::json;
using Answer = ReportCheck::Point::Answer;

namespace {
struct Desk {
    QTemporaryDir dir;
    DiskFileSystem disk;
    FakeClock clock;
    SeededRng rng{11};

    [[nodiscard]] std::string path(const std::string& name) const {
        return dir.filePath(QString::fromStdString(name)).toStdString();
    }
    std::string put(const std::string& name, const std::string& content) {
        if (!disk.writeAtomic(path(name), content, 0600)) qFatal("cannot write");
        return path(name);
    }
    std::string key(const std::string& name, const std::string& called = "auditor.example/jane") {
        if (!disk.exists(path(name)) && !makeReportKey(disk, path(name), called, {}, rng)) qFatal("no key");
        return path(name);
    }
    AuditDone verify(const std::string& bundle_path, const std::string& pin = {}, bool memory = false) {
        AuditInputs inputs;
        inputs.path = bundle_path;
        inputs.pin = pin;
        if (memory) inputs.memory_file = path("memory.json");
        auto done = auditFile(inputs, clock);
        if (!done) qFatal("%s", done.error().text().c_str());
        return std::move(*done);
    }
    std::string report(const std::string& bundle_path, const ReportRequest& request = {},
                       const std::string& pin = {}, bool memory = false) {
        auto info = writeReport(verify(bundle_path, pin, memory), bundle_path, request, clock);
        if (!info) qFatal("%s", info.error().text().c_str());
        return info->text;
    }
    ReportCheck check(const std::string& text, const std::string& trusted = {},
                      const std::string& bundle = {}) {
        CheckReport request{put("checked.report", text), trusted, bundle};
        auto result = checkReport(request);
        if (!result) qFatal("%s", result.error().text().c_str());
        return std::move(*result);
    }
};
Answer answer(const ReportCheck& check, const std::string& id) {
    for (const auto& point : check.points)
        if (point.id == id) return point.answer;
    return Answer::not_checked;
}
/// Another value of the same type.
json changed(const json& value) {
    if (value.is_string()) return value.get<std::string>() + "0";
    if (value.is_number_integer()) return value.get<std::int64_t>() + 1;
    if (value.is_boolean()) return !value.get<bool>();
    if (value.is_null()) return "0";
    return json();
}
std::string fingerprint() {
    return test::fixtureJson("vectors.json")["fingerprint"].get<std::string>();
}
} // namespace

class TestReport : public QObject {
    Q_OBJECT
private slots:
    void itSaysWhatWasVerifiedAndHow() {
        Desk desk;
        const auto bundle = desk.put("acme.tracelog", test::fixture("good.tracelog"));
        ReportRequest request;
        request.note = "Engagement 7";
        const auto report = parseReport(desk.report(bundle, request, fingerprint(), true));
        QVERIFY2(report.has_value(), report ? "" : report.error().text().c_str());
        const json& b = report->body;
        QCOMPARE(b["input"]["file"].get<std::string>(), "acme.tracelog"s);
        QCOMPARE(b["input"]["sha256"].get<std::string>(), sha256Hex(test::fixture("good.tracelog")));
        QCOMPARE(b["options"]["pin"].get<std::string>(), fingerprint());
        QCOMPARE(b["memory"]["answer"].get<std::string>(), "unknown log"s);
        QCOMPARE(b["note"].get<std::string>(), "Engagement 7"s);
        QCOMPARE(b["made"].get<std::string>(), isoUtc(desk.clock.wallUs()));
        QVERIFY(b["figures"]["cost_pico"] == b["verdict"]["totals"]["cost_pico"]);
        QVERIFY(b["figures"]["proven"].get<bool>());
        QCOMPARE(b["figures"]["runs"].size(), std::size_t{12});
        QVERIFY(report->signatures.empty());
        QVERIFY(report->verdict.level == VerdictLevel::pinned);
        QVERIFY(json(report->verdict) == json(desk.verify(bundle, fingerprint()).verification.verdict) ||
                b["memory"].is_object());
        QVERIFY(!b["figures"]["models"].empty() && !b["figures"]["budgets"].empty());
    }
    void theSentenceTellsChangedBytesFromContentThatIsWrong() {
        const auto sentence = [](const char* attack) {
            const auto v = verifyData(BundleData::fromBytes(test::attackBundle(attack)));
            return verdictSentence(v->verdict);
        };
        const auto bytes = sentence("edit-cost-digit");
        QVERIFY2(bytes.starts_with("Bytes were changed after they were signed: record 38, field cost_pico"),
                 bytes.c_str());
        QVERIFY(bytes.find("\"117813750000\"") != std::string::npos);
        int wrong = 0;
        for (const auto& c : test::fixtureJson("attacks.json")) {
            const auto v =
                verifyData(BundleData::fromBytes(test::attackBundle(c["name"].get<std::string>())));
            const auto text = verdictSentence(v->verdict);
            QVERIFY2(!text.empty() && text.back() == '.', c["name"].get<std::string>().c_str());
            if (text.starts_with("Bytes were changed")) QVERIFY(v->verdict.intact == false);
            if (text.starts_with("No byte was changed")) {
                QVERIFY(v->verdict.intact == true);
                ++wrong;
            }
            // Read back from its JSON nothing is lost.
            const auto again = verdictFromJson(json(v->verdict));
            QVERIFY2(again.has_value(), c["name"].get<std::string>().c_str());
        }
        QVERIFY(wrong > 0);
    }
    void everyFieldIsUnderTheSignature() {
        Desk desk;
        ReportRequest request;
        request.key = desk.key("jane");
        const auto bundle = desk.put("a.tracelog", test::attackBundle("edit-cost-digit"));
        const std::string text = desk.report(bundle, request, fingerprint(), true);
        const auto whole = desk.check(text, desk.path("jane.pub"), bundle);
        QVERIFY2(whole.ok, whole.sentence.c_str());
        const auto report = parseReport(text);
        const std::string block = text.substr(report->text.size());
        int tried = 0;
        const json leaves = report->body.flatten();
        for (const auto& item : leaves.items()) {
            json body = report->body;
            const json::json_pointer at(item.key());
            body[at] = changed(item.value());
            if (body == report->body) continue; // an empty list
            const auto result = desk.check(reportText(body) + block, desk.path("jane.pub"));
            QVERIFY2(!result.ok, item.key().c_str());
            ++tried;
        }
        QVERIFY(tried > 300);
        for (const auto& item : report->body.items()) {
            json body = report->body;
            body.erase(item.key());
            QVERIFY2(!desk.check(reportText(body) + block, desk.path("jane.pub")).ok, item.key().c_str());
        }
        json more = report->body;
        more["remark"] = "all is well";
        QVERIFY(!desk.check(reportText(more) + block, desk.path("jane.pub")).ok);
        for (std::size_t i = 0; i < text.size(); i += 61) {
            std::string bytes = text;
            bytes[i] = static_cast<char>(bytes[i] ^ 1);
            QVERIFY2(!desk.check(bytes, desk.path("jane.pub")).ok, std::to_string(i).c_str());
        }
        for (const std::size_t cut :
             {text.size() - 1, report->text.size(), report->text.size() - 1, std::size_t{0}})
            QVERIFY(!desk.check(text.substr(0, cut), desk.path("jane.pub")).ok);
    }
    void withoutASignatureTheFileFindsEveryChange() {
        Desk desk;
        const auto bundle = desk.put("a.tracelog", test::fixture("good.tracelog"));
        const auto report = parseReport(desk.report(bundle, {}, fingerprint()));
        QVERIFY(desk.check(report->text, {}, bundle).ok);
        QVERIFY(!desk.check(report->text).ok); // nothing speaks for it
        // What only the one who wrote it can know.
        const std::set<std::string> own{"/note", "/made_us", "/input/file", "/options/pin_name", "/auditor"};
        const json leaves = report->body.flatten();
        for (const auto& item : leaves.items()) {
            json body = report->body;
            body[json::json_pointer(item.key())] = changed(item.value());
            if (body == report->body || own.count(item.key()) != 0) continue;
            // Another program may say it in other words.
            const bool found = !desk.check(reportText(body), {}, bundle).ok;
            QVERIFY2(found || item.key() == "/app", item.key().c_str());
        }
    }
    void otherKeysAndOtherFilesAreRefused() {
        Desk desk;
        ReportRequest request;
        request.key = desk.key("jane");
        desk.key("joe", "auditor.example/joe");
        const auto bundle = desk.put("a.tracelog", test::fixture("good.tracelog"));
        const auto other = desk.put("b.tracelog", test::fixture("old-96.tracelog"));
        const std::string text = desk.report(bundle, request);
        QVERIFY(answer(desk.check(text), "signature") == Answer::yes); // by the key that it names itself
        QVERIFY(desk.check(text).points[2].why.find("--key") != std::string::npos);
        QVERIFY(desk.check(text, desk.path("jane.pub")).ok);
        QVERIFY(!desk.check(text, desk.path("joe.pub")).ok);
        const auto wrong = desk.check(text, desk.path("jane.pub"), other);
        QVERIFY(!wrong.ok && answer(wrong, "bundle") == Answer::no && answer(wrong, "verdict") == Answer::no);
        QVERIFY(!wrong.differences.empty());
        // A forger signs again with a key of the same name.
        ReportRequest forged;
        forged.key = desk.key("forger", "auditor.example/jane");
        const std::string again = desk.report(bundle, forged);
        QVERIFY(desk.check(again).ok);
        QVERIFY(!desk.check(again, desk.path("jane.pub")).ok);
        const auto key = loadReportKey(desk.path("jane"), {});
        QVERIFY(desk.check(text, key->verifier().text()).ok);
        QCOMPARE(checkReport({desk.path("checked.report"), desk.path("jane"), {}}).error().code,
                 "report.key_format"s);
        QCOMPARE(checkReport({desk.path("nothing"), {}, {}}).error().code, "file.missing"s);
    }
    /// Keys of others that a verification was given stand in the report, so that it can be checked again.
    void keysOfOthersAreCarried() {
        Desk desk;
        test::TestLog log = test::TestLog::random(91, 4);
        const test::TestTsa tsa("Example TSA");
        const auto [secret, open] = test::makeP256();
        const auto signer = OrgSigner::open(desk.put("org.pem", secret));
        const std::string text = parseNote(log.checkpoints()->back())->text;
        BundleOptions options;
        options.anchors = "{\"kind\":\"rfc3161\",\"size\":" + std::to_string(log.lines().size()) +
                          ",\"token\":\"" + toBase64(tsa.stamp(text, 1'593'600'000)) + "\"}\n";
        const auto bundle = desk.put("acme.tracelog", *signedBundle(log.bundle(options), *signer));
        AuditInputs inputs;
        inputs.path = bundle;
        inputs.org_key = desk.put("org.pub", open);
        inputs.tsa_ca = desk.put("tsa.pem", tsa.caPem() + tsa.caPem()); // twice is once
        const auto done = auditFile(inputs, desk.clock);
        QVERIFY(done && done->verification.verdict.ok);
        const auto info = writeReport(*done, bundle, {}, desk.clock);
        QVERIFY(info.has_value());
        const auto report = parseReport(info->text);
        QVERIFY(report.has_value());
        const json& kept = report->body["options"];
        QCOMPARE(kept["org_key"]["sha256"].get<std::string>(), OrgKey::fromPem(open)->fingerprint());
        QCOMPARE(kept["tsa_ca"].size(), std::size_t{1});
        const ReportCheck check = desk.check(info->text, {}, bundle);
        QVERIFY2(check.ok && answer(check, "verdict") == Answer::yes, check.sentence.c_str());
        QVERIFY(check.points.back().why.find(kept["tsa_ca"][0]["sha256"].get<std::string>()) !=
                std::string::npos);
        // Other keys give another verdict, and a digest that is not the key's is noticed.
        json other = report->body;
        other["options"]["org_key"]["pem"] = test::makeP256().second;
        QVERIFY(answer(desk.check(reportText(other), {}, bundle), "verdict") == Answer::no);
        other = report->body;
        other["options"]["tsa_ca"][0]["sha256"] = std::string(64, '0');
        QVERIFY(answer(desk.check(reportText(other), {}, bundle), "verdict") == Answer::no);
        other["options"]["tsa_ca"][0].erase("pem");
        QVERIFY(answer(desk.check(reportText(other), {}, bundle), "form") == Answer::no);
        // A report of an earlier version says that it cannot be checked further.
        other = report->body;
        other["options"].erase("org_key");
        other["options"].erase("tsa_ca");
        QVERIFY(answer(desk.check(reportText(other), {}, bundle), "verdict") == Answer::not_checked);
        // What cannot be read is an error that names the file.
        inputs.org_key = bundle;
        const auto wrong = auditFile(inputs, desk.clock);
        QVERIFY(!wrong && wrong.error().code == "org.key" && wrong.error().where == bundle);
        inputs.org_key.clear();
        inputs.tsa_ca = bundle;
        QCOMPARE(auditFile(inputs, desk.clock).error().where, bundle);
    }
    void severalMaySign() {
        Desk desk;
        ReportRequest request;
        request.key = desk.key("jane");
        desk.key("joe", "auditor.example/joe");
        const auto bundle = desk.put("a.tracelog", test::fixture("good.tracelog"));
        const auto both = signReport(desk.report(bundle, request), *loadReportKey(desk.path("joe"), {}));
        QVERIFY(both.has_value());
        QVERIFY(desk.check(*both, desk.path("jane.pub")).ok && desk.check(*both, desk.path("joe.pub")).ok);
        QCOMPARE(signReport(*both, *loadReportKey(desk.path("joe"), {})).error().code, "report.signed"s);
    }
    void onlyTheCanonicalFormIsAReport() {
        Desk desk;
        const auto report = parseReport(desk.report(desk.put("a", test::fixture("good.tracelog"))));
        const std::string text = report->text;
        for (const std::string& bad :
             {text.substr(0, text.size() - 1), " " + text, text + "x", text + "\n", text + "\n\n", "{}\n"s,
              "[]\n"s, "\n"s, ""s, "{\"app\":\"x\"," + text.substr(1), report->body.dump(1) + "\n"})
            QVERIFY2(!parseReport(bad).has_value(), bad.substr(0, 60).c_str());
    }
    void theMemoryOfThatTimeIsUsedAgain() {
        Desk desk;
        const auto good = desk.put("good", test::fixture("good.tracelog"));
        const auto old_file = desk.put("old", test::fixture("old-96.tracelog"));
        desk.verify(good, fingerprint(), true);
        const std::string rolled_back = desk.report(old_file, {}, fingerprint(), true);
        const auto report = parseReport(rolled_back);
        QCOMPARE(report->body["memory"]["then"]["size"].get<std::int64_t>(), std::int64_t{137});
        QCOMPARE(report->body["memory"]["now"]["size"].get<std::int64_t>(), std::int64_t{96});
        QVERIFY(report->body["sentence"].get<std::string>().starts_with("The log was rolled back"));
        QVERIFY2(desk.check(rolled_back, {}, old_file).ok,
                 desk.check(rolled_back, {}, old_file).sentence.c_str());
        desk.verify(desk.put("other", test::TestLog::random(3, 3).bundle()), {}, true);
        const std::string fresh =
            desk.report(desk.put("third", test::TestLog::random(4, 3).bundle()), {}, {}, true);
        QVERIFY(parseReport(fresh)->body["memory"]["other_logs"] == 2);
        QVERIFY(desk.check(fresh, {}, desk.path("third")).ok); // W_NEW_LOG again
    }
    void everyVectorGivesAReportThatHolds() {
        Desk desk;
        for (const auto& c : test::fixtureJson("attacks.json")) {
            const auto name = c["name"].get<std::string>();
            const auto bundle = desk.put("bundle", test::attackBundle(name));
            const auto result = desk.check(desk.report(bundle), {}, bundle);
            QVERIFY2(result.ok, (name + ": " + result.sentence).c_str());
        }
        const auto result =
            desk.check(desk.report(desk.put("bundle", "no bundle at all")), {}, desk.path("bundle"));
        QVERIFY2(result.ok, result.sentence.c_str());
    }
    void keysArePrivateAndNeverOverwritten() {
        Desk desk;
        const auto path = desk.key("jane");
        QCOMPARE(makeReportKey(desk.disk, path, "x", {}, desk.rng).error().code, "report.key_exists"s);
        QCOMPARE(makeReportKey(desk.disk, desk.path("n"), "two words", {}, desk.rng).error().code,
                 "report.key_name"s);
        QCOMPARE(loadReportKey(path, {})->name, "auditor.example/jane"s);
        QFile::setPermissions(QString::fromStdString(path), QFile::ReadOwner | QFile::ReadGroup);
        QCOMPARE(loadReportKey(path, {}).error().code, "report.key_mode"s);
        const auto locked = makeReportKey(desk.disk, desk.path("locked"), "jane", "correct horse", desk.rng);
        QVERIFY(locked.has_value());
        QVERIFY(test::readFile(desk.path("locked")).find("ENCRYPTED") != std::string::npos);
        QCOMPARE(loadReportKey(desk.path("locked"), {}).error().code, "report.key_passphrase"s);
        QCOMPARE(loadReportKey(desk.path("locked"), "wrong").error().code, "report.key_passphrase"s);
        QVERIFY(loadReportKey(desk.path("locked"), "correct horse")->verifier() == locked->verifier());
        QCOMPARE(loadReportKey(desk.put("junk", "junk"), {}).error().code, "report.key_format"s);
    }
    /// The commands of REPORT.md.
    void opensslAgrees() {
        const QString openssl = QStandardPaths::findExecutable("openssl");
        if (openssl.isEmpty()) QSKIP("the program openssl is not installed");
        Desk desk;
        const auto run = [&](const QStringList& arguments) {
            QProcess process;
            process.start(openssl, arguments);
            return process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit
                       ? process.exitCode()
                       : -1;
        };
        const QString key = QString::fromStdString(desk.path("own"));
        QCOMPARE(run({"genpkey", "-algorithm", "ed25519", "-out", key}), 0);
        QFile::setPermissions(key, QFile::ReadOwner | QFile::WriteOwner);
        QCOMPARE(run({"pkey", "-in", key, "-pubout", "-out", key + ".pub"}), 0);
        ReportRequest request;
        request.key = desk.path("own");
        const std::string text = desk.report(desk.put("a", test::fixture("good.tracelog")), request);
        QVERIFY(desk.check(text, desk.path("own.pub")).ok);
        const auto report = parseReport(text);
        QCOMPARE(report->signatures.front().name, "auditor"s);
        desk.put("line", report->text);
        desk.put("sig", std::string(asText(report->signatures.front().signature)));
        const auto verify = [&](const std::string& line, const std::string& pub) {
            return run({"pkeyutl", "-verify", "-pubin", "-inkey", QString::fromStdString(pub), "-rawin",
                        "-in", QString::fromStdString(line), "-sigfile",
                        QString::fromStdString(desk.path("sig"))});
        };
        QCOMPARE(verify(desk.path("line"), desk.path("own.pub")), 0);
        QVERIFY(verify(desk.put("other", report->text + " "), desk.path("own.pub")) != 0);
        desk.key("jane"); // with its name above the PEM block
        request.key = desk.path("jane");
        const auto named = parseReport(desk.report(desk.path("a"), request));
        desk.put("sig", std::string(asText(named->signatures.front().signature)));
        QCOMPARE(verify(desk.put("line", named->text), desk.path("jane.pub")), 0);
    }
};
TALLY_TEST(TestReport)
#include "test_report.moc"
