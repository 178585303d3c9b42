// `tally` on a terminal: nothing that a model or a document says reaches it as a control sequence, and
// looking does not write. Runs the program itself, on a pseudo-terminal made by script(1).
#include "core/api/wait.h"
#include "tests/core/api/support_api.h"
#include "tests/support/suite.h"

#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace tally;
using test::ApiFolder;

class TestTerminal : public QObject {
    Q_OBJECT
    const QString tally_ = QStringLiteral(TALLY_BINARY_DIR) + "/bin/tally";

    static QByteArray run(const QString& program, const QStringList& arguments) {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(program, arguments);
        process.waitForFinished(60'000);
        return process.readAll();
    }
    QByteArray onTerminal(const QString& arguments) const {
        return run(QStringLiteral("script"),
                   {QStringLiteral("-qec"), tally_ + " " + arguments, QStringLiteral("/dev/null")});
    }

private slots:
    void initTestCase() {
        if (!QFileInfo::exists(tally_)) QSKIP("tally is not built");
        if (QStandardPaths::findExecutable(QStringLiteral("script")).isEmpty())
            QSKIP("script(1) is not here");
    }
    void noTextSteersTheTerminal() {
        const ApiFolder folder;
        RunId id;
        {
            auto owner = folder.open();
            QVERIFY2(owner.has_value(), owner ? "" : owner.error().text().c_str());
            const auto started = test::startText(
                **owner,
                "{\"name\": \"loud\", \"process\": \"tests\", \"version\": \"1\", \"steps\": [{\"id\": "
                "\"shout\", "
                "\"kind\": \"code\", \"lua\": \"return 'a\\\\27]0;title\\\\7b\\\\226\\\\128\\\\174c'\"}], "
                "\"output\": \"{{steps.shout.output}}\"}");
            QVERIFY2(started.has_value(), started ? "" : started.error().text().c_str());
            id = *started;
            QVERIFY(test::settled(**owner, id).status == RunStatus::ok);
        }
        const QString where = "-w " + QString::fromStdString(folder.workspace()) + " show " +
                              QString::fromStdString(id.str()) + " shout";
        const QByteArray shown = onTerminal(where);
        QVERIFY2(shown.contains("\\u{001b}]0;title\\u{0007}b\\u{202e}c"), shown.constData());
        QVERIFY(!shown.contains('\x1b') && !shown.contains('\x07'));
        QVERIFY(!onTerminal(where + " --json").contains('\x1b'));
        // Into a pipe the bytes go as they are.
        QVERIFY(run(tally_, QProcess::splitCommand(where))
                    .contains("a\x1b]0;title\x07"
                              "b"));
    }
};
TALLY_TEST(TestTerminal)
#include "test_terminal.moc"
