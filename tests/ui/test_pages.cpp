#include "core/model/verdict_ladder.h"
#include "tests/support/suite.h"
#include "tests/ui/window_fixture.h"
#include "ui/models/verdict_words.h"
#include "ui/pages/audit_page.h"
#include "ui/pages/live_page.h"
#include "ui/pages/page.h"
#include "ui/widgets/state_chip.h"
#include "ui/widgets/table_view.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QTest>
#include <QTranslator>

using namespace tally;
using namespace tally::test;

namespace {
template <class W>
W* named(QWidget& window, const char* name) {
    return window.findChild<W*>(QString::fromLatin1(name));
}
QWidget& pageState(WindowFixture& f) {
    return *named<QWidget>(*f.window.currentPage(), "pageState");
}
QLabel* stateTitle(WindowFixture& f) {
    return named<QLabel>(pageState(f), "stateTitle");
}
} // namespace

class TestPages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPageSaysWhenItIsEmpty() {
        WindowFixture f(Amount::none);
        for (const char* id : {"live", "workflows", "budgets", "audit"}) {
            f.window.showPage(QString::fromLatin1(id));
            settle();
            QVERIFY2(!f.window.currentPage()->findChildren<QLabel*>(QStringLiteral("stateTitle")).isEmpty(),
                     id);
        }
        f.window.showPage(QStringLiteral("budgets"));
        QCOMPARE(stateTitle(f)->text(), QStringLiteral("No budget yet"));
    }
    void everyPageShowsAnErrorWithItsFix() {
        WindowFixture f(Amount::little);
        f.core.broken = Error{"store.locked", "The database is locked by another process",
                              "close the other window", "state.db"};
        for (const char* id : {"workflows", "budgets"}) {
            f.window.showPage(QString::fromLatin1(id));
            settle();
            QVERIFY2(stateTitle(f)->isVisible(), id);
            QCOMPARE(stateTitle(f)->text(), QStringLiteral("The database is locked by another process"));
            QVERIFY(named<QLabel>(pageState(f), "stateText")
                        ->text()
                        .contains(QStringLiteral("close the other window")));
        }
        // "Try again" asks again.
        f.core.broken.reset();
        QTest::mouseClick(named<QPushButton>(pageState(f), "stateAction"), Qt::LeftButton);
        settle();
        QVERIFY(!stateTitle(f)->isVisible());
    }
    void launchRefusesWrongFields() {
        WindowFixture f(Amount::little);
        f.window.showPage(QStringLiteral("workflows"));
        settle();
        QTest::mouseClick(named<QPushButton>(f.window, "runWorkflow"), Qt::LeftButton);
        settle();
        auto* dialog = named<QDialog>(f.window, "launch");
        QVERIFY(dialog);
        auto* files = named<QLineEdit>(*dialog, "launch.input.files");
        files->setText(QStringLiteral("not json"));
        QTest::mouseClick(named<QPushButton>(*dialog, "launchStart"), Qt::LeftButton);
        settle();
        QVERIFY(f.core.started.empty());
        QVERIFY(files->property("invalid").toBool());
        QVERIFY(named<QLabel>(*dialog, "launchError")->text().contains(QStringLiteral("array")));
        files->setText(QStringLiteral("[\"/usr/share/doc\"]"));
        named<QLineEdit>(*dialog, "launch.limit.cost")->setText(QStringLiteral("2.5"));
        named<QLineEdit>(*dialog, "launch.role.large")->setText(QStringLiteral("openai/gpt-4.1"));
        QTest::mouseClick(named<QPushButton>(*dialog, "launchStart"), Qt::LeftButton);
        settle();
        QCOMPARE(f.core.started.size(), 1U);
        QVERIFY(f.core.started[0].limits->cost == *Pico::parse("2.5"));
        QCOMPARE(f.core.started[0].roles.size(), 1U);
        QCOMPARE(f.core.started[0].roles[0].second.str(), std::string("openai/gpt-4.1"));
        QCOMPARE(f.window.currentPage()->id(), QStringLiteral("live"));
    }
    void aQuestionThatWasAskedBeforeThePageOpenedCanBeAnswered() {
        WindowFixture f(Amount::little);
        RunId run;
        for (const RunSummary& each : f.core.runList())
            if (each.status == RunStatus::waiting) run = each.id;
        QVERIFY(!run.empty());
        f.core.open_approvals = {
            {run, "licence-triage", RunStatus::waiting, "sign", "3 packages name no licence. Go on?", 1},
            {run, "licence-triage", RunStatus::waiting, "pay", "Pay for the second reading?", 2}};
        f.window.showPage(QStringLiteral("live"));
        settle();
        auto* question = named<QWidget>(f.window, "question");
        QVERIFY(question && !question->isVisible()); // the page shows another run
        qobject_cast<ui::LivePage*>(f.window.currentPage())->goTo(QString::fromStdString(run.str()));
        settle();
        QVERIFY(question->isVisible());
        QTest::mouseClick(named<QPushButton>(f.window, "approve"), Qt::LeftButton);
        settle();
        QVERIFY(question->isVisible()); // the next question
        QTest::mouseClick(named<QPushButton>(f.window, "refuse"), Qt::LeftButton);
        settle();
        QVERIFY(!question->isVisible());
        const std::vector<std::pair<std::string, bool>> decided{{"sign", true}, {"pay", false}};
        QVERIFY(f.core.decisions == decided);
    }
    void aBrokenWorkflowIsMarkedAndDoesNotRun() {
        WindowFixture f(Amount::little);
        f.window.showPage(QStringLiteral("workflows"));
        settle();
        named<ui::TableView>(f.window, "workflows")->selectKey(QStringLiteral("contract-review"));
        settle();
        QVERIFY(!named<QPushButton>(f.window, "runWorkflow")->isEnabled());
        auto* findings = named<ui::TableView>(f.window, "workflowFindings");
        QCOMPARE(findings->model()->rowCount(), 2);
        Q_EMIT findings->opened(QStringLiteral("16:17:0"));
        QCOMPARE(named<QPlainTextEdit>(f.window, "workflowText")->textCursor().blockNumber(), 15);
    }
    void aBudgetIsTriedBeforeItIsSet() {
        WindowFixture f(Amount::little);
        f.window.showPage(QStringLiteral("budgets"));
        settle();
        QTest::mouseClick(named<QPushButton>(f.window, "newBudget"), Qt::LeftButton);
        settle();
        auto* dialog = named<QDialog>(f.window, "budgetDialog");
        QVERIFY(!named<QPushButton>(*dialog, "budgetSave")->isEnabled());
        named<QLineEdit>(*dialog, "budgetLimit")->setText(QStringLiteral("12.50"));
        QTRY_VERIFY_WITH_TIMEOUT(
            named<QLabel>(*dialog, "whatIf")->text().contains(QStringLiteral("41 of 2,031 steps")), 60'000);
        QTest::mouseClick(named<QPushButton>(*dialog, "budgetSave"), Qt::LeftButton);
        QCOMPARE(f.core.saved_budgets.size(), 1U);
        QVERIFY(f.core.saved_budgets[0].limit == PicoSum::of(Int128{12'500'000'000'000}));
        QCOMPARE(f.core.saved_budgets[0].by, std::string("ana"));
    }
    void aBudgetSaysWhetherSimulatedCallsCount() {
        WindowFixture f(Amount::little);
        f.window.showPage(QStringLiteral("budgets"));
        settle();
        QTest::mouseClick(named<QPushButton>(f.window, "newBudget"), Qt::LeftButton);
        settle();
        auto* dialog = named<QDialog>(f.window, "budgetDialog");
        auto* simulated = named<QCheckBox>(*dialog, "budgetSimulated");
        named<QLineEdit>(*dialog, "budgetLimit")->setText(QStringLiteral("3"));
        const bool proposed = simulated->isChecked();
        QTest::mouseClick(simulated, Qt::LeftButton, Qt::NoModifier, QPoint(8, simulated->height() / 2));
        QCOMPARE(simulated->isChecked(), !proposed);
        auto* save = named<QPushButton>(*dialog, "budgetSave");
        QTRY_VERIFY(save->isEnabled());
        QTest::mouseClick(save, Qt::LeftButton);
        QCOMPARE(f.core.saved_budgets.size(), 1U);
        QCOMPARE(f.core.saved_budgets[0].count_simulated, !proposed);
        settle();
        // Meters other than cost count every call: there is nothing to choose.
        QTest::mouseClick(named<QPushButton>(f.window, "newBudget"), Qt::LeftButton);
        settle();
        dialog = f.window.findChildren<QDialog*>(QStringLiteral("budgetDialog")).back();
        auto* meter = named<QComboBox>(*dialog, "budgetMeter");
        meter->setCurrentIndex(meter->findData(static_cast<int>(LimitMeter::tokens)));
        QVERIFY(!named<QCheckBox>(*dialog, "budgetSimulated")->isEnabled());
    }
    void fingerprintAndKeyAreCopiedWhole() {
        WindowFixture f(Amount::little);
        f.window.showPage(QStringLiteral("settings"));
        settle();
        api::WorkspaceInfo info;
        f.core.info([&](Result<api::WorkspaceInfo> known) { info = *known; });
        QVERIFY(!info.fingerprint.empty() && !info.vkey.empty());
        for (const auto& [button, value] :
             {std::pair("fingerprintCopy", info.fingerprint), std::pair("publicKeyCopy", info.vkey)}) {
            QGuiApplication::clipboard()->clear();
            auto* copy = named<QPushButton>(f.window, button);
            QVERIFY2(copy && copy->isVisible(), button);
            QTest::mouseClick(copy, Qt::LeftButton);
            QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), value);
        }
    }
    void anAlteredBundleIsNeverGreen() {
        WindowFixture f(Amount::little, true);
        f.window.openFile(QStringLiteral("/tmp/prod.tracelog"));
        settle();
        auto* headline = named<QLabel>(f.window, "verdictHeadline");
        QCOMPARE(headline->text(), QStringLiteral("Altered: record 61"));
        QCOMPARE(headline->property("tone").toString(), QStringLiteral("danger"));
        QCOMPARE(named<ui::TableView>(f.window, "findings")->model()->rowCount(), 3);
        QCOMPARE(named<ui::TableView>(f.window, "records")->currentIndex().row(), 61);
        for (QPlainTextEdit* text : named<QWidget>(f.window, "recordPanel")->findChildren<QPlainTextEdit*>())
            QVERIFY(!text->toPlainText().contains(QChar(0x202E)));
    }
    void everyVerdictSaysWhatWasNotChecked() {
        for (const VerdictLevel level :
             {VerdictLevel::malformed, VerdictLevel::altered, VerdictLevel::self_consistent,
              VerdictLevel::is_signed, VerdictLevel::pinned, VerdictLevel::continuous,
              VerdictLevel::witnessed}) {
            Verdict v;
            v.level = level;
            v.entries = 10;
            QVERIFY(!ui::sentenceOf(v).headline.isEmpty() && !ui::sentenceOf(v).meaning.isEmpty());
            bool open = false;
            for (const ui::Rung& rung : ui::ladderOf(v))
                open = open || rung.answer.tone == ui::Tone::neutral;
            QVERIFY(open);
            if (level < VerdictLevel::pinned) QVERIFY(ui::sentenceOf(v).tone != ui::Tone::ok);
        }
    }
    void provenEndsWhereTheSignaturesEnd() {
        Verdict v;
        v.level = VerdictLevel::altered;
        v.intact = true;
        v.entries = 137;
        v.sealed_to = v.signed_to = 15;
        v.checkpoints = 9;
        v.totals.emplace();
        v.totals->authentic = v.totals->complete = true;
        Finding f;
        f.code = "BAD_SIGNATURE";
        f.seq = 31;
        f.field = "checkpoint";
        f.message = "the signature is missing or invalid";
        v.findings.push_back(f);
        const auto signedRung = [](const Verdict& verdict) {
            for (const ui::Rung& rung : ui::ladderOf(verdict))
                if (rung.question == QStringLiteral("Signed and whole")) return rung;
            return ui::Rung();
        };
        QCOMPARE(ui::sentenceOf(v).headline, QStringLiteral("Not signed by the log's key from record 16 on"));
        QVERIFY(ui::sentenceOf(v).meaning.contains(QStringLiteral("Records up to 15 without a finding")));
        QVERIFY(signedRung(v).answer.tone == ui::Tone::danger && !figuresAreProven(v));
        // No key in the file: nothing is proven, and the file is not "unsigned" either.
        v.level = VerdictLevel::self_consistent;
        v.findings.front().code = "W_KEYS_UNKNOWN";
        v.findings.front().warning = true;
        v.sealed_to = v.signed_to = -1;
        QCOMPARE(ui::sentenceOf(v).headline, QStringLiteral("Consistent, but no signature could be checked"));
        QVERIFY(signedRung(v).answer.tone == ui::Tone::neutral && !figuresAreProven(v));
        // The right signatures under what contradicts itself.
        v.level = VerdictLevel::altered;
        v.sealed_to = v.signed_to = 136;
        v.findings.front().code = "COST_MISMATCH";
        v.findings.front().field = "cost_pico";
        v.findings.front().warning = false;
        QCOMPARE(ui::sentenceOf(v).headline, QStringLiteral("Signed so, but wrong: record 31"));
        QVERIFY(signedRung(v).answer.tone == ui::Tone::ok && figuresAreProven(v));
        v.pin = "mismatch";
        QVERIFY(ui::sentenceOf(v).meaning.contains(QStringLiteral("Nothing in this file is proven.")));
        QVERIFY(!figuresAreProven(v));
    }
    void aCheckCanBeCancelled() {
        WindowFixture f(Amount::little);
        f.auditor.hold = true;
        f.window.openFile(QStringLiteral("/tmp/prod.tracelog"));
        settle();
        QCOMPARE(named<QLabel>(f.window, "verdictHeadline")->text(), QStringLiteral("Checking…"));
        QTest::mouseClick(named<QPushButton>(f.window, "cancelVerify"), Qt::LeftButton);
        QVERIFY(f.auditor.last_cancel.cancelled());
        f.auditor.finish();
        settle();
        QVERIFY(stateTitle(f)->text().contains(QStringLiteral("cancelled")));
    }
    void spacePausesTheViewNotTheRun() {
        WindowFixture f(Amount::little);
        Q_EMIT f.session.openRun(QString::fromStdString(f.core.runList().front().id.str()));
        settle();
        auto* live = static_cast<ui::LivePage*>(f.window.currentPage());
        QVERIFY(live->following());
        QTest::keyClick(live, Qt::Key_Space);
        QVERIFY(!live->following());
        QVERIFY(f.core.kills.empty());
        QTest::keyClick(live, Qt::Key_Space);
        QVERIFY(live->following());
    }
    void aCellFiltersAndTheCountSaysSo() {
        WindowFixture f(Amount::little);
        auto* runs = named<ui::TableView>(f.window, "runs");
        QCOMPARE(runs->model()->rowCount(), 7);
        runs->setCurrentIndex(runs->model()->index(0, 2));
        runs->filterCurrent(true);
        settle();
        QCOMPARE(runs->model()->rowCount(), 5);
        QVERIFY(named<QLabel>(f.window, "runsCount")->text().startsWith(QStringLiteral("5 of 7")));
        QTest::mouseClick(named<QPushButton>(f.window, "filterChip0"), Qt::LeftButton);
        settle();
        QCOMPARE(runs->model()->rowCount(), 7);
    }
    void keysLeaveTheDialogForTheCore() {
        WindowFixture f(Amount::little);
        f.window.showPage(QStringLiteral("settings"));
        settle();
        QTest::mouseClick(named<QPushButton>(f.window, "addProvider"), Qt::LeftButton);
        auto* dialog = named<QDialog>(f.window, "providerDialog");
        named<QLineEdit>(*dialog, "providerName")->setText(QStringLiteral("openai"));
        const QPointer<QLineEdit> key = named<QLineEdit>(*dialog, "providerKey");
        QCOMPARE(key->echoMode(), QLineEdit::Password);
        key->setText(QStringLiteral("secret"));
        QTest::mouseClick(named<QPushButton>(*dialog, "providerAdd"), Qt::LeftButton);
        QCOMPARE(f.core.added_providers.size(), 1U);
        QCOMPARE(f.core.added_providers[0].key, std::string("secret"));
        QVERIFY(f.core.added_providers[0].info.key_source.empty());
        settle();
        QVERIFY(!key || key->text().isEmpty()); // the dialog forgets it, and is gone
    }
    void contractRatesAreCheckedUsedAndRemoved() {
        WindowFixture f(Amount::little);
        f.window.showPage(QStringLiteral("settings"));
        settle();
        QVERIFY(named<QLabel>(f.window, "contractNow")
                    ->text()
                    .startsWith(QStringLiteral("our contract 2026: 12 rate lines for 5 models")));
        auto* path = named<QLineEdit>(f.window, "contractPath");
        auto* said = named<QLabel>(f.window, "contractSaid");
        auto* use = named<QPushButton>(f.window, "contractUse");
        QVERIFY(!use->isEnabled());
        path->setText(QStringLiteral("/tmp/wrong.json"));
        QTest::mouseClick(named<QPushButton>(f.window, "contractCheck"), Qt::LeftButton);
        settle();
        QVERIFY2(said->isVisible() &&
                     said->text().contains(QStringLiteral("/providers/0/models/0/lines/0/rates/out")),
                 qPrintable(said->text()));
        QVERIFY(said->text().contains(QStringLiteral("Write it in quotes")));
        QVERIFY(f.core.contracts.empty()); // a check uses nothing
        path->setText(QStringLiteral("/tmp/right.json"));
        QTest::mouseClick(use, Qt::LeftButton);
        settle();
        QCOMPARE(f.core.contracts, std::vector<std::string>{"/tmp/right.json"});
        QVERIFY(
            named<QLabel>(f.window, "contractNow")->text().startsWith(QStringLiteral("our contract 2027")));
        QTest::mouseClick(named<QPushButton>(f.window, "contractRemove"), Qt::LeftButton);
        settle();
        QVERIFY(f.core.contracts.back().empty());
        QVERIFY(!named<QPushButton>(f.window, "contractRemove")->isEnabled());
    }
    void networkSettingsAreSavedOrRefusedInPlace() {
        WindowFixture f(Amount::little);
        f.window.showPage(QStringLiteral("settings"));
        settle();
        auto* proxy = named<QLineEdit>(f.window, "networkProxy");
        auto* save = named<QPushButton>(f.window, "networkSave");
        QCOMPARE(proxy->text(), QStringLiteral("http://proxy.example:3128"));
        QVERIFY(!save->isEnabled());
        proxy->clear();
        QTest::keyClicks(proxy, QStringLiteral("proxy"));
        QTest::mouseClick(save, Qt::LeftButton);
        settle();
        QVERIFY(named<QLabel>(f.window, "networkSaid")->text().contains(QStringLiteral("http://host:port")));
        QVERIFY(f.core.networks.empty() && save->isEnabled());
        proxy->clear();
        QTest::keyClicks(proxy, QStringLiteral("none://x"));
        QTest::mouseClick(save, Qt::LeftButton);
        settle();
        QCOMPARE(f.core.networks.size(), 1U);
    }
    void overviewSaysHowManyFilesWereDecidedLocally() {
        WindowFixture f(Amount::little);
        f.window.showPage(QStringLiteral("overview"));
        settle();
        api::SampleComparison expected;
        f.core.overview([&](Result<api::Overview> o) { expected = o->samples; });
        QVERIFY(expected.free_files > 0);
        QCOMPARE(named<QLabel>(f.window, "demoFree")->text(), QStringLiteral("%1 of %2 decided locally, $ 0")
                                                                  .arg(expected.free_files)
                                                                  .arg(expected.samples.front().files));
    }
    void germanIsComplete() {
        QTranslator german;
        QVERIFY(german.load(QStringLiteral(":/tally/i18n/tallystick_de.qm")));
        QCoreApplication::installTranslator(&german);
        {
            WindowFixture f(Amount::little);
            QCOMPARE(named<QPushButton>(f.window, "stopAll")->text(), QStringLiteral("Alles stoppen"));
            f.window.showPage(QStringLiteral("budgets"));
            settle();
            QCOMPARE(named<QLabel>(*f.window.currentPage(), "pageFacts")->text(),
                     QStringLiteral("4 Budgets · 1 an der Grenze"));
        }
        QCoreApplication::removeTranslator(&german);
    }
};

TALLY_TEST(TestPages)
#include "test_pages.moc"
