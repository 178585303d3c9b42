#include "tests/core/audit/support_trace.h"
#include "tests/support/suite.h"

#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace tally;

/// "Verify without Tallystick": its commands are run as they stand in the help page.
class TestHelp : public QObject {
    Q_OBJECT

    static QString script() {
        QFile file(QStringLiteral(TALLY_SOURCE_DIR "/resources/help/without-tallystick.md"));
        if (!file.open(QIODevice::ReadOnly)) return {};
        const QString page = QString::fromUtf8(file.readAll());
        QString out;
        auto blocks = QRegularExpression(QStringLiteral("```sh\n(.*?)```"),
                                         QRegularExpression::DotMatchesEverythingOption)
                          .globalMatch(page);
        while (blocks.hasNext())
            out += blocks.next().captured(1);
        return out;
    }
    static void write(const QString& path, const std::string& bytes) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes.data(), static_cast<qint64>(bytes.size()));
    }
    /// Lines that the commands print for this export and proof.
    static QStringList run(const std::string& bundle, const std::string& proof) {
        QTemporaryDir folder;
        write(folder.filePath(QStringLiteral("export.tracelog")), bundle);
        write(folder.filePath(QStringLiteral("record.tlog-proof")), proof);
        write(folder.filePath(QStringLiteral("steps.sh")), script().toStdString());
        QProcess bash;
        bash.setWorkingDirectory(folder.path());
        bash.setProcessChannelMode(QProcess::MergedChannels);
        bash.start(QStringLiteral("bash"), {QStringLiteral("steps.sh")});
        if (!bash.waitForFinished(120'000)) return {QStringLiteral("the commands do not end")};
        return QString::fromUtf8(bash.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* tool :
             {"bash", "sha256sum", "od", "basenc", "base64", "openssl", "sed", "grep", "diff"})
            if (QStandardPaths::findExecutable(QString::fromLatin1(tool)).isEmpty())
                QSKIP(qPrintable(QStringLiteral("this machine has no %1").arg(QLatin1String(tool))));
        QVERIFY(script().contains(QStringLiteral("sha256sum")));
    }
    void theCommandsProveAGoodExport() {
        const QStringList said = run(test::fixture("good.tracelog"), test::fixture("step-21.tlog-proof"));
        const QString all = said.join(QLatin1Char('\n'));
        QVERIFY2(said.contains(QStringLiteral("every record is as in the hash list")), qPrintable(all));
        QVERIFY2(said.contains(QStringLiteral("the hash list is what was signed")), qPrintable(all));
        QVERIFY2(said.contains(QStringLiteral("Signature Verified Successfully")), qPrintable(all));
        QVERIFY2(
            said.contains(QStringLiteral("d72ee29934b6ef03de8472e7672e40ec34c8c2f03267a9041dc9a98e20f82c43")),
            qPrintable(all));
        QCOMPARE(said.count(QStringLiteral("41577800000")), 2); // derived and as logged
        QVERIFY2(said.contains(QStringLiteral("proven: record 21 of 137")), qPrintable(all));
        QVERIFY2(!all.contains(QStringLiteral("not ")), qPrintable(all));
    }
    void theCommandsFindTheAlteredRecordAndItsOriginal() {
        const QStringList said =
            run(test::attackBundle("edit-cost-digit"), test::fixture("proofs-bad/entry-edited.tlog-proof"));
        const QString all = said.join(QLatin1Char('\n'));
        QVERIFY2(said.contains(QStringLiteral("39c39")), qPrintable(all)); // line 39 is record 38
        QVERIFY2(said.contains(QStringLiteral("altered: see the line numbers above")), qPrintable(all));
        QVERIFY2(said.contains(QStringLiteral("the hash list is what was signed")), qPrintable(all));
        QVERIFY2(said.contains(QStringLiteral("Signature Verified Successfully")), qPrintable(all));
        QVERIFY2(said.contains(QStringLiteral("proven: this is the original line")), qPrintable(all));
        QVERIFY2(said.contains(QStringLiteral("not proven")), qPrintable(all));
    }
    void theCommandsRefuseAForgedSignature() {
        test::BundleParts parts(test::fixture("good.tracelog"));
        std::string& checkpoints = parts[audit::Section::checkpoints];
        // A letter inside of the newest signature of the log itself; a witness signed after it.
        const std::size_t line = checkpoints.rfind("\xE2\x80\x94 tracelog.example");
        const std::size_t at = checkpoints.find(' ', line + 4) + 40;
        checkpoints[at] = checkpoints[at] == 'A' ? 'B' : 'A';
        const QString all = run(parts.bundle(), test::fixture("step-21.tlog-proof")).join(QLatin1Char('\n'));
        QVERIFY2(all.contains(QStringLiteral("Signature Verification Failure")), qPrintable(all));
    }
    void everyBadProofIsRefused() {
        for (const std::string& path :
             test::filesBelow(TALLY_SOURCE_DIR "/tests/fixtures/tracelog/proofs-bad", ".tlog-proof")) {
            const QString all =
                run(test::fixture("good.tracelog"), test::readFile(path)).join(QLatin1Char('\n'));
            // A changed size breaks the signature (step 4), everything else the way to the root.
            if (path.find("size-changed") != std::string::npos) continue;
            QVERIFY2(all.contains(QStringLiteral("not proven")), path.c_str());
        }
    }
};

TALLY_TEST(TestHelp)
#include "test_help.moc"
