// What an auditor does on the command line: verify, pins, reports, comparison; exit codes.
#include "tests/core/cli/support_tally.h"
#include "tests/support/suite.h"

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
