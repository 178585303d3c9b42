// What an auditor does on the command line: verify, pins, reports, comparison; exit codes.
#include "tests/core/cli/support_tally.h"
#include "tests/support/suite.h"

#include <QFile>
#include <QTest>

using namespace tally;
using test::ApiFolder;

namespace {
QString fixture(const char* name) {
    return QStringLiteral(TALLY_SOURCE_DIR "/tests/fixtures/tracelog/") + QLatin1String(name);
}
QString pathIn(const ApiFolder& folder, const char* name) {
    return QString::fromStdString(folder.path(name));
}
} // namespace

class TestAuditing : public QObject {
    Q_OBJECT
private slots:
    void theJsonIsTheSameWhateverWasVerifiedBefore() {
        const ApiFolder folder;
        const auto before = test::tally(folder, {"verify", fixture("old-96.tracelog")});
        QCOMPARE(before.code, 0);
        QCOMPARE(test::tally(folder, {"verify", fixture("good.tracelog")}).code, 0);
        const auto after = test::tally(folder, {"verify", fixture("old-96.tracelog")});
        QVERIFY(after.code == 0 && after.out == before.out);
        QVERIFY(after.out["compared"]["memory"].is_null());
        // A file that was named is read and written.
        const QString memory = pathIn(folder, "memory.json");
        QCOMPARE(test::tally(folder, {"verify", fixture("good.tracelog"), "--memory", memory}).code, 0);
        const auto back = test::tally(folder, {"verify", fixture("old-96.tracelog"), "--memory", memory});
        QCOMPARE(back.code, 1);
        QCOMPARE(back.out["compared"]["memory"].get<std::string>(), std::string("mismatch"));
    }
    void mistakesOfUseAreNotVerdicts() {
        const ApiFolder folder;
        QCOMPARE(test::tally(folder, {"verify"}).code, 2);
        QCOMPARE(test::tally(folder, {"verify", fixture("good.tracelog"), "--pin", "nobody"}).code, 2);
        const QString damaged = QString::fromStdString(folder.write("memory.json", "{"));
        QCOMPARE(test::tally(folder, {"verify", fixture("good.tracelog"), "--memory", damaged}).code, 2);
        QCOMPARE(test::tally(folder, {"report", "check", pathIn(folder, "nothing")}).code, 2);
        for (const char* option : {"--org-key", "--tsa-ca"}) {
            const auto wrong = test::tally(
                folder, {"verify", fixture("good.tracelog"), QString::fromLatin1(option), damaged});
            QCOMPARE(wrong.code, 2);
            QVERIFY(wrong.out["error"].dump().find("memory.json") != std::string::npos);
            QVERIFY(!wrong.out["error"]["hint"].get<std::string>().empty());
            QCOMPARE(test::tally(folder, {"verify", fixture("good.tracelog"), QString::fromLatin1(option),
                                          pathIn(folder, "nothing")})
                         .code,
                     2);
        }
    }
    void anOrganisationSignsEveryCheckpoint() {
        const ApiFolder folder;
        const QString key = pathIn(folder, "org.pem"), open = pathIn(folder, "org.pub"),
                      bundle = pathIn(folder, "acme.tracelog");
        if (QProcess::execute(QStringLiteral("openssl"),
                              {"ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key}) != 0)
            QSKIP("no openssl program here");
        QVERIFY(test::tally(folder, {"log", "org-key", "show"}).out["where"].is_null());
        const auto set = test::tally(folder, {"log", "org-key", "set", key, "--public", open});
        QVERIFY2(set.code == 0 && set.out["where"] == key.toStdString(), qPrintable(set.err));
        QCOMPARE(test::tally(folder, {"export", bundle}).code, 0);
        const auto good = test::tally(folder, {"verify", bundle, "--org-key", open});
        QVERIFY2(good.code == 0 && good.out["compared"]["organisation"] == "match", good.out.dump().c_str());
        // Without the key nothing is sealed, and everybody is told why.
        QVERIFY(QFile::rename(key, key + ".away"));
        const auto shown = test::tally(folder, {"log", "org-key", "show"});
        QVERIFY(shown.code == 1 && shown.out["problem"].is_string());
        QCOMPARE(test::tally(folder, {"kill", "all"}).code, 0); // a stop needs no seal
        const auto refused = test::tally(folder, {"export", bundle});
        QVERIFY(refused.code != 0 && refused.out["error"].dump().find("org.pem") != std::string::npos);
        QCOMPARE(test::tally(folder, {"log", "org-key", "remove"}).code, 0);
        QCOMPARE(test::tally(folder, {"export", bundle}).code, 0);
        QCOMPARE(test::tally(folder, {"verify", bundle, "--org-key", open}).code, 1);
        QCOMPARE(test::tally(folder, {"log", "org-key", "set", open}).code, 2); // only the public half
    }
    void aReportIsMadeSignedAndChecked() {
        const ApiFolder folder;
        const QString key = pathIn(folder, "key"), report = pathIn(folder, "report");
        QCOMPARE(test::tally(folder, {"report", "key", "new", key, "--name", "auditor.example/jane"}).code,
                 0);
        const auto made = test::tally(folder, {"report", "make", fixture("good.tracelog"), "--no-memory",
                                               "--key", key, "--out", report});
        QCOMPARE(made.code, 0);
        QCOMPARE(made.out["verdict"].get<std::string>(), std::string("SIGNED"));
        const auto good = test::tally(
            folder, {"report", "check", report, "--key", key + ".pub", "--bundle", fixture("good.tracelog")});
        QVERIFY(good.code == 0 && good.out["ok"] == true && good.out["differences"].empty());
        const auto other = test::tally(folder, {"report", "check", report, "--key", key + ".pub", "--bundle",
                                                fixture("old-96.tracelog")});
        QVERIFY(other.code == 1 && other.out["ok"] == false && !other.out["differences"].empty());
    }
    void exportsAreCompared() {
        const ApiFolder folder;
        const auto grown =
            test::tally(folder, {"compare", fixture("old-96.tracelog"), fixture("good.tracelog")});
        QCOMPARE(grown.code, 0);
        QCOMPARE(grown.out["relation"].get<std::string>(), std::string("a is a beginning of b"));
        QCOMPARE(grown.out["common"].get<int>(), 96);
        QCOMPARE(test::tally(folder, {"compare", fixture("good.tracelog"), fixture("vectors.json")}).code, 1);
    }
};
TALLY_TEST(TestAuditing)
#include "test_auditing.moc"
